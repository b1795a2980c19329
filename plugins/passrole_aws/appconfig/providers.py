"""What deployments with AppConfig need.

Documented: three operations on the application, all that lies in it, and every strategy; asked for
is the application, which each of them works on.
"""

from passrole import (
    ActionProvider,
    ConfigurationKey,
    Need,
    Range,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-AppConfig.html"
ACCOUNT = "arn:{partition}:appconfig:{region}:{account}"
APPLICATION = f"{ACCOUNT}:application/{{Application}}"
PARTS = (f"{APPLICATION}/*",)

NEEDS = (
    Need(
        "appconfig:StartDeployment",
        APPLICATION,
        beside=(*PARTS, f"{ACCOUNT}:deploymentstrategy/*"),
        source=DOCS,
        symptom="The action fails at once: it may not start the deployment of the configuration.",
    ),
    Need(
        "appconfig:GetDeployment",
        APPLICATION,
        beside=PARTS,
        source=DOCS,
        symptom="The deployment starts, but the action may not read its state and fails.",
    ),
    Need(
        "appconfig:StopDeployment",
        APPLICATION,
        beside=PARTS,
        source=DOCS,
        symptom="A stopped execution cannot stop the deployment that it started.",
    ),
)

KEYS = (
    ConfigurationKey("Application", required=True),
    ConfigurationKey("Environment", required=True),
    ConfigurationKey("ConfigurationProfile", required=True),
    ConfigurationKey("InputArtifactConfigurationPath", required=True),
    ConfigurationKey("DeploymentStrategy"),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "AppConfig",
        NEEDS,
        source=DOCS,
        since="June 22, 2020",
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
)
