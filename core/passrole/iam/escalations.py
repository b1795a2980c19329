"""Known combinations of IAM permissions that make an administrator of whoever holds them.

Data: which actions, each on what, all of which are needed, and what they give. The names are those
of https://pathfinding.cloud, whose pages say how each is used; ``create-role-…`` are not there and
follow from what IAM documents of the actions themselves.
"""

from __future__ import annotations

from passrole.records import NamedTuple

PATHS = "https://pathfinding.cloud/paths"
CREATE_ROLE = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html"

OWN_ROLE = "{role}"
OWN_POLICY = "{own policy}"
"""A managed policy of the tree that is attached to the role itself."""
PASSED = "{passed}"
"""Any role, or one of the tree that may do everything, that trusts the service it is passed to."""
STRONGER = "{stronger}"
"""A role of the tree that may do everything and lets this one assume it."""
FUNCTION = "{function}"
PROJECT = "{project}"
"""A function, a build project of the tree whose role may do everything."""
ROLES = "arn:{partition}:iam::{account}:role/*"
USERS = "arn:{partition}:iam::{account}:user/*"
STACKS = "arn:{partition}:cloudformation:{region}:{account}:stack/*"
FUNCTIONS = "arn:{partition}:lambda:{region}:{account}:function:*"
PROJECTS = "arn:{partition}:codebuild:{region}:{account}:project/*"
TASKS = "arn:{partition}:ecs:{region}:{account}:task-definition/*"
INSTANCES = "arn:{partition}:ec2:{region}:{account}:*"
GLUE_JOBS = "arn:{partition}:glue:{region}:{account}:job/*"
NOTEBOOKS = "arn:{partition}:sagemaker:{region}:{account}:notebook-instance/*"
SERVICES = "arn:{partition}:apprunner:{region}:{account}:service/*"


class Permission(NamedTuple):
    """One action, and what it must be allowed on: an ARN with names in braces."""

    action: str
    on: str


class Combination(NamedTuple):
    """Permissions of which all are needed, and what they give.

    ``passed_to`` is the service that a passed role has to trust, empty where none is passed.
    """

    name: str
    permissions: tuple[Permission, ...]
    gives: str
    passed_to: str = ""
    page: str = ""

    @property
    def source(self) -> str:
        """The page that describes it."""
        return self.page or f"{PATHS}/{self.name}"

    @property
    def actions(self) -> str:
        """The names of the actions, in words."""
        return " and ".join(permission.action for permission in self.permissions)


def _own(name: str, action: str, on: str, gives: str) -> Combination:
    return Combination(name, (Permission(action, on),), gives)


def _new(name: str, service: str, gives: str, *actions: tuple[str, str]) -> Combination:
    """A role is passed to something new that runs what its maker wants."""
    passes = Permission("iam:PassRole", PASSED)
    return Combination(name, (passes, *(Permission(*each) for each in actions)), gives, service)


COMBINATIONS = (
    _own("iam-005", "iam:PutRolePolicy", OWN_ROLE, "writes itself any policy"),
    _own("iam-009", "iam:AttachRolePolicy", OWN_ROLE, "attaches AdministratorAccess to itself"),
    _own("iam-001", "iam:CreatePolicyVersion", OWN_POLICY, "rewrites a policy of its own"),
    _own("iam-012", "iam:UpdateAssumeRolePolicy", ROLES, "has any role trust it"),
    _own("iam-002", "iam:CreateAccessKey", USERS, "makes keys for any user"),
    _own("iam-004", "iam:CreateLoginProfile", USERS, "gives any user a password"),
    _own("iam-006", "iam:UpdateLoginProfile", USERS, "changes any user's password"),
    _own("sts-001", "sts:AssumeRole", STRONGER, "assumes a role that may do everything"),
    Combination(
        "create-role-attach",
        (Permission("iam:CreateRole", ROLES), Permission("iam:AttachRolePolicy", ROLES)),
        "makes a role with AdministratorAccess that trusts it",
        page=CREATE_ROLE,
    ),
    Combination(
        "create-role-put",
        (Permission("iam:CreateRole", ROLES), Permission("iam:PutRolePolicy", ROLES)),
        "makes a role with any policy that trusts it",
        page=CREATE_ROLE,
    ),
    _new(
        "cloudformation-001", "cloudformation.amazonaws.com",
        "has a stack do what it wants with a passed role",
        ("cloudformation:CreateStack", STACKS),
    ),
    _new(
        "lambda-001", "lambda.amazonaws.com", "runs its code in a function with a passed role",
        ("lambda:CreateFunction", FUNCTIONS), ("lambda:InvokeFunction", FUNCTIONS),
    ),
    _new(
        "codebuild-001", "codebuild.amazonaws.com", "runs a build with a passed role",
        ("codebuild:CreateProject", PROJECTS), ("codebuild:StartBuild", PROJECTS),
    ),
    _new(
        "codebuild-004", "codebuild.amazonaws.com", "runs a batch build with a passed role",
        ("codebuild:CreateProject", PROJECTS), ("codebuild:StartBuildBatch", PROJECTS),
    ),
    _new(
        "ec2-001", "ec2.amazonaws.com", "starts an instance with a passed role",
        ("ec2:RunInstances", INSTANCES),
    ),
    _new(
        "ecs-004", "ecs-tasks.amazonaws.com", "runs a task with a passed role",
        ("ecs:RegisterTaskDefinition", TASKS), ("ecs:RunTask", TASKS),
    ),
    _new(
        "glue-003", "glue.amazonaws.com", "runs a job with a passed role",
        ("glue:CreateJob", GLUE_JOBS), ("glue:StartJobRun", GLUE_JOBS),
    ),
    _new(
        "sagemaker-001", "sagemaker.amazonaws.com", "opens a notebook with a passed role",
        ("sagemaker:CreateNotebookInstance", NOTEBOOKS),
        ("sagemaker:CreatePresignedNotebookInstanceUrl", NOTEBOOKS),
    ),
    _new(
        "apprunner-001", "tasks.apprunner.amazonaws.com", "runs a service with a passed role",
        ("apprunner:CreateService", SERVICES),
    ),
    _own(
        "lambda-003", "lambda:UpdateFunctionCode", FUNCTION,
        "puts its code into a function that may do everything",
    ),
    _own(
        "codebuild-002", "codebuild:StartBuild", PROJECT,
        "starts a build that may do everything, with commands of its own",
    ),
    _own(
        "codebuild-003", "codebuild:StartBuildBatch", PROJECT,
        "starts a batch build that may do everything, with commands of its own",
    ),
)  # fmt: skip
