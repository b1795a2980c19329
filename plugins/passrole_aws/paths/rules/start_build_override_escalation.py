from collections.abc import Iterator
from dataclasses import replace

from passrole import (
    BuildProject,
    Category,
    Confidence,
    Grant,
    Graph,
    Identity,
    Policy,
    PolicyDocument,
    Related,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Truth,
    grants_everything,
    grants_in,
    rule,
)
from passrole_aws.paths.entities import roles_named

STARTS = ("codebuild:StartBuild", "codebuild:StartBuildBatch")
# Who assumes a role of people or of another CI system.
PEOPLE = ("AWS", "Federated", "*")


@rule(
    "start-build-override-escalation",
    checks=(Identity, PolicyDocument),
    severity=Severity.HIGH,
    category=Category.RISK,
    symptoms=(Symptom(("codebuild:StartBuild", "buildspec-override")),),
)
def start_build_override_escalation(
    subject: Identity | PolicyDocument, graph: Graph
) -> Iterator[Report]:
    """Whoever may start a build can be its role.

    `StartBuild` takes a buildspec of the caller's in place of the project's. So the right to start a
    build is the right to run any command as the project's service role. Reported are users, groups,
    permission sets, roles of people and unattached policies that may start a build of a project
    whose role may do everything, or can make itself an administrator.

    Name the projects in the policy, with roles that may do no more than those who start them; or
    have builds started through a pipeline.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      Build:
        Type: AWS::CodeBuild::Project
        Properties: {Name: shop, ServiceRole: !GetAtt Role.Arn}
      Developers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codebuild:StartBuild, Resource: !GetAtt Build.Arn}  # finding
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]
      Build:
        Type: AWS::CodeBuild::Project
        Properties: {Name: shop, ServiceRole: !GetAtt Role.Arn}
      Developers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: build
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codebuild:StartBuild, Resource: !GetAtt Build.Arn}
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
      managed_policy_arns = ["arn:aws:iam::aws:policy/IAMFullAccess"]
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    resource "aws_iam_user" "ci" {
      name = "ci"
    }
    resource "aws_iam_user_policy" "ci" {
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["codebuild:StartBuild*"], Resource = "*" }]  # finding
      })
    }
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
      managed_policy_arns = ["arn:aws:iam::aws:policy/IAMFullAccess"]
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    resource "aws_iam_user" "ci" {
      name = "ci"
    }
    resource "aws_iam_user_policy" "ci" {
      user = aws_iam_user.ci.name
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["codebuild:BatchGetBuilds"], Resource = "*" }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
    Source: https://pathfinding.cloud/paths/codebuild-002
    """
    policies = _policies(subject, graph)
    if not policies or grants_everything(policies) is not None:
        return
    told: set[object] = set()
    for grant in (each for iam_action in STARTS for each in _grants(policies, iam_action)):
        for project in graph.entities_of(BuildProject):
            if grant.statement in told:
                continue
            if grant.holds(project.resource.arn) is not Truth.TRUE:
                continue
            for role in roles_named(project.role, project, graph):
                strong, sure = _strength(role, graph)
                if strong and grant.statement not in told:
                    told.add(grant.statement)
                    report = _report(subject, grant, project, role, strong)
                    yield replace(report, confidence=sure)


def _policies(subject: Identity | PolicyDocument, graph: Graph) -> tuple[Policy, ...]:
    """The policies of somebody who works with builds and not for them; none for others."""
    if isinstance(subject, PolicyDocument):
        return (subject.policy,) if subject in graph.unattached else ()
    if graph.has_boundary(subject):
        return ()
    if isinstance(subject, Role):
        kinds = {kind for each in subject.trust.statements for kind, _ in each.principal_names}
        if kinds.isdisjoint(PEOPLE) or subject in graph.pipeline_roles:
            return ()
    return tuple(each for each in graph.policies_of(subject) if isinstance(each, Policy))


def _grants(policies: tuple[Policy, ...], iam_action: str) -> Iterator[Grant]:
    denied = any(
        statement.effect != "Allow" for policy in policies for statement in policy.about(iam_action)
    )
    if not denied:
        yield from (each for each in grants_in(policies, iam_action) if not each.is_conditional)


def _strength(role: Role, graph: Graph) -> tuple[str, Confidence]:
    """What a role may do that is too much, in words, and how sure that is; no words for others."""
    if graph.administrator(role) is not None:
        return "may do everything", Confidence.HIGH
    ways = sorted(graph.escalations(role), key=lambda way: not way.is_sure)
    if not ways:
        return "", Confidence.HIGH
    sure = Confidence.HIGH if ways[0].is_sure else Confidence.MEDIUM
    return f"can make itself an administrator ({ways[0].words})", sure


def _report(
    subject: Identity | PolicyDocument,
    grant: Grant,
    project: BuildProject,
    role: Role,
    strong: str,
) -> Report:
    statement = grant.statement
    place = subject.origin if isinstance(subject, PolicyDocument) else subject.resource.origin
    return Report(
        origin=statement.origin or place,
        message=f"{subject.label} may start build project {project.label} ({statement.label}), with"
        f" a buildspec of their own, as role {role.label}, which {strong}.",
        symptom="Who may start a build is an administrator.",
        remedy="Allow it on projects whose roles may do no more than who starts them.",
        subject=Subject(
            principal=subject.label, iam_action=STARTS[0], resource=str(project.resource.arn)
        ),
        related=(
            Related(f"build project {project.label}", project.location),
            Related(f"role {role.label}", role.location),
        ),
        world=statement.world.joined(project.world) or statement.world,
        defaults=statement.defaults,
    )
