from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Graph,
    Identity,
    PolicyDocument,
    Report,
    Severity,
    Symptom,
    Truth,
    rule,
)
from passrole_aws.access.entities import approval_arns, audience

APPROVE = "codepipeline:PutApprovalResult"


@rule(
    "approval-unrestricted",
    checks=(Identity, PolicyDocument),
    severity=Severity.HIGH,
    category=Category.ACCESS,
    symptoms=(Symptom(("approve every pipeline",)),),
)
def approval_unrestricted(subject: Identity | PolicyDocument, graph: Graph) -> Iterator[Report]:
    """Somebody may approve every manual approval of every pipeline.

    An approval is worth what its approvers are. `codepipeline:PutApprovalResult` on `*`, or on all
    pipelines of an account, lets whoever holds it wave through any change to any environment, also
    in pipelines that are created later. The AWS managed policies `AWSCodePipelineApproverAccess`
    and `AWSCodePipeline_FullAccess` grant just that.

    Name the approval action: `arn:aws:codepipeline:<region>:<account>:<pipeline>/<stage>/<action>`,
    or all approvals of one pipeline with `<pipeline>/*`. A statement with conditions is not
    reported, nor is an administrator, who may do everything anyway.

    ```yaml
    Resources:
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
                    Resource: "*"
    ```

    ```yaml
    Resources:
      Approvers:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: approve
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: codepipeline:PutApprovalResult
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop/Approve/*
    ```

    ```hcl
    resource "aws_iam_group" "approvers" {
      name = "approvers"
    }
    resource "aws_iam_group_policy" "approve" {
      group = aws_iam_group.approvers.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{  # finding
          Effect   = "Allow"
          Action   = "codepipeline:PutApprovalResult"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:*"
        }]
      })
    }
    ```

    ```hcl
    resource "aws_iam_group" "approvers" {
      name = "approvers"
    }
    resource "aws_iam_group_policy" "approve" {
      group = aws_iam_group.approvers.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:PutApprovalResult"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop/Approve/Review"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/managed-policies-AWSCodePipelineApproverAccess.html
    """
    somebody = audience(subject, graph)
    if somebody is None:
        return
    for grant in somebody.grants(APPROVE):
        if grant.breadth is Breadth.EVERYTHING or grant.is_conditional:
            continue
        if grant.holds_all("codepipeline", "*/*/*") is Truth.TRUE:
            yield somebody.report(
                grant.statement,
                f"{somebody.label} may approve every manual approval of every pipeline:"
                f" {grant.statement.label} allows {APPROVE} on all of them.",
                f"Name the approvals instead: {approval_arns(graph)}.",
                iam_action=APPROVE,
            )
