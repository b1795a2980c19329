"""Build projects, and what they name: log groups, secrets, parameters, credentials."""

from collections.abc import Iterator

from passrole import (
    ABSENT,
    BuildProject,
    Hole,
    Listing,
    Record,
    Resource,
    ResourceType,
    Text,
    Unknown,
    Value,
    elements,
    fetched,
    get,
    join,
    known,
    literal,
    over_leaves,
    parameter_arn,
    read_buildspec,
    secret_arn,
    variable_names,
)
from passrole_aws.codebuild.entities import BuildWebhook, SourceCredential, WebhookFilter

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_project(resource: Resource) -> Iterator[BuildProject | BuildWebhook]:
    """One project: its service role, what that role needs for each build, and its webhook."""
    target = resource.target
    variables = fetched(resource["variables"], target)
    written = resource["buildspec"]
    buildspec = read_buildspec(written)
    yield BuildProject(
        resource,
        role=resource["role"],
        source=resource["source"],
        artifacts=resource["artifacts"],
        vpc=resource["vpc"],
        log_streams=_log_streams(resource),
        parameters=Listing(
            (
                *elements(variables.parameters),
                *(parameter_arn(name, target) for name in buildspec.parameters),
            )
        ),
        secrets=Listing(
            (
                *elements(variables.secrets),
                *(secret_arn(name, target) for name in buildspec.secrets),
            )
        ),
        connection=_connection(resource),
        batch_role=resource["batch role"],
        buildspec=written,
        reports=Listing(tuple(_report_group(name, resource) for name in buildspec.reports)),
        commands=buildspec.commands,
        variables=(*variable_names(resource["variables"]), *map(literal, buildspec.variables)),
    )
    if resource["groups"] and known(resource["webhook"]) != "false":
        yield _webhook(resource, resource.arn)


def read_webhook(resource: Resource) -> Iterator[BuildWebhook]:
    """One webhook that is a resource of its own."""
    yield _webhook(resource, resource["project"])


def _webhook(resource: Resource, project: Value) -> BuildWebhook:
    groups = []
    for group in elements(resource["groups"]):
        written = get(group, "filter") if resource.format == "terraform" else group
        filters = tuple(
            WebhookFilter(
                get(each, "Type") or get(each, "type"),
                get(each, "Pattern") or get(each, "pattern"),
                get(each, "ExcludeMatchedPattern") or get(each, "exclude_matched_pattern"),
                getattr(each, "origin", None),
            )
            for each in elements(written)
            if isinstance(each, Record)
        )
        if filters and len(filters) == len(elements(written)):
            groups.append(filters)
    return BuildWebhook(
        resource,
        project=project,
        groups=tuple(groups),
        approval=resource["approval"],
        origin=resource.place("groups"),
    )


def read_credential(resource: Resource) -> Iterator[SourceCredential]:
    """One credential that every project with a source of its kind uses."""
    yield SourceCredential(resource, resource["server"], resource["kind"], resource["token"])


def _report_group(name: Text, resource: Resource) -> Text:
    """The ARN of a report group: as it is written, else one that is named after the project."""
    first = name.parts[0] if name.parts else ""
    if isinstance(first, Hole) or first.startswith("arn:"):
        return name
    template = "arn:{partition}:codebuild:{region}:{account}:report-group/{project}-{name}"
    return resource.target.filled(template, project=resource.name, name=name).at(name.origin)


def _log_streams(resource: Resource) -> Value:
    """The ARN of the log streams, absent where the project writes no logs to CloudWatch."""
    status = resource["log status"]
    if status and known(status) != "ENABLED":
        reason = "whether logs are written is not known"
        return ABSENT if known(status) == "DISABLED" else Unknown(reason, status.origin)
    return over_leaves(resource["log group"], lambda group: _in_group(group, resource))


def _in_group(group: Value, resource: Resource) -> Value:
    if not isinstance(group, Text):
        if group:
            return group
        group = join(("/aws/codebuild/", resource.name))
    template = "arn:{partition}:logs:{region}:{account}:log-group:{group}:log-stream:*"
    return resource.target.filled(template, group=group).at(group.origin)


def _connection(resource: Resource) -> Value:
    return resource["connection"] if known(resource["auth"]) == "CODECONNECTIONS" else ABSENT


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::CodeBuild::Project",
        terraform="aws_codebuild_project",
        arn="arn:{partition}:codebuild:{region}:{account}:project/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={
            "name": ("Name", "name"),
            "role": ("ServiceRole", "service_role"),
            "vpc": ("VpcConfig.VpcId", "vpc_config.0.vpc_id"),
            "log status": (
                "LogsConfig.CloudWatchLogs.Status", "logs_config.0.cloudwatch_logs.0.status",
            ),
            "log group": (
                "LogsConfig.CloudWatchLogs.GroupName", "logs_config.0.cloudwatch_logs.0.group_name",
            ),
            "variables": (
                "Environment.EnvironmentVariables", "environment.0.environment_variable",
            ),
            "source": ("Source.Type", "source.0.type"),
            "whole source": ("Source", "source.0"),
            "artifacts": ("Artifacts.Type", "artifacts.0.type"),
            "auth": ("Source.Auth.Type", "source.0.auth.0.type"),
            "connection": ("Source.Auth.Resource", "source.0.auth.0.resource"),
            "buildspec": ("Source.BuildSpec", "source.0.buildspec"),
            "privileged": ("Environment.PrivilegedMode", "environment.0.privileged_mode"),
            "groups": ("Triggers.FilterGroups", ""),
            "webhook": ("Triggers.Webhook", ""),
            "approval": ("Triggers.PullRequestBuildPolicy.RequiresCommentApproval", ""),
            "batch role": (
                "BuildBatchConfig.ServiceRole", "build_batch_config.0.service_role",
            ),
        },
        read=read_project,
        source=f"{CFN}aws-resource-codebuild-project.html",
    ),
    # In CloudFormation it is a part of the project.
    ResourceType(
        terraform="aws_codebuild_webhook",
        terraform_attributes={"id": "{project}"},
        fields={
            "project": ("", "project_name"),
            "groups": ("", "filter_group"),
            "approval": ("", "pull_request_build_policy.0.requires_comment_approval"),
        },
        read=read_webhook,
        source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/codebuild_webhook",
    ),
    ResourceType(
        cloudformation="AWS::CodeBuild::SourceCredential",
        terraform="aws_codebuild_source_credential",
        arn="arn:{partition}:codebuild:{region}:{account}:token/{id}",
        ref="arn",
        terraform_attributes={"arn": "arn", "id": "arn"},
        fields={
            "server": ("ServerType", "server_type"),
            "kind": ("AuthType", "auth_type"),
            "token": ("Token", "token"),
        },
        read=read_credential,
        source=f"{CFN}aws-resource-codebuild-sourcecredential.html",
    ),
    ResourceType(
        cloudformation="AWS::CodeBuild::ReportGroup",
        terraform="aws_codebuild_report_group",
        arn="arn:{partition}:codebuild:{region}:{account}:report-group/{name}",
        ref="arn",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-codebuild-reportgroup.html",
    ),
    ResourceType(
        cloudformation="AWS::Logs::LogGroup",
        terraform="aws_cloudwatch_log_group",
        arn="arn:{partition}:logs:{region}:{account}:log-group:{name}",
        attributes={"Arn": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*"},
        terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
        fields={"name": ("LogGroupName", "name")},
        source=f"{CFN}aws-resource-logs-loggroup.html",
    ),
    # A name may begin with a slash, which the ARN has once only: no template says that.
    ResourceType(
        cloudformation="AWS::SSM::Parameter",
        terraform="aws_ssm_parameter",
        terraform_attributes={"id": "name", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-ssm-parameter.html",
    ),
)  # fmt: skip
