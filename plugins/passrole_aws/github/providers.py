"""What GitHub sources of the first version need: nothing of their own.

They read the repository with a token of the user's; the role only writes the artifact.
"""

from passrole import (
    TRUE_OR_FALSE,
    ActionProvider,
    ConfigurationKey,
    Range,
)

KEYS = (
    ConfigurationKey("Owner", required=True),
    ConfigurationKey("Repo", required=True),
    ConfigurationKey("Branch", required=True),
    # Older versions of Terraform's provider take it from the environment (GITHUB_TOKEN).
    ConfigurationKey("OAuthToken", secret=True),
    ConfigurationKey("PollForSourceChanges", values=TRUE_OR_FALSE),
)

PROVIDERS = (
    ActionProvider(
        "Source",
        "ThirdParty",
        "GitHub",
        source="https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html",
        configuration=KEYS,
        inputs=Range(0, 0),
        outputs=Range(1, 1),
    ),
)
