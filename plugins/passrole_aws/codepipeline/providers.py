"""What every pipeline needs beside its artifacts: roles that may be assumed."""

from passrole import ActionProvider, Actor, Need, OwnRole, Service

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

PROVIDERS = (EVERY_PIPELINE,)
