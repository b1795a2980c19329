"""What custom actions need of a pipeline's role: nothing of their own.

A job worker asks CodePipeline for its jobs, with an identity of its own, and moves the artifacts
with the credentials that each job carries. Whoever makes an action type chooses its name, so beside
the documented ones there is one provider a category that stands for all the others; a plugin that
declares one of them by its name comes first.
"""

from passrole import ActionProvider, Range

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-create-custom-action.html"
DOCUMENTED = (
    ("Build", "Jenkins"),
    ("Test", "Jenkins"),
    ("Build", "CloudBees"),
    ("Build", "TeamCity"),
    ("Test", "BlazeMeter"),
    ("Deploy", "XebiaLabs"),
)
CATEGORIES = ("Source", "Build", "Test", "Deploy", "Invoke", "Approval")

PROVIDERS = tuple(
    ActionProvider(
        category, "Custom", provider, source=DOCS, inputs=Range(0, 5), outputs=Range(0, 5)
    )
    for category, provider in (*DOCUMENTED, *((category, "*") for category in CATEGORIES))
)
