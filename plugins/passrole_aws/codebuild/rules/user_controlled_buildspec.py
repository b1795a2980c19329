from collections.abc import Iterator

from passrole import (
    BuildProject,
    Category,
    Confidence,
    Graph,
    Report,
    Role,
    Severity,
    Subject,
    cases,
    known,
    rule,
)

NO_REPOSITORY = ("NO_SOURCE", "S3")


@rule(
    "user-controlled-buildspec",
    checks=BuildProject,
    severity=Severity.MEDIUM,
    category=Category.RISK,
)
def user_controlled_buildspec(project: BuildProject, graph: Graph) -> Iterator[Report]:
    """Whoever may change the repository decides what the build runs.

    The buildspec is a file of the source that is built, as it is by default. Everybody who may push
    to it, or open a pull request that is built, chooses commands that run as the project's role.
    That is how most projects work, so the finding is of low confidence, which the default ruleset
    does not show. What makes it dangerous has findings of its own: a role that may do everything
    (`build-role-admin`), one that can make itself an administrator (`build-role-can-escalate`), pull
    requests of strangers (`codebuild-pr-build-untrusted`).

    Write the buildspec in the project, or take it from a bucket that contributors may not write to,
    where the role may do more than contributors.

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source:
            Type: CODEPIPELINE
            BuildSpec: ci/buildspec.yml  # finding
    ```

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source:
            Type: CODEPIPELINE
            BuildSpec: |
              version: 0.2
              phases: {build: {commands: [./check]}}
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      source {  # finding
        type = "GITHUB"
      }
    }
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      source {
        type      = "CODEPIPELINE"
        buildspec = "arn:aws:s3:::specs/buildspec.yml"
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    Source: https://owasp.org/www-project-top-10-ci-cd-security-risks/CICD-SEC-04-Poisoned-Pipeline-Execution
    """
    kind = known(project.source)
    if kind is None or kind in NO_REPOSITORY or not project.buildspec_from_source:
        return
    role = next(
        (
            found
            for _, reference in cases(project.role)
            if (found := graph.find(reference, Role, near=project)) is not None
        ),
        None,
    )
    strong = role is not None and (graph.administrator(role) or graph.escalations(role))
    runs_as = f" as role {role.label}" if role is not None else ""
    runs_as += ", which is an administrator or can become one" if strong else ""
    file = known(project.buildspec) or "buildspec.yml"
    yield Report(
        origin=project.resource.place("buildspec" if project.buildspec else "whole source"),
        message=f"Build project {project.label} runs the commands of {file} in the source that it"
        f" builds{runs_as}.",
        symptom="Whoever can change the source decides what runs.",
        remedy="Keep the buildspec in the project where its role may do more than contributors.",
        subject=Subject(principal=role.label if role else None, resource=project.label),
        confidence=Confidence.LOW,
        world=project.world,
    )
