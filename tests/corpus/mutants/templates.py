"""Raw templates, as the standard library reads them; none of passrole's own engine."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from tests.corpus.mutants.conditions import Json

from passrole.stacks.deployments import Deployment


class Type(NamedTuple):
    """What Ref and GetAtt Arn of a resource type give."""

    name: str
    ref: str
    arn: str = ""


TYPES = {
    "AWS::S3::Bucket": Type("BucketName", "name", "arn:aws:s3:::{name}"),
    "AWS::KMS::Key": Type("", "id", "arn:aws:kms:{region}:{account}:key/{id}"),
    "AWS::IAM::Role": Type("RoleName", "name", "arn:aws:iam::{account}:role/{name}"),
    "AWS::CodeBuild::Project": Type(
        "Name", "name", "arn:aws:codebuild:{region}:{account}:project/{name}"
    ),
    "AWS::CodeCommit::Repository": Type(
        "RepositoryName", "id", "arn:aws:codecommit:{region}:{account}:{name}"
    ),
    "AWS::SNS::Topic": Type("TopicName", "arn", "arn:aws:sns:{region}:{account}:{name}"),
    "AWS::Lambda::Function": Type(
        "FunctionName", "name", "arn:aws:lambda:{region}:{account}:function:{name}"
    ),
    "AWS::CodeDeploy::Application": Type("ApplicationName", "name"),
    "AWS::CodeDeploy::DeploymentGroup": Type("DeploymentGroupName", "name"),
    "AWS::ECS::Cluster": Type("ClusterName", "name"),
    "AWS::ECS::Service": Type("ServiceName", "arn"),
    "AWS::CodePipeline::Pipeline": Type(
        "Name", "name", "arn:aws:codepipeline:{region}:{account}:{name}"
    ),
    "AWS::ECR::Repository": Type(
        "RepositoryName", "name", "arn:aws:ecr:{region}:{account}:repository/{name}"
    ),
    "AWS::StepFunctions::StateMachine": Type(
        "StateMachineName", "arn", "arn:aws:states:{region}:{account}:stateMachine:{name}"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Type(
        "Name", "arn", "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{id}"
    ),
}


ATTRIBUTES = {"Arn": "arn", "Name": "name", "TargetGroupName": "name"}
HOLE = re.compile(r"\$\{[\w.]+\}")


class UnrenderedError(Exception):
    """A value that the renderer does not understand; the text says which."""


class Raw:
    """One template as the standard library reads it."""

    def __init__(self, template: Json, deployment: Deployment) -> None:
        self.template = template
        self.resources: Json = template["Resources"]
        self.pseudo = {
            "partition": "aws",
            "region": deployment.region or "${region}",
            "account": deployment.account or "${account}",
        }

    def text(self, value: Any) -> str:
        """The canonical text of a value: names that are made up later are ``${id.name}``."""
        if isinstance(value, (str, int)):
            return str(value)
        ((function, argument),) = value.items()
        if function == "Ref":
            return self._ref(argument)
        if function == "Fn::GetAtt":
            logical_id, attribute = argument
            return self._attribute(logical_id, ATTRIBUTES.get(attribute, ""))
        if function == "Fn::Join":
            return str(argument[0].join(self._texts(argument[1])))
        if function == "Fn::Select":
            return self._texts(argument[1])[int(argument[0])]
        raise UnrenderedError(function)

    def _texts(self, value: Any) -> list[str]:
        if isinstance(value, dict):
            if "Fn::Split" not in value:
                raise UnrenderedError(next(iter(value)))
            separator, whole = value["Fn::Split"]
            return self.text(whole).split(separator)
        return [self.text(each) for each in value]

    def _ref(self, target: str) -> str:
        if target.startswith("AWS::"):
            name = {"AWS::AccountId": "account"}.get(target, target[5:].lower())
            if name not in self.pseudo:
                raise UnrenderedError(target)
            return self.pseudo[name]
        if target not in self.resources:
            return f"${{{target}}}"
        return self._attribute(target, self._type(target).ref)

    def _attribute(self, logical_id: str, what: str) -> str:
        type_ = self._type(logical_id)
        written = self.resources[logical_id].get("Properties", {}).get(type_.name)
        name = self.text(written) if written is not None else f"${{{logical_id}.name}}"
        identity = f"${{{logical_id}.id}}"
        if what == "arn" and type_.arn:
            return type_.arn.format(name=name, id=identity, **self.pseudo)
        if what in ("name", "id"):
            return name if what == "name" else identity
        raise UnrenderedError(f"{self.resources[logical_id]['Type']}.{what}")

    def _type(self, logical_id: str) -> Type:
        kind = self.resources[logical_id]["Type"]
        if kind not in TYPES:
            raise UnrenderedError(kind)
        return TYPES[kind]

    def role_of(self, reference: Any) -> str | None:
        """The logical id of the role that is referred to by its ARN."""
        if not isinstance(reference, dict) or "Fn::GetAtt" not in reference:
            return None
        logical_id, attribute = reference["Fn::GetAtt"]
        known = self.resources.get(logical_id, {}).get("Type") == "AWS::IAM::Role"
        return str(logical_id) if known and attribute == "Arn" else None

    def policies(self, role: str) -> Iterator[Json]:
        """The policy documents that are attached to a role in this template."""
        own = self.resources[role]["Properties"]
        for policy in own.get("Policies", ()):
            yield policy["PolicyDocument"]
        for resource in self.resources.values():
            if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                named = resource["Properties"].get("Roles", ())
                if {"Ref": role} in named or own.get("RoleName", "?") in named:
                    yield resource["Properties"]["PolicyDocument"]

    def managed(self, role: str) -> list[str]:
        """The ARNs of the AWS managed policies that are attached to a role."""
        written = self.resources[role]["Properties"].get("ManagedPolicyArns", ())
        return [self.text(arn) for arn in written]

    def resource_policies(self) -> Iterator[Json]:
        """The statements of all policies of keys, buckets and trust in this template."""
        for resource in self.resources.values():
            for key in ("KeyPolicy", "PolicyDocument", "AssumeRolePolicyDocument"):
                if resource["Type"] not in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                    document = resource.get("Properties", {}).get(key, {})
                    yield from listed(document.get("Statement", ()))


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def overlap(one: str, other: str) -> bool:
    return fnmatchcase(one, other) or fnmatchcase(other, one)


def may_be(one: str, other: str) -> bool:
    """Whether two texts are the same if made-up names in one are what the other writes out."""
    return any(
        HOLE.search(left) is not None
        and HOLE.search(right) is None
        and overlap(HOLE.sub("*", left), right)
        for left, right in ((one, other), (other, one))
    )


def names_action(pattern: str, action: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())
