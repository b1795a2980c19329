"""Resource types and their fields in both formats; where one has none, the reason is here."""

from collections.abc import Iterator

import pytest

from passrole.contributions import gather
from passrole.plugin_loading import find_plugins, load_plugins

TYPES = gather(load_plugins(p for p in find_plugins() if p.distribution == "passrole"))
TERRAFORM = {each.terraform: each for each in TYPES.resource_types if each.terraform}
CLOUDFORMATION = {each.cloudformation: each for each in TYPES.resource_types if each.cloudformation}

WITHOUT_TERRAFORM = {
    "AWS::CloudTrail::ResourcePolicy": "the provider has none",
    "AWS::Lex::ResourcePolicy": "the provider has none",
    "AWS::Serverless::Function": "SAM is CloudFormation's",
    "AWS::Serverless::StateMachine": "SAM is CloudFormation's",
}
"""Types of CloudFormation that Terraform's provider has no counterpart of."""

INSTEAD = {
    "AWS::IAM::Policy": "aws_iam_role_policy aws_iam_user_policy aws_iam_group_policy",
    "AWS::Lambda::Version": "aws_lambda_function",  # its argument publish
    "AWS::S3Express::BucketPolicy": "aws_s3_bucket_policy",
    "AWS::SNS::TopicInlinePolicy": "aws_sns_topic_policy",
    "AWS::SQS::QueueInlinePolicy": "aws_sqs_queue_policy",
}
"""Types of CloudFormation whose part several of Terraform's play, or one that has another twin."""

ATTACHMENTS = "aws_iam_policy_attachment"

APART = {
    ("aws_backup_vault", "policy"): "aws_backup_vault_policy",
    ("aws_cloudwatch_event_bus", "policy"): "aws_cloudwatch_event_bus_policy",
    ("aws_cloudwatch_event_bus_policy", "action"): "aws_cloudwatch_event_permission",
    ("aws_cloudwatch_event_bus_policy", "principal"): "aws_cloudwatch_event_permission",
    ("aws_cloudwatch_event_rule", "targets"): "aws_cloudwatch_event_target",
    ("aws_cloudwatch_log_destination", "policy"): "aws_cloudwatch_log_destination_policy",
    ("aws_codeartifact_domain", "policy"): "aws_codeartifact_domain_permissions_policy",
    ("aws_codeartifact_repository", "policy"): "aws_codeartifact_repository_permissions_policy",
    ("aws_codebuild_project", "approval"): "aws_codebuild_webhook",
    ("aws_codebuild_project", "groups"): "aws_codebuild_webhook",
    ("aws_codebuild_project", "webhook"): "aws_codebuild_webhook",
    ("aws_codepipeline", "store"): "aws_codepipeline",  # artifact_store, once or more
    ("aws_dynamodb_table", "policy"): "aws_dynamodb_resource_policy",
    ("aws_ecr_repository", "policy"): "aws_ecr_repository_policy",
    ("aws_ecrpublic_repository", "policy"): "aws_ecrpublic_repository_policy",
    ("aws_efs_file_system", "policy"): "aws_efs_file_system_policy",
    ("aws_iam_group", "managed"): "aws_iam_group_policy_attachment",
    ("aws_iam_group", "policies"): "aws_iam_group_policy",
    ("aws_iam_policy", "groups"): ATTACHMENTS,
    ("aws_iam_policy", "roles"): ATTACHMENTS,
    ("aws_iam_policy", "users"): ATTACHMENTS,
    ("aws_iam_user", "groups"): "aws_iam_user_group_membership",
    ("aws_iam_user", "managed"): "aws_iam_user_policy_attachment",
    ("aws_iam_user", "policies"): "aws_iam_user_policy",
    ("aws_media_store_container", "policy"): "aws_media_store_container_policy",
    ("aws_organizations_policy", "targets"): "aws_organizations_policy_attachment",
    ("aws_s3_bucket", "blocks_public_acls"): "aws_s3_bucket_public_access_block",
    ("aws_s3_bucket", "ownership"): "aws_s3_bucket_ownership_controls",
    # The table is named in three parts, of which none is its ARN.
    ("aws_s3tables_table_policy", "of"): "aws_s3tables_table_policy",
    ("aws_ssoadmin_permission_set", "boundary"): "aws_ssoadmin_permissions_boundary_attachment",
    ("aws_ssoadmin_permission_set", "managed"): "aws_ssoadmin_managed_policy_attachment",
    ("aws_ssoadmin_permission_set", "own boundary"): "aws_ssoadmin_permissions_boundary_attachment",
    ("aws_ssoadmin_permission_set", "own policies"): (
        "aws_ssoadmin_customer_managed_policy_attachment"
    ),
    ("aws_ssoadmin_permission_set", "policy"): "aws_ssoadmin_permission_set_inline_policy",
}
"""Fields that CloudFormation writes in the resource and Terraform in another one."""

USED_BY_PIPELINES = """
aws_appconfig_application aws_appconfig_configuration_profile aws_appconfig_deployment_strategy
aws_appconfig_environment aws_autoscaling_group aws_cloudformation_stack
aws_cloudformation_stack_set aws_cloudwatch_event_bus aws_cloudwatch_event_bus_policy
aws_cloudwatch_event_permission aws_cloudwatch_event_rule aws_cloudwatch_event_target
aws_cloudwatch_log_group aws_cloudwatch_metric_alarm aws_codebuild_project
aws_codebuild_report_group aws_codebuild_source_credential aws_codebuild_webhook
aws_codecommit_repository aws_codeconnections_connection aws_codedeploy_app
aws_codedeploy_deployment_config aws_codedeploy_deployment_group aws_codepipeline
aws_codepipeline_custom_action_type aws_codepipeline_webhook aws_codestarconnections_connection
aws_codestarnotifications_notification_rule aws_devicefarm_project aws_ecr_repository
aws_ecr_repository_policy aws_ecs_cluster aws_ecs_service aws_ecs_task_definition
aws_eks_access_entry aws_eks_cluster aws_elastic_beanstalk_application
aws_elastic_beanstalk_environment aws_iam_instance_profile aws_iam_role aws_kms_alias aws_kms_key
aws_kms_key_policy aws_lambda_alias aws_lambda_function aws_lambda_permission
aws_launch_configuration aws_launch_template aws_lb_target_group aws_opsworks_stack aws_s3_bucket
aws_s3_bucket_ownership_controls aws_s3_bucket_policy aws_s3_bucket_public_access_block
aws_s3_bucket_server_side_encryption_configuration aws_scheduler_schedule
aws_secretsmanager_secret aws_secretsmanager_secret_policy aws_servicecatalog_product
aws_sfn_state_machine aws_sns_topic aws_sns_topic_policy aws_sqs_queue aws_sqs_queue_policy
aws_ssm_parameter
"""


def test_every_type_has_a_twin_or_a_reason() -> None:
    alone = {name for name, each in CLOUDFORMATION.items() if not each.terraform}
    assert alone == WITHOUT_TERRAFORM.keys() | INSTEAD.keys()
    assert {name for names in INSTEAD.values() for name in names.split()} <= TERRAFORM.keys()


def test_every_field_has_a_twin_or_stands_apart() -> None:
    alone = {
        (each.terraform, field)
        for each in CLOUDFORMATION.values()
        if each.terraform
        for field, (here, there) in each.fields.items()
        if here and not there
    }
    assert alone == APART.keys()
    assert set(APART.values()) <= TERRAFORM.keys()


def test_what_pipelines_use_is_known_in_terraform() -> None:
    assert not set(USED_BY_PIPELINES.split()) - TERRAFORM.keys()


def paths() -> Iterator[tuple[str, str]]:
    for each in TYPES.resource_types:
        for here, there in each.fields.values():
            yield from ((each.cloudformation, here), (each.terraform, there))


@pytest.mark.parametrize(
    ("type_name", "path"), [each for each in paths() if all(each)], ids="-".join
)
def test_paths_are_written_as_their_format_writes_names(type_name: str, path: str) -> None:
    steps = [step for step in path.split(".") if not step.isdigit()]
    if type_name.startswith("aws_"):
        assert all(step == step.lower() for step in steps)
    else:
        assert all(step[0].isupper() for step in steps)
