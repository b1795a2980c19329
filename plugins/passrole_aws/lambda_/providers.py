"""What Lambda invocations need."""

from passrole import ActionProvider, Certainty, Need

DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html"
)

NEEDS = (
    Need(
        "lambda:InvokeFunction",
        "arn:{partition}:lambda:{region}:{account}:function:{FunctionName}",
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
)

PROVIDERS = (ActionProvider("Invoke", "AWS", "Lambda", NEEDS, source=DOCS),)
