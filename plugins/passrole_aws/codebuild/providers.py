"""What CodeBuild actions need.

Documented: the action reference lists single and batch operations in one block; the AWS CDK grants
one set or the other by ``BatchEnabled``, and so does this table.
"""

from passrole import (
    ActionProvider,
    Basis,
    BuildProject,
    Certainty,
    Given,
    Need,
    Service,
    Setting,
    Unless,
    Via,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html"
ROLE_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html"
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"
PROJECT = "arn:{partition}:codebuild:{region}:{account}:project/{ProjectName}"
BUILD_ROLE = Via("ProjectName", ((BuildProject, "role"),))
BATCH = Setting("BatchEnabled", ("true",), default="false")
OTHER_ROLE = Given("ServiceRoleArnOverride")
NOT_STARTED = "The action fails at once: AccessDenied when CodePipeline starts the build."

NEEDS = (
    Need(
        "codebuild:StartBuild",
        PROJECT,
        when=Unless(BATCH),
        rule="codebuild-start-build-missing",
        source=DOCS,
        symptom=NOT_STARTED,
    ),
    Need(
        "codebuild:BatchGetBuilds",
        PROJECT,
        when=Unless(BATCH),
        rule="codebuild-start-build-missing",
        source=DOCS,
        symptom="The build starts, but CodePipeline may not read its state and fails the action.",
    ),
    Need(
        "codebuild:StartBuildBatch",
        PROJECT,
        when=BATCH,
        rule="codebuild-batch-permissions",
        source=DOCS,
        symptom=NOT_STARTED,
    ),
    Need(
        "codebuild:BatchGetBuildBatches",
        PROJECT,
        when=BATCH,
        rule="codebuild-batch-permissions",
        source=DOCS,
        symptom="The batch starts, but CodePipeline may not read its state and fails the action.",
    ),
    *(
        Need(
            iam_action,
            PROJECT,
            when=when,
            certainty=Certainty.LOW,
            basis=Basis.CDK,
            source=CDK,
            note="only the AWS CDK grants it; no AWS page lists it for the pipeline's role",
            symptom="A stopped pipeline execution cannot stop the build it started.",
        )
        for iam_action, when in (
            ("codebuild:StopBuild", Unless(BATCH)),
            ("codebuild:StopBuildBatch", BATCH),
        )
    ),
    Need(
        "iam:PassRole",
        "{ServiceRoleArnOverride}",
        when=OTHER_ROLE,
        context={"iam:PassedToService": "codebuild.amazonaws.com"},
        source=DOCS,
        symptom="AccessDenied on iam:PassRole when CodePipeline starts the build.",
    ),
    *(
        Need(
            "sts:AssumeRole",
            build_role,
            when=when,
            principal=Service("codebuild.amazonaws.com"),
            rule="service-role-trust-missing",
            source=ROLE_DOCS,
            symptom="The build does not start: CodeBuild is not authorized to perform"
            " sts:AssumeRole.",
        )
        for build_role, when in (
            (BUILD_ROLE, Unless(OTHER_ROLE)),
            ("{ServiceRoleArnOverride}", OTHER_ROLE),
        )
    ),
)

PROVIDERS = tuple(
    ActionProvider(category, "AWS", "CodeBuild", NEEDS, artifacts=BUILD_ROLE, source=DOCS)
    for category in ("Build", "Test")
)
