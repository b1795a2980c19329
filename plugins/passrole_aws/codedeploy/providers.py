"""What deployments with CodeDeploy need.

Documented: the action reference lists operations that the AWS CDK never grants, and leaves out
`codedeploy:GetApplicationRevision`, which every other page and the AWS CDK have.
"""

from passrole import (
    ActionProvider,
    Both,
    Certainty,
    ConfigurationKey,
    EncryptedArtifacts,
    InstanceProfile,
    Need,
    Range,
    Reaches,
    Via,
)
from passrole_aws.codedeploy.entities import DeploymentGroup, LaunchSettings, ScalingGroup

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeDeploy.html"
ECS_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html"
)
ROLE_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html#remove-permissions-from-policy"
PROFILE_DOCS = "https://docs.aws.amazon.com/codedeploy/latest/userguide/getting-started-create-iam-instance-profile.html"
KEY_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html"
)
INSTANCE_RULE = "codedeploy-instance-profile-artifact-access"
OBJECTS = "arn:{partition}:s3:::{artifacts.bucket}/*"
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

# The task definition is a file of an artifact: which roles it names is not known before it runs.
SOME_ROLE = "arn:{partition}:iam::{account}:role/{a role of the task definition}"
TASK_DEFINITIONS = "arn:{partition}:ecs:{region}:{account}:task-definition/*:*"
NO_ACCESS = (
    "The action fails and blames CodeDeploy: The provided role does not have sufficient permissions"
    " to access CodeDeploy."
)
TO_ECS_NEEDS = (
    Need(
        "ecs:RegisterTaskDefinition",
        rule="codedeploy-ecs-register-taskdef-missing",
        source=ECS_DOCS,
        symptom=NO_ACCESS,
    ),
    Need(
        "iam:PassRole",
        SOME_ROLE,
        context={"iam:PassedToService": "ecs-tasks.amazonaws.com"},
        rule="ecs-pass-role-missing",
        source=ECS_DOCS,
        symptom=f"{NO_ACCESS} Only CloudTrail names iam:PassRole.",
    ),
    Need(
        "ecs:TagResource",
        TASK_DEFINITIONS,
        certainty=Certainty.LOW,
        context={"ecs:CreateAction": "RegisterTaskDefinition"},
        limits={"ecs:CreateAction": "StringEquals"},
        rule="ecs-tag-resource-missing",
        source=ECS_DOCS,
        symptom="The action fails: not authorized to perform: ecs:TagResource.",
        note="needed where the task definition has tags and the account authorises tagging, which"
        " no template says",
    ),
    *(
        Need(iam_action, resource, source=ECS_DOCS, symptom=symptom)
        for iam_action, resource, symptom in (
            ("codedeploy:CreateDeployment", GROUP, NOT_DEPLOYED),
            (
                "codedeploy:GetDeployment",
                GROUP,
                "The deployment runs, but CodePipeline may not read its state: the action fails.",
            ),
            ("codedeploy:GetApplication", APPLICATION, NOT_DEPLOYED),
            ("codedeploy:GetApplicationRevision", APPLICATION, NOT_DEPLOYED),
            ("codedeploy:RegisterApplicationRevision", APPLICATION, NOT_DEPLOYED),
            ("codedeploy:GetDeploymentConfig", CONFIGURATIONS, NOT_DEPLOYED),
        )
    ),
)

# The third role: the agent on each instance fetches the revision from the artifact bucket itself.
INSTANCE_ROLE = Via(
    "DeploymentGroupName",
    (
        (DeploymentGroup, "scaling_group"),
        (ScalingGroup, "launch"),
        (LaunchSettings, "profile"),
        (InstanceProfile, "role"),
    ),
)
IN_THE_TREE = Reaches(INSTANCE_ROLE)
NOT_FETCHED = (
    "The deployment fails in DownloadBundle: the log of the agent says Access Denied, the pipeline"
    " only that the deployment failed."
)
OF_INSTANCES = (
    Need(
        "s3:GetObject",
        OBJECTS,
        when=IN_THE_TREE,
        principal=INSTANCE_ROLE,
        rule=INSTANCE_RULE,
        source=PROFILE_DOCS,
        symptom=NOT_FETCHED,
    ),
    Need(
        "s3:GetObjectVersion",
        OBJECTS,
        when=IN_THE_TREE,
        principal=INSTANCE_ROLE,
        certainty=Certainty.LOW,
        rule=INSTANCE_RULE,
        source=PROFILE_DOCS,
        symptom=NOT_FETCHED,
        note="needed where the bucket has versions, which artifact buckets have; the documented"
        " policy covers it with a wildcard",
    ),
    Need(
        "kms:Decrypt",
        "{artifacts.key}",
        when=Both((IN_THE_TREE, EncryptedArtifacts())),
        principal=INSTANCE_ROLE,
        rule=INSTANCE_RULE,
        source=KEY_DOCS,
        symptom=NOT_FETCHED,
    ),
)

KEYS = (
    ConfigurationKey("ApplicationName", required=True),
    ConfigurationKey("DeploymentGroupName", required=True),
)

TO_ECS_KEYS = (
    ConfigurationKey("ApplicationName", required=True),
    ConfigurationKey("DeploymentGroupName", required=True),
    ConfigurationKey("TaskDefinitionTemplateArtifact", required=True, artifact=True),
    ConfigurationKey("AppSpecTemplateArtifact", required=True, artifact=True),
    ConfigurationKey("AppSpecTemplatePath"),
    ConfigurationKey("TaskDefinitionTemplatePath"),
    ConfigurationKey("Image1ArtifactName", artifact=True),
    ConfigurationKey("Image2ArtifactName", artifact=True),
    ConfigurationKey("Image3ArtifactName", artifact=True),
    ConfigurationKey("Image4ArtifactName", artifact=True),
    ConfigurationKey("Image1ContainerName"),
    ConfigurationKey("Image2ContainerName"),
    ConfigurationKey("Image3ContainerName"),
    ConfigurationKey("Image4ContainerName"),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "CodeDeploy",
        (*NEEDS, *OF_INSTANCES),
        source=DOCS,
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
    ActionProvider(
        "Deploy",
        "AWS",
        "CodeDeployToECS",
        TO_ECS_NEEDS,
        source=ECS_DOCS,
        since="November 27, 2018",
        configuration=TO_ECS_KEYS,
        inputs=Range(1, 5),
        outputs=Range(0, 0),
    ),
)
