"""What deployments of stack sets need, and whom their administration role has to trust.

IAM's reference gives `cloudformation:CreateStackSet` no resource type; the AWS CDK grants it on the
stack set, and a stack set made that way exists: a grant on the stack set is taken to be enough.
"""

from passrole import (
    ActionProvider,
    Basis,
    Both,
    Certainty,
    ConfigurationKey,
    Given,
    Need,
    Range,
    Service,
    Setting,
    Unless,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-StackSets.html"
ROLES_DOCS = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-prereqs-self-managed.html"
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"
STACK_SET = "arn:{partition}:cloudformation:{region}:{account}:stackset/{StackSetName}:*"
RULE = "stackset-permissions"
SELF_MANAGED = Setting("PermissionModel", ("SELF_MANAGED",), default="SELF_MANAGED")
NAMES_ADMINISTRATOR = Given("AdministrationRoleArn")
DEFAULT_ADMINISTRATOR = (
    "arn:{partition}:iam::{account}:role/AWSCloudFormationStackSetAdministrationRole"
)
NOT_DEPLOYED = "The action fails: AccessDenied before CloudFormation touches the stack set."
NOT_FOLLOWED = "The stack set changes, but the action may not follow the operation and fails."
SYMPTOMS = {
    "CreateStackSet": NOT_DEPLOYED,
    "UpdateStackSet": NOT_DEPLOYED,
    "CreateStackInstances": "The action fails: AccessDenied when it adds the stack instances.",
    "DescribeStackSetOperation": NOT_FOLLOWED,
    "DescribeStackSet": NOT_DEPLOYED,
    "ListStackInstances": "The action fails: AccessDenied when it looks for stack instances.",
}


def _on_stack_set(operation: str) -> Need:
    return Need(
        f"cloudformation:{operation}",
        STACK_SET,
        rule=RULE,
        source=DOCS,
        symptom=SYMPTOMS[operation],
    )


TRUST = (
    Need(
        "sts:AssumeRole",
        "{AdministrationRoleArn}",
        when=Both((SELF_MANAGED, NAMES_ADMINISTRATOR)),
        principal=Service("cloudformation.amazonaws.com"),
        context={"aws:SourceArn": STACK_SET, "aws:SourceAccount": "{account}"},
        rule="service-role-trust-missing",
        source=ROLES_DOCS,
        symptom="The stack set cannot be used: CloudFormation may not assume its administration"
        " role.",
    ),
)

STACK_SET_NEEDS = (
    *map(_on_stack_set, SYMPTOMS),
    *(
        Need(
            "iam:PassRole",
            role,
            when=Both((SELF_MANAGED, named)),
            certainty=Certainty.LOW,
            basis=Basis.CDK,
            context={"iam:PassedToService": "cloudformation.amazonaws.com"},
            rule=RULE,
            source=CDK,
            symptom="The action fails: not authorized to perform: iam:PassRole on the"
            " administration role.",
            note="the AWS CDK grants it; no page of CodePipeline mentions it",
        )
        for role, named in (
            ("{AdministrationRoleArn}", NAMES_ADMINISTRATOR),
            (DEFAULT_ADMINISTRATOR, Unless(NAMES_ADMINISTRATOR)),
        )
    ),
    *TRUST,
)
INSTANCES_NEEDS = tuple(map(_on_stack_set, ("CreateStackInstances", "DescribeStackSetOperation")))

STACK_SET_KEYS = (
    ConfigurationKey("StackSetName", required=True),
    ConfigurationKey("TemplatePath", required=True),
    ConfigurationKey("Description"),
    ConfigurationKey("Parameters"),
    ConfigurationKey("Capabilities"),
    ConfigurationKey("PermissionModel", values=("SELF_MANAGED", "SERVICE_MANAGED")),
    ConfigurationKey("AdministrationRoleArn"),
    ConfigurationKey("ExecutionRoleName"),
    ConfigurationKey(
        "OrganizationsAutoDeployment", values=("Enabled", "Disabled", "EnabledWithStackRetention")
    ),
    ConfigurationKey("DeploymentTargets"),
    ConfigurationKey("Regions"),
    ConfigurationKey("FailureTolerancePercentage"),
    ConfigurationKey("MaxConcurrentPercentage"),
    ConfigurationKey("CallAs", values=("SELF", "DELEGATED_ADMIN")),
)

INSTANCES_KEYS = (
    ConfigurationKey("StackSetName", required=True),
    ConfigurationKey("Regions", required=True),
    ConfigurationKey("DeploymentTargets"),
    ConfigurationKey("ParameterOverrides"),
    ConfigurationKey("FailureTolerancePercentage"),
    ConfigurationKey("MaxConcurrentPercentage"),
    ConfigurationKey("CallAs", values=("SELF", "DELEGATED_ADMIN")),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "CloudFormationStackSet",
        STACK_SET_NEEDS,
        source=DOCS,
        since="December 30, 2020",
        configuration=STACK_SET_KEYS,
        inputs=Range(1, 3),
        outputs=Range(0, 0),
    ),
    ActionProvider(
        "Deploy",
        "AWS",
        "CloudFormationStackInstances",
        INSTANCES_NEEDS,
        source=DOCS,
        since="December 30, 2020",
        configuration=INSTANCES_KEYS,
        inputs=Range(0, 2),
        outputs=Range(0, 0),
    ),
)
