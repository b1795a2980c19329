"""What deployments to Elastic Beanstalk need.

The documentation knows no list, only wildcards over eleven services. They are kept as what they
are, blocks, which nobody can be said to lack; the one operation that is documented by name is a
need.
"""

from passrole import (
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Need,
    Range,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Beanstalk.html"
EVENTS_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html"
OLDER_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html"
SERVICES = (
    "elasticbeanstalk", "ec2", "elasticloadbalancing", "autoscaling", "cloudwatch", "s3", "sns",
    "cloudformation", "rds", "sqs", "ecs",
)  # fmt: skip

NEEDS = (
    Need(
        "elasticbeanstalk:DescribeEvents",
        "arn:{partition}:elasticbeanstalk:{region}:{account}"
        ":environment/{ApplicationName}/{EnvironmentName}",
        rule="beanstalk-describe-events-hang",
        source=EVENTS_DOCS,
        symptom="The action hangs: it does not fail, and shows no error.",
    ),
    *(
        Need(
            f"{service}:*",
            certainty=Certainty.LOW,
            source=DOCS,
            note="documented as a wildcard; no page lists the operations that the action calls",
        )
        for service in SERVICES
    ),
    *(
        Need(
            "iam:PassRole",
            "arn:{partition}:iam::{account}:role/*",
            certainty=Certainty.LOW,
            basis=Basis.OLDER_DOCUMENTATION,
            context={"iam:PassedToService": service},
            source=OLDER_DOCS,
            symptom="A deployment that replaces instances fails: not authorized to perform:"
            " iam:PassRole.",
            note="only the default role of 2018 and 2023 has it, for the instance profile and the"
            " service role of the environment",
        )
        for service in ("elasticbeanstalk.amazonaws.com", "ec2.amazonaws.com")
    ),
)

KEYS = (
    ConfigurationKey("ApplicationName", required=True),
    ConfigurationKey("EnvironmentName", required=True),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "ElasticBeanstalk",
        NEEDS,
        open_ended=True,
        source=DOCS,
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
        # What the AWS CDK attaches for this action, in place of the wildcards.
        managed_policy="AdministratorAccess-AWSElasticBeanstalk",
    ),
)
