"""What deployments with CodeDeploy need.

Documented: the action reference lists operations that the AWS CDK never grants, and leaves out
`codedeploy:GetApplicationRevision`, which every other page and the AWS CDK have.
"""

from passrole import ActionProvider, Certainty, Need

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html"
ROLE_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html#remove-permissions-from-policy"
APPLICATION = "arn:{partition}:codedeploy:{region}:{account}:application:{ApplicationName}"
GROUP = (
    "arn:{partition}:codedeploy:{region}:{account}"
    ":deploymentgroup:{ApplicationName}/{DeploymentGroupName}"
)
CONFIGURATIONS = "arn:{partition}:codedeploy:{region}:{account}:deploymentconfig:*"
NOT_DEPLOYED = "The action fails: AccessDenied before CodeDeploy starts the deployment."
NOT_GRANTED = "only today's page lists it; the AWS CDK does not grant it, and its pipelines deploy"

NEEDS = (
    Need("codedeploy:CreateDeployment", GROUP, source=DOCS, symptom=NOT_DEPLOYED),
    Need(
        "codedeploy:GetDeployment",
        GROUP,
        source=DOCS,
        symptom="The deployment runs, but CodePipeline may not read its state: the action fails.",
    ),
    Need("codedeploy:RegisterApplicationRevision", APPLICATION, source=DOCS, symptom=NOT_DEPLOYED),
    Need("codedeploy:GetDeploymentConfig", CONFIGURATIONS, source=DOCS, symptom=NOT_DEPLOYED),
    Need(
        "codedeploy:GetApplicationRevision",
        APPLICATION,
        certainty=Certainty.LOW,
        source=ROLE_DOCS,
        symptom=NOT_DEPLOYED,
        note="every page but the action reference lists it, and the AWS CDK grants it",
    ),
    *(
        Need(
            iam_action,
            resource,
            certainty=Certainty.LOW,
            source=DOCS,
            symptom=NOT_DEPLOYED,
            note=NOT_GRANTED,
        )
        for iam_action, resource in (
            ("codedeploy:GetApplication", APPLICATION),
            ("codedeploy:ListDeployments", GROUP),
            ("codedeploy:ListDeploymentGroups", APPLICATION),
            ("codedeploy:GetDeploymentGroup", GROUP),
            ("codedeploy:ListDeploymentConfigs", "*"),
        )
    ),
)

PROVIDERS = (ActionProvider("Deploy", "AWS", "CodeDeploy", NEEDS, source=DOCS),)
