import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from passrole import (
    AddDependency,
    BuildProject,
    Category,
    Confidence,
    Document,
    Entity,
    Graph,
    NamedTuple,
    Origin,
    Pipeline,
    Related,
    Repair,
    Report,
    Resource,
    Role,
    Severity,
    Subject,
    Symptom,
    Value,
    cases,
    get,
    rule,
)

_WORDS = re.compile(r"[A-Za-z0-9_]+")
_MODULES = re.compile(r"^(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)+")


BECAUSE = (
    "The pipeline starts as soon as it is made, perhaps before the policy is attached to its role."
)


@rule(
    "policy-race-no-dependency",
    checks=Pipeline,
    severity=Severity.MEDIUM,
    category=Category.BREAKS,
    autofix="safe",
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(("first execution fails", "retry succeeds"), BECAUSE),
        Symptom(("first run fails", "retry"), BECAUSE),
    ),
)
def policy_race_no_dependency(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """A pipeline starts before its role has its policies.

    A pipeline runs as soon as it is created. Where a role gets its permissions from a resource of its
    own (`AWS::IAM::Policy`, a managed policy that lists roles, an attachment), nothing makes the
    deployment wait for that resource: the pipeline refers to the role, and the policy refers to the role,
    but not to each other. Then the first execution may fail with "no identity-based policy allows the
    codebuild:StartBuild action", and a retry succeeds. It is a race: it may go well for years.

    Let the pipeline depend on the policy, or write the policy in the role.

    ```yaml
    Resources:
      Pipeline:  # finding
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages: []
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Grants:
        Type: AWS::IAM::Policy
        Properties:
          PolicyName: pipeline
          Roles: [!Ref Role]
          PolicyDocument:
            Statement: [{Effect: Allow, Action: codebuild:StartBuild, Resource: "*"}]
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        DependsOn: Grants
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages: []
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
      Grants:
        Type: AWS::IAM::Policy
        Properties:
          PolicyName: pipeline
          Roles: [!Ref Role]
          PolicyDocument:
            Statement: [{Effect: Allow, Action: codebuild:StartBuild, Resource: "*"}]
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {  # finding
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "grants" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "codebuild:StartBuild", Resource = "*" }]
      })
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      depends_on = [aws_iam_role_policy.grants]
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "grants" {
      name = "pipeline"
      role = aws_iam_role.pipeline.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "codebuild:StartBuild", Resource = "*" }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
    Source: https://github.com/aws/aws-cdk/issues/38861
    """
    if pipeline.resource.is_deployed:
        return
    waits_for = _Dependencies(pipeline.resource, graph)
    own = tuple(_late(_pipeline_role(pipeline, graph), pipeline, graph, waits_for))
    if own:
        yield _report(pipeline, own, Confidence.MEDIUM)
    # Other roles are used minutes later.
    others = list(_late(_other_roles(pipeline, graph), pipeline, graph, waits_for))
    told = {late.grant for late in own}
    left = tuple(late for late in others if late.grant not in told)
    if left:
        yield _report(pipeline, left, Confidence.LOW)


class Late(NamedTuple):
    """A resource that gives a role permissions, and that the pipeline does not wait for."""

    grant: Entity
    role: Role
    why: str


def _late(
    roles: Iterable[tuple[Role, str]], pipeline: Pipeline, graph: Graph, waits_for: "_Dependencies"
) -> Iterator[Late]:
    seen: set[Entity] = set()
    for role, why in roles:
        for grant in graph.policies.sources(role):
            resource = grant.resource
            elsewhere = resource.stack != pipeline.resource.stack
            never = resource.world.joined(pipeline.world) is None
            never = never or resource.is_deployed
            if elsewhere or never or resource.id in waits_for.ids or grant in seen:
                continue
            seen.add(grant)
            yield Late(grant, role, why)


def _pipeline_role(pipeline: Pipeline, graph: Graph) -> Iterator[tuple[Role, str]]:
    return _found(pipeline.role, "the role of the pipeline", pipeline, graph)


def _other_roles(pipeline: Pipeline, graph: Graph) -> Iterator[tuple[Role, str]]:
    for action in pipeline.actions:
        yield from _found(action.role, f"the role of action {action.label}", pipeline, graph)
        project = graph.find(get(action.configuration, "ProjectName"), BuildProject, near=pipeline)
        if project is not None:
            words = f"the role of build project {project.label}"
            yield from _found(project.role, words, pipeline, graph)


def _found(
    reference: Value, why: str, pipeline: Pipeline, graph: Graph
) -> Iterator[tuple[Role, str]]:
    for _, each in cases(reference, pipeline.world):
        role = graph.find(each, Role, near=pipeline)
        if role is not None:
            yield role, why


class _Dependencies:
    """What the deployment of a resource waits for: by a dependency or a mention, over others too.

    A mention is the name of a resource as a word in the text of another. That finds too many rather
    than too few, and holds for every format.
    """

    def __init__(self, resource: Resource, graph: Graph) -> None:
        self._resource = resource
        self._graph = graph

    @cached_property
    def ids(self) -> set[str]:
        """Their logical ids or addresses; asked for where a role has permissions from elsewhere."""
        resource = self._resource
        texts = self._graph.once(_Stacks).texts(resource.stack, resource.origin.document)
        found: set[str] = set()
        waiting = [resource.id]
        while waiting:
            for mentioned in texts.mentioned(waiting.pop()):
                if mentioned not in found:
                    found.add(mentioned)
                    waiting.append(mentioned)
        return found


class _Texts:
    """The resources of a stack: their texts, by logical id or address, and who mentions whom."""

    def __init__(self, resources: dict[str, Resource | Origin]) -> None:
        self._resources = resources
        self._names: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for name in resources:
            # A module mentions its own resources without its own address.
            words = frozenset((name,) if name.isalnum() else _WORDS.findall(_MODULES.sub("", name)))
            rarest = max(words, key=_rarity, default="")
            self._names.setdefault(rarest, []).append((name, words))
        self._mentioned: dict[str, list[str]] = {}

    def mentioned(self, name: str) -> list[str]:
        """The resources whose names stand in the text of one; each pipeline asks again."""
        found = self._mentioned.get(name)
        if found is None:
            resource = self._resources.get(name)
            words = {"", *(_WORDS.findall(_text(resource)) if resource is not None else ())}
            found = self._mentioned[name] = [
                each
                for word in self._names.keys() & words
                for each, named in self._names[word]
                if named <= words
            ]
        return found


def _rarity(word: str) -> tuple[int, str]:
    return len(word), word


class _Stacks:
    """The texts of each stack, which all of its pipelines ask for one after the other."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._found: dict[tuple[str, Document], _Texts] = {}

    def texts(self, stack: str, document: Document) -> _Texts:
        """Those of a stack whose template is a document."""
        found = self._found.get((stack, document))
        if found is None:
            found = self._found[stack, document] = _texts(self._graph, stack, document)
        return found


def _texts(graph: Graph, stack: str, document: Document) -> _Texts:
    resources: dict[str, Resource | Origin] = {
        each.resource.id: each.resource for each in graph.entities if each.resource.stack == stack
    }
    # Resources that give no entity may stand between two that do.
    section = getattr(document.root, "get", lambda _: None)("Resources")
    for key, node in getattr(section, "pairs", ()):
        resources.setdefault(key.text, Origin(document, node))
    return _Texts(resources)


def _text(resource: Resource | Origin) -> str:
    if isinstance(resource, Origin):
        return resource.code
    return " ".join((resource.origin.code, *resource.depends_on))


def _report(pipeline: Pipeline, late: tuple[Late, ...], confidence: Confidence) -> Report:
    resource = pipeline.resource
    names = ", ".join(dict.fromkeys(each.grant.resource.id for each in late))
    given = ", ".join(dict.fromkeys(f"role {each.role.label} ({each.why})" for each in late))
    only = late[0] if len(late) == 1 else None
    return Report(
        origin=resource.key or resource.origin,
        message=f"Pipeline {pipeline.label} may start before {names} {'is' if only else 'are'}"
        f" there, which {'gives' if only else 'give'} {given} permissions: nothing makes it wait.",
        symptom="The first execution fails for a permission that the role is given a moment later;"
        " a retry succeeds.",
        remedy=f"Let {resource.id} depend on {names}, or write the policy in the role.",
        subject=Subject(
            pipeline.label,
            principal=only.role.label if only else None,
            resource=names,
        ),
        related=tuple(
            Related(f"{each.grant.resource.id} is defined here", each.grant.location)
            for each in late
        ),
        confidence=confidence,
        world=pipeline.world,
        repair=_waiting(resource, [each.grant.resource.id for each in late]),
    )


def _waiting(resource: Resource, ids: list[str]) -> Repair | None:
    """The pipeline after the others, where all are of one module and so can name each other."""
    modules = {_module_of(each) for each in (resource.id, *ids)}
    if len(modules) > 1:
        return None
    return Repair((AddDependency(resource.origin, tuple(dict.fromkeys(ids))),))


def _module_of(address: str) -> str:
    found = _MODULES.match(address)
    return found[0] if found is not None else ""
