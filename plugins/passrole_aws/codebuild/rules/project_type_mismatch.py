from collections.abc import Iterator

from passrole import (
    BuildProject,
    Category,
    Graph,
    Record,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    cases,
    get,
    known,
    rule,
)

PIPELINE = "CODEPIPELINE"


@rule(
    "build-project-type-mismatch",
    checks=BuildProject,
    severity=Severity.HIGH,
    category=Category.STRUCTURE,
    symptoms=(Symptom(("type CODEPIPELINE",)),),
)
def project_type_mismatch(project: BuildProject, _: Graph) -> Iterator[Report]:
    """A build project has its source from a pipeline but not its output, or the reverse.

    The types of the source and of the artifacts of a project are `CODEPIPELINE` together or not at all.
    CodeBuild refuses any other project: "when using CodePipeline both sourceType, and artifactType
    must be set to: CODEPIPELINE".

    A project whose types are others altogether may be used in a pipeline: the pipeline brings the
    source and takes the output, and what the project says of both does not count there.

    Set both types to `CODEPIPELINE`, or neither.

    ```yaml
    Resources:
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source: {Type: CODEPIPELINE}
          Artifacts:
            Type: NO_ARTIFACTS  # finding
          Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0}
    ```

    ```yaml
    Resources:
      Project:
        Type: AWS::CodeBuild::Project
        Properties:
          ServiceRole: arn:aws:iam::111122223333:role/build
          Source: {Type: CODEPIPELINE}
          Artifacts:
            Type: CODEPIPELINE
          Environment: {Type: LINUX_CONTAINER, ComputeType: BUILD_GENERAL1_SMALL, Image: aws/codebuild/standard:7.0}
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      source {
        type     = "GITHUB"  # finding
        location = "https://github.com/example/shop"
      }
      artifacts {
        type = "CODEPIPELINE"
      }
    }
    ```

    ```hcl
    resource "aws_codebuild_project" "shop" {
      name         = "shop"
      service_role = "arn:aws:iam::111122223333:role/build"
      source {
        type     = "GITHUB"
        location = "https://github.com/example/shop"
      }
      artifacts {
        type = "NO_ARTIFACTS"
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectArtifacts.html
    Source: https://github.com/cloudposse/terraform-aws-codebuild/issues/23
    Source: https://github.com/aws/aws-cdk/pull/4689
    """
    types = Record({"source": project.source, "artifacts": project.artifacts})
    for world, both in cases(types, project.world):
        source, artifacts = get(both, "source"), get(both, "artifacts")
        if not known(source) or not known(artifacts):
            continue
        if (known(source) == PIPELINE) == (known(artifacts) == PIPELINE):
            continue
        what, other = ("artifacts", source) if known(source) == PIPELINE else ("source", artifacts)
        wrong = artifacts if what == "artifacts" else source
        yield Report(
            origin=getattr(wrong, "origin", None) or project.resource.place(what),
            message=f"The {what} of build project {project.label} is of type {known(wrong)}, while"
            f" the {'source' if what == 'artifacts' else 'output'} is of type {known(other)}.",
            symptom="The project is refused: both types must be CODEPIPELINE where one is.",
            remedy="Set both types to CODEPIPELINE, or neither.",
            subject=Subject(resource=project.label),
            world=world,
            defaults=frozenset().union(
                *(each.defaults for each in (source, artifacts) if isinstance(each, Text))
            ),
        )
