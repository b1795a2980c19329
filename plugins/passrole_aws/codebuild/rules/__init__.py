"""The rules of CodeBuild, one a file."""

from passrole_aws.codebuild.rules.artifact_access_missing import artifact_access_missing
from passrole_aws.codebuild.rules.batch_permissions import batch_permissions
from passrole_aws.codebuild.rules.cdk_sam_deploy_missing import cdk_sam_deploy_missing
from passrole_aws.codebuild.rules.clone_ref_missing import clone_ref_missing
from passrole_aws.codebuild.rules.command_permission_missing import command_permission_missing
from passrole_aws.codebuild.rules.connection_token_missing import connection_token_missing
from passrole_aws.codebuild.rules.env_secret_read_missing import env_secret_read_missing
from passrole_aws.codebuild.rules.logs_missing import logs_missing
from passrole_aws.codebuild.rules.plaintext_secret_in_build_env import plaintext_secret_in_build_env
from passrole_aws.codebuild.rules.privileged_mode import privileged_mode
from passrole_aws.codebuild.rules.project_type_mismatch import project_type_mismatch
from passrole_aws.codebuild.rules.pull_request_build_untrusted import pull_request_build_untrusted
from passrole_aws.codebuild.rules.start_build_missing import start_build_missing
from passrole_aws.codebuild.rules.user_controlled_buildspec import user_controlled_buildspec
from passrole_aws.codebuild.rules.vpc_missing import vpc_missing
from passrole_aws.codebuild.rules.webhook_unanchored_actor import webhook_unanchored_actor

RULES = (
    artifact_access_missing,
    batch_permissions,
    cdk_sam_deploy_missing,
    clone_ref_missing,
    command_permission_missing,
    connection_token_missing,
    env_secret_read_missing,
    logs_missing,
    plaintext_secret_in_build_env,
    privileged_mode,
    project_type_mismatch,
    pull_request_build_untrusted,
    start_build_missing,
    user_controlled_buildspec,
    vpc_missing,
    webhook_unanchored_actor,
)
