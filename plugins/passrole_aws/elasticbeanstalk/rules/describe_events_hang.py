from collections.abc import Iterator

from passrole import Action, Category, Graph, Report, Severity, rule


@rule(
    "beanstalk-describe-events-hang",
    checks=Action,
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
)
def describe_events_hang(action: Action, graph: Graph) -> Iterator[Report]:
    """A role may not read the events of the environment, and the deployment hangs.

    A deployment to Elastic Beanstalk follows the events of the environment to know when it is done.
    Without `elasticbeanstalk:DescribeEvents` the action does not fail: it hangs, with no error to
    look for, until somebody stops it or its time runs out.

    AWS documents `elasticbeanstalk:*`, which covers it. Whoever replaces the wildcard by a list
    must put `elasticbeanstalk:DescribeEvents` on it.

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
                  - Effect: Allow
                    Action:
                      - elasticbeanstalk:CreateApplicationVersion
                      - elasticbeanstalk:DescribeEnvironments
                      - elasticbeanstalk:UpdateEnvironment
                    Resource: "*"
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
                    Action:
                      - elasticbeanstalk:CreateApplicationVersion
                      - elasticbeanstalk:DescribeEvents
                      - elasticbeanstalk:DescribeEnvironments
                      - elasticbeanstalk:UpdateEnvironment
                    Resource: "*"
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Beanstalk.html
    """
    yield from graph.unmet(action, "beanstalk-describe-events-hang")
