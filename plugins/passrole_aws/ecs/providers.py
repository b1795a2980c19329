"""What deployments to ECS need.

The action registers a new revision of the service's task definition, and so passes both its roles:
which roles they are stands in the task definition, where that is in the same repository.
"""

from passrole import (
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Need,
    Range,
    Reaches,
    Unless,
    Via,
)
from passrole_aws.ecs.entities import EcsService, TaskDefinition

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html"
OLDER_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html"
SERVICE = "arn:{partition}:ecs:{region}:{account}:service/{ClusterName}/{ServiceName}"
TASK_DEFINITIONS = "arn:{partition}:ecs:{region}:{account}:task-definition/*:*"
TASK_ROLE = Via("ServiceName", ((EcsService, "task_definition"), (TaskDefinition, "task_role")))
EXECUTION_ROLE = Via(
    "ServiceName", ((EcsService, "task_definition"), (TaskDefinition, "execution_role"))
)
TAGS_NOT_SEEN = (
    "needed where the task definition has tags and the account authorises tagging, which no"
    " template says"
)
HAS_TAGS = Reaches(Via("ServiceName", ((EcsService, "task_definition"), (TaskDefinition, "tags"))))
NO_ACCESS = (
    "The deployment fails: The provided role does not have sufficient permissions to access ECS."
)
DROPPED = "today's page no longer lists it; the default roles of 2018 and 2023 and the AWS CDK do"

NEEDS = (
    Need("ecs:DescribeTaskDefinition", source=DOCS, symptom=NO_ACCESS),
    Need("ecs:RegisterTaskDefinition", TASK_DEFINITIONS, source=DOCS, symptom=NO_ACCESS),
    Need("ecs:DescribeServices", SERVICE, source=DOCS, symptom=NO_ACCESS),
    Need("ecs:UpdateService", SERVICE, source=DOCS, symptom=NO_ACCESS),
    *(
        Need(
            iam_action,
            certainty=Certainty.LOW,
            basis=Basis.OLDER_DOCUMENTATION,
            source=OLDER_DOCS,
            symptom=NO_ACCESS,
            note=DROPPED,
        )
        for iam_action in ("ecs:DescribeTasks", "ecs:ListTasks")
    ),
    *(
        Need(
            "ecs:TagResource",
            TASK_DEFINITIONS,
            when=when,
            certainty=certainty,
            context={"ecs:CreateAction": "RegisterTaskDefinition"},
            limits={"ecs:CreateAction": "StringEquals"},
            rule="ecs-tag-resource-missing",
            source=DOCS,
            symptom="The deployment fails: not authorized to perform: ecs:TagResource.",
            note=note,
        )
        for when, certainty, note in (
            (HAS_TAGS, Certainty.HIGH, ""),
            (
                Unless(HAS_TAGS),
                Certainty.LOW,
                TAGS_NOT_SEEN,
            ),
        )
    ),
    *(
        Need(
            "iam:PassRole",
            role,
            context={"iam:PassedToService": "ecs-tasks.amazonaws.com"},
            rule="ecs-pass-role-missing",
            source=DOCS,
            symptom=f"{NO_ACCESS} Only CloudTrail names iam:PassRole.",
        )
        for role in (EXECUTION_ROLE, TASK_ROLE)
    ),
)

KEYS = (
    ConfigurationKey("ClusterName", required=True),
    ConfigurationKey("ServiceName", required=True),
    ConfigurationKey("FileName"),
    ConfigurationKey("DeploymentTimeout"),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "ECS",
        NEEDS,
        source=DOCS,
        since="December 12, 2017",
        configuration=KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
)
