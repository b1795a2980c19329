"""What scans by Inspector need."""

from passrole import (
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Need,
    Range,
    Setting,
)

DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-InspectorScan.html"
)
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"
IMAGE = Setting("InspectorRunMode", ("ECRImageScan",))
REPOSITORY = "arn:{partition}:ecr:{region}:{account}:repository/{ECRRepositoryName}"
LOGS = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"
NO_IMAGE = "The scan fails when it fetches the image: AccessDenied."

NEEDS = (
    Need(
        "inspector-scan:ScanSbom",
        source=DOCS,
        symptom="The scan fails: not authorized to perform: inspector-scan:ScanSbom.",
    ),
    *(
        Need(f"ecr:{operation}", REPOSITORY, when=IMAGE, source=DOCS, symptom=NO_IMAGE)
        for operation in ("GetDownloadUrlForLayer", "BatchGetImage", "BatchCheckLayerAvailability")
    ),
    Need(
        "ecr:GetAuthorizationToken",
        when=IMAGE,
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        source=CDK,
        symptom=NO_IMAGE,
        note="only the AWS CDK grants it; the page of the action does not list it",
    ),
    *(
        Need(
            f"logs:{operation}",
            f"{LOGS}:{streams}",
            rule="commands-action-logs-missing",
            source=DOCS,
            symptom="The action fails to start, or runs and leaves no logs.",
        )
        for operation, streams in (
            ("CreateLogGroup", "*"),
            ("CreateLogStream", "log-stream:*"),
            ("PutLogEvents", "log-stream:*"),
        )
    ),
)

KEYS = (
    ConfigurationKey("InspectorRunMode", required=True, values=("SourceCodeScan", "ECRImageScan")),
    ConfigurationKey("ECRRepositoryName", required=Setting("InspectorRunMode", ("ECRImageScan",))),
    # The reference has it as needed for images; the AWS CDK leaves it out.
    ConfigurationKey("ImageTag"),
    ConfigurationKey("CriticalThreshold"),
    ConfigurationKey("HighThreshold"),
    ConfigurationKey("MediumThreshold"),
    ConfigurationKey("LowThreshold"),
)

PROVIDERS = (
    ActionProvider(
        "Invoke",
        "AWS",
        "InspectorScan",
        NEEDS,
        source=DOCS,
        since="November 22, 2024",
        configuration=KEYS,
        inputs=Range(0, 1),
        outputs=Range(1, 1),
    ),
)
