from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Graph,
    Repair,
    Report,
    Role,
    Severity,
    Statement,
    Symptom,
    Text,
    grants_in,
    known,
    only_on_resources,
    rule,
    takes_resources,
)
from passrole_aws.excess.entities import excess_report, policies_of, runs_actions, users

# A policy names a key by its id: the ARN of an alias grants nothing of the key.
# https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
ALIAS = ":alias/"


@rule(
    "unscoped-resource",
    autofix="unsafe",
    checks=Role,
    severity=Severity.MEDIUM,
    category=Category.RISK,
    symptoms=(Symptom(("granted on *",)),),
)
def unscoped_resource(role: Role, graph: Graph) -> Iterator[Report]:
    """A pipeline's role may do on every resource what it needs on one that is known.

    The action names its project, function, repository or stack, so the ARN stands in the very
    template; the policy says `*`. Whoever can change the pipeline can then start any build, invoke
    any function and change any stack of the account.

    Reported are actions that can be granted on single resources, and that every need names one
    for. Actions that only `*` grants are left alone, and so is a key that is known by its alias, which
    a policy cannot name. Where something else may need the role the finding is of low confidence.

    Put the ARNs of the message in place of `*`.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow  # finding
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: "*"
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [codebuild:StartBuild, codebuild:BatchGetBuilds]
                    Resource: !Sub arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/shop
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Build
                  ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
                  Configuration: {ProjectName: shop}
    ```

    ```hcl
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      role = aws_iam_role.pipeline.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["codebuild:StartBuild", "codebuild:BatchGetBuilds"], Resource = "*" }]  # finding
      })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Build"
        action {
          name          = "Build"
          category      = "Build"
          owner         = "AWS"
          provider      = "CodeBuild"
          version       = "1"
          configuration = { ProjectName = "shop" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "pipeline" {
      role = aws_iam_role.pipeline.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "codecommit:ListRepositories", Resource = "*" }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    uses = runs_actions(role, graph)
    if not uses:
        return
    arns: dict[str, set[str]] = {}
    needed: dict[str, dict[Text, None]] = {}
    for requirement in graph.uses.requirements(role):
        for iam_action in requirement.iam_actions:
            arns.setdefault(iam_action, set()).add(str(requirement.resource))
            needed.setdefault(iam_action, {})[requirement.resource] = None
    policies = tuple(policies_of(role, graph))
    wide: dict[Statement, list[str]] = {}
    for iam_action, resources in sorted(arns.items()):
        if "*" in iam_action or "*" in resources or not takes_resources(iam_action):
            continue
        if any(ALIAS in resource for resource in resources):
            continue
        for grant in grants_in(policies, iam_action):
            statement = grant.statement
            if grant.breadth > Breadth.WILDCARD or grant.is_conditional:
                continue
            if any(known(item) == "*" for item in statement.resources):
                wide.setdefault(statement, []).append(iam_action)
    for statement, actions in wide.items():
        named = sorted({arn for iam_action in actions for arn in arns[iam_action]})
        some = ", ".join(named[:4]) + (", …" if named[4:] else "")
        yield excess_report(
            role,
            graph,
            statement,
            f"Role {role.label} of {users(uses)} may call {', '.join(actions)} on every resource"
            f" ({statement.label}) and needs to on {some}.",
            f"Put the ARNs in place of *: {some}.",
            iam_action=actions[0],
            repair=_narrowed(statement, actions, needed),
        )


def _narrowed(
    statement: Statement, actions: list[str], needed: dict[str, dict[Text, None]]
) -> Repair | None:
    """The statement on what is needed, where nothing else is in it."""
    if {known(each) for each in statement.actions} != set(actions):
        return None
    found = dict.fromkeys(arn for iam_action in actions for arn in needed[iam_action])
    return only_on_resources(statement, tuple(found))
