import re
from collections.abc import Iterator

from passrole import (
    BuildProject,
    Category,
    Confidence,
    Graph,
    Report,
    Severity,
    Subject,
    Symptom,
    known,
    rule,
)

# What a build calls that wants a Docker daemon of its own.
DAEMON = re.compile(r"\b(docker|podman|buildah|buildx|sam build|cdk (deploy|synth)|testcontainers)")


@rule(
    "codebuild-privileged-mode",
    checks=BuildProject,
    severity=Severity.LOW,
    category=Category.RISK,
    symptoms=(Symptom(("PrivilegedMode",)),),
)
def privileged_mode(project: BuildProject, graph: Graph) -> Iterator[Report]:
    """A build container has root on its host and calls no Docker that would need it.

    Privileged mode lets a build run a Docker daemon, and lets whatever else runs in it out of its
    container. Where the buildspec is written in the project and calls no tool that builds images,
    nothing needs it. A buildspec that is a file of the repository is not looked at: nobody knows
    here what it calls.

    Leave `PrivilegedMode` out. AWS has retired its own check for this, as building images needs the
    mode: the finding is of low confidence, which the default ruleset does not show.

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Environment:
            ComputeType: BUILD_GENERAL1_SMALL
            PrivilegedMode: true  # finding
          Source:
            Type: CODEPIPELINE
            BuildSpec: |
              version: 0.2
              phases: {build: {commands: [npm ci, npm test]}}
    ```

    ```yaml
    Resources:
      Build:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Environment:
            ComputeType: BUILD_GENERAL1_SMALL
            PrivilegedMode: true
          Source:
            Type: CODEPIPELINE
            BuildSpec: |
              version: 0.2
              phases: {build: {commands: [docker build .]}}
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      environment {
        compute_type    = "BUILD_GENERAL1_SMALL"
        privileged_mode = true  # finding
      }
      source {
        type      = "CODEPIPELINE"
        buildspec = "version: 0.2\\nphases: {build: {commands: [make]}}"
      }
    }
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      environment {
        compute_type    = "BUILD_GENERAL1_SMALL"
        privileged_mode = true
      }
      source {
        type      = "CODEPIPELINE"
        buildspec = "buildspec.yml"
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/userguide/change-project.html
    Source: https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html
    """
    del graph
    written = project.resource["privileged"]
    commands = known(project.buildspec)
    if known(written) != "true" or commands is None or ":" not in commands:
        return
    if not DAEMON.search(commands):
        yield Report(
            origin=project.resource.place("privileged"),
            message=f"Build project {project.label} runs in privileged mode, and its buildspec calls"
            " nothing that needs it.",
            symptom="What runs in the build can leave its container.",
            remedy="Take PrivilegedMode out.",
            subject=Subject(resource=project.label),
            confidence=Confidence.LOW,
            world=project.world,
        )
