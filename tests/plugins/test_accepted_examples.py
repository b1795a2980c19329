"""The accepted examples of permission rules are accepted because they are allowed."""

from types import ModuleType

from passrole.asking import read_entities
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.testing import Example, examples_of

UNDECIDED = {
    "missing-action-permission-2": "names an account, and nobody says that it is the pipeline's",
}
"""Accepted examples that are known to be undecided, and why."""


def _graph(example: Example) -> Graph:
    terraform = example.language == "json" and '"Resources"' not in example.text
    name = "example.tf.json" if terraform else f"example.{example.language}"
    document = parse(name, example.text.encode(), Limits())
    types = ResourceTypes.of(example.contributions.resource_types)
    entities, _ = read_entities(read_stacks([document], types, Deployment()))
    return Graph(entities, example.contributions.providers)


def _undecided(example: Example) -> list[str]:
    """The needs of the example's own rule that nobody can decide: a finding may hide there."""
    graph = _graph(example)
    return [
        f"{example}: {requirement.need.iam_action} on {requirement.resource}: {decision.blockers}"
        for pipeline in graph.pipelines
        for subject in (pipeline, *pipeline.actions)
        for requirement in graph.requirements_of(subject)
        if requirement.need.rule == example.rule.id and not requirement.need.documented_block
        for decision in graph.decide(requirement)
        if decision.verdict.value == "unknown"
    ]


def test_no_accepted_example_is_accepted_for_want_of_knowledge(
    own_plugins: list[ModuleType],
) -> None:
    accepted = [
        each
        for each in examples_of(*own_plugins, beside=own_plugins)
        if not each.flagged and str(each) not in UNDECIDED
    ]
    assert accepted

    undecided = [line for example in accepted for line in _undecided(example)]
    assert not undecided, "\n".join(undecided)
