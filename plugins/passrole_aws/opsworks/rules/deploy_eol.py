from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, Subject, Symptom, known, rule


@rule(
    "opsworks-deploy-eol",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.LIFECYCLE,
    symptoms=(Symptom(("OpsWorks",)),),
)
def deploy_eol(action: Action, _: Graph) -> Iterator[Report]:
    """A deployment goes to OpsWorks, which has ended.

    OpsWorks Stacks reached its end of life on May 26, 2024 and is disabled for all customers, new and
    old. CodePipeline still lists the provider, so the pipeline can be written, but the action
    has nothing to deploy to.

    Deploy by CodeDeploy, by Systems Manager or by the `EC2` action, and take `opsworks:*` away from the
    roles.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: OpsWorks, Version: "1"}
                  InputArtifacts: [{Name: App}]
                  Configuration: {Stack: 0a1b2c, App: 3d4e5f}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CodeDeploy, Version: "1"}
                  InputArtifacts: [{Name: App}]
                  Configuration: {ApplicationName: shop, DeploymentGroupName: web}
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "OpsWorks"
          version         = "1"
          input_artifacts = ["app"]
          configuration   = { Stack = "0a1b2c", App = "3d4e5f" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "CodeDeploy"
          version         = "1"
          input_artifacts = ["app"]
          configuration   = { ApplicationName = "shop", DeploymentGroupName = "web" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/opsworks/latest/APIReference/Welcome.html
    Source: https://github.com/org-formation/org-formation-cli/issues/120
    """
    kind = (known(action.category), known(action.owner), known(action.provider))
    if kind != ("Deploy", "AWS", "OpsWorks"):
        return
    yield Report(
        origin=action.origin,
        message=f"{action.label} deploys with OpsWorks, which reached its end of life on May 26, 2024.",
        symptom="The action fails: the service is disabled for all customers.",
        remedy="Deploy with CodeDeploy, Systems Manager or the EC2 action.",
        subject=Subject(action.pipeline, action.stage, action.name),
        world=action.world,
    )
