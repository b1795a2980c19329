"""What actions of AWS's partners need of a role: nothing of their own.

They run in the partner's account, with credentials in their configuration or from a form in the
console; the role only moves the artifacts. The names of the last four are those of AWS's table of
providers, which may spell them as people read them and not as a pipeline writes them.
"""

from passrole import ActionProvider

GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
TABLE = f"{GUIDE}actions-valid-providers.html"

PROVIDERS = tuple(
    ActionProvider(category, "ThirdParty", provider, source=source)
    for category, provider, source in (
        ("Deploy", "AlexaSkillsKit", f"{GUIDE}reference-action-artifacts.html"),
        ("Invoke", "Snyk", f"{GUIDE}action-reference-Snyk.html"),
        ("Test", "GhostInspector", TABLE),
        ("Test", "Micro Focus StormRunner Load", TABLE),
        ("Test", "Nouvola", TABLE),
        ("Test", "Runscope", TABLE),
    )
)
