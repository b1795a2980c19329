from collections.abc import Iterator

from passrole import Category, Graph, Related, Report, Role, Severity, Subject, Symptom, rule


@rule(
    "build-role-admin",
    checks=Role,
    severity=Severity.CRITICAL,
    category=Category.RISK,
    symptoms=(Symptom(("AdministratorAccess", "build role")),),
    yields_to=("source-to-admin-path",),
)
def build_role_admin(role: Role, graph: Graph) -> Iterator[Report]:
    """The service role of a build project may do everything.

    A build runs what the repository says: its buildspec, its makefiles, the install scripts of its
    dependencies. With `AdministratorAccess`, or `*` on `*`, each of these is an administrator of
    the account. One changed line in a pull request that is built is enough.

    Give the role what the build calls, and have a stack deployed by CloudFormation with a role of
    its own. A role with a permissions boundary or with denials is not reported. Where a pipeline
    leads from its source to the role, `source-to-admin-path` tells it, step by step, in place of
    this rule.

    ```yaml
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codebuild.amazonaws.com}}
          ManagedPolicyArns:
            - arn:aws:iam::aws:policy/AdministratorAccess  # finding
      Build:
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
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })  # finding
    }
    resource "aws_codebuild_project" "shop" {
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
    statement = graph.administrator(role)
    builds = graph.builds.get(role, ())
    if statement is None or not builds:
        return
    place = graph.place_of(statement, role)
    for _, world in builds:
        holds = world.joined(statement.world)
        if holds is not None:
            yield Report(
                origin=place,
                message=f"Role {role.label} may do everything ({statement.label}), and builds run as"
                " it.",
                symptom="Whoever can change what is built is an administrator.",
                remedy="Give the role what the build calls and nothing more.",
                subject=Subject(principal=role.label, iam_action="*"),
                related=tuple(
                    Related(f"build project {project.label} runs as it", project.location)
                    for project, _ in builds
                ),
                world=holds,
                defaults=statement.defaults,
                causes=(place,),
            )
