from collections.abc import Iterator

from passrole import (
    BuildProject,
    Category,
    Graph,
    Report,
    Role,
    Severity,
    Subject,
    Symptom,
    cases,
    rule,
)


@rule(
    "build-role-admin",
    checks=BuildProject,
    severity=Severity.CRITICAL,
    category=Category.RISK,
    symptoms=(Symptom(("AdministratorAccess", "build role")),),
)
def build_role_admin(project: BuildProject, graph: Graph) -> Iterator[Report]:
    """The service role of a build project may do everything.

    A build runs what the repository says: its buildspec, its makefiles, the install scripts of its
    dependencies. With `AdministratorAccess`, or `*` on `*`, each of these is an administrator of
    the account. One changed line in a pull request that is built is enough.

    Give the role what the build calls, and have a stack deployed by CloudFormation with a role of
    its own. A role with a permissions boundary or with denials is not reported.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          ManagedPolicyArns:
            - arn:aws:iam::aws:policy/AdministratorAccess
      Build:  # finding
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt Role.Arn
          Source: {Type: CODEPIPELINE}
    ```

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          ManagedPolicyArns:
            - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: !GetAtt Role.Arn
          Source: {Type: CODEPIPELINE}
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      role   = aws_iam_role.build.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
    }
    resource "aws_codebuild_project" "shop" {  # finding
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    ```

    ```hcl
    resource "aws_iam_role" "build" {
      name = "build"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codebuild.amazonaws.com" } }]
      })
    }
    resource "aws_iam_role_policy" "build" {
      role   = aws_iam_role.build.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
    }
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = aws_iam_role.build.arn
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html
    Source: https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-04-Poisoned-Pipeline-Execution
    """
    for world, reference in cases(project.role, project.world):
        role = graph.find(reference, Role, near=project)
        statement = graph.administrator(role) if role is not None else None
        if role is not None and statement is not None:
            yield Report(
                origin=project.resource.key or project.resource.origin,
                message=f"Build project {project.label} runs as role {role.label}, which may do"
                f" everything: {statement.label}.",
                symptom="Whoever can change what is built is an administrator.",
                remedy="Give the role what the build calls and nothing more.",
                subject=Subject(principal=role.label, iam_action="*"),
                world=world.joined(statement.world) or world,
            )
