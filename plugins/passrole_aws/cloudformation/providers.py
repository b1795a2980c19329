"""What CloudFormation deployments need, by action mode.

Documented: the action reference lists all operations in one block. Which mode calls which is known
from the AWS CDK, which grants them mode by mode.
"""

from passrole import (
    ALWAYS,
    ActionProvider,
    Basis,
    Both,
    Certainty,
    ConfigurationKey,
    EncryptedArtifacts,
    Given,
    Mentions,
    Need,
    OwnStack,
    Range,
    Service,
    Setting,
    Unless,
    Via,
)

DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html"
)
OLDER_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html"
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"
STACK = "arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*"
CHANGE_SET = {"cloudformation:ChangeSetName": "{ChangeSetName}"}

CREATE_OR_UPDATE = Setting("ActionMode", ("CREATE_UPDATE", "REPLACE_ON_FAILURE"))
CAN_DELETE = Setting("ActionMode", ("REPLACE_ON_FAILURE", "DELETE_ONLY"))
CHANGE_SET_REPLACE = Setting("ActionMode", ("CHANGE_SET_REPLACE",))
CHANGE_SET_EXECUTE = Setting("ActionMode", ("CHANGE_SET_EXECUTE",))
ANY_CHANGE_SET = Setting("ActionMode", ("CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE"))
# A pipeline that deploys its own stack finds it there: it is never created, nor deleted by it.
ANOTHER_STACK = Unless(OwnStack("StackName"))
PASSES_ROLE = Both((Given("RoleArn"), Unless(CHANGE_SET_EXECUTE)))
TAKES_CODE = Both((PASSES_ROLE, Mentions("ParameterOverrides", "Fn::GetArtifactAtt")))
STACK_ROLE = Via("RoleArn", ())

CODE_NOTE = (
    "the action reference says that this role needs no access to the artifact bucket, the AWS CDK"
    " grants it; the template is not looked at"
)
NOT_IN_OLDER_LIST = (
    "today's page lists it and a wildcard of the AWS CDK covers it; the default role of 2018 lacks"
    " it, and pipelines that use that role keep running"
)


LATER = {
    "cloudformation:DeleteChangeSet": " a change set of that name is left over, as after an"
    " execution that nobody approved, and",
    "cloudformation:DeleteStack": " the stack is to be deleted, as one that failed is, and",
}
"""When an operation is not called by every execution: the first ones may succeed without it."""


def _denied(iam_action: str) -> str:
    operation = iam_action.partition(":")[2]
    when = LATER.get(iam_action, "")
    return f"The action fails with AccessDenied when{when} CodePipeline calls {operation}."


def _certain(
    iam_action: str,
    when: Setting | Both = ALWAYS,
    context: dict[str, str | tuple[str, ...]] | None = None,
) -> Need:
    return Need(
        iam_action,
        STACK,
        when=when,
        context=context or {},
        # IfExists as the AWS CDK writes it: its pipelines are known to run.
        limits=dict.fromkeys(context or (), "StringEqualsIfExists"),
        condition_rule="cfn-changeset-condition-too-tight" if context else "",
        source=DOCS,
        symptom=_denied(iam_action),
    )


NEEDS = (
    _certain("cloudformation:DescribeStacks"),
    _certain("cloudformation:CreateStack", Both((CREATE_OR_UPDATE, ANOTHER_STACK))),
    _certain("cloudformation:UpdateStack", CREATE_OR_UPDATE),
    _certain("cloudformation:DeleteStack", Both((CAN_DELETE, ANOTHER_STACK))),
    _certain("cloudformation:CreateChangeSet", CHANGE_SET_REPLACE, {**CHANGE_SET}),
    _certain("cloudformation:DeleteChangeSet", CHANGE_SET_REPLACE, {**CHANGE_SET}),
    _certain("cloudformation:DescribeChangeSet", ANY_CHANGE_SET, {**CHANGE_SET}),
    _certain("cloudformation:ExecuteChangeSet", CHANGE_SET_EXECUTE, {**CHANGE_SET}),
    Need(
        "cloudformation:DescribeStackResources",
        STACK,
        certainty=Certainty.LOW,
        source=DOCS,
        symptom=_denied("cloudformation:DescribeStackResources"),
        note=NOT_IN_OLDER_LIST,
    ),
    Need(
        "cloudformation:DescribeStackEvents",
        STACK,
        certainty=Certainty.LOW,
        source=DOCS,
        symptom="The action shows a generic error message where CloudFormation gave a reason.",
        note="documented as optional: it only makes error messages better",
    ),
    Need(
        "cloudformation:GetTemplate",
        STACK,
        when=CREATE_OR_UPDATE,
        certainty=Certainty.LOW,
        source=DOCS,
        symptom=_denied("cloudformation:GetTemplate"),
        note=NOT_IN_OLDER_LIST,
    ),
    Need(
        "cloudformation:ValidateTemplate",
        when=Setting("ActionMode", ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE")),
        certainty=Certainty.LOW,
        source=DOCS,
        symptom=_denied("cloudformation:ValidateTemplate"),
        note="the action reference lists it; the AWS CDK grants it on the stack, where it has no"
        " effect, and its pipelines run",
    ),
    Need(
        "cloudformation:SetStackPolicy",
        STACK,
        when=Both((CREATE_OR_UPDATE, Given("TemplateConfiguration"))),
        certainty=Certainty.LOW,
        basis=Basis.OLDER_DOCUMENTATION,
        source=OLDER_DOCS,
        symptom="The action fails where its template configuration holds a stack policy.",
        note="the default role of 2018 and the AWS CDK have it, today's page does not; it is needed"
        " only where the template configuration holds a stack policy",
    ),
    Need(
        "cloudformation:GetStackPolicy",
        STACK,
        when=CREATE_OR_UPDATE,
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        source=CDK,
        symptom=_denied("cloudformation:GetStackPolicy"),
        note="only the AWS CDK grants it",
    ),
    Need(
        "iam:PassRole",
        "{RoleArn}",
        when=PASSES_ROLE,
        context={"iam:PassedToService": "cloudformation.amazonaws.com"},
        rule="cfn-pass-role-missing",
        source=DOCS,
        symptom="The action fails: the role is not authorized to perform: iam:PassRole on the role"
        " that CloudFormation is to use.",
    ),
    Need(
        "sts:AssumeRole",
        "{RoleArn}",
        when=PASSES_ROLE,
        principal=Service("cloudformation.amazonaws.com"),
        rule="cfn-role-trust-missing",
        source=DOCS,
        symptom="The action fails: the role is invalid or cannot be assumed (Service:"
        " AmazonCloudFormation; ValidationError).",
    ),
    Need(
        "s3:GetObject",
        "arn:{partition}:s3:::{artifacts.bucket}/*",
        when=TAKES_CODE,
        principal=STACK_ROLE,
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        rule="cfn-role-artifact-read-missing",
        policy_rule="cross-account-bucket-policy-missing",
        source=CDK,
        symptom="The stack fails where it makes a resource from the artifact: S3 denies access.",
        note=CODE_NOTE,
    ),
    Need(
        "kms:Decrypt",
        "{artifacts.key}",
        when=Both((TAKES_CODE, EncryptedArtifacts())),
        principal=STACK_ROLE,
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        rule="cfn-role-artifact-read-missing",
        policy_rule="artifact-key-policy-missing-principal",
        source=CDK,
        symptom="The stack fails where it makes a resource from the artifact: KMS denies access.",
        note=CODE_NOTE,
    ),
)

WITH_TEMPLATE = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "CHANGE_SET_REPLACE")
WITH_CHANGE_SET = ("CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE")
# That RoleArn is missing where it must not be has a rule of its own.
KEYS = (
    ConfigurationKey(
        "ActionMode",
        required=True,
        values=(
            "CREATE_UPDATE",
            "REPLACE_ON_FAILURE",
            "DELETE_ONLY",
            "CHANGE_SET_REPLACE",
            "CHANGE_SET_EXECUTE",
        ),
    ),
    ConfigurationKey("StackName", required=True),
    ConfigurationKey("RoleArn"),
    ConfigurationKey("TemplatePath", required=Setting("ActionMode", WITH_TEMPLATE)),
    ConfigurationKey("ChangeSetName", required=Setting("ActionMode", WITH_CHANGE_SET)),
    ConfigurationKey("Capabilities"),
    ConfigurationKey("TemplateConfiguration"),
    ConfigurationKey("ParameterOverrides"),
    ConfigurationKey("OutputFileName"),
)

PROVIDERS = (
    ActionProvider(
        "Deploy",
        "AWS",
        "CloudFormation",
        NEEDS,
        source=DOCS,
        since="November 3, 2016",
        configuration=KEYS,
        inputs=Range(0, 10),
        outputs=Range(0, 1),
    ),
)
