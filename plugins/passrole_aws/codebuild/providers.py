"""What CodeBuild actions need.

Documented: the action reference lists single and batch operations in one block; the AWS CDK grants
one set or the other by ``BatchEnabled``, and so does this table. What happens inside a build
happens as the service role of the project, or as the role that stands in for it.
"""

from passrole import (
    TRUE_OR_FALSE,
    Action,
    ActionProvider,
    Basis,
    Both,
    BuildProject,
    Certainty,
    ConfigurationKey,
    Consumes,
    Given,
    Need,
    Range,
    Reaches,
    Service,
    Setting,
    Unless,
    Via,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html"
ROLE_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html"
RULE_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CodeBuild.html"
)
CLONE_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html"
POLICY_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html"
VARIABLE_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html"
REPORT_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/test-permissions.html"
BATCH_DOCS = "https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build.html"
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"
PROJECT = "arn:{partition}:codebuild:{region}:{account}:project/{ProjectName}"


def of_project(field: str) -> Via:
    """What stands in a field of the project that the action names."""
    return Via("ProjectName", ((BuildProject, field),))


BUILD_ROLE = of_project("role")
OTHER_BUILD_ROLE = Via("ServiceRoleArnOverride", ())
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
)

TRUST_NEEDS = (
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

REPORTS = of_project("reports")
VPC = Reaches(of_project("vpc"))
LOGGED = Reaches(of_project("log_streams"))
EC2 = "arn:{partition}:ec2:{region}:{account}"
INTERFACES = f"{EC2}:network-interface/*"
# What an interface is made in and guarded by is asked for in the same request (Service
# Authorization Reference, *Actions, resources, and condition keys for Amazon EC2*).
SUBNETS_AND_GROUPS = (f"{EC2}:subnet/*", f"{EC2}:security-group/*")
NO_NETWORK = (
    "The build fails when it is provisioned: VPC_CLIENT_ERROR: Unexpected EC2 error:"
    " UnauthorizedOperation."
)
NO_STREAM = (
    'The build fails: "Service role … does not allow AWS CodeBuild to create Amazon CloudWatch Logs'
    ' log streams for build …".'
)
FULL_CLONE = Setting("OutputArtifactFormat", ("CODEBUILD_CLONE_REF",))
NO_CLONE = "The build starts and fails in DOWNLOAD_SOURCE: access denied to the repository."


def build_role_needs(role: Via, when: Given | Unless) -> tuple[Need, ...]:
    """What the role of a build needs by itself, where ``when`` says that it is the role."""
    return (
        *(
            Need(
                f"ec2:{operation}",
                resource,
                when=Both((when, VPC)),
                principal=role,
                context=context,
                limits=dict.fromkeys(context, "StringEquals"),
                beside=SUBNETS_AND_GROUPS if operation == "CreateNetworkInterface" else (),
                rule="build-role-vpc-missing",
                source=POLICY_DOCS,
                symptom=NO_NETWORK,
            )
            for operation, resource, context in (
                ("CreateNetworkInterface", INTERFACES, {}),
                (
                    "CreateNetworkInterfacePermission",
                    INTERFACES,
                    {"ec2:AuthorizedService": "codebuild.amazonaws.com"},
                ),
                ("DeleteNetworkInterface", INTERFACES, {}),
                ("DescribeDhcpOptions", "*", {}),
                ("DescribeNetworkInterfaces", "*", {}),
                ("DescribeSecurityGroups", "*", {}),
                ("DescribeSubnets", "*", {}),
                ("DescribeVpcs", "*", {}),
            )
        ),
        *(
            Need(
                f"logs:{operation}",
                of_project("log_streams"),
                when=Both((when, LOGGED)),
                principal=role,
                certainty=certainty,
                rule="build-role-logs-missing",
                source=ROLE_DOCS,
                symptom=NO_STREAM,
                note=note,
            )
            for operation, certainty, note in (
                (
                    "CreateLogGroup",
                    Certainty.LOW,
                    "documented as required; not called where the log group exists already",
                ),
                ("CreateLogStream", Certainty.HIGH, ""),
                ("PutLogEvents", Certainty.HIGH, ""),
            )
        ),
        *(
            Need(
                iam_action,
                names,
                when=Both((when, Reaches(names))),
                principal=role,
                rule="build-env-secret-read-missing",
                source=VARIABLE_DOCS,
                symptom="The build fails before its first command: not authorized to perform:"
                f" {iam_action}.",
            )
            for iam_action, field in (
                ("secretsmanager:GetSecretValue", "secrets"),
                ("ssm:GetParameters", "parameters"),
            )
            for names in (of_project(field), Via("EnvironmentVariables", ((Action, field),)))
        ),
        *(
            Need(
                f"codebuild:{operation}",
                REPORTS,
                when=Both((when, Reaches(REPORTS))),
                principal=role,
                certainty=Certainty.LOW,
                source=REPORT_DOCS,
                symptom="The build runs, and its test reports are missing or fail it.",
                note="documented for reports in general; coverage and test cases need only one of"
                " two operations, and a group that exists is not made",
            )
            for operation in (
                "CreateReportGroup",
                "CreateReport",
                "UpdateReport",
                "BatchPutTestCases",
                "BatchPutCodeCoverages",
            )
        ),
        Need(
            "codeconnections:UseConnection",
            "{source.ConnectionArn}",
            when=Both((when, Consumes("CodeStarSourceConnection", FULL_CLONE))),
            principal=role,
            alternatives=("codestar-connections:UseConnection",),
            rule="clone-ref-build-role-missing",
            source=CLONE_DOCS,
            symptom=NO_CLONE,
        ),
        Need(
            "codecommit:GitPull",
            "arn:{partition}:codecommit:{region}:{account}:{source.RepositoryName}",
            when=Both((when, Consumes("CodeCommit", FULL_CLONE))),
            principal=role,
            rule="clone-ref-build-role-missing",
            source=CLONE_DOCS,
            symptom=NO_CLONE,
        ),
    )


BATCH_ROLE = of_project("batch_role")
BATCHED = Both((BATCH, Reaches(BATCH_ROLE)))

BATCH_NEEDS = (
    Need(
        "sts:AssumeRole",
        BATCH_ROLE,
        when=BATCHED,
        principal=Service("codebuild.amazonaws.com"),
        rule="service-role-trust-missing",
        source=BATCH_DOCS,
        symptom="The batch does not start: CodeBuild is not authorized to perform sts:AssumeRole.",
    ),
    *(
        Need(
            f"codebuild:{operation}",
            PROJECT,
            when=BATCHED,
            principal=BATCH_ROLE,
            certainty=Certainty.LOW,
            rule="codebuild-batch-permissions",
            source=BATCH_DOCS,
            symptom="The batch starts and fails when it starts, stops or repeats its builds.",
            note="documented for the batch service role; when each is called is not",
        )
        for operation in ("StartBuild", "StopBuild", "RetryBuild")
    ),
)

BUILD_NEEDS = (
    *TRUST_NEEDS,
    *BATCH_NEEDS,
    *build_role_needs(BUILD_ROLE, Unless(OTHER_ROLE)),
    *build_role_needs(OTHER_BUILD_ROLE, OTHER_ROLE),
)

AS_ACTION = "inferred from the action that runs a batch build; the page of the rule lists none"

RULE_NEEDS = tuple(
    Need(
        f"codebuild:{operation}",
        PROJECT,
        when=when,
        certainty=certainty,
        basis=basis,
        rule="condition-rule-permission-missing",
        source=RULE_DOCS,
        symptom="The condition fails, and with it the stage: the build does not start, or its state"
        " cannot be read.",
        note=note,
    )
    for operation, when, certainty, basis, note in (
        ("StartBuild", Unless(BATCH), Certainty.HIGH, Basis.CURRENT_DOCUMENTATION, ""),
        ("BatchGetBuilds", Unless(BATCH), Certainty.HIGH, Basis.CURRENT_DOCUMENTATION, ""),
        ("StartBuildBatch", BATCH, Certainty.LOW, Basis.INFERRED, AS_ACTION),
        ("BatchGetBuildBatches", BATCH, Certainty.LOW, Basis.INFERRED, AS_ACTION),
    )
)

KEYS = (
    ConfigurationKey("ProjectName", required=True),
    ConfigurationKey("PrimarySource", with_inputs=2, artifact=True),
    ConfigurationKey("BatchEnabled", values=TRUE_OR_FALSE),
    ConfigurationKey("CombineArtifacts", values=TRUE_OR_FALSE),
    ConfigurationKey("BuildspecOverride"),
    ConfigurationKey("EnvironmentVariables"),
    ConfigurationKey("ServiceRoleArnOverride"),
)

RULE_KEYS = (
    ConfigurationKey("ProjectName", required=True),
    ConfigurationKey("PrimarySource", with_inputs=2, artifact=True),
    ConfigurationKey("BatchEnabled", values=TRUE_OR_FALSE),
    ConfigurationKey("CombineArtifacts", values=TRUE_OR_FALSE),
    ConfigurationKey("EnvironmentVariables"),
)

PROVIDERS = (
    *(
        ActionProvider(
            category,
            "AWS",
            "CodeBuild",
            (*NEEDS, *BUILD_NEEDS),
            artifacts=BUILD_ROLE,
            source=DOCS,
            since="December 1, 2016",
            configuration=KEYS,
            inputs=Range(1, 5),
            outputs=Range(0, 5),
        )
        for category in ("Build", "Test")
    ),
    ActionProvider(
        "Rule",
        "AWS",
        "CodeBuild",
        (*RULE_NEEDS, *BUILD_NEEDS),
        artifacts=BUILD_ROLE,
        source=RULE_DOCS,
        configuration=RULE_KEYS,
        v2_only=True,
    ),
)
