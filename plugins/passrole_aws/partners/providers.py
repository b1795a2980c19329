"""What actions of AWS's partners need of a role: nothing of their own.

They run in the partner's account, with credentials in their configuration or from a form in the
console; the role only moves the artifacts. The names of the last four are those of AWS's table of
providers, which may spell them as people read them and not as a pipeline writes them.
"""

from passrole import ActionProvider, ConfigurationKey, Range

GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
TABLE = f"{GUIDE}actions-valid-providers.html"

ALEXA_KEYS = (
    ConfigurationKey("ClientId", required=True),
    ConfigurationKey("ClientSecret", required=True, secret=True),
    ConfigurationKey("RefreshToken", required=True, secret=True),
    ConfigurationKey("SkillId", required=True),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "ThirdParty",
        "AlexaSkillsKit",
        source=f"{GUIDE}reference-action-artifacts.html",
        configuration=ALEXA_KEYS,
        inputs=Range(1, 2),
        outputs=Range(0, 0),
    ),
    ActionProvider(
        "Invoke",
        "ThirdParty",
        "Snyk",
        source=f"{GUIDE}action-reference-Snyk.html",
        inputs=Range(1, 1),
        outputs=Range(1, 1),
    ),
    *(
        ActionProvider("Test", "ThirdParty", provider, source=TABLE)
        for provider in ("GhostInspector", "Micro Focus StormRunner Load", "Nouvola", "Runscope")
    ),
)
