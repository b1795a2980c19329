"""What the rules of excess say to write instead is written, and nothing breaks.

Each finding that is shown is mended as its remedy says, in every template of the corpus, and the tree is
checked again: no rule finds anything newly broken, no need that was allowed is so no more, and the
finding is gone.
"""

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from tests.corpus.cases import Case
from tests.corpus.questions import allowed, broken

from passrole.analysis import Analysis
from passrole.findings import Confidence, Finding
from passrole.graph.questions import Graph
from passrole.iam.statements import Statement
from passrole.model.identities import Role
from passrole.policies.writing_cloudformation import (
    cloudformation_expression,
    cloudformation_vocabulary,
)
from passrole.values import Text

pytestmark = pytest.mark.corpus

PASS = "iam:PassRole"  # noqa: S105 - an IAM action
RULES = (
    "unused-service-grants", "service-wildcard-actions", "unscoped-resource", "pass-role-star",
    "pipeline-role-admin",
)  # fmt: skip
STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
NOTHING = {"Effect": "Deny", "Action": "none:None", "Resource": "*"}


class Place(NamedTuple):
    """Where a finding is mended: one statement of one role of a graph."""

    graph: Graph
    role: Role
    statement: Statement


Written = dict[str, Any]
Change = Callable[[Written], list[Written]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def is_of(action: Any, names: set[str]) -> bool:
    """Whether an entry of Action grants one of some actions."""
    text = action.lower() if isinstance(action, str) else ""
    return any(fnmatchcase(name.lower(), text) for name in names)


def without(services: set[str]) -> Change:
    def change(written: Written) -> list[Written]:
        kept = [
            each
            for each in listed(written["Action"])
            if not isinstance(each, str) or each.partition(":")[0].lower() not in services
        ]
        return [{**written, "Action": kept}] if kept else []

    return change


def in_place_of(wildcards: set[str], names: list[str]) -> Change:
    def change(written: Written) -> list[Written]:
        kept = [each for each in listed(written["Action"]) if str(each).lower() not in wildcards]
        return [{**written, "Action": [*kept, *names]}]

    return change


def on(resources_of: dict[str, list[Any]]) -> Change:
    """Some actions on the resources that they are for, the others as they are."""

    def change(written: Written) -> list[Written]:
        names = set(resources_of)
        others = [each for each in listed(written["Action"]) if not is_of(each, names)]
        rest = [{**written, "Action": others}] if others else []
        return rest + [
            {**written, "Action": name, "Resource": resources}
            for name, resources in resources_of.items()
            if resources
        ]

    return change


def places(finding: Finding, analysis: Analysis) -> list[Place]:
    """The statements of roles that a finding is about."""
    found = []
    for graph in analysis.graphs:
        for role in graph.roles:
            for statement in graph.grants_of(role):
                document, node = graph.place_of(statement, role)
                place = document.location(node)
                here = finding.location
                if place.path == here.path and (
                    (place.line, place.column) <= (here.line, here.column)
                    and (here.end_line, here.end_column) <= (place.end_line, place.end_column)
                ):
                    found.append(Place(graph, role, statement))
    return found


def needed(place: Place, words: Callable[[Text], Any]) -> dict[str, list[Any]]:
    """What the role needs, and on what, as its template says it."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for requirement in place.graph.uses.requirements(place.role):
        for name in requirement.iam_actions:
            expression = words(requirement.resource)
            found[name][json.dumps(expression)] = expression
    return {name: list(resources.values()) for name, resources in found.items()}


def change_for(finding: Finding, place: Place, words: Callable[[Text], Any]) -> Change | None:
    """The remedy of a finding; None where it cannot be followed in the template itself."""
    needs = needed(place, words)
    if finding.rule == "unused-service-grants":
        services = finding.message.partition("no action there uses ")[2].partition(": ")[0]
        return without(set(services.split(", ")))
    if finding.rule == "service-wildcard-actions":
        names, _, wildcards = finding.remedy.removeprefix("Put ").partition(" in place of ")
        return in_place_of(set(wildcards.partition(", on ")[0].split(" and ")), names.split(", "))
    if finding.rule == "unscoped-resource":
        names = finding.message.partition(" may call ")[2].partition(" on every resource")[0]
        return on({name: needs[name] for name in names.split(", ")})
    if finding.rule == "pass-role-star":
        if place.graph.uses.open_because(place.role):
            return None
        return on({PASS: needs.get(PASS, [])})
    return on({name: resources for name, resources in needs.items() if "*" not in name})


def loaded(path: Path) -> Any:
    """A template as JSON has it."""
    text = path.read_text("utf-8")
    return json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_Long)  # noqa: S506 - a safe loader


class _Long(yaml.SafeLoader):
    """YAML with the short forms of CloudFormation as the long ones."""


def _long(loader: Any, suffix: str, node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Long.add_multi_constructor("!", _long)


def apply(template: Any, pointer: str, changes: list[Change]) -> bool:
    """Change the statement at a pointer; whether it is there."""
    place, steps = template, [name or int(number) for name, number in STEP.findall(pointer)]
    for step in steps[:-1]:
        if isinstance(step, int) and isinstance(place, dict):
            place = next(iter(place.values()))  # the short form of a function has no key
        place = place[step]
    last = steps[-1]
    if isinstance(last, int) and isinstance(place, dict):
        place = next(iter(place.values()))
    if not isinstance(place[last], dict) or "Action" not in place[last]:
        return False
    statements = [place[last]]
    for change in changes:
        statements = [each for statement in statements for each in change(statement)]
    first, *others = statements or [NOTHING]
    # One for one, the rest at the end: the places of the other statements stay as they are.
    place[last] = [first, *others] if others and not isinstance(last, int) else first
    if isinstance(last, int):
        place.extend(others)
    return True


def changes_of(
    analysis: Analysis, told: Counter[str]
) -> Iterator[tuple[str, str, Finding, Change]]:
    """Path, pointer and change for each finding that can be mended in its statement."""
    vocabularies = {each.path: cloudformation_vocabulary(each) for each in analysis.stacks}
    for finding in analysis.results.findings:
        if finding.rule not in RULES or finding.confidence is Confidence.LOW:
            continue
        found = places(finding, analysis)
        if len(found) != 1 or found[0].statement.origin is None:
            told["AWS wrote it, or several roles have it"] += 1
            continue
        document, node = found[0].statement.origin
        vocabulary = vocabularies.get(document.path)
        unnamed: list[Any] = []

        def words(text: Text, vocabulary: Any = vocabulary, unnamed: Any = unnamed) -> Any:
            expression, placeholders = cloudformation_expression(text, vocabulary)
            unnamed.extend(placeholders)
            return expression

        change = change_for(finding, found[0], words) if vocabulary is not None else None
        if change is None or (unnamed and finding.rule not in RULES[:2]):
            told["what to write is not known there"] += 1
            continue
        told[finding.rule] += 1
        yield document.path, document.pointer(node), finding, change


def mended(folder: Path, to: Path, analysis: Analysis, told: Counter[str]) -> list[Finding]:
    """A copy of a tree in which the findings are mended; which ones."""
    edits: dict[str, dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    done = []
    for path, pointer, finding, change in changes_of(analysis, told):
        edits[path][pointer].append(change)
        done.append(finding)
    if done:
        shutil.copytree(folder, to)
    for path, statements in edits.items():
        file = to / Path(path).relative_to(folder.name)
        template = loaded(file)
        # From the end: what is put behind a statement moves no other one.
        for pointer, changes in sorted(statements.items(), reverse=True):
            assert apply(template, pointer, changes), f"{path}: {pointer}"
        file.write_text(json.dumps(template, default=str), "utf-8")
    return done


def judged(
    folder: Path, scratch: Path, run: Callable[[Path, Path], Analysis], told: Counter[str]
) -> list[str]:
    """What is worse once the findings of a tree are mended, or not mended."""
    before = run(folder, folder.parent)
    done = mended(folder, scratch / folder.name, before, told)
    if not done:
        return []
    after = run(scratch / folder.name, scratch)
    lost = sorted(allowed(before) - allowed(after))
    newly = sorted(broken(after) - broken(before))
    left = {(each.rule, each.location.path, each.subject) for each in after.results.findings}
    again = [each for each in done if (each.rule, each.location.path, each.subject) in left]
    shutil.rmtree(scratch / folder.name)
    return [
        *(f"{folder.name}: no more allowed: {each}" for each in lost),
        *(f"{folder.name}: newly broken: {each}" for each in newly),
        *(f"{folder.name}: told again: {each.location} {each.message}" for each in again),
    ]


def test_remedies_of_what_the_cdk_makes(
    cdk_cases: list[Case], scan: Callable[..., Analysis], tmp_path: Path
) -> None:
    told: Counter[str] = Counter()
    worse = []
    for case in cdk_cases:
        deployment = case.deployment()

        def run(folder: Path, root: Path, deployment: Any = deployment) -> Analysis:
            return scan(folder, root, deployment)

        worse += judged(case.folder, tmp_path, run, told)
    print(f"\nmended: {dict(told)}")
    assert not worse, f"{len(worse)}:\n" + "\n".join(worse[:40])
    assert sum(told[rule] for rule in RULES) >= 8


def test_remedies_of_what_people_write(
    shared: Path, scan: Callable[..., Analysis], tmp_path: Path
) -> None:
    told: Counter[str] = Counter()
    worse = []
    for folder in sorted((shared / "corpus" / "cloudformation").iterdir()):
        worse += judged(folder, tmp_path, scan, told)
    print(f"\nmended: {dict(told)}")
    assert not worse, f"{len(worse)}:\n" + "\n".join(worse[:40])
    assert all(told[rule] for rule in RULES)
    assert sum(told[rule] for rule in RULES) > 100
