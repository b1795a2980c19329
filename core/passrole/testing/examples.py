"""The examples in a rule's page are its tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from types import ModuleType

from passrole.contributions import Contributions
from passrole.errors import PluginError
from passrole.iam.policies import PolicyKind, policy_from_json
from passrole.records import NamedTuple
from passrole.rules import Rule
from passrole.stacks.deployments import Deployment
from passrole.testing.templates import contributions_of, findings_in

_FENCE = re.compile(
    r"^```(yaml|json|hcl)(?: finding=([0-9,]+)|( scp))?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
_MARK = "# finding"


class Example(NamedTuple):
    """One example of a rule's page; ``flagged`` are the lines that the rule must report."""

    rule: Rule
    number: int
    language: str
    text: str
    flagged: tuple[int, ...]
    contributions: Contributions
    deployment: Deployment = Deployment()

    def __str__(self) -> str:
        return f"{self.rule.id}-{self.number}"


def examples_of(*plugins: ModuleType, beside: Iterable[ModuleType] | None = None) -> list[Example]:
    """The examples of every rule that ``plugins`` bring.

    ``beside`` are the plugins whose readers and providers are at hand as well; left out, it is
    passrole's own. Plugins that happen to be installed play no part, so the same examples give
    the same answer everywhere. Raises PluginError where a rule lacks an example of either kind.
    """
    contributions = contributions_of(*plugins, beside=beside)
    names = {plugin.__name__ for plugin in plugins}
    owned = [r for r in contributions.rules if contributions.owners[r.id] in names]
    return [example for rule in owned for example in _examples(rule, contributions)]


def check_example(example: Example) -> None:
    """Raise AssertionError unless the rule flags exactly the marked lines."""
    findings = findings_in(
        example.text, example.rule, example.contributions, example.language, example.deployment
    )
    lines = tuple(sorted({finding.location.line for finding in findings}))
    if lines != example.flagged:
        told = "\n".join(f"  line {f.location.line}: {f.message}" for f in findings)
        message = f"{example}: flagged {list(lines)}, documented {list(example.flagged)}\n{told}"
        raise AssertionError(message)


def _examples(rule: Rule, contributions: Contributions) -> Iterator[Example]:
    found = []
    deployment = Deployment()
    for number, match in enumerate(_FENCE.finditer(rule.page), 1):
        language, marked, is_scp, text = match.groups()
        if is_scp:
            scp = policy_from_json(json.loads(text), PolicyKind.SCP, "service control policy")
            deployment = Deployment(scps=((scp,),))
            continue
        if marked:
            flagged = tuple(sorted(int(line) for line in marked.split(",")))
        else:
            lines = enumerate(text.splitlines(), 1)
            flagged = tuple(index for index, line in lines if line.rstrip().endswith(_MARK))
        found.append(Example(rule, number, language, text, flagged, contributions, deployment))
    if not any(each.flagged for each in found) or all(each.flagged for each in found):
        message = f"the page of rule {rule.id} needs one flagged and one accepted example"
        raise PluginError(message)
    return iter(found)
