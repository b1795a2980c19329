from collections.abc import Iterator
from functools import partial

from passrole import (
    Breadth,
    Category,
    Grant,
    Graph,
    Identity,
    Pipeline,
    Repair,
    Report,
    Severity,
    Symptom,
    Truth,
    known,
    rule,
)
from passrole_aws.access.entities import audience

APPROVE = "codepipeline:PutApprovalResult"
LISTS = "codepipeline:ListActionExecutions"


@rule(
    "parallel-approval-needs-list-actions",
    autofix="safe",
    checks=Identity,
    severity=Severity.INFO,
    category=Category.ACCESS,
    symptoms=(Symptom(("GetPipelineState", "token")),),
)
def parallel_approval_needs_list_actions(subject: Identity, graph: Graph) -> Iterator[Report]:
    """An approver of a pipeline in PARALLEL mode cannot read the token that an approval needs.

    `PutApprovalResult` needs the token of the approval. `GetPipelineState` tells it, but not for a
    pipeline whose execution mode is `PARALLEL`: there it is in the answer of
    `ListActionExecutions`, as the external execution id. Approving in the console or by a tool
    needs that permission. The finding is made where all policies of the approver are known.

    Allow `codepipeline:ListActionExecutions` on the pipeline.

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          PipelineType: V2
          ExecutionMode: PARALLEL
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Approve
              Actions:
                - Name: Review
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
      Approvers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: approve
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: [codepipeline:GetPipelineState, codepipeline:PutApprovalResult]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop*
    ```

    ```yaml
    Resources:
      Pipeline:
        Type: AWS::CodePipeline::Pipeline
        Properties:
          Name: shop
          PipelineType: V2
          RoleArn: arn:aws:iam::111122223333:role/pipeline
          ArtifactStore: {Type: S3, Location: artifacts}
          Stages:
            - Name: Approve
              Actions:
                - Name: Review
                  ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
      Approvers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: approve
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: [codepipeline:GetPipelineState, codepipeline:PutApprovalResult]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop*
    ```

    ```hcl
    resource "aws_codepipeline" "shop" {
      name           = "shop"
      pipeline_type  = "V2"
      execution_mode = "PARALLEL"
      role_arn       = "arn:aws:iam::111122223333:role/pipeline"
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
    resource "aws_iam_user" "lead" {
      name = "lead"
    }
    resource "aws_iam_user_policy" "approve" {
      user = aws_iam_user.lead.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = ["codepipeline:GetPipelineState", "codepipeline:PutApprovalResult"]
          Resource = ["${aws_codepipeline.shop.arn}/*", aws_codepipeline.shop.arn]
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_user" "lead" {
      name = "lead"
    }
    resource "aws_iam_user_policy" "approve" {
      user = aws_iam_user.lead.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["codepipeline:ListActionExecutions", "codepipeline:PutApprovalResult"]
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PutApprovalResult.html
    """
    somebody = audience(subject, graph)
    if somebody is None or not somebody.lacks(LISTS):
        return
    for pipeline in graph.pipelines:
        if known(pipeline.execution_mode) != "PARALLEL":
            continue
        for grant in somebody.grants(APPROVE):
            if grant.breadth is not Breadth.EVERYTHING and _reaches(grant, pipeline):
                yield somebody.report(
                    grant.statement,
                    f"{somebody.label} may approve in pipeline {pipeline.label}, which runs in"
                    f" PARALLEL mode, but not read the approval's token ({LISTS}).",
                    f"Allow {LISTS} on pipeline {pipeline.label}.",
                    symptom="The approval has no token in GetPipelineState, so it cannot be sent.",
                    iam_action=LISTS,
                    repair=partial(_listing, somebody.identity, pipeline, graph),
                )
                return


def _listing(identity: Identity | None, pipeline: Pipeline, graph: Graph) -> Repair | None:
    if identity is None:
        return None
    return graph.repairs.granting(identity, (LISTS,), pipeline.resource.arn)


def _reaches(grant: Grant, pipeline: Pipeline) -> bool:
    return any(
        grant.holds(pipeline.arn_of(action)) is not Truth.FALSE for action in pipeline.approvals
    )
