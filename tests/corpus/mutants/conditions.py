"""When a row of the facts applies: its words, and what they mean for raw JSON."""

from collections.abc import Callable
from typing import Any, NamedTuple

Json = dict[str, Any]


class Site(NamedTuple):
    """One place in a template where a row of the facts may apply."""

    resources: Json
    pipeline_id: str
    pipeline: Json
    action: Json
    store: Json

    @property
    def configuration(self) -> Json:
        found: Json = self.action.get("Configuration") or {}
        return found


When = Callable[[Site], bool]


def always(_site: Site) -> bool:
    return True


def given(key: str) -> When:
    return lambda site: key in site.configuration


def mode(*names: str) -> When:
    return lambda site: site.configuration.get("ActionMode") in names


def batch(site: Site) -> bool:
    return str(site.configuration.get("BatchEnabled", "")).lower() == "true"


def full_clone(site: Site) -> bool:
    return site.configuration.get("OutputArtifactFormat") == "CODEBUILD_CLONE_REF"


def public(site: Site) -> bool:
    return site.configuration.get("RegistryType") == "public"


def standard_state_machine(site: Site) -> bool:
    """Whether the template says that the state machine is no express one."""
    reference = site.configuration["StateMachineArn"]
    machine = site.resources.get(reference["Ref"]) if "Ref" in reference else None
    return machine is not None and machine["Properties"].get("StateMachineType") != "EXPRESS"


def lists_bucket(site: Site) -> bool:
    return any(
        action["ActionTypeId"]["Provider"] == "CodeCommit"
        for stage in site.pipeline["Stages"]
        for action in stage["Actions"]
    )


WHEN: dict[str, When] = {
    "always (the task definition carries executionRoleArn/taskRoleArn)": always,
    "RegistryType != public": lambda site: not public(site),
    "RegistryType != public (documented unconditionally, on *)": lambda site: not public(site),
    "RegistryType = public": public,
    "VpcId is set": given("VpcId"),
    "TargetGroupNameList is set": given("TargetGroupNameList"),
    "TargetGroupNameList is set (documented unconditionally; CDK only when set)": given(
        "TargetGroupNameList"
    ),
    "PermissionModel=SELF_MANAGED (default)": (
        lambda site: site.configuration.get("PermissionModel", "SELF_MANAGED") == "SELF_MANAGED"
    ),
    "InspectorRunMode=ECRImageScan": (
        lambda site: site.configuration.get("InspectorRunMode") == "ECRImageScan"
    ),
    "standard state machine (documented: CodePipeline polls DescribeExecution only for standard; an"
    " express start completes the action at once). The documented policy lists all three actions"
    " without the split": standard_state_machine,
    "always": always,
    "all modes": always,
    "always, for artifactStore and for every entry of artifactStores": always,
    "always (the action checks that the artifact bucket exists)": always,
    "always according to CDK (also part of the documented base policy)": always,
    "already inside elasticbeanstalk:*; must be added when the wildcard is replaced": always,
    "listed only by the current page": always,
    "2018/2023 lists and CDK; dropped from the current doc": always,
    "optional: only for detailed error messages in the action": always,
    "task definition has taskRoleArn or executionRoleArn"
    " (Fargate always has the latter in practice)": always,  # its roles are looked up below
    "artifactStore.encryptionKey is set (customer managed key); one key per Region of"
    " artifactStores. May be satisfied by the KMS key policy instead of the identity policy"
    " (same account)": lambda site: "EncryptionKey" in site.store,
    "any action (or rule) declares roleArn different from the pipeline role": (
        lambda site: (
            site.action.get("RoleArn", site.pipeline["RoleArn"]) != site.pipeline["RoleArn"]
        )
    ),
    "pipeline has a CodeCommit source action (the CodeCommit action checks that the artifact"
    " bucket exists); also in practice granted by CDK (s3:List*)": lists_bucket,
    "BatchEnabled != true (the documented policy grants them unconditionally)": (
        lambda site: not batch(site)
    ),
    "BatchEnabled = true": batch,
    "ServiceRoleArnOverride is set": given("ServiceRoleArnOverride"),
    "OutputArtifactFormat=CODEBUILD_CLONE_REF (current doc policy lists it unconditionally)": (
        full_clone
    ),
    "NotificationArn is set": given("NotificationArn"),
    "KMSEncryptionKeyARN is set (or the bucket default key is a CMK in use)": given(
        "KMSEncryptionKeyARN"
    ),
    "documented unconditionally; CDK grants PutObjectAcl only when CannedACL is set": given(
        "CannedACL"
    ),
    "ActionMode=CREATE_UPDATE or ActionMode=REPLACE_ON_FAILURE": mode(
        "CREATE_UPDATE", "REPLACE_ON_FAILURE"
    ),
    "ActionMode=CREATE_UPDATE or ActionMode=REPLACE_ON_FAILURE (documented unconditionally)": mode(
        "CREATE_UPDATE", "REPLACE_ON_FAILURE"
    ),
    "ActionMode=REPLACE_ON_FAILURE or ActionMode=DELETE_ONLY": mode(
        "REPLACE_ON_FAILURE", "DELETE_ONLY"
    ),
    "ActionMode=CHANGE_SET_REPLACE": mode("CHANGE_SET_REPLACE"),
    "ActionMode=CHANGE_SET_REPLACE or ActionMode=CHANGE_SET_EXECUTE": mode(
        "CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE"
    ),
    "ActionMode=CHANGE_SET_EXECUTE": mode("CHANGE_SET_EXECUTE"),
    "documented for all modes; CDK grants it (DescribeStack*) for CREATE_UPDATE,"
    " REPLACE_ON_FAILURE, DELETE_ONLY": mode("CREATE_UPDATE", "REPLACE_ON_FAILURE", "DELETE_ONLY"),
    "documented unconditionally; ActionMode=CREATE_UPDATE or ActionMode=REPLACE_ON_FAILURE per"
    " CDK; ActionMode=CHANGE_SET_REPLACE is a guess": mode("CREATE_UPDATE", "REPLACE_ON_FAILURE"),
    "RoleArn is set (all modes but CHANGE_SET_EXECUTE)": (
        lambda site: given("RoleArn")(site) and not mode("CHANGE_SET_EXECUTE")(site)
    ),
}

NOT_EVALUATED = {
    "environmentVariables[].type = SECRETS_MANAGER": (
        "the facts do not say how the variables are written"
    ),
    "the account is opted in to ECS tagging authorization and the task definition has tags": (
        "the settings of the account are not in a template"
    ),
    "source bucket objects are SSE-KMS encrypted with a customer managed key": (
        "how an object was encrypted is not in a template"
    ),
    "the S3 objects have tags": "whether objects have tags is not in a template",
    'in the documented minimum policy; the doc note says required "when the S3 objects in your'
    ' source bucket have tags in them"': "whether objects have tags is not in a template",
    "see each provider; legacy default policy has Resource * with StringEqualsIfExists"
    " iam:PassedToService [cloudformation.amazonaws.com, elasticbeanstalk.amazonaws.com,"
    " ec2.amazonaws.com, ecs-tasks.amazonaws.com]": "points at the rows of the providers",
    "TemplateConfiguration contains StackPolicy and ActionMode=CREATE_UPDATE or"
    " ActionMode=REPLACE_ON_FAILURE": "the template configuration is in the artifact",
    "task definition is registered with tags / tagging authorization is on (on for new accounts)": (
        "the settings of the account are not in a template"
    ),
    "legacy default policy passes to elasticbeanstalk.amazonaws.com and ec2.amazonaws.com": (
        "which roles the environment uses is not in a template"
    ),
    "NotificationArn topic is encrypted with a customer managed key": (
        "the facts do not say how to find the key"
    ),
}
"""Conditions that raw configuration cannot answer, and why."""
