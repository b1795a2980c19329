from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    Confidence,
    Graph,
    Policy,
    Related,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    known,
    rule,
)

SERVICES = ("elasticloadbalancing", "autoscaling", "ec2", "s3", "cloudformation")


BECAUSE = (
    "Elastic Beanstalk changes load balancers, instances and more with the role of "
    "whoever asks it to."
)


@rule(
    "beanstalk-dependent-services-missing",
    checks=Action,
    severity=Severity.HIGH,
    category=Category.BREAKS,
    confidence=Confidence.MEDIUM,
    symptoms=(
        Symptom(
            ("does not have sufficient permissions", "Service:AmazonElasticLoadBalancing"), BECAUSE
        ),
        Symptom(("does not have sufficient permissions", "Service:AmazonAutoScaling"), BECAUSE),
        Symptom(("does not have sufficient permissions", "Service:AmazonCloudFormation"), BECAUSE),
        Symptom(("does not have sufficient permissions", "Service:AmazonEC2"), BECAUSE),
    ),
)
def dependent_services_missing(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may change the environment, but nothing of the services that it consists of.

    An environment of Elastic Beanstalk is a stack of CloudFormation, with instances, an Auto
    Scaling group, mostly a load balancer, and a bucket for its versions. A deployment works on them
    with the permissions of whoever asks for it: the role that runs the action. With
    `elasticbeanstalk:*` alone it fails: "Deployment failed. The provided role does not have
    sufficient permissions: Service:AmazonElasticLoadBalancing".

    AWS documents wildcards over these services and lists no operations, so the rule looks only for
    a service of which the role may do nothing at all. Allow the operations of that service which
    the environment uses; the managed policies of Elastic Beanstalk name them.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ApplicationName: shop, EnvironmentName: shop-production}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - {Effect: Allow, Action: [elasticbeanstalk:*, s3:*, cloudformation:*], Resource: "*"}
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: !GetAtt Role.Arn
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Deploy
              Actions:
                - Name: Deploy
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ElasticBeanstalk, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration: {ApplicationName: shop, EnvironmentName: shop-production}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - {Effect: Allow, Action: sts:AssumeRole, Principal: {Service: codepipeline.amazonaws.com}}
          Policies:
            - PolicyName: pipeline
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: ["elasticbeanstalk:*", "ec2:*", "elasticloadbalancing:*", "autoscaling:*", "s3:*", "cloudformation:*"]
                    Resource: "*"
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {  # finding
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "ElasticBeanstalk"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName = "shop"
            EnvironmentName = "shop-production"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions   = ["elasticbeanstalk:*", "s3:*", "cloudformation:*"]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = aws_iam_role.pipeline.arn
      artifact_store {
        type     = "S3"
        location = "artifacts"
      }
      stage {
        name = "Deploy"
        action {
          name            = "Deploy"
          category        = "Deploy"
          owner           = "AWS"
          provider        = "ElasticBeanstalk"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ApplicationName = "shop"
            EnvironmentName = "shop-production"
          }
        }
      }
    }
    resource "aws_iam_role" "pipeline" {
      name = "pipeline"
      assume_role_policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "codepipeline.amazonaws.com" } }]
      })
    }
    data "aws_iam_policy_document" "pipeline" {
      statement {
        actions = [
          "elasticbeanstalk:*",
          "ec2:*",
          "elasticloadbalancing:*",
          "autoscaling:*",
          "s3:*",
          "cloudformation:*",
        ]
        resources = ["*"]
      }
    }
    resource "aws_iam_role_policy" "pipeline" {
      name   = "pipeline"
      role   = aws_iam_role.pipeline.name
      policy = data.aws_iam_policy_document.pipeline.json
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Beanstalk.html
    """
    if known(action.provider) != "ElasticBeanstalk":
        return
    roles = (
        requirement.principal.role
        for requirement in graph.requirements_of(action)
        if requirement.need.iam_action == "elasticbeanstalk:DescribeEvents"
    )
    for role in dict.fromkeys(roles):
        if role is not None:
            missing = _unmentioned(role, graph)
            if missing:
                yield _report(action, role, missing)


def _unmentioned(role: Role, graph: Graph) -> list[str]:
    """The services of which no policy of the role allows anything; none where one is not known."""
    policies = graph.policies.identity(role)
    if not all(isinstance(policy, Policy) and not policy.unresolved for policy in policies):
        return []
    statements = graph.grants_of(role)
    return [each for each in SERVICES if not any(_may_allow(s, each) for s in statements)]


def _may_allow(statement: Statement, service: str) -> bool:
    if statement.unresolved or "NotAction" in statement.elements:
        return True
    written = [known(item) for item in statement.actions]
    return any(
        each is None
        or each == "*"
        or each.lower().startswith(f"{service}:")
        or "*" in _service(each)
        for each in written
    )


def _service(operation: str) -> str:
    return operation.partition(":")[0]


def _report(action: Action, role: Role, services: list[str]) -> Report:
    named = ", ".join(services)
    return Report(
        origin=action.origin,
        message=f"{action.label} deploys as role {role.label}, which is allowed nothing at all of"
        f" {named}, though an environment of Elastic Beanstalk is made of them.",
        symptom='The action fails: "Deployment failed. The provided role does not have sufficient'
        ' permissions" and the name of the service.',
        remedy=f"Allow role {role.label} the operations of {named} that the environment uses.",
        subject=Subject(action.pipeline, action.stage, action.name, role.label, f"{services[0]}:*"),
        related=(Related(f"role {role.label} is defined here", role.location),),
        world=action.world,
    )
