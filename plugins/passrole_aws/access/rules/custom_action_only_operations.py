from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Function,
    Graph,
    Origin,
    PolicyDocument,
    PolicyKind,
    Report,
    Role,
    Severity,
    Statement,
    Subject,
    Symptom,
    grants_in,
    known,
    rule,
    without_actions,
)

WORKERS = (
    "codepipeline:AcknowledgeJob",
    "codepipeline:GetJobDetails",
    "codepipeline:PollForJobs",
)
RESULTS = ("codepipeline:PutJobFailureResult", "codepipeline:PutJobSuccessResult")
ACTION_TYPES = ("AWS::CodePipeline::CustomActionType", "aws_codepipeline_custom_action_type")


@rule(
    "custom-action-only-operations",
    autofix="unsafe",
    checks=PolicyDocument,
    severity=Severity.MEDIUM,
    category=Category.ACCESS,
    symptoms=(Symptom(("no custom action exists",)),),
)
def custom_action_only_operations(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """A policy grants what job workers of custom actions need, and there is no custom action.

    `PollForJobs`, `AcknowledgeJob` and `GetJobDetails` serve workers that do the jobs of custom
    actions. `PollForJobs` and `GetJobDetails` answer with credentials for the artifacts, so they
    are more than reading. `PutJobSuccessResult` and `PutJobFailureResult` belong to the functions
    that an Invoke action runs as well, and are reported only in other hands. The finding is made
    where the scanned pipelines are known and none has a custom action.

    Take them out of the policy.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Approve
              Actions:
                - Name: Review
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
      Developers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: pipelines
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: [codepipeline:GetPipelineState, codepipeline:GetJobDetails]
                    Resource: "*"
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Build
              Actions:
                - Name: Jenkins
                  ActionTypeId: {Category: Build, Owner: Custom, Provider: Jenkins, Version: "1"}
      Jenkins:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: pipelines
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - {Effect: Allow, Action: codepipeline:PollForJobs, Resource: "*"}
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
        name = "Approve"
        action {
          name     = "Review"
          category = "Approval"
          owner    = "AWS"
          provider = "Manual"
          version  = "1"
        }
      }
    }
    resource "aws_iam_policy" "developers" {
      name = "developers"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = ["codepipeline:GetPipelineState", "codepipeline:PollForJobs"]
          Resource = "*"
        }]
      })
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
        name = "Build"
        action {
          name     = "Jenkins"
          category = "Build"
          owner    = "Custom"
          provider = "Jenkins"
          version  = "1"
        }
      }
    }
    resource "aws_iam_policy" "worker" {
      name = "worker"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:PollForJobs"]
          Resource = "*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/permissions-reference.html
    """
    if document.policy.kind is not PolicyKind.IDENTITY:
        return
    named = [
        (operation, grant.statement)
        for operation in (*WORKERS, *RESULTS)
        for grant in grants_in((document.policy,), operation)
        if grant.breadth is Breadth.NAMED
    ]
    # Few policies name any of them; what else there is in the tree is looked at for those alone.
    if not named or graph.once(_may_have_workers):
        return
    for_a_function = _may_be_for_a_function(document, graph)
    lost: dict[Statement, list[str]] = {}
    for operation, statement in named:
        if operation in WORKERS or not for_a_function:
            lost.setdefault(statement, []).append(operation)
    for statement, granted in lost.items():
        yield Report(
            origin=statement.origin or document.origin,
            message=f"{statement.label} allows {', '.join(granted)}. Only job workers of custom"
            " actions call that, and no pipeline here has a custom action.",
            symptom="PollForJobs and GetJobDetails give out credentials for artifacts.",
            remedy="Take the actions out of the policy.",
            subject=Subject(iam_action=granted[0]),
            world=statement.world,
            defaults=statement.defaults,
            repair=without_actions(statement, granted),
        )


def _may_have_workers(graph: Graph) -> bool:
    """Whether some action is, or may be, a custom one; with no pipeline in sight nobody knows."""
    if not graph.pipelines or any(pipeline.unresolved for pipeline in graph.pipelines):
        return True
    if any(entity.resource.type_name in ACTION_TYPES for entity in graph.entities):
        return True
    actions = (action for pipeline in graph.pipelines for action in pipeline.actions)
    return any(known(action.owner) in (None, "Custom") for action in actions)


def _may_be_for_a_function(document: PolicyDocument, graph: Graph) -> bool:
    """Whether a policy belongs, or may belong, to the role of a Lambda function."""
    if document in graph.unattached:
        return True
    return document.policy.origin in graph.once(_policies_of_functions)


def _policies_of_functions(graph: Graph) -> frozenset[Origin | None]:
    """The policies of roles that Lambda functions have, or may have, by their places."""
    functions = graph.entities_of(Function)
    named = {graph.find(each.role, Role, near=each) for each in functions}
    return frozenset(
        policy.origin
        for role in graph.roles
        if role in named or _may_be_assumed_by_lambda(role)
        for policy in graph.policies_of(role)
    )


def _may_be_assumed_by_lambda(role: Role) -> bool:
    named = [name for each in role.trust.statements for _, name in each.principal_names]
    return "lambda.amazonaws.com" in named or None in named
