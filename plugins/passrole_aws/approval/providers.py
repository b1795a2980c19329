"""What a manual approval needs: nothing, unless it announces itself on an SNS topic."""

from passrole import (
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Given,
    Need,
    Range,
    Topic,
    Via,
)

GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
DOCS = f"{GUIDE}approvals.html"
ROLE_DOCS = f"{GUIDE}approvals-service-role-permissions.html"
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"
TOPIC_KEY = Via("NotificationArn", ((Topic, "key"),))

NOT_ANNOUNCED = "The approval action fails when it tries to notify; nobody is asked to approve."
KEY_NOTE = (
    "only the AWS CDK grants it, and only where the topic is encrypted with a customer managed key;"
    " the page about approvals does not mention keys"
)


def _of_key(iam_action: str) -> Need:
    return Need(
        iam_action,
        TOPIC_KEY,
        when=Given("NotificationArn"),
        rule="approval-sns-topic-encryption",
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        source=CDK,
        note=KEY_NOTE,
        symptom=NOT_ANNOUNCED,
    )


KEYS = (
    ConfigurationKey("NotificationArn"),
    ConfigurationKey("CustomData"),
    ConfigurationKey("ExternalEntityLink"),
)

MANUAL = ActionProvider(
    "Approval",
    "AWS",
    "Manual",
    (
        Need(
            "sns:Publish",
            "{NotificationArn}",
            when=Given("NotificationArn"),
            rule="approval-sns-publish-missing",
            source=ROLE_DOCS,
            symptom=NOT_ANNOUNCED,
        ),
        _of_key("kms:Decrypt"),
        _of_key("kms:GenerateDataKey"),
    ),
    artifacts=None,
    source=DOCS,
    configuration=KEYS,
    inputs=Range(0, 0),
    outputs=Range(0, 0),
)

PROVIDERS = (MANUAL,)
