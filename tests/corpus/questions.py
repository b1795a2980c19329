"""What a run was asked, and how it was answered."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from passrole.analysis import Analysis
from passrole.findings import Category
from passrole.graph.requirements import Requirement
from passrole.iam.decisions import Verdict


class Question(NamedTuple):
    """One need in one world, whether its role is in the scanned templates, and what blocks it."""

    requirement: Requirement
    role_in_tree: bool
    decided: bool
    blockers: tuple[str, ...]

    def __str__(self) -> str:
        need = self.requirement
        action = need.action.label if need.action else need.pipeline.label
        blockers = "; ".join(self.blockers)[:200]
        return f"{action}, {need.principal.label}, {need.need.iam_action}: {blockers}"


def questions_of(analysis: Analysis) -> Iterator[Question]:
    """Every need of a run with its answer; documented blocks are no questions."""
    for graph in analysis.graphs:
        for pipeline in graph.pipelines:
            for subject in (pipeline, *pipeline.actions):
                for requirement in graph.requirements_of(subject):
                    if requirement.need.documented_block:
                        continue
                    for decision in graph.decide(requirement):
                        decided = decision.verdict is not Verdict.UNKNOWN
                        here = _role_in_tree(requirement)
                        yield Question(requirement, here, decided, decision.blockers)


def _role_in_tree(requirement: Requirement) -> bool:
    """Whether the role that needs it, and the role it is about to assume, were scanned."""
    principal = requirement.principal
    if principal.role is None and principal.service is None:
        return False
    return requirement.need.iam_action != "sts:AssumeRole" or requirement.owner is not None


def figures(questions: Iterable[Question]) -> str:
    """How many questions were decided, in words."""
    counts = Counter(question.decided for question in questions)
    total = counts.total()
    return f"{counts[True]} of {total} ({counts[True] / max(total, 1):.1%})"


def allowed(analysis: Analysis) -> set[tuple[str, ...]]:
    """Every need that is allowed for certain: of what, whose, what, on what."""
    return {
        (pipeline.resource.id, getattr(subject, "label", ""), requirement.principal.label,
         requirement.need.iam_action, str(requirement.resource))
        for graph in analysis.graphs
        for pipeline in graph.pipelines
        for subject in (pipeline, *pipeline.actions)
        for requirement in graph.requirements_of(subject)
        if all(each.verdict is Verdict.ALLOWED for each in graph.decide(requirement))
    }  # fmt: skip


def broken(analysis: Analysis) -> set[tuple[str, str]]:
    return {
        (each.rule, each.message)
        for each in analysis.results.findings
        if each.category is Category.BREAKS
    }
