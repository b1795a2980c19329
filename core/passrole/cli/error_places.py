"""Where in the templates an error text comes from: a finding that fits, else the role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.analysis import Analysis
from passrole.cli.causes import Explained
from passrole.findings import Finding
from passrole.graph.questions import Graph
from passrole.iam.decisions import Verdict
from passrole.iam.denials import Denial
from passrole.iam.patterns import equals
from passrole.model.identities import Role
from passrole.values import Text, Truth, literal

CONSIDERED = 4  # causes
_RANDOM = 12  # characters that CloudFormation ends a name with that it makes up, or more
_TELLING = 4  # characters that a name must have in common with one that is known in part


def fitting(explained: Explained, analysis: Analysis) -> list[Finding]:
    """The findings that the text may be about, those that have the most in common first.

    One that is about another action than the denied one, or about another role, is not.
    """
    rules = [cause.rule.id for cause in explained.causes[:CONSIDERED]]
    labels = {
        denial: {role.label for _, role in _roles(analysis.graphs, denial)} | {denial.role}
        for denial in explained.denials
    }
    found = []
    for finding in analysis.results.findings:
        likeness = _likeness(finding, labels, rules)
        if likeness is not None:
            found.append((likeness, finding))
    found.sort(key=lambda each: each[0])  # keeps the order of the findings where they are alike
    return [finding for _, finding in found]


def _likeness(
    finding: Finding, labels: dict[Denial, set[str]], rules: list[str]
) -> tuple[int, int] | None:
    """How far a finding is from the text: by action and role, then by rule; None where too far."""
    by_rule = rules.index(finding.rule) if finding.rule in rules else len(rules)
    if not labels:
        return (1, by_rule) if by_rule < len(rules) else None
    subject = finding.subject
    best: tuple[int, int] | None = None
    for denial, names in labels.items():
        same_action = (subject.iam_action or "").lower() == denial.action.lower()
        if (subject.iam_action and not same_action) or not (same_action or by_rule < len(rules)):
            continue
        if subject.principal and denial.role and subject.principal not in names:
            continue
        distance = (0 if same_action else 1, by_rule)
        best = distance if best is None else min(best, distance)
    return best


def defined(explained: Explained, graphs: Iterable[Graph]) -> Iterator[str]:
    """Where the role that was denied is defined, and what its policies here say of the action."""
    graphs = tuple(graphs)
    for denial in explained.denials:
        if not denial.role:
            continue
        lines = [
            f"Role {denial.role} is {role.label}, defined at {role.location.path}:"
            f"{role.location.line}.{_now(graph, role, denial)}"
            for graph, role in _roles(graphs, denial)
        ]
        yield from dict.fromkeys(lines) or (f"No role here is called {denial.role}.",)


def _roles(graphs: Iterable[Graph], denial: Denial) -> list[tuple[Graph, Role]]:
    return [
        (graph, role)
        for graph in graphs
        for role in graph.roles
        if denial.role and _is_called(role, denial.role)
    ]


def _is_called(role: Role, deployed: str) -> bool:
    """Whether a role may have this name once it is deployed.

    A name that CloudFormation makes up is that of the stack, the logical id, which is cut where the
    name gets too long, and a random part. Source: CloudFormation user guide, *Name type*.
    """
    name = role.resource.name
    if deployed in (role.label, role.resource.id):  # who asks may have put the short one
        return True
    if name.known() is not None:
        return False
    if _has_text(name) and equals(name, literal(deployed)) is not Truth.FALSE:
        return True
    before, _, random = deployed.rpartition("-")
    stack, _, middle = before.rpartition("-")
    made_up = stack and len(random) >= _RANDOM and random.isalnum()
    cut = len(middle) >= _TELLING and role.resource.id.startswith(middle)
    return bool(made_up and (middle == role.resource.id or cut))


def _has_text(name: Text) -> bool:
    """Whether enough of a name is known to tell it from others."""
    return any(isinstance(part, str) and len(part) >= _TELLING for part in name.parts)


def _now(graph: Graph, role: Role, denial: Denial) -> str:
    """Whether the role as it is written may do what was denied."""
    if ":" not in denial.action or "*" in denial.resource:
        return ""
    verdicts = {
        each.verdict for each in graph.may(role, denial.action, literal(denial.resource or "*"))
    }
    if verdicts == {Verdict.ALLOWED}:
        return (
            f" As it is written here it may do {denial.action} there: what is deployed may be"
            " older, or a policy that is not in the tree is in the way."
        )
    if verdicts <= {Verdict.MISSING, Verdict.DENIED}:
        return f" As it is written here it may not do {denial.action} there."
    return f" Whether it may do {denial.action} there, as it is written here, is not known."
