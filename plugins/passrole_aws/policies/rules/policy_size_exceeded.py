from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Identity,
    PolicyDocument,
    Report,
    Severity,
    Subject,
    Symptom,
    rule,
)

WORDS = {
    "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA": (
        "it has at least {size} characters without white space; {what} may have {quota}."
    ),
    "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA": (
        "it has at least {size} characters without white space; {what}, may have {quota}."
    ),
    "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA": (
        "it has at least {size} characters; {what} may have {quota}."
    ),
    "POLICY_SIZE_EXCEEDS_SCP_QUOTA": (
        "it has at least {size} characters; {what} may have {quota}."
    ),
}
REMEDY = "Merge statements, or move some of them into managed policies."
SYMPTOM = "The deployment fails: maximum policy size exceeded."


@rule(
    "policy-size-exceeded",
    checks=(PolicyDocument, Identity),
    severity=Severity.CRITICAL,
    category=Category.POLICY,
    aws_checks=tuple(WORDS),
    symptoms=(
        Symptom(("Maximum policy size", "exceeded")),
        Symptom(("Cannot exceed quota for PolicySize",)),
    ),
)
def policy_size_exceeded(subject: PolicyDocument | Identity, graph: Graph) -> Iterator[Report]:
    """A policy is longer than AWS takes.

    IAM counts the characters of a policy without white space: all inline policies of a role
    together 10,240, of a group 5,120, of a user 2,048; a managed policy 6,144; a trust policy 2,048
    unless the account has a higher quota. Bucket policies may have 20 KB, key policies 32 KB,
    policies of queues 8 KB and of topics 30 KB. Pipelines run into it when each stage adds its
    statements.

    A value that is not known counts as the shortest text that it may be: what is flagged is too
    long in every deployment.

    Merge statements, move some into managed policies, or name a common prefix with a wildcard.

    ```yaml
    Resources:
      Robot:
        Type: AWS::IAM::User
        Properties:
          Policies:
            - PolicyName: read
              PolicyDocument:
                Version: "2012-10-17"  # finding
                Statement:
                  Effect: Allow
                  Action: s3:GetObject
                  Resource:
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/00/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/01/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/02/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/03/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/04/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/05/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/06/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/07/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/08/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/09/*
    ```

    ```yaml
    Resources:
      Robot:
        Type: AWS::IAM::User
        Properties:
          Policies:
            - PolicyName: read
              PolicyDocument:
                Version: "2012-10-17"
                Statement:
                  Effect: Allow
                  Action: s3:GetObject
                  Resource:
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/00/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/01/*
                      - arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/02/*
    ```

    ```hcl
    resource "aws_iam_user_policy" "read" {
      user   = "robot"
      policy = jsonencode({  # finding
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = [
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/00/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/01/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/02/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/03/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/04/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/05/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/06/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/07/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/08/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/09/*",
            ]
          },
        ]
      })
    }
    ```

    ```hcl
    resource "aws_iam_user_policy" "read" {
      user   = "robot"
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Effect = "Allow"
            Action = "s3:GetObject"
            Resource = [
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/00/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/01/*",
              "arn:aws:s3:::artifacts/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/releases-of-the-shop/02/*",
            ]
          },
        ]
      })
    }
    ```

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if isinstance(subject, PolicyDocument):
        yield from graph.flaws(subject, WORDS, symptom=SYMPTOM, remedy=REMEDY)
        return
    sizes, quota = graph.inline_sizes(subject)
    # A single policy that is too long is flagged itself.
    if not quota or sum(sizes) <= quota or max(sizes) > quota:
        return
    yield Report(
        origin=subject.resource.key or subject.resource.origin,
        message=(
            f"The inline policies of {subject.label} have at least {sum(sizes):,} characters together "
            f"without white space; they may have {quota:,}."
        ),
        symptom=SYMPTOM,
        remedy=REMEDY,
        subject=Subject(principal=subject.label),
    )
