import re
from collections.abc import Iterator

from passrole import Action, Category, Confidence, Graph, Report, Severity, Subject, known, rule
from passrole_aws.paths.entities import approvals_before

PRODUCTION = re.compile(
    r"(?:^|[^A-Za-z]|(?<=[a-z])(?=[A-Z]))(?i:prod|production|prd|live)(?![a-z])"
)
NOT_YET = re.compile(r"(?:pre|non|not)[-_ ]?prod", re.IGNORECASE)
# What changes something when it runs. An Invoke may do anything and is left out.
DEPLOYS = ("Deploy",)


@rule(
    "prod-deploy-without-gate",
    checks=Action,
    severity=Severity.INFO,
    category=Category.RISK,
)
def prod_deploy_without_gate(action: Action, graph: Graph) -> Iterator[Report]:
    """A deployment to production waits for nobody.

    The stage or the action is called production, and neither a manual approval comes before it nor
    does its stage have a condition on entry. Whether that is right is a choice: with good tests and
    reviews of the source it may be. The rule goes by names, so its findings are of low
    confidence, which the default ruleset does not show.

    Put an approval or a stage condition (`BeforeEntry`) before the deployment.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Prod
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
                  Configuration: {ClusterName: shop, ServiceName: shop}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Prod
              Actions:
                - Name: Review
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
                  RunOrder: 1
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
                  Configuration: {ClusterName: shop, ServiceName: shop}
                  RunOrder: 2
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "deploy-production"
        action {  # finding
          name          = "Deploy"
          category      = "Deploy"
          owner         = "AWS"
          provider      = "ECS"
          version       = "1"
          configuration = { ClusterName = "shop", ServiceName = "shop" }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
      stage {
        name = "deploy-preprod"
        action {
          name          = "Deploy"
          category      = "Deploy"
          owner         = "AWS"
          provider      = "ECS"
          version       = "1"
          configuration = { ClusterName = "shop", ServiceName = "shop" }
        }
      }
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-conditions.html
    """
    if known(action.category) not in DEPLOYS or not (
        _is_production(action.stage) or _is_production(action.name)
    ):
        return
    pipeline = graph.pipeline_of(action)
    if approvals_before(action, pipeline):
        return
    for stage in pipeline.stages:
        if "BeforeEntry" in stage.points:
            return
        if action in stage.actions:
            break
    yield Report(
        origin=action.origin,
        message=f"{action.label} of pipeline {pipeline.label} deploys to production, and no approval"
        " and no stage condition comes before it.",
        symptom="Every change of the source goes to production by itself.",
        remedy="Put a manual approval or a stage condition before it, if somebody is to look.",
        subject=Subject(pipeline.label, action.stage, action.name),
        confidence=Confidence.LOW,
        world=action.world,
    )


def _is_production(name: str) -> bool:
    return bool(PRODUCTION.search(name)) and not NOT_YET.search(name)
