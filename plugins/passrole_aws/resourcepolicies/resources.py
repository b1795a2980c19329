"""Resource policies, one line each: where they are written, and what they guard."""

from collections.abc import Iterator

from passrole import (
    Guarded,
    NamedTuple,
    PolicyKind,
    Resource,
    ResourcePolicy,
    ResourceType,
    read_policy,
    written_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"


def read_guarded(resource: Resource) -> Iterator[Guarded]:
    """One resource, and the policy that is written in it."""
    yield Guarded(resource, policy=written_policy(resource))


def read_policy_apart(resource: Resource) -> Iterator[ResourcePolicy]:
    """One policy that is a resource of its own."""
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    yield ResourcePolicy(resource, of=resource["of"], policy=policy)


IN_CLOUDFORMATION = {
    "AWS::CloudTrail::ResourcePolicy": ("ResourcePolicy", "ResourceArn"),
    "AWS::EventSchemas::RegistryPolicy": ("Policy", "RegistryName"),
    "AWS::Kinesis::ResourcePolicy": ("ResourcePolicy", "ResourceArn"),
    "AWS::Lex::ResourcePolicy": ("Policy", "ResourceArn"),
    "AWS::Logs::ResourcePolicy": ("PolicyDocument", ""),
    "AWS::MSK::ClusterPolicy": ("Policy", "ClusterArn"),
    "AWS::S3::MultiRegionAccessPointPolicy": ("Policy", "MrapName"),
    "AWS::S3Express::BucketPolicy": ("PolicyDocument", "Bucket"),
    "AWS::S3ObjectLambda::AccessPointPolicy": ("PolicyDocument", "ObjectLambdaAccessPoint"),
    "AWS::S3Outposts::BucketPolicy": ("PolicyDocument", "Bucket"),
    "AWS::S3Tables::TableBucketPolicy": ("ResourcePolicy", "TableBucketARN"),
    "AWS::S3Tables::TablePolicy": ("ResourcePolicy", "TableARN"),
    "AWS::SSM::ResourcePolicy": ("Policy", "ResourceArn"),
    "AWS::VpcLattice::AuthPolicy": ("Policy", "ResourceIdentifier"),
    "AWS::VpcLattice::ResourcePolicy": ("Policy", "ResourceArn"),
    "AWS::XRay::ResourcePolicy": ("PolicyDocument", ""),
}
"""Policies that are resources of their own: the fields of the document and of what it guards."""

IN_TERRAFORM = {
    "aws_acmpca_policy": ("policy", "resource_arn"),
    "aws_api_gateway_rest_api_policy": ("policy", "rest_api_id"),
    "aws_backup_vault_policy": ("policy", "backup_vault_name"),
    "aws_cloudwatch_log_destination_policy": ("access_policy", "destination_name"),
    "aws_cloudwatch_log_resource_policy": ("policy_document", ""),
    "aws_codeartifact_domain_permissions_policy": ("policy_document", "domain"),
    "aws_codeartifact_repository_permissions_policy": ("policy_document", "repository"),
    "aws_codebuild_resource_policy": ("policy", "resource_arn"),
    "aws_dynamodb_resource_policy": ("policy", "resource_arn"),
    "aws_efs_file_system_policy": ("policy", "file_system_id"),
    "aws_elasticsearch_domain_policy": ("access_policies", "domain_name"),
    "aws_glacier_vault_lock": ("policy", "vault_name"),
    "aws_glue_resource_policy": ("policy", ""),
    "aws_kinesis_resource_policy": ("policy", "resource_arn"),
    "aws_media_store_container_policy": ("policy", "container_name"),
    "aws_msk_cluster_policy": ("policy", "cluster_arn"),
    "aws_networkfirewall_resource_policy": ("policy", "resource_arn"),
    "aws_opensearch_domain_policy": ("access_policies", "domain_name"),
    "aws_redshift_resource_policy": ("policy", "resource_arn"),
    "aws_redshiftserverless_resource_policy": ("policy", "resource_arn"),
    "aws_s3control_access_point_policy": ("policy", "access_point_arn"),
    "aws_s3control_bucket_policy": ("policy", "bucket"),
    "aws_s3control_multi_region_access_point_policy": ("details.0.policy", "details.0.name"),
    "aws_s3control_object_lambda_access_point_policy": ("policy", "name"),
    "aws_s3tables_table_bucket_policy": ("resource_policy", "table_bucket_arn"),
    "aws_s3tables_table_policy": ("resource_policy", ""),
    "aws_sagemaker_model_package_group_policy": ("resource_policy", "model_package_group_name"),
    "aws_schemas_registry_policy": ("policy", "registry_name"),
    "aws_ses_identity_policy": ("policy", "identity"),
    "aws_sesv2_email_identity_policy": ("policy", "email_identity"),
    "aws_ssm_resource_policy": ("policy", "resource_arn"),
    "aws_vpc_endpoint_policy": ("policy", "vpc_endpoint_id"),
    "aws_vpclattice_auth_policy": ("policy", "resource_identifier"),
    "aws_vpclattice_resource_policy": ("policy", "resource_arn"),
    "aws_xray_resource_policy": ("policy_document", ""),
}
"""The same in Terraform."""

TWINS = {
    "AWS::EventSchemas::RegistryPolicy": "aws_schemas_registry_policy",
    "AWS::Kinesis::ResourcePolicy": "aws_kinesis_resource_policy",
    "AWS::Logs::ResourcePolicy": "aws_cloudwatch_log_resource_policy",
    "AWS::MSK::ClusterPolicy": "aws_msk_cluster_policy",
    "AWS::S3::MultiRegionAccessPointPolicy": "aws_s3control_multi_region_access_point_policy",
    "AWS::S3ObjectLambda::AccessPointPolicy": "aws_s3control_object_lambda_access_point_policy",
    "AWS::S3Outposts::BucketPolicy": "aws_s3control_bucket_policy",
    "AWS::S3Tables::TableBucketPolicy": "aws_s3tables_table_bucket_policy",
    "AWS::S3Tables::TablePolicy": "aws_s3tables_table_policy",
    "AWS::SSM::ResourcePolicy": "aws_ssm_resource_policy",
    "AWS::VpcLattice::AuthPolicy": "aws_vpclattice_auth_policy",
    "AWS::VpcLattice::ResourcePolicy": "aws_vpclattice_resource_policy",
    "AWS::XRay::ResourcePolicy": "aws_xray_resource_policy",
}
"""Which of the two mean the same."""


def _page(cloudformation: str, terraform: str) -> str:
    if cloudformation:
        return f"{CFN}{'-'.join(cloudformation.lower().split('::')[1:])}.html"
    return f"{TERRAFORM}{terraform.removeprefix('aws_')}"


def _apart() -> Iterator[ResourceType]:
    terraform_alone = IN_TERRAFORM.keys() - TWINS.values()
    names = [(each, TWINS.get(each, "")) for each in IN_CLOUDFORMATION]
    for cloudformation, terraform in (*names, *(("", each) for each in sorted(terraform_alone))):
        document, of = IN_CLOUDFORMATION.get(cloudformation, ("", ""))
        terraform_document, terraform_of = IN_TERRAFORM.get(terraform, ("", ""))
        yield ResourceType(
            cloudformation=cloudformation,
            terraform=terraform,
            ref="{ref}",  # nothing refers to a policy: whatever it gives is left open
            fields={"policy": (document, terraform_document), "of": (of, terraform_of)},
            read=read_policy_apart,
            source=_page(cloudformation, terraform),
        )


class Within(NamedTuple):
    """A resource with a policy in it: its types, the fields of the policy and of its name.

    Pairs are CloudFormation's and Terraform's; an empty text says that it has none. ``arn`` is the
    template of the ARN after the partition.
    ``ref`` is what CloudFormation's ``Ref`` gives, ``attributes`` what has the ARN.
    """

    types: tuple[str, str]
    policy: tuple[str, str]
    name: tuple[str, str]
    arn: str
    ref: str = "name"
    attributes: tuple[str, ...] = ("Arn",)


WITHIN = (
    Within(
        ("AWS::ApiGateway::RestApi", "aws_api_gateway_rest_api"),
        ("Policy", "policy"),
        ("", ""),
        "apigateway:{region}::/restapis/{id}",
        "id",
        (),
    ),
    Within(
        ("AWS::Backup::BackupVault", "aws_backup_vault"),
        ("AccessPolicy", ""),
        ("BackupVaultName", "name"),
        "backup:{region}:{account}:backup-vault:{name}",
        "name",
        ("BackupVaultArn",),
    ),
    Within(
        ("AWS::CodeArtifact::Domain", "aws_codeartifact_domain"),
        ("PermissionsPolicyDocument", ""),
        ("DomainName", "domain"),
        "codeartifact:{region}:{account}:domain/{name}",
        "arn",
    ),
    Within(
        ("AWS::CodeArtifact::Repository", "aws_codeartifact_repository"),
        ("PermissionsPolicyDocument", ""),
        ("RepositoryName", "repository"),
        "codeartifact:{region}:{account}:repository/{domain}/{name}",
        "arn",
    ),
    Within(
        ("AWS::DynamoDB::Table", "aws_dynamodb_table"),
        ("ResourcePolicy.PolicyDocument", ""),
        ("TableName", "name"),
        "dynamodb:{region}:{account}:table/{name}",
    ),
    Within(
        ("AWS::EC2::VPCEndpoint", "aws_vpc_endpoint"),
        ("PolicyDocument", "policy"),
        ("", ""),
        "ec2:{region}:{account}:vpc-endpoint/{id}",
        "id",
        (),
    ),
    Within(
        ("AWS::EFS::FileSystem", "aws_efs_file_system"),
        ("FileSystemPolicy", ""),
        ("", ""),
        "elasticfilesystem:{region}:{account}:file-system/{id}",
        "id",
    ),
    Within(
        ("AWS::Elasticsearch::Domain", "aws_elasticsearch_domain"),
        ("AccessPolicies", "access_policies"),
        ("DomainName", "domain_name"),
        "es:{region}:{account}:domain/{name}",
        attributes=("Arn", "DomainArn"),
    ),
    Within(
        ("", "aws_glacier_vault"),
        ("", "access_policy"),
        ("", "name"),
        "glacier:{region}:{account}:vaults/{name}",
    ),
    Within(
        ("AWS::Logs::Destination", "aws_cloudwatch_log_destination"),
        ("DestinationPolicy", ""),
        ("DestinationName", "name"),
        "logs:{region}:{account}:destination:{name}",
    ),
    Within(
        ("AWS::MediaStore::Container", "aws_media_store_container"),
        ("Policy", ""),
        ("ContainerName", "name"),
        "mediastore:{region}:{account}:container/{name}",
        "arn",
        (),
    ),
    Within(
        ("AWS::OpenSearchService::Domain", "aws_opensearch_domain"),
        ("AccessPolicies", "access_policies"),
        ("DomainName", "domain_name"),
        "es:{region}:{account}:domain/{name}",
        attributes=("Arn", "DomainArn"),
    ),
    Within(
        ("AWS::S3::AccessPoint", "aws_s3_access_point"),
        ("Policy", "policy"),
        ("Name", "name"),
        "s3:{region}:{account}:accesspoint/{name}",
    ),
)


def _within(row: Within) -> ResourceType:
    cloudformation, terraform = row.types
    named = {row.name[1]: "name"} if row.name[1] else {}
    return ResourceType(
        cloudformation=cloudformation,
        terraform=terraform,
        arn=f"arn:{{partition}}:{row.arn}",
        ref=row.ref,
        attributes=dict.fromkeys(row.attributes, "arn"),
        terraform_attributes={"arn": "arn", **named},
        fields={"name": row.name, "policy": row.policy},
        read=read_guarded,
        source=_page(cloudformation, terraform),
    )


RESOURCE_TYPES = (*_apart(), *map(_within, WITHIN))
