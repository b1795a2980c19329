"""What state machines that an action starts need.

`states:DescribeExecution` works on an execution and not on the state machine: its ARN is made of
the state machine's. An express state machine is started and not looked at again.
"""

from passrole import (
    ActionProvider,
    ConfigurationKey,
    Derived,
    Need,
    Range,
    Reaches,
    Unless,
    Via,
)
from passrole_aws.stepfunctions.entities import StateMachine

DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StepFunctions.html"
)
MACHINE = "{StateMachineArn}"
EXECUTIONS = Derived("StateMachineArn", ":stateMachine:", ":execution:", ":{ExecutionNamePrefix}*")
EXPRESS = Reaches(Via("StateMachineArn", ((StateMachine, "type"),)), ("express",))
NOT_STARTED = "The action fails at once: it may not start the state machine."

NEEDS = (
    Need("states:StartExecution", MACHINE, source=DOCS, symptom=NOT_STARTED),
    Need("states:DescribeStateMachine", MACHINE, source=DOCS, symptom=NOT_STARTED),
    Need(
        "states:DescribeExecution",
        EXECUTIONS,
        when=Unless(EXPRESS),
        rule="stepfunctions-execution-arn-mismatch",
        source=DOCS,
        symptom='The execution runs, and the action fails: "Insufficient permissions: An API call'
        ' to StepFunctions.describeExecution returned a AccessDeniedException".',
    ),
)

KEYS = (
    ConfigurationKey("StateMachineArn", required=True),
    ConfigurationKey("ExecutionNamePrefix"),
    ConfigurationKey("InputType", values=("Literal", "FilePath")),
    ConfigurationKey("Input"),
)

PROVIDERS = (
    ActionProvider(
        "Invoke",
        "AWS",
        "StepFunctions",
        NEEDS,
        source=DOCS,
        since="May 27, 2020",
        configuration=KEYS,
        inputs=Range(0, 1),
        outputs=Range(0, 1),
    ),
)
