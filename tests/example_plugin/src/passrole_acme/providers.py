"""What a deployment by Acme needs of the role that runs it, each need with its source."""

from passrole import ActionProvider, Need

DOCS = "https://acme.example/deploy#permissions"

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "Custom",
        "AcmeDeploy",
        needs=(
            Need(
                "dynamodb:GetItem",
                # {ReleaseTable} is a key of the action's configuration.
                "arn:{partition}:dynamodb:{region}:{account}:table/{ReleaseTable}",
                source=DOCS,
                symptom="The deployment waits for a release that it may not read.",
            ),
        ),
        source=DOCS,
    ),
)
