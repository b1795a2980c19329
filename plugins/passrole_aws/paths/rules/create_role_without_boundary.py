from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Graph,
    Origin,
    Pipeline,
    Related,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    World,
    rule,
)
from passrole_aws.paths.entities import CREATES_ROLES, causes_of, stack_roles


@rule(
    "cfn-role-create-role-without-boundary",
    checks=Pipeline,
    severity=Severity.HIGH,
    category=Category.RISK,
    yields_to=("source-to-admin-path", "build-role-admin", "build-role-can-escalate"),
)
def create_role_without_boundary(pipeline: Pipeline, graph: Graph) -> Iterator[Report]:
    """The role of a stack may make roles that may do more than itself.

    CloudFormation deploys what the template says. With `iam:CreateRole` and `iam:PutRolePolicy` or
    `iam:AttachRolePolicy`, and no condition on `iam:PermissionsBoundary`, a template makes a role
    with `AdministratorAccess`. So whoever writes templates has more than the stack's role has,
    however short its policy is. A role that may do everything is reported as well. Where the
    template surely comes from a source of the pipeline, `source-to-admin-path` tells it, step by
    step, in place of this rule.

    Allow these actions with `Condition: {StringEquals: {iam:PermissionsBoundary: <policy>}}`, or
    give the stack's role a boundary of its own.

    ```yaml
    Resources:
      Stack:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: deploy
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: [iam:CreateRole, iam:PutRolePolicy, iam:DeleteRole]
                    Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/shop-*
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !GetAtt Stack.Arn
    ```

    ```yaml
    Resources:
      Stack:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: cloudformation.amazonaws.com}}
          Policies:
            - PolicyName: deploy
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [iam:CreateRole, iam:PutRolePolicy]
                    Resource: !Sub arn:aws:iam::${AWS::AccountId}:role/shop-*
                    Condition: {StringEquals: {iam:PermissionsBoundary: arn:aws:iam::111122223333:policy/limits}}
                  - {Effect: Allow, Action: [iam:DeleteRole, iam:GetRole], Resource: "*"}
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !GetAtt Stack.Arn
    ```

    ```hcl
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "stack" {
      role   = aws_iam_role.stack.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:*", Resource = "*" }] })  # finding
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Deploy"
        action {
          name     = "Deploy"
          category = "Deploy"
          owner    = "AWS"
          provider = "CloudFormation"
          version  = "1"
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "source::shop.yaml"
            RoleArn      = aws_iam_role.stack.arn
          }
        }
      }
    }
    ```

    ```hcl
    resource "aws_iam_role" "stack" {
      name = "stack"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "cloudformation.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "stack" {
      role   = aws_iam_role.stack.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["iam:GetRole", "s3:*"], Resource = "*" }] })
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Deploy"
        action {
          name     = "Deploy"
          category = "Deploy"
          owner    = "AWS"
          provider = "CloudFormation"
          version  = "1"
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "source::shop.yaml"
            RoleArn      = aws_iam_role.stack.arn
          }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    """
    told: set[Role] = set()
    for action in pipeline.actions:
        for role in stack_roles(action, pipeline, graph):
            if role in told:
                continue
            told.add(role)
            everything = graph.administrator(role)
            if everything is not None:
                place = graph.place_of(everything, role)
                words = "may do everything"
                yield _report(
                    action, pipeline, role, everything, words, role.world, place, (place,)
                )
                continue
            ways = {each.combination.name: each for each in graph.escalations(role)}
            way = next((ways[name] for name in CREATES_ROLES if name in ways), None)
            if way is not None and way.statements:
                words = f"may call {way.words}, without a permissions boundary"
                first = way.statements[0]
                causes = causes_of(way, role, graph)
                place = graph.place_of(first, role)
                yield _report(action, pipeline, role, first, words, way.world, place, causes)


def _report(
    action: Action,
    pipeline: Pipeline,
    role: Role,
    statement: Statement,
    words: str,
    world: World,
    place: Origin,
    causes: tuple[Origin, ...],
) -> Report:
    return Report(
        origin=place,
        message=f"Role {role.label}, as which {action.label} of pipeline {pipeline.label} deploys its"
        f" stack, {words}: {statement.label}.",
        symptom="Whoever writes the template has more than the role's policy says.",
        remedy="Allow it with a condition on iam:PermissionsBoundary, or give the role a boundary.",
        subject=Subject(principal=role.label, iam_action="iam:CreateRole"),
        related=(
            Related(f"{action.label} deploys with it", action.location),
            Related(f"role {role.label}", role.location),
        ),
        world=world.joined(action.world) or world,
        defaults=statement.defaults,
        causes=causes,
    )
