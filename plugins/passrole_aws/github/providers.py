"""What GitHub sources of the first version need: nothing of their own.

They read the repository with a token of the user's; the role only writes the artifact.
"""

from passrole import ActionProvider

PROVIDERS = (
    ActionProvider(
        "Source",
        "ThirdParty",
        "GitHub",
        source="https://docs.aws.amazon.com/codepipeline/latest/userguide/appendix-github-oauth.html",
    ),
)
