from collections.abc import Iterator

from passrole import (
    Breadth,
    Category,
    Grant,
    Graph,
    Identity,
    PolicyDocument,
    Report,
    Severity,
    Symptom,
    related_at,
    rule,
)
from passrole_aws.access.entities import Audience, audience

APPROVE = "codepipeline:PutApprovalResult"
# What changes what an approval lets through: the pipeline itself, or the source that it deploys.
EDITS = {
    "codepipeline:UpdatePipeline": "change the pipeline",
    "codecommit:GitPush": "push to its repository",
}


@rule(
    "approver-can-edit",
    checks=(Identity, PolicyDocument),
    severity=Severity.HIGH,
    category=Category.ACCESS,
    symptoms=(Symptom(("approver can also",)),),
)
def approver_can_edit(subject: Identity | PolicyDocument, graph: Graph) -> Iterator[Report]:
    """Whoever approves may also change what is approved.

    A manual approval is there so that two people see a change. Somebody who holds
    `codepipeline:PutApprovalResult` and `codepipeline:UpdatePipeline`, or may push to the
    repository, can do alone what two should do: change the source or take the approval out of the
    pipeline, and approve.

    Give the approval to a group of its own that may read the pipeline and nothing more.
    Administrators, and statements that have `codepipeline:*` for both, are not reported: they are
    not about approvals.

    ```yaml
    Resources:
      Release:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: release
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow  # finding
                    Action: codepipeline:PutApprovalResult
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop/Approve/Review
                  - Effect: Allow
                    Action: [codepipeline:GetPipeline, codepipeline:UpdatePipeline]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```yaml
    Resources:
      Release:
        Type: AWS::IAM::Group
        Properties:
          Policies:
            - PolicyName: release
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  - Effect: Allow
                    Action: codepipeline:PutApprovalResult
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop/Approve/Review
                  - Effect: Allow
                    Action: [codepipeline:GetPipeline, codepipeline:GetPipelineState]
                    Resource: !Sub arn:aws:codepipeline:${AWS::Region}:${AWS::AccountId}:shop
    ```

    ```hcl
    resource "aws_iam_user" "lead" {
      name = "lead"
    }
    resource "aws_iam_user_policy" "lead" {
      user = aws_iam_user.lead.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {  # finding
            Effect   = "Allow"
            Action   = "codepipeline:PutApprovalResult"
            Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop/*"
          },
          {
            Effect   = "Allow"
            Action   = "codecommit:GitPush"
            Resource = "arn:aws:codecommit:eu-west-1:111122223333:shop"
          },
        ]
      })
    }
    ```

    ```hcl
    resource "aws_iam_user" "lead" {
      name = "lead"
    }
    resource "aws_iam_user_policy" "lead" {
      user = aws_iam_user.lead.name
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = "codepipeline:PutApprovalResult"
          Resource = "arn:aws:codepipeline:eu-west-1:111122223333:shop/*"
        }]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html
    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-iam-permissions.html
    """
    somebody = audience(subject, graph)
    if somebody is None:
        return
    approving = [
        grant for grant in somebody.grants(APPROVE) if grant.breadth is not Breadth.EVERYTHING
    ]
    if not approving:
        return
    for iam_action, words in EDITS.items():
        for edit in somebody.grants(iam_action):
            if edit.breadth is not Breadth.EVERYTHING and not _is_one_wildcard(approving[0], edit):
                yield _report(somebody, approving[0], edit, words, iam_action)
                return


def _is_one_wildcard(approve: Grant, edit: Grant) -> bool:
    return approve.statement is edit.statement and approve.breadth is Breadth.SERVICE


def _report(somebody: Audience, approve: Grant, edit: Grant, words: str, iam_action: str) -> Report:
    return somebody.report(
        approve.statement,
        f"{somebody.label} may approve ({approve.statement.label}) and also {words}"
        f" ({iam_action}, {edit.statement.label}).",
        "Give the approval to somebody else, who may read the pipeline and nothing more.",
        symptom="One person can change what is deployed and let it through.",
        iam_action=APPROVE,
        related=related_at(edit.statement.origin, f"allows {iam_action}"),
    )
