"""What image sources and image builds need.

Documented: the policy of the build action grants the private and the public registry together;
only one of them is used, by ``RegistryType``, and the AWS CDK grants that one alone.
"""

from passrole import (
    ActionProvider,
    ConfigurationKey,
    Need,
    Range,
    Setting,
    Unless,
)

SOURCE_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html"
BUILD_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECRBuildAndPublish.html"
PUBLIC = Setting("RegistryType", ("public",), default="private")
PRIVATE_REPOSITORY = "arn:{partition}:ecr:{region}:{account}:repository/{ECRRepositoryName}"
PUBLIC_REPOSITORY = "arn:{partition}:ecr-public::{account}:repository/{ECRRepositoryName}"
LOGS = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"
NO_LOGIN = "The build starts and fails when Docker logs in to the registry: AccessDenied."
NOT_PUSHED = "The image is built, and the action fails when it is pushed: AccessDenied."
NO_LOGS = "The action fails to start, or runs and leaves no logs."

SOURCE_NEEDS = (
    Need(
        "ecr:DescribeImages",
        "arn:{partition}:ecr:{region}:{account}:repository/{RepositoryName}",
        rule="ecr-source-describe-missing",
        source=SOURCE_DOCS,
        symptom="The source action fails: the role is not authorized to perform:"
        " ecr:DescribeImages.",
    ),
)

LOG_NEEDS = tuple(
    Need(
        f"logs:{operation}",
        f"{LOGS}:{streams}",
        rule="commands-action-logs-missing",
        source=BUILD_DOCS,
        symptom=NO_LOGS,
    )
    for operation, streams in (
        ("CreateLogGroup", "*"),
        ("CreateLogStream", "log-stream:*"),
        ("PutLogEvents", "log-stream:*"),
    )
)

BUILD_NEEDS = (
    Need(
        "ecr:GetAuthorizationToken",
        when=Unless(PUBLIC),
        source=BUILD_DOCS,
        symptom=NO_LOGIN,
    ),
    *(
        Need(
            f"ecr:{operation}",
            PRIVATE_REPOSITORY,
            when=Unless(PUBLIC),
            source=BUILD_DOCS,
            symptom=NOT_PUSHED,
        )
        for operation in (
            "DescribeRepositories", "InitiateLayerUpload", "UploadLayerPart",
            "CompleteLayerUpload", "PutImage", "GetDownloadUrlForLayer",
            "BatchCheckLayerAvailability",
        )
    ),
    *(
        Need(iam_action, when=PUBLIC, source=BUILD_DOCS, symptom=NO_LOGIN)
        for iam_action in ("ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")
    ),
    *(
        Need(
            f"ecr-public:{operation}",
            PUBLIC_REPOSITORY,
            when=PUBLIC,
            source=BUILD_DOCS,
            symptom=NOT_PUSHED,
        )
        for operation in (
            "DescribeRepositories", "InitiateLayerUpload", "UploadLayerPart",
            "CompleteLayerUpload", "PutImage", "BatchCheckLayerAvailability",
        )
    ),
    *LOG_NEEDS,
)  # fmt: skip

SOURCE_KEYS = (
    ConfigurationKey("RepositoryName", required=True),
    ConfigurationKey("ImageTag"),
)

BUILD_KEYS = (
    ConfigurationKey("ECRRepositoryName", required=True),
    ConfigurationKey("DockerFilePath"),
    ConfigurationKey("ImageTags"),
    ConfigurationKey("RegistryType", values=("private", "public")),
)

PROVIDERS = (
    ActionProvider(
        "Source",
        "AWS",
        "ECR",
        SOURCE_NEEDS,
        source=SOURCE_DOCS,
        since="November 27, 2018",
        configuration=SOURCE_KEYS,
        inputs=Range(0, 0),
        outputs=Range(1, 1),
    ),
    ActionProvider(
        "Build",
        "AWS",
        "ECRBuildAndPublish",
        BUILD_NEEDS,
        source=BUILD_DOCS,
        since="November 22, 2024",
        configuration=BUILD_KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
        v2_only=True,
    ),
)
