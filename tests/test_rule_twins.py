"""Each example of a rule in CloudFormation, translated into Terraform, has as many findings."""

import importlib
import json
from typing import Any

import pytest
import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # without libyaml
    from yaml import SafeLoader  # type: ignore[assignment]

from tests.corpus.twins.configurations import configuration
from tests.corpus.twins.intrinsics import NoTwinError

from passrole.plugin_loading import find_plugins
from passrole.testing import Example, examples_of, findings_in

OWN = [
    importlib.import_module(plugin.module)
    for plugin in find_plugins()
    if plugin.distribution == "passrole"
]
IN_YAML = [each for each in examples_of(*OWN) if each.language == "yaml"]

WITHOUT_TWIN = {
    "Ref AWS::StackName": "a pipeline of Terraform is in no stack",
    "Files of an artifact": "the provider has no argument for them",
}
ONE_PLACE = {
    "empty-policy-element-1": "two findings of one policy are one",
    "condition-operator-mismatch-1": "two findings of one policy are one",
    "partition-hardcoded-1": "where the partition is written out is not told from where it is not",
}
"""In JSON syntax a policy that is encoded is one text, all of which is one place."""


class Loader(SafeLoader):
    """Templates with the short forms of functions, dates as the texts that they are."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - as the base class has it
        first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
        for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
    }


def function(loader: Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    argument: Any
    if isinstance(node, yaml.MappingNode):
        argument = loader.construct_mapping(node, deep=True)
    elif isinstance(node, yaml.SequenceNode):
        argument = loader.construct_sequence(node, deep=True)
    else:
        argument = node.value
    return {name if name == "Ref" else f"Fn::{name}": argument}


Loader.add_multi_constructor("!", function)


@pytest.mark.slow
@pytest.mark.parametrize("example", IN_YAML, ids=str)
def test_twin(example: Example) -> None:
    template = yaml.load(example.text, Loader)  # noqa: S506 - a safe one
    try:
        twin = json.dumps(configuration(template, documents=False), indent=1)
    except NoTwinError as error:
        assert str(error) in WITHOUT_TWIN  # noqa: PT017 - what is skipped is listed
        pytest.skip(WITHOUT_TWIN[str(error)])
    found = findings_in(
        example.text, example.rule, example.contributions, "yaml", example.deployment
    )
    in_twin = findings_in(twin, example.rule, example.contributions, "json", example.deployment)
    same = len(found) == len(in_twin)
    told = [[each.message for each in findings] for findings in (found, in_twin)]
    assert same == (str(example) not in ONE_PLACE), json.dumps(told, indent=1)
