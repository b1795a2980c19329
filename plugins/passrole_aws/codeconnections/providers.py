"""What sources behind a connection need.

Documented: the action reference asks for both spellings of UseConnection, whatever the ARN of the
connection begins with; the AWS CDK grants only the older one, and its pipelines run. So one is
enough here.
"""

from passrole import (
    TRUE_OR_FALSE,
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Need,
    Range,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html"

NEEDS = (
    Need(
        "codeconnections:UseConnection",
        "{ConnectionArn}",
        alternatives=("codestar-connections:UseConnection",),
        rule="connection-use-missing",
        condition_rule="connection-condition-mismatch",
        context={
            "codeconnections:FullRepositoryId": "{FullRepositoryId}",
            "codestar-connections:FullRepositoryId": "{FullRepositoryId}",
        },
        source=DOCS,
        symptom="The source action fails: Unable to use Connection. The provided role does not have"
        " sufficient permissions.",
        note="the action reference asks for both spellings, the AWS CDK grants codestar-connections"
        " alone and works",
    ),
    Need(
        "s3:PutObjectAcl",
        "arn:{partition}:s3:::{artifacts.bucket}/*",
        rule="cross-account-put-object-acl-missing",
        policy_rule="cross-account-put-object-acl-missing",
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        source="https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions",
        symptom="The source is fetched, but its artifact is refused: AccessDenied on PutObjectAcl.",
        note="the AWS CDK grants it for this source; the action reference does not name it, the"
        " documented base policy of every pipeline does",
    ),
)

KEYS = (
    ConfigurationKey("ConnectionArn", required=True),
    ConfigurationKey("FullRepositoryId", required=True),
    ConfigurationKey("BranchName", required=True),
    ConfigurationKey("OutputArtifactFormat", values=("CODE_ZIP", "CODEBUILD_CLONE_REF")),
    ConfigurationKey("DetectChanges", values=TRUE_OR_FALSE),
)

PROVIDERS = (
    ActionProvider(
        "Source",
        "AWS",
        "CodeStarSourceConnection",
        NEEDS,
        source=DOCS,
        since="December 18, 2019",
        configuration=KEYS,
        inputs=Range(0, 0),
        outputs=Range(1, 1),
    ),
)
