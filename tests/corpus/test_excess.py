"""What is called unused is taken out of the templates that the AWS CDK made, and nothing breaks."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.corpus.cases import Case
from tests.corpus.questions import allowed, broken

from passrole.analysis import Analysis
from passrole.graph.uses import Excess
from passrole.iam.statements import Statement
from passrole.model.identities import Role

pytestmark = pytest.mark.corpus

NOTHING = {"Effect": "Deny", "Action": "none:None", "Resource": "*"}
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def excess(analysis: Analysis) -> list[tuple[Role, Excess]]:
    return [
        (role, each)
        for graph in analysis.graphs
        for role in graph.roles
        for each in graph.uses.excess(role)
        if graph.uses.of(role)
    ]


def unused_services(analysis: Analysis) -> list[str]:
    """What the rule still reports; what AWS wrote cannot be edited and is passed over."""
    return [
        each.message
        for each in analysis.results.findings
        if each.rule == "unused-service-grants" and "AWS managed policy" not in each.message
    ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def narrowed(
    written: dict[str, Any], statement: Statement, unused: set[tuple[int, int]]
) -> list[Any]:
    """The statement as it is written, without the pairs of action and resource in ``unused``."""
    actions, resources = listed(written["Action"]), listed(written["Resource"])
    assert (len(actions), len(resources)) == (len(statement.actions), len(statement.resources))
    kept = []
    for number, action in enumerate(actions):
        on = [each for place, each in enumerate(resources) if (number, place) not in unused]
        if on:
            kept.append({**written, "Action": action, "Resource": on})
    return kept


def without_excess(case: Case, analysis: Analysis, folder: Path) -> int:
    """Write the case to ``folder`` with the excess of every role taken out; how much that was."""
    shutil.copytree(case.folder, folder)
    edits: dict[str, dict[str, tuple[Statement, set[tuple[int, int]]]]] = {}
    count = 0
    for _, each in excess(analysis):
        for unused in each.unused:
            statement = unused.statement
            if statement.origin is None or not statement.actions or not statement.resources:
                continue
            document, node = statement.origin
            pointer = document.pointer(node)
            _, pairs = edits.setdefault(document.path, {}).setdefault(pointer, (statement, set()))
            pairs.update(
                (number, place)
                for number, action in enumerate(statement.actions)
                for place, resource in enumerate(statement.resources)
                if action is unused.action and resource is unused.resource
            )
            count += 1
    for path, statements in edits.items():
        file = folder / Path(path).relative_to(case.name)
        template = json.loads(file.read_text("utf-8"))
        for pointer, (statement, pairs) in sorted(statements.items(), reverse=True):
            replace(template, pointer, statement, pairs)
        file.write_text(json.dumps(template), "utf-8")
    return count


def replace(template: Any, pointer: str, statement: Statement, pairs: set[tuple[int, int]]) -> None:
    steps = [name or int(number) for name, number in STEP.findall(pointer)]
    place = template
    for step in steps[:-1]:
        place = place[step]
    last = steps[-1]
    first, *others = narrowed(place[last], statement, pairs) or [NOTHING]
    # One for one, the rest at the end: the places of the other statements stay as they are.
    place[last] = first
    if isinstance(last, int):
        place.extend(others)
    elif others:
        place[last] = [first, *others]


def test_what_is_unused_can_go(
    cdk_cases: list[Case], scan: Callable[..., Analysis], tmp_path: Path
) -> None:
    taken = 0
    lost: list[str] = []
    newly: list[str] = []
    services: list[str] = []
    for case in cdk_cases:
        deployment = case.deployment()
        before = scan(case.folder, case.folder.parent, deployment)
        count = without_excess(case, before, tmp_path / case.name)
        if not count:
            continue
        taken += count
        after = scan(tmp_path / case.name, tmp_path, deployment)
        lost += [f"{case.name}: {need}" for need in sorted(allowed(before) - allowed(after))]
        newly += [f"{case.name}: {each}" for each in sorted(broken(after) - broken(before))]
        services += [f"{case.name}: {each}" for each in unused_services(after)]
        shutil.rmtree(tmp_path / case.name)
    print(f"\ntaken out: {taken} grants")
    assert taken > 100
    assert not lost, f"{len(lost)} lost:\n" + "\n".join(lost[:40])
    assert not newly, f"{len(newly)} new:\n" + "\n".join(newly[:40])
    # What the rule reports is a part of it.
    assert not services, "\n".join(services)
