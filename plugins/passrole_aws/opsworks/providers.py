"""What deployments with OpsWorks need.

Documented with a placeholder for the resource; that it is the stack is IAM's reference.
"""

from passrole import (
    ActionProvider,
    Need,
    Range,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-OpsWorks.html"
STACK = "arn:{partition}:opsworks:{region}:{account}:stack/{Stack}/*"

NEEDS = tuple(
    Need(
        f"opsworks:{operation}",
        STACK,
        source=DOCS,
        symptom=f"The action fails: it is not authorized to perform opsworks:{operation}.",
    )
    for operation in (
        "CreateDeployment",
        "DescribeApps",
        "DescribeCommands",
        "DescribeDeployments",
        "DescribeInstances",
        "DescribeStacks",
        "UpdateApp",
        "UpdateStack",
    )
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "OpsWorks",
        NEEDS,
        source=DOCS,
        since="June 2, 2016",
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
)
