from collections.abc import Iterator

from passrole import (
    Action,
    Category,
    EventTarget,
    Graph,
    Related,
    Report,
    Severity,
    Subject,
    Symptom,
    Text,
    Truth,
    cases,
    rule,
)


@rule(
    "cross-account-pass-role",
    checks=(Action, EventTarget),
    severity=Severity.CRITICAL,
    category=Category.BREAKS,
    symptoms=(
        Symptom(
            ("Cross-account pass role is not allowed",),
            "No permission mends this: a role can be passed only within its account. Let "
            "the action name a role of the other account, and pass the stack's role from "
            "there.",
        ),
    ),
)
def cross_account_pass_role(subject: Action | EventTarget, graph: Graph) -> Iterator[Report]:
    """A role is to be passed from one account to another.

    An action hands a role on to the service it calls: CloudFormation, ECS, CodeBuild. IAM lets a
    principal pass roles of its own account only, and no policy can change that: "Cross-account pass
    role is not allowed". It happens where `RoleArn` in the configuration of an action is of the
    account to deploy to, while the action itself runs as the pipeline's role; and where the target
    of an event rule has a role of another account than the rule.

    Give the action a role of its own in the account of the role that it passes: the `RoleArn`
    beside its configuration. The pipeline assumes that role, and it passes the other within its own
    account.

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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::444455556666:role/stack
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
                - Name: Deploy  # finding
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: !Sub arn:aws:iam::${AWS::AccountId}:role/stack
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  RoleArn: arn:aws:iam::111122223333:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::111122223333:role/stack
      Nightly:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: rate(1 day)
          Targets:
            - Id: pipeline  # finding
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
              RoleArn: arn:aws:iam::444455556666:role/events
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
                  ActionTypeId: {Category: Deploy, Owner: AWS, Provider: CloudFormation, Version: "1"}
                  RoleArn: arn:aws:iam::444455556666:role/deploy
                  InputArtifacts: [{Name: Source}]
                  Configuration:
                    ActionMode: CREATE_UPDATE
                    StackName: shop
                    TemplatePath: Source::shop.yaml
                    RoleArn: arn:aws:iam::444455556666:role/stack
      Nightly:
        Type: AWS::Events::Rule
        Properties:
          ScheduleExpression: rate(1 day)
          Targets:
            - Id: pipeline
              Arn: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:${Pipeline}
              RoleArn: arn:aws:iam::111122223333:role/events
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
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
          provider        = "CloudFormation"
          version         = "1"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::444455556666:role/stack"
          }
        }
      }
    }
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name     = "shop"
      role_arn = "arn:aws:iam::111122223333:role/pipeline"
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
          provider        = "CloudFormation"
          version         = "1"
          role_arn        = "arn:aws:iam::444455556666:role/deploy"
          input_artifacts = ["Source"]
          configuration = {
            ActionMode   = "CREATE_UPDATE"
            StackName    = "shop"
            TemplatePath = "Source::shop.yaml"
            RoleArn      = "arn:aws:iam::444455556666:role/stack"
          }
        }
      }
    }
    resource "aws_cloudwatch_event_rule" "nightly" {
      name                = "nightly"
      schedule_expression = "rate(1 day)"
    }
    resource "aws_cloudwatch_event_target" "nightly" {
      rule     = aws_cloudwatch_event_rule.nightly.name
      arn      = aws_codepipeline.shop.arn
      role_arn = "arn:aws:iam::111122223333:role/events"
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html
    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    Source: https://github.com/awsdocs/aws-codepipeline-user-guide/pull/50
    Source: https://github.com/aws/aws-cdk/issues/15639
    """
    if isinstance(subject, EventTarget):
        yield from _of_target(subject, graph)
        return
    action = subject
    for requirement in graph.requirements_of(action):
        accounts = graph.passes_to_other_account(requirement)
        if accounts is None or requirement.condition is not Truth.TRUE:
            continue
        mine, theirs = accounts
        principal = requirement.principal
        related = (
            (Related(f"role {principal.label} is defined here", principal.role.location),)
            if principal.role is not None
            else ()
        )
        yield Report(
            origin=requirement.origin,
            message=f"{action.label} uses role {principal.label} ({principal.why}), which is of"
            f" account {mine}, and passes {requirement.resource}, which is of account {theirs}: IAM"
            " lets a role pass roles of its own account only.",
            symptom='The action fails: "Cross-account pass role is not allowed."',
            remedy=f"Give the action a role of its own in account {theirs}, which the pipeline"
            " assumes and which passes the other role there.",
            subject=Subject(
                pipeline=action.pipeline,
                stage=action.stage,
                action=action.name,
                principal=principal.label,
                iam_action="iam:PassRole",
                resource=str(requirement.resource),
            ),
            related=related,
            world=requirement.world,
            defaults=mine.defaults | theirs.defaults,
        )


def _of_target(target: EventTarget, graph: Graph) -> Iterator[Report]:
    """The target of an event rule with a role of another account than the rule."""
    beside = (each for each in graph.pipelines if each.resource.target == target.resource.target)
    pipeline = next(beside, None)
    home = graph.home_of(pipeline)[0] if pipeline is not None else None
    if pipeline is None or home is None:
        return
    for world, role in cases(target.role, target.world):
        account = graph.account_of(role, pipeline)
        if account is None or account == home or not isinstance(role, Text):
            continue
        yield Report(
            origin=target.origin or target.resource.origin,
            message=f"The target of {target.label}, which is in account {home}, has role {role} of"
            f" account {account}: a role is passed within its own account only.",
            symptom='The deployment fails: "Cross-account pass role is not allowed."',
            remedy=f"Name a role of account {home}.",
            subject=Subject(
                pipeline=pipeline.label,
                principal=target.label,
                iam_action="iam:PassRole",
                resource=str(role),
            ),
            world=world,
            defaults=home.defaults | account.defaults,
        )
