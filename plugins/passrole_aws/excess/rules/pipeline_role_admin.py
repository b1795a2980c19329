from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    rule,
)
from passrole_aws.excess.entities import runs_actions, users


@rule(
    "pipeline-role-admin",
    checks=Role,
    severity=Severity.CRITICAL,
    category=Category.RISK,
    symptoms=(Symptom(("AdministratorAccess", "pipeline")),),
    yields_to=("source-to-admin-path",),
)
def pipeline_role_admin(role: Role, graph: Graph) -> Iterator[Report]:
    """The role of a pipeline, or of one of its actions, may do everything.

    Whoever can change what the pipeline runs has the rights of its role. With
    `AdministratorAccess`, or `*` on `*`, a push to the repository or an edit of the pipeline is as
    good as an administrator's password. No action of a pipeline needs that.

    Give the role what its actions need: `passrole policy` writes it. A role with a permissions boundary
    or with denials is not reported, as what is left of its rights is another question.

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
                  - {Effect: Allow, Action: "*", Resource: "*"}  # finding
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages: []
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          PermissionsBoundary: arn:aws:iam::111122223333:policy/boundary
          ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages: []
    ```

    ```hcl
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
      managed_policy_arns = ["arn:aws:iam::aws:policy/AdministratorAccess"]  # finding
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
    }
    ```

    ```hcl
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
      managed_policy_arns = ["arn:aws:iam::aws:policy/AWSCodeBuildDeveloperAccess"]
    }
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
    """
    uses = runs_actions(role, graph)
    statement = graph.administrator(role)
    if uses and statement is not None:
        place = graph.place_of(statement, role)
        yield Report(
            origin=place,
            message=f"Role {role.label}, {uses[0].why} ({users(uses)}), may do everything:"
            f" {statement.label}.",
            symptom="Whoever can change the source or the pipeline is an administrator.",
            remedy="Give it what its actions need: `passrole policy` writes that.",
            subject=Subject(principal=role.label, iam_action="*"),
            world=statement.world,
            defaults=statement.defaults,
            causes=(place,),
        )
