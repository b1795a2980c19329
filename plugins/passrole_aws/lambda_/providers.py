"""What Lambda invocations and deployments need.

A function that an action invokes has to tell CodePipeline how its job ended, with the function's
own role. Of a deployment the action reference lists every operation without a condition: those on
an alias are certain where the action names one, those that upload code where it has an artifact.
"""

from dataclasses import replace

from passrole import (
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Function,
    Given,
    Need,
    Range,
    ReadsArtifacts,
    Unless,
    Via,
)

DEPLOY_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-LambdaDeploy.html"
)
DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html"
)

FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}"
LOGS = "arn:{partition}:logs:{region}:{account}:log-group:/aws/codepipeline/{pipeline}"
LOG_OPERATIONS = (
    ("CreateLogGroup", "*"),
    ("CreateLogStream", "log-stream:*"),
    ("PutLogEvents", "log-stream:*"),
)
FUNCTION_ROLE = Via("FunctionName", ((Function, "role"),))
HAS_ALIAS = Given("FunctionAlias")
NOT_DEPLOYED = "The action fails: it may not deploy the function."
RULE_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-LambdaInvoke.html"
)

NEEDS = (
    Need(
        "lambda:InvokeFunction",
        FUNCTION,
        rule="lambda-invoke-missing",
        source=DOCS,
        symptom="The action fails at once: the role is not authorized to perform:"
        " lambda:InvokeFunction.",
    ),
    Need(
        "lambda:ListFunctions",
        certainty=Certainty.LOW,
        rule="lambda-invoke-missing",
        source=DOCS,
        symptom="The console cannot offer the functions of the account for this action.",
        note="documented as required and granted by the AWS CDK; pipelines in use run without it,"
        " so it may be the console's alone",
    ),
    Need(
        "codepipeline:PutJobSuccessResult",
        principal=FUNCTION_ROLE,
        rule="lambda-job-result-missing",
        resource_rule="putjob-resource-scoped",
        source=DOCS,
        symptom="The action waits until its time runs out, and then fails: The AWS Lambda function"
        " failed to return a result.",
    ),
    Need(
        "codepipeline:PutJobFailureResult",
        principal=FUNCTION_ROLE,
        certainty=Certainty.LOW,
        rule="lambda-job-result-missing",
        resource_rule="putjob-resource-scoped",
        source=DOCS,
        symptom="A job that fails is not reported: the action waits until its time runs out.",
        note="documented beside codepipeline:PutJobSuccessResult; a function that never reports a"
        " failure does without",
    ),
)


def _deploying(operation: str) -> Need:
    return Need(f"lambda:{operation}", FUNCTION, source=DEPLOY_DOCS, symptom=NOT_DEPLOYED)


def _perhaps(need: Need, certain: Given | ReadsArtifacts, note: str) -> tuple[Need, Need]:
    """The need where it is certain, and where it is only documented."""
    return (
        replace(need, when=certain),
        replace(need, when=Unless(certain), certainty=Certainty.LOW, note=note),
    )


DEPLOY_NEEDS = (
    _deploying("GetFunctionConfiguration"),
    *(
        each
        for operation in ("UpdateFunctionCode", "PublishVersion")
        for each in _perhaps(
            _deploying(operation),
            ReadsArtifacts(),
            "documented for every deployment; one without an artifact uploads no code (inferred)",
        )
    ),
    *(
        each
        for operation in ("GetAlias", "UpdateAlias", "GetProvisionedConcurrencyConfig")
        for each in _perhaps(
            _deploying(operation),
            HAS_ALIAS,
            "documented for every deployment; one without an alias has none to move (inferred)",
        )
    ),
    Need(
        "cloudwatch:DescribeAlarms",
        "arn:{partition}:cloudwatch:{region}:{account}:alarm:{Alarms,}",
        when=Given("Alarms"),
        source=DEPLOY_DOCS,
        symptom="The action fails: it may not read the alarms that watch over the deployment.",
    ),
    *(
        Need(
            f"logs:{operation}",
            f"{LOGS}:{streams}",
            source=DEPLOY_DOCS,
            symptom="The action fails: it may not write the log of its deployment.",
        )
        for operation, streams in LOG_OPERATIONS
    ),
)

RULE_NEEDS = (
    Need(
        "lambda:InvokeFunction",
        FUNCTION,
        certainty=Certainty.LOW,
        basis=Basis.INFERRED,
        rule="condition-rule-permission-missing",
        source=RULE_DOCS,
        symptom="The condition fails, and with it the stage: the function is never called.",
        note="inferred from the action that invokes a function; the page of the rule lists no"
        " permission and the AWS CDK grants none",
    ),
    Need(
        "lambda:ListFunctions",
        certainty=Certainty.LOW,
        basis=Basis.INFERRED,
        rule="condition-rule-permission-missing",
        source=RULE_DOCS,
        symptom="The console cannot offer the functions of the account for this rule.",
        note="inferred from the action that invokes a function, of which pipelines in use run"
        " without it",
    ),
)

KEYS = (
    ConfigurationKey("FunctionName", required=True),
    ConfigurationKey("UserParameters"),
)

DEPLOY_KEYS = (
    ConfigurationKey("FunctionName", required=True),
    ConfigurationKey("FunctionAlias"),
    ConfigurationKey("PublishedTargetVersion"),
    ConfigurationKey("DeployStrategy"),
    ConfigurationKey("Alarms"),
)

RULE_KEYS = (
    ConfigurationKey("FunctionName", required=True),
    ConfigurationKey("UserParameters"),
)

PROVIDERS = (
    ActionProvider(
        "Invoke",
        "AWS",
        "Lambda",
        NEEDS,
        source=DOCS,
        configuration=KEYS,
        inputs=Range(0, 5),
        outputs=Range(0, 5),
    ),
    ActionProvider(
        "Deploy",
        "AWS",
        "Lambda",
        DEPLOY_NEEDS,
        source=DEPLOY_DOCS,
        since="May 16, 2025",
        configuration=DEPLOY_KEYS,
        inputs=Range(0, 1),
        outputs=Range(0, 0),
        v2_only=True,
    ),
    ActionProvider(
        "Rule",
        "AWS",
        "LambdaInvoke",
        RULE_NEEDS,
        source=RULE_DOCS,
        configuration=RULE_KEYS,
        v2_only=True,
    ),
)
