"""What shell commands need that CodePipeline runs by itself, in an action or in a condition.

The commands run as the role of the action, so whatever they call is needed as well: no list can be
complete.
"""

from passrole import (
    Action,
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Given,
    Need,
    Range,
    Reaches,
    Via,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Commands.html"
RULE_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-Commands.html"
VPC_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html"
LOGS = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"
LOG_OPERATIONS = (
    ("CreateLogGroup", "*"),
    ("CreateLogStream", "log-stream:*"),
    ("PutLogEvents", "log-stream:*"),
)
SECRETS = Via("EnvironmentVariables", ((Action, "secrets"),))
EC2 = "arn:{partition}:ec2:{region}:{account}"
INTERFACES = f"{EC2}:network-interface/*"
SUBNETS_AND_GROUPS = (f"{EC2}:subnet/*", f"{EC2}:security-group/*")
VPC_OPERATIONS = (
    ("CreateNetworkInterface", INTERFACES),
    ("CreateNetworkInterfacePermission", INTERFACES),
    ("DescribeDhcpOptions", "*"),
    ("DescribeNetworkInterfaces", "*"),
    ("DeleteNetworkInterface", INTERFACES),
    ("DescribeSubnets", "*"),
    ("DescribeSecurityGroups", "*"),
    ("DescribeVpcs", "*"),
)

ACTION_NEEDS = (
    *(
        Need(
            f"logs:{operation}",
            f"{LOGS}:{streams}",
            rule="commands-action-logs-missing",
            source=DOCS,
            symptom="The action fails to start, or runs and leaves no logs.",
        )
        for operation, streams in LOG_OPERATIONS
    ),
    Need(
        "secretsmanager:GetSecretValue",
        SECRETS,
        when=Reaches(SECRETS),
        certainty=Certainty.LOW,
        source=DOCS,
        symptom="The action fails before the first command: not authorized to perform:"
        " secretsmanager:GetSecretValue.",
        note="documented; the AWS CDK cannot set such a variable and grants nothing for it",
    ),
    *(
        Need(
            f"ec2:{operation}",
            resource,
            when=Given("VpcId"),
            beside=SUBNETS_AND_GROUPS if operation == "CreateNetworkInterface" else (),
            certainty=Certainty.LOW,
            basis=Basis.INFERRED,
            source=VPC_DOCS,
            symptom='The action fails: "Unexpected EC2 error: UnauthorizedOperation".',
            note="inferred from what a build in a VPC needs; the page of the action lists none of"
            " it and the AWS CDK grants none",
        )
        for operation, resource in VPC_OPERATIONS
    ),
)

RULE_NEEDS = tuple(
    Need(
        f"logs:{operation}",
        f"{LOGS}:{streams}",
        certainty=Certainty.LOW,
        rule="commands-action-logs-missing",
        source=RULE_DOCS,
        symptom="The condition fails, and with it the stage, or no logs are left.",
        note="documented as required; the AWS CDK grants nothing for the rules of conditions",
    )
    for operation, streams in LOG_OPERATIONS
)

KEYS = (
    ConfigurationKey(
        "EnvironmentType", values=("LINUX_CONTAINER", "WINDOWS_SERVER_2022_CONTAINER")
    ),
    ConfigurationKey(
        "ComputeType",
        values=("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"),
    ),
    ConfigurationKey("VpcId"),
    ConfigurationKey("Subnets"),
    ConfigurationKey("SecurityGroupIds"),
)

PROVIDERS = (
    ActionProvider(
        "Compute",
        "AWS",
        "Commands",
        ACTION_NEEDS,
        open_ended=True,
        source=DOCS,
        since="October 3, 2024",
        configuration=KEYS,
        inputs=Range(1, 10),
        outputs=Range(0, 1),
        v2_only=True,
    ),
    ActionProvider("Rule", "AWS", "Commands", RULE_NEEDS, open_ended=True, source=RULE_DOCS),
)
