"""Everything that changed from one analysis to another."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.comparison.changes import Comparison, IdentityChange, Side, State
from passrole.comparison.findings import UNREAD, finding_changes
from passrole.comparison.matching import matches, moved_stacks
from passrole.comparison.permissions import identity_changes
from passrole.comparison.pipelines import pipeline_changes
from passrole.findings import Results
from passrole.graph.questions import Graph
from passrole.iam.sets import joined


def compare(
    base: Side, head: Side, base_graphs: Iterable[Graph], head_graphs: Iterable[Graph]
) -> Comparison:
    """What changed."""
    before, after = tuple(base_graphs), tuple(head_graphs)
    identities = matches(before, after, lambda graph: graph.principals)
    pipelines = matches(before, after, lambda graph: graph.pipelines)
    moved = {**moved_stacks(identities), **moved_stacks(pipelines)}
    scps = tuple(tuple(map(joined, side.scps)) for side in (base, head))
    findings, paths = finding_changes(base.results, head.results, moved)
    changes = identity_changes(identities, moved, *scps)
    return Comparison(
        base=base,
        head=head,
        identities=tuple(_sure(each, base.results, head.results) for each in changes),
        pipelines=tuple(pipeline_changes(pipelines)),
        findings=findings,
        paths=paths,
    )


def _sure(change: IdentityChange, base: Results, head: Results) -> IdentityChange:
    """Not new and not gone for sure, where the other side could not be read whole."""
    doubts = {State.NEW: (base, State.MAYBE_NEW), State.GONE: (head, State.MAYBE_GONE)}
    other, doubt = doubts.get(change.state, (None, change.state))
    if other is None or not (other.incomplete or any(r in UNREAD for _, r in other.passed_over)):
        return change
    return change._replace(state=doubt)
