from collections.abc import Iterator

from passrole import (
    Category,
    Confidence,
    Graph,
    InReferences,
    PolicyDocument,
    Repair,
    Report,
    Severity,
    Statement,
    Subject,
    Symptom,
    Text,
    rule,
)

HARDCODED = "arn:aws:"
ASKS = ("AWS::Partition", "aws_partition")


@rule(
    "partition-hardcoded",
    checks=PolicyDocument,
    severity=Severity.MEDIUM,
    category=Category.POLICY,
    autofix="unsafe",
    symptoms=(Symptom(("Partition", "is not valid for resource")),),
)
def partition_hardcoded(document: PolicyDocument, graph: Graph) -> Iterator[Report]:
    """An ARN names the partition aws, and the stack may go elsewhere.

    In China and GovCloud the partition is `aws-cn` or `aws-us-gov`; IAM refuses an ARN of another.
    The rule speaks where the partition of the deployment is known to be another one, and, with low
    confidence (so in `strict` only), where other parts of the same file ask for the partition.

    Write `${AWS::Partition}`, or `data.aws_partition.current.partition`.

    ```yaml
    Resources:
      Key:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: arn:aws:s3:::artifacts/*  # finding
              - Effect: Allow
                Action: s3:ListBucket
                Resource: !Sub arn:${AWS::Partition}:s3:::artifacts
    ```

    ```yaml
    Resources:
      Key:
        Type: AWS::IAM::ManagedPolicy
        Properties:
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: s3:GetObject
                Resource: !Sub arn:${AWS::Partition}:s3:::artifacts/*
              - Effect: Allow
                Action: s3:ListBucket
                Resource: !Sub arn:${AWS::Partition}:s3:::artifacts
    ```

    ```hcl
    data "aws_partition" "current" {}

    resource "aws_iam_policy" "read" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "s3:GetObject"
            Resource = "arn:aws:s3:::artifacts/*"  # finding
          },
          {
            Effect   = "Allow"
            Action   = "s3:ListBucket"
            Resource = "arn:${data.aws_partition.current.partition}:s3:::artifacts"
          },
        ]
      })
    }
    ```

    ```hcl
    data "aws_partition" "current" {}

    resource "aws_iam_policy" "read" {
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect   = "Allow"
            Action   = "s3:GetObject"
            Resource = "arn:${data.aws_partition.current.partition}:s3:::artifacts/*"
          },
          {
            Effect   = "Allow"
            Action   = "s3:ListBucket"
            Resource = "arn:${data.aws_partition.current.partition}:s3:::artifacts"
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    """
    del graph
    if document.holder is None:
        return
    partition = document.holder.resource.target.partition.known()
    elsewhere = partition is not None and partition != "aws"
    if not elsewhere and not any(map(document.origin.document.mentions, ASKS)):
        return
    for statement in document.policy.statements:
        for resource in resources(statement):
            origin = resource.origin
            if origin is None or origin.document.path != document.origin.document.path:
                continue
            written = origin.code
            if HARDCODED not in written or any(ask in written for ask in ASKS):
                continue
            if (
                document.holder.resource.format == "terraform"
                and str(resource.parts[0]) not in written
            ):
                continue  # a reference within a longer expression
            where = (
                f"the partition is {partition}" if elsewhere else "the file asks for it elsewhere"
            )
            yield Report(
                origin=origin,
                message=f"{resource} in {document.label} names the partition aws; {where}.",
                symptom="IAM refuses the policy in China and in GovCloud.",
                remedy="Write ${AWS::Partition}, or data.aws_partition.current.partition.",
                subject=Subject(principal=document.label, resource=str(resource)),
                confidence=Confidence.HIGH if elsewhere else Confidence.LOW,
                world=statement.world,
                repair=Repair((InReferences(origin, resource),)),
            )


def resources(statement: Statement) -> Iterator[Text]:
    """The resources of a statement whose first letters are those of the partition aws."""
    for item in (*statement.resources, *statement.not_resources):
        first = item.parts[0] if isinstance(item, Text) and item.parts else ""
        if isinstance(item, Text) and isinstance(first, str) and first.startswith(HARDCODED):
            yield item
