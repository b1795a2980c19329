from collections.abc import Callable, Iterator
from functools import partial

from passrole import (
    BuildProject,
    Category,
    Confidence,
    Decision,
    Graph,
    Related,
    Repair,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    Text,
    Verdict,
    known,
    rule,
)
from passrole_aws.codebuild.entities import SourceCredential

PREFIXES = ("codeconnections", "codestar-connections")


BECAUSE = (
    "The user of the text is the service role of the build project: CodeBuild "
    "fetches the token of the connection with it."
)


@rule(
    "build-connection-token-missing",
    checks=BuildProject,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    autofix="safe",
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(
            ("User is not authorized to access connection",),
            BECAUSE,
            where="the service role of the build project",
        ),
        Symptom(
            ("OAuthProviderException", "User is not authorized to access connection"),
            BECAUSE,
            where="the service role of the build project",
        ),
        Symptom(
            ("OAuthProviderException",),
            "CodeBuild fetches the token of the connection with the service role of the project.",
            where="the service role of the build project",
        ),
    ),
)
def connection_token_missing(project: BuildProject, graph: Graph) -> Iterator[Report]:
    """A build role may not fetch the token of the connection that its project reads its source with.

    A project whose source is read through a connection, its own or the one of a source credential of
    the account, asks for the connection and for a token of it, as the project's service role. That the
    role may use the connection is not enough. The build fails in DOWNLOAD_SOURCE:
    "OAuthProviderException: User is not authorized to access connection"; the user it speaks of is the
    service role. The operations count under `codeconnections:` and under `codestar-connections:`, by
    the prefix of the connection's ARN; either is accepted here.

    Allow the service role `codeconnections:GetConnection` and `codeconnections:GetConnectionToken` on
    the connection, beside `codeconnections:UseConnection`. A project that only ever runs in a pipeline
    gets its source from there: then this does not matter, and the confidence is medium.

    ```yaml
    Resources:
      Project:  # finding
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: NO_ARTIFACTS}
          Source:
            Type: GITHUB
            Location: "https://github.com/acme/shop.git"
            Auth: {Type: CODECONNECTIONS, Resource: !Ref Connection}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: codeconnections:UseConnection, Resource: !Ref Connection}
      Connection:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```yaml
    Resources:
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: NO_ARTIFACTS}
          Source:
            Type: GITHUB
            Location: "https://github.com/acme/shop.git"
            Auth: {Type: CODECONNECTIONS, Resource: !Ref Connection}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [codeconnections:GetConnection, codeconnections:GetConnectionToken, codeconnections:UseConnection], Resource: !Ref Connection}
      Connection:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
    ```

    ```yaml
    Resources:
      Project:  # finding
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: NO_ARTIFACTS}
          Source: {Type: GITHUB, Location: "https://github.com/acme/shop.git"}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: codeconnections:UseConnection, Resource: !Ref Connection}
      Connection:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
      Credential:
        Type: AWS::CodeBuild::SourceCredential
        Properties: {AuthType: CODECONNECTIONS, ServerType: GITHUB, Token: !Ref Connection}
    ```

    ```yaml
    Resources:
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          Name: shop
          ServiceRole: !GetAtt BuildRole.Arn
          Artifacts: {Type: NO_ARTIFACTS}
          Source: {Type: BITBUCKET, Location: "https://bitbucket.org/acme/shop.git"}
          Environment:
            Type: LINUX_CONTAINER
            ComputeType: BUILD_GENERAL1_SMALL
            Image: "aws/codebuild/standard:7.0"
      BuildRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          Policies:
            - PolicyName: own
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: codeconnections:UseConnection, Resource: !Ref Connection}
      Connection:
        Type: AWS::CodeConnections::Connection
        Properties: {ConnectionName: github, ProviderType: GitHub}
      Credential:
        Type: AWS::CodeBuild::SourceCredential
        Properties: {AuthType: CODECONNECTIONS, ServerType: GITHUB, Token: !Ref Connection}
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {  # finding
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "NO_ARTIFACTS"
      }
      source {
        type     = "GITHUB"
        location = "https://github.com/acme/shop.git"
        auth {
          type     = "CODECONNECTIONS"
          resource = aws_codeconnections_connection.github.arn
        }
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "own"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codeconnections:UseConnection"
          Resource = aws_codeconnections_connection.github.arn
        }]
      })
    }
    resource "aws_codeconnections_connection" "github" {
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
      artifacts {
        type = "NO_ARTIFACTS"
      }
      source {
        type     = "GITHUB"
        location = "https://github.com/acme/shop.git"
        auth {
          type     = "CODECONNECTIONS"
          resource = aws_codeconnections_connection.github.arn
        }
      }
      environment {
        type         = "LINUX_CONTAINER"
        compute_type = "BUILD_GENERAL1_SMALL"
        image        = "aws/codebuild/standard:7.0"
      }
    }
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      name = "own"
      role = aws_iam_role.build.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect = "Allow"
          Action = [
            "codeconnections:GetConnection",
            "codeconnections:GetConnectionToken",
            "codeconnections:UseConnection",
          ]
          Resource = aws_codeconnections_connection.github.arn
        }]
      })
    }
    resource "aws_codeconnections_connection" "github" {
      name          = "github"
      provider_type = "GitHub"
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html
    Source: https://dev.to/morganw/the-misleading-user-is-not-authorized-to-access-connection-error-in-aws-codebuild-and-why-your-191a
    """
    role = graph.find(project.role, Role, near=project)
    if role is None:
        return
    for connection in _connections(project, graph):
        for operation in ("GetConnection", "GetConnectionToken"):
            refusal = _refusal(role, operation, connection, project, graph)
            if refusal is not None:
                iam_action = f"codeconnections:{operation}"
                mends = partial(graph.repairs.granting, role, (iam_action,), connection)
                yield _report(project, role, iam_action, connection, refusal, mends)


def _connections(project: BuildProject, graph: Graph) -> Iterator[Text]:
    """What the project reads its source with: its own connection, else that of a credential."""
    if project.connection:
        if isinstance(project.connection, Text):
            yield project.connection
        return
    kind = known(project.source)
    for each in graph.entities_of(SourceCredential):
        if (
            each.resource.target.id == project.resource.target.id
            and known(each.kind) == "CODECONNECTIONS"
            and kind is not None
            and known(each.server) == kind
            and isinstance(each.token, Text)
        ):
            yield each.token


def _refusal(
    role: Role, operation: str, connection: Text, project: BuildProject, graph: Graph
) -> Decision | None:
    """A decision against the operation, where it is refused under every prefix and everywhere."""
    found = [
        decision
        for prefix in PREFIXES
        for decision in graph.may(role, f"{prefix}:{operation}", connection, world=project.world)
    ]
    refused = all(each.verdict in (Verdict.MISSING, Verdict.DENIED) for each in found)
    return found[0] if refused else None


def _report(
    project: BuildProject,
    role: Role,
    iam_action: str,
    connection: Text,
    refusal: Decision,
    mends: Callable[[], Repair | None],
) -> Report:
    denied = "is explicitly denied" if refusal.verdict is Verdict.DENIED else "is not allowed"
    return Report(
        origin=project.resource.key or project.resource.origin,
        message=f"Project {project.label} reads its source as role {role.label}, its service role,"
        f" which {denied} {iam_action} on {connection}.",
        symptom='The build fails in DOWNLOAD_SOURCE: "OAuthProviderException: User is not'
        ' authorized to access connection".',
        remedy=f"Allow {iam_action} on {connection} in the policies of role {role.label}.",
        subject=Subject(principal=role.label, iam_action=iam_action, resource=str(connection)),
        related=(Related(f"role {role.label} is defined here", role.location),),
        confidence=Confidence.MEDIUM,
        world=project.world,
        defaults=refusal.defaults,
        repair=mends if refusal.verdict is Verdict.MISSING else None,
    )
