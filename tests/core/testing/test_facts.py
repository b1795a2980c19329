"""What `check_facts` says of a plugin's facts."""

import importlib
import sys
from types import ModuleType

import pytest

from passrole import ActionProvider, Certainty, Need, ResourceType, hookimpl
from passrole.plugin_loading import find_plugins
from passrole.testing import check_facts, problems_in_facts

SOURCE = "https://acme.example/docs"
TABLE = "arn:{partition}:dynamodb:{region}:{account}:table/{Table}"


def plugin(monkeypatch: pytest.MonkeyPatch, *needs: Need, types: tuple[ResourceType, ...] = ()) -> ModuleType:  # fmt: skip
    module = ModuleType("acme_facts")
    provider = ActionProvider("Deploy", "Custom", "Acme", needs=needs, source=SOURCE)

    @hookimpl
    def passrole_action_providers() -> object:
        return (provider,)

    @hookimpl
    def passrole_resource_types() -> object:
        return types

    vars(module).update(
        passrole_action_providers=passrole_action_providers,
        passrole_resource_types=passrole_resource_types,
    )
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def need(action: str, resource: str = "*", **more: object) -> Need:
    return Need(action, resource, **{"source": SOURCE, "symptom": "It fails.", **more})


def test_good_facts_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    good = ResourceType(cloudformation="Acme::Releases::Table", arn=TABLE.replace("Table}", "name}"),
                        source=SOURCE)  # fmt: skip
    check_facts(
        plugin(monkeypatch, need("dynamodb:GetItem", TABLE), need("ec2:*"), types=(good,)),
        beside=_needed(),
    )


def _needed() -> list[ModuleType]:
    """The plugin whose rule reports a missing need."""
    return [importlib.import_module("passrole_aws.iam")]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (need("dynamodb:GetItems"), "there is no action dynamodb:GetItems; did you mean dynamodb:GetItem?"),
        (need("dynamodb:getitem"), "AWS spells it dynamodb:GetItem"),
        (need("nosuch:*"), "no action is of this pattern"),
        (need("dynamodb:GetItem", "arn:{partition}:s3:::{Bucket}"), "dynamodb:GetItem takes no resource such as arn:{partition}:s3:::{Bucket}"),
        (need("dynamodb:GetItem", source=""), "no source"),
        (need("dynamodb:GetItem", symptom=""), "no symptom"),
        (need("dynamodb:GetItem", rule="nosuch"), "there is no rule 'nosuch'"),
        (need("dynamodb:GetItem", certainty=Certainty.LOW), "no note says who says what"),
        (need("dynamodb:GetItem", alternatives=("dynamodb:Nosuch",)), "there is no action dynamodb:Nosuch"),
    ],
)  # fmt: skip
def test_a_wrong_need_is_told(wrong: Need, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError) as told:
        check_facts(plugin(monkeypatch, wrong), beside=_needed())
    (line,) = str(told.value).splitlines()
    assert line.startswith("Deploy/Custom/Acme/1: ")
    assert words in line


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (ResourceType(cloudformation="Acme.Table", source=SOURCE), "no type of CloudFormation is spelt so"),
        (ResourceType(terraform="AcmeTable", source=SOURCE), "no type of Terraform is spelt so"),
        (ResourceType(terraform="acme_table"), "no source"),
        (ResourceType(terraform="acme_table", arn="arn:aws:dynamodb:::tabel/{name}", source=SOURCE), "its service has no ARN such as"),
        (ResourceType(terraform="acme_table", terraform_attributes={"url": "x/{owmer}"}, fields={"owner": ("", "owner")}, source=SOURCE), "{owmer}, which is no field; did you mean 'owner'?"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_told(
    wrong: ResourceType, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = problems_in_facts(plugin(monkeypatch, types=(wrong,)), beside=())
    assert words in line


KNOWN = (
    # The AWS CDK grants it on the stack set: see tests/plugins/test_needs.py.
    "cloudformation:CreateStackSet takes no resource",
    # No IAM action takes the ARN that CloudFormation gives it.
    "AWS::CodeBuild::SourceCredential: its service has no ARN such as",
)


def test_passroles_own_facts_have_the_problems_that_are_known() -> None:
    found = find_plugins()
    own = [
        importlib.import_module(each.module) for each in found if each.distribution == "passrole"
    ]
    problems = problems_in_facts(*own)
    assert len(problems) == len(KNOWN)
    for problem, words in zip(problems, KNOWN, strict=True):
        assert words in problem
