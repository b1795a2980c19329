"""One action of one pipeline, and what passrole answers about each of its needs."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import pytest

import passrole_aws
from passrole.asking import read_entities
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.graph.questions import Graph
from passrole.model.needs import ActionProvider, Certainty
from passrole.plugin_loading import FoundPlugin, load_plugins
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes

TRUST = {
    "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "codepipeline.amazonaws.com"},
    }
}


class Asked(NamedTuple):
    """One need of the action, as ``map`` shows it."""

    iam_action: str
    resource: str
    certainty: Certainty
    verdict: str
    rule: str


Ask = Callable[..., list[Asked]]


@pytest.fixture(scope="session")
def own_plugins() -> list[ModuleType]:
    """Every service of ``passrole_aws``."""
    names = sorted(module.name for module in pkgutil.iter_modules(passrole_aws.__path__))
    return [importlib.import_module(f"passrole_aws.{name}") for name in names]


@pytest.fixture(scope="session")
def contributions(own_plugins: list[ModuleType]) -> Contributions:
    """What the services contribute together."""
    return gather(
        load_plugins(FoundPlugin(p.__name__, p.__name__, "tests", "") for p in own_plugins)
    )


@pytest.fixture(scope="session")
def graph_of(contributions: Contributions) -> Callable[[Mapping[str, Any]], Graph]:
    """The graph of a CloudFormation template, given as its resources."""

    def build(resources: Mapping[str, Any]) -> Graph:
        text = json.dumps({"Resources": resources}).encode()
        document = parse("pipeline.json", text, Limits())
        types = ResourceTypes.of(contributions.resource_types)
        entities, crashes = read_entities(read_stacks([document], types, Deployment()))
        assert not crashes
        return Graph(entities, contributions.providers)

    return build


@pytest.fixture(scope="session")
def ask(graph_of: Callable[[Mapping[str, Any]], Graph]) -> Ask:
    """The needs that an action's own provider names, with the verdict on each."""

    def asked(
        action_type: str,
        configuration: Mapping[str, Any],
        statements: Sequence[Mapping[str, Any]] = (),
        resources: Mapping[str, Any] | None = None,
    ) -> list[Asked]:
        category, owner, provider = action_type.split("/")
        action = {
            "Name": "It",
            "ActionTypeId": {
                "Category": category, "Owner": owner, "Provider": provider, "Version": "1",
            },
            "Configuration": dict(configuration),
        }  # fmt: skip
        graph = graph_of(
            {
                "Pipeline": {
                    "Type": "AWS::CodePipeline::Pipeline",
                    "Properties": {
                        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                        "ArtifactStore": {"Type": "S3", "Location": "artifacts"},
                        "Stages": [{"Name": "Stage", "Actions": [action]}],
                    },
                },
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "AssumeRolePolicyDocument": TRUST,
                        "Policies": [
                            {
                                "PolicyName": "own",
                                "PolicyDocument": {"Statement": list(statements)},
                            }
                        ],
                    },
                },
                **(resources or {}),
            }
        )
        (pipeline,) = graph.pipelines
        (subject,) = pipeline.actions
        runs_it = graph.provider_of(subject)
        assert isinstance(runs_it, ActionProvider)
        return [
            Asked(
                requirement.need.iam_action,
                str(requirement.resource),
                requirement.need.certainty,
                decision.verdict.value,
                requirement.need.rule,
            )
            for requirement in graph.requirements_of(subject)
            if requirement.need in runs_it.needs
            for decision in graph.decide(requirement)
        ]

    return asked
