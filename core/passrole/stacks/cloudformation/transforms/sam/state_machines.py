"""``AWS::Serverless::StateMachine``: the state machine, its role, and what starts it.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html
"""

from __future__ import annotations

from passrole.documents.nodes import Mapping
from passrole.stacks.cloudformation.generated import Data
from passrole.stacks.cloudformation.transforms.sam.desk import Declared, Desk, attribute, reference
from passrole.stacks.cloudformation.transforms.sam.events import machine_events
from passrole.stacks.cloudformation.transforms.sam.functions import tag_list
from passrole.stacks.cloudformation.transforms.sam.roles import (
    aws_managed,
    role_properties,
    trust_of,
    written_policies,
)
from passrole.stacks.cloudformation.transforms.walking import plain_text

_NAMES = {
    "Name": "StateMachineName",
    "Type": "StateMachineType",
    "Definition": "Definition",
    "DefinitionUri": "DefinitionS3Location",
    "DefinitionSubstitutions": "DefinitionSubstitutions",
    "Logging": "LoggingConfiguration",
    "Tracing": "TracingConfiguration",
    "Role": "RoleArn",
}

_LONGEST_ALIAS = 80


def expand_state_machine(desk: Desk, owner: Declared) -> None:
    """The state machine and all that SAM makes for it."""
    properties: dict[str, Data] = {
        theirs: node for mine, theirs in _NAMES.items() if (node := owner.get(mine)) is not None
    }
    tags = tag_list(desk, "stateMachine:createdBy", owner.get("Tags"), owner.node)
    properties["Tags"] = tags
    if owner.get("Role") is None:
        role_id = f"{owner.id}Role"
        policies = written_policies(desk, owner, role_id)
        tracing = owner.get("Tracing")
        if isinstance(tracing, Mapping) and plain_text(tracing.get("Enabled")) == "true":
            policies.managed.append(aws_managed("AWSXrayWriteOnlyAccess"))
        role = role_properties(owner, trust_of("states"), policies, tags)
        desk.add(owner, role_id, "AWS::IAM::Role", role)
        properties["RoleArn"] = attribute(role_id)
    desk.replace(owner, "AWS::StepFunctions::StateMachine", properties)
    alias = owner.get("AutoPublishAlias")
    if alias is not None:
        version: Data = {"StateMachineArn": reference(owner.id)}
        version_id = f"{owner.id}Version"
        desk.add(owner, version_id, "AWS::StepFunctions::StateMachineVersion", version)
        desk.renamed[f"{owner.id}.Version"] = version_id
        alias_id = f"{owner.id}Alias{(desk.text(alias) or '')[:_LONGEST_ALIAS]}"
        named: Data = {"Name": alias}
        desk.add(owner, alias_id, "AWS::StepFunctions::StateMachineAlias", named)
        desk.renamed[f"{owner.id}.Alias"] = alias_id
    machine_events(desk, owner)
