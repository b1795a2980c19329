"""What every pipeline needs beside its artifacts, and the conditions that it checks itself."""

from passrole import (
    ActionProvider,
    Actor,
    Basis,
    Certainty,
    ConfigurationKey,
    Need,
    OwnRole,
    Range,
    Service,
)

TRUST_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-service-role-cli.html"
ACTION_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html"
)

EVERY_PIPELINE = ActionProvider(
    "*",
    "*",
    "every pipeline",
    (
        Need(
            "sts:AssumeRole",
            "{pipeline.role}",
            principal=Service("codepipeline.amazonaws.com"),
            rule="service-role-trust-missing",
            source=TRUST_DOCS,
            symptom="The pipeline cannot be created or run: "
            '"CodePipeline is not authorized to perform AssumeRole on role".',
        ),
        Need(
            "sts:AssumeRole",
            "{action.role}",
            when=OwnRole(),
            principal=Actor.PIPELINE,
            rule="assume-role-permission-missing",
            source=ACTION_DOCS,
            symptom="The deployment of the pipeline fails with an InvalidStructureException: "
            '"is not authorized to perform AssumeRole on role".',
        ),
    ),
    version="*",
    artifacts=None,
    source=TRUST_DOCS,
)

GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide"

ALARM_KEYS = (
    ConfigurationKey("AlarmName", required=True),
    ConfigurationKey("AlarmStates", values=("ALARM", "OK", "INSUFFICIENT_DATA")),
    ConfigurationKey("WaitTime"),
)

ALARM = ActionProvider(
    "Rule",
    "AWS",
    "CloudWatchAlarm",
    (
        Need(
            "cloudwatch:DescribeAlarms",
            "arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}",
            certainty=Certainty.LOW,
            basis=Basis.INFERRED,
            rule="condition-rule-permission-missing",
            source=f"{GUIDE}/rule-reference-CloudWatchAlarm.html",
            symptom="The condition fails, and with it the stage, whatever the alarm says.",
            note="inferred from what the rule reads; no page lists a permission for it and the AWS"
            " CDK grants none",
        ),
    ),
    source=f"{GUIDE}/rule-reference-CloudWatchAlarm.html",
    configuration=ALARM_KEYS,
    v2_only=True,
)

# What these two look at is the pipeline's own: the time, and its variables.
WITHOUT_NEEDS = tuple(
    ActionProvider("Rule", "AWS", name, source=f"{GUIDE}/rule-reference-{name}.html")
    for name in ("DeploymentWindow", "VariableCheck")
)

INVOKE_KEYS = (
    ConfigurationKey("PipelineName", required=True),
    ConfigurationKey("SourceRevisions"),
    ConfigurationKey("Variables"),
)

INVOKE = ActionProvider(
    "Invoke",
    "AWS",
    "CodePipeline",
    (
        Need(
            "codepipeline:StartPipelineExecution",
            "arn:{partition}:codepipeline:{region}:{account}:{PipelineName}",
            source=f"{GUIDE}/action-reference-PipelineInvoke.html",
            symptom="The action fails at once: it may not start the other pipeline.",
        ),
    ),
    source=f"{GUIDE}/action-reference-PipelineInvoke.html",
    since="March 14, 2025",
    configuration=INVOKE_KEYS,
    inputs=Range(0, 0),
    outputs=Range(0, 0),
    v2_only=True,
)

PROVIDERS = (EVERY_PIPELINE, INVOKE, ALARM, *WITHOUT_NEEDS)
