"""What deployments to EC2 instances need: commands of Systems Manager, and target groups.

Documented: the action reference lists the operations on load balancers without a condition; the AWS
CDK grants them only where the action names target groups, and so does this table.
"""

from passrole import (
    ActionProvider,
    Both,
    ConfigurationKey,
    Given,
    Need,
    Range,
    Reaches,
    Unless,
    Via,
)
from passrole_aws.ec2.entities import TargetGroup

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-EC2Deploy.html"
INSTANCES = "arn:{partition}:ec2:{region}:{account}:instance/*"
# The page lists AWS-RunPowerShellScript beside it; the instances run Linux.
SCRIPT = "arn:{partition}:ssm:{region}::document/AWS-RunShellScript"
LOGS = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"
LOG_OPERATIONS = (
    ("CreateLogGroup", "*"),
    ("CreateLogStream", "log-stream:*"),
    ("PutLogEvents", "log-stream:*"),
)
TARGET_GROUPS = (
    "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{TargetGroupNameList,}/*"
)
HAS_TARGET_GROUPS = Given("TargetGroupNameList")
# Where the one target group is in the tree its whole ARN is known, and a grant may name it.
TARGET_GROUP = Via("TargetGroupNameList", ((TargetGroup, "arn"),))
IN_THE_TREE = Reaches(TARGET_GROUP)
RULE = "ec2-deploy-permission-missing"
NOT_FOUND = "The action fails before it deploys: it may not look for the instances."
NOT_SENT = "The action fails: it may not send its commands to the instances."
NOT_FOLLOWED = "The commands run, but the action may not follow them and fails."
NOT_LOGGED = "The action fails: it may not write the log of its commands."
NOT_ROUTED = "The action fails: it may not take the instances out of the target group and back in."

NEEDS = (
    Need("ec2:DescribeInstances", rule=RULE, source=DOCS, symptom=NOT_FOUND),
    Need("ssm:DescribeInstanceInformation", rule=RULE, source=DOCS, symptom=NOT_FOUND),
    Need(
        "ssm:SendCommand",
        INSTANCES,
        context={"aws:ResourceTag/{InstanceTagKey}": "{InstanceTagValue?}"},
        limits={"aws:ResourceTag/{InstanceTagKey}": "StringEquals"},
        rule=RULE,
        source=DOCS,
        symptom=NOT_SENT,
    ),
    Need("ssm:SendCommand", SCRIPT, rule=RULE, source=DOCS, symptom=NOT_SENT),
    Need("ssm:ListCommandInvocations", rule=RULE, source=DOCS, symptom=NOT_FOLLOWED),
    Need(
        "ssm:CancelCommand",
        rule=RULE,
        source=DOCS,
        symptom="A stopped execution cannot stop the commands that it started.",
    ),
    *(
        Need(
            f"elasticloadbalancing:{operation}",
            resource,
            when=Both((HAS_TARGET_GROUPS, where)),
            rule=RULE,
            source=DOCS,
            symptom=NOT_ROUTED,
        )
        for operation in ("RegisterTargets", "DeregisterTargets")
        for resource, where in ((TARGET_GROUP, IN_THE_TREE), (TARGET_GROUPS, Unless(IN_THE_TREE)))
    ),
    *(
        Need(
            f"elasticloadbalancing:{operation}",
            when=HAS_TARGET_GROUPS,
            rule=RULE,
            source=DOCS,
            symptom=NOT_ROUTED,
        )
        for operation in (
            "DescribeTargetGroupAttributes",
            "DescribeTargetGroups",
            "DescribeTargetHealth",
        )
    ),
    *(
        Need(f"logs:{operation}", f"{LOGS}:{streams}", rule=RULE, source=DOCS, symptom=NOT_LOGGED)
        for operation, streams in LOG_OPERATIONS
    ),
)

KEYS = (
    ConfigurationKey("InstanceTagKey", required=True),
    ConfigurationKey("InstanceTagValue"),
    ConfigurationKey("InstanceType", required=True, values=("EC2", "SSM_MANAGED_NODE")),
    ConfigurationKey("TargetDirectory"),
    ConfigurationKey("DeploySpec"),
    ConfigurationKey("PreScript"),
    ConfigurationKey("PostScript"),
    ConfigurationKey("MaxBatch"),
    ConfigurationKey("MaxError"),
    ConfigurationKey("TargetGroupNameList"),
)

# The instances fetch the artifact, with the role of their instance profile: which they are is known
# by their tags alone.
PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "EC2",
        NEEDS,
        artifacts=None,
        source=DOCS,
        since="February 21, 2025",
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
        v2_only=True,
    ),
)
