from collections.abc import Iterator

from passrole import (
    Category,
    Graph,
    Identity,
    PolicyAttachment,
    Repair,
    ReplaceValue,
    Report,
    Severity,
    Subject,
    Symptom,
    Value,
    cases,
    elements,
    known,
    rule,
)

# Replaced in November 2020; the history is on the page below.
REPLACED = {
    "AWSCodePipelineFullAccess": "AWSCodePipeline_FullAccess",
    "AWSCodePipelineReadOnlyAccess": "AWSCodePipeline_ReadOnlyAccess",
}


@rule(
    "legacy-managed-policy",
    autofix="unsafe",
    checks=(Identity, PolicyAttachment),
    severity=Severity.MEDIUM,
    category=Category.ACCESS,
    symptoms=(Symptom(("AWSCodePipelineFullAccess",)), Symptom(("Attach fails", "policy"))),
)
def legacy_managed_policy(subject: Identity | PolicyAttachment, graph: Graph) -> Iterator[Report]:
    """A managed policy of CodePipeline is attached that AWS has replaced.

    `AWSCodePipelineFullAccess` and `AWSCodePipelineReadOnlyAccess` are no longer maintained. Where
    they are attached they stay as they were, without the actions that came since; attaching them
    anew fails.

    The deployment fails with `Policy … does not exist or is not attachable`.

    Take `AWSCodePipeline_FullAccess` and `AWSCodePipeline_ReadOnlyAccess`, with an underscore, or
    a policy of your own.

    ```yaml
    Resources:
      Viewers:
        Type: AWS::IAM::Group
        Properties:
          ManagedPolicyArns:
            - arn:aws:iam::aws:policy/AWSCodePipelineReadOnlyAccess  # finding
    ```

    ```yaml
    Resources:
      Viewers:
        Type: AWS::IAM::Group
        Properties:
          ManagedPolicyArns:
            - arn:aws:iam::aws:policy/AWSCodePipeline_ReadOnlyAccess
    ```

    ```hcl
    resource "aws_iam_user_policy_attachment" "edit" {
      user       = "ci"
      policy_arn = "arn:aws:iam::aws:policy/AWSCodePipelineFullAccess"  # finding
    }
    ```

    ```hcl
    resource "aws_iam_user_policy_attachment" "edit" {
      user       = "ci"
      policy_arn = "arn:aws:iam::aws:policy/AWSCodePipeline_FullAccess"
    }
    ```

    Source: https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam-awsmanpol.html
    """
    del graph
    named = subject.managed if isinstance(subject, Identity) else subject.policy
    for item in elements(named):
        for world, reference in cases(item, subject.world):
            arn = known(reference) or ""
            name = arn.rpartition("/")[2]
            if name in REPLACED and ":iam::aws:policy/" in arn:
                yield Report(
                    origin=reference.origin or subject.resource.origin,
                    message=f"AWS has replaced the managed policy {name}.",
                    symptom="Attaching it fails; where it is attached, newer actions are missing.",
                    remedy=f"Attach {REPLACED[name]} instead.",
                    subject=Subject(principal=subject.label, resource=arn),
                    world=world,
                    repair=_replaced(reference, arn.replace(name, REPLACED[name])),
                )


def _replaced(reference: Value, arn: str) -> Repair | None:
    """The ARN of the policy that took its place; what it allows is not quite the same."""
    origin = getattr(reference, "origin", None)
    return Repair((ReplaceValue(origin, arn),), safe=False) if origin is not None else None
