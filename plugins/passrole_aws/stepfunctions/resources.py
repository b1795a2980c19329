"""State machines."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.stepfunctions.entities import StateMachine


def read_state_machine(resource: Resource) -> Iterator[StateMachine]:
    """One state machine with its type."""
    yield StateMachine(resource, type=resource["type"])


MACHINE = "arn:{partition}:states:{region}:{account}:stateMachine:{name}"

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::StepFunctions::StateMachine",
        terraform="aws_sfn_state_machine",
        arn=MACHINE,
        ref="arn",
        attributes={"Arn": "arn", "Name": "name"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("StateMachineName", "name"), "type": ("StateMachineType", "type")},
        read=read_state_machine,
        source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-stepfunctions-statemachine.html",
    ),
    ResourceType(
        cloudformation="AWS::Serverless::StateMachine",
        arn=MACHINE,
        ref="arn",
        attributes={"Arn": "arn", "Name": "name"},
        fields={"name": ("Name", ""), "type": ("Type", "")},
        read=read_state_machine,
        source="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html",
    ),
)
