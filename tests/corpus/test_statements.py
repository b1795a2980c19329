"""How much of the policies of real repositories is read, and what keeps the rest open."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from passrole.analysis import Analysis
from passrole.iam.statements import Statement
from passrole.values import Text, Unknown

pytestmark = pytest.mark.corpus

Scan = Callable[[Path, Path], Analysis]

GOAL = 0.98

# What nobody can tell from the repository: the reasons of unknowns and of holes.
GIVEN_LATER = re.compile(
    "account is not given|region is not given|service makes|stack is named when it is created"
    "|name is given when the stack is created"
    "|has no default and no value is given|known when the stack is deployed"
    "|it depends on|stored outside of the template|value of the SSM parameter|secret"
    "|macro|no template that was read exports|whose value is not known|holds '.*' is not known"
)
# What the author of the template has to mend: CloudFormation or IAM refuses it.
REFUSED = re.compile(
    "There is no resource|a statement |a policy |needs a|an Effect|Effect is|has no element"
    "|the keys of|exclude each other|in a trust policy|condition operator|without quotes"
)
PARAMETER = re.compile("the parameter .* has no default and no value is given")
NESTED = re.compile(r"TemplateURL[\"']?\s*:\s*[^\n]*?([\w.-]+\.(?:ya?ml|json|template))")
CDK_OR_STACK_OUTPUT = re.compile(r"\.Outputs\.")


def reasons(statement: Statement) -> Iterator[tuple[str, str]]:
    """Why parts of a statement are not known, with the reference that leads there."""
    if statement.unresolved:
        yield statement.unresolved, ""
    items: list[object] = [
        *statement.actions, *statement.not_actions,
        *statement.resources, *statement.not_resources,
    ]  # fmt: skip
    items.extend(
        principal if isinstance(principal, Unknown) else principal.value
        for principal in (*statement.principals, *statement.not_principals)
    )
    for condition in statement.conditions:
        items.extend([condition] if isinstance(condition, Unknown) else condition.values)
    for item in items:
        if isinstance(item, Unknown):
            yield item.reason, ""
        elif isinstance(item, Text):
            yield from ((hole.reason, hole.reference) for hole in item.holes)


def nested_in(repository: Path) -> set[str]:
    """The names of files that a template of the repository instantiates as a nested stack."""
    found: set[str] = set()
    for path in repository.rglob("*"):
        if path.is_file() and path.suffix in (".yaml", ".yml", ".json", ".template"):
            found |= set(NESTED.findall(path.read_text("utf-8", "replace")))
    return found


def could_be_told(reason: str, reference: str, path: str, nested: set[str]) -> bool:
    """Whether a person who has the repository could say what stands there."""
    if PARAMETER.search(reason):
        return path.rpartition("/")[2] in nested
    if CDK_OR_STACK_OUTPUT.search(reference):
        return True
    return not GIVEN_LATER.search(reason) and not REFUSED.search(reason)


def test_nearly_every_statement_is_read_as_far_as_a_person_could(shared: Path, scan: Scan) -> None:
    root = shared / "corpus" / "cloudformation"
    total = 0
    open_ones: dict[str, list[str]] = defaultdict(list)
    later: Counter[str] = Counter()
    for repository in sorted(path for path in root.iterdir() if path.is_dir()):
        nested = nested_in(repository)
        for graph in scan(repository, root).graphs:
            for document in graph.documents:
                path, line = document.location.path, document.location.line
                for statement in document.policy.statements:
                    total += 1
                    found = set(reasons(statement))
                    told = [each for each in found if could_be_told(*each, path, nested)]
                    later.update({reason for reason, _ in found} - {reason for reason, _ in told})
                    if told:
                        open_ones[min(told)[0]].append(f"{path}:{line}")
    count = sum(map(len, open_ones.values()))
    print(f"{total} statements, {count} with a part that a person could have told")
    for reason, places in sorted(open_ones.items(), key=lambda each: -len(each[1])):
        print(f"  {len(places):4} {reason}: {', '.join(sorted(set(places))[:3])}")
    print(f"not to be told: {later.most_common(12)}")
    assert total > 2000
    assert count <= total * (1 - GOAL)
