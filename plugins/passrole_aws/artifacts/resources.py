"""Buckets and keys: where artifacts are kept and what encrypts them."""

from collections.abc import Iterator

from passrole import (
    Absent,
    Bucket,
    Entity,
    Key,
    KeyAlias,
    Policy,
    PolicyKind,
    Resource,
    ResourcePolicy,
    ResourceType,
    SettingsApart,
    Unknown,
    cases,
    elements,
    read_policy,
    written_policy,
)

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
TERRAFORM = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/"

CFN_ENCRYPTION = "BucketEncryption.ServerSideEncryptionConfiguration.0"
ENCRYPTION = "server_side_encryption_configuration.0.rule.0"


def read_bucket(resource: Resource) -> Iterator[Bucket]:
    """One bucket with the key of its default encryption and what it makes of ACLs."""
    yield Bucket(
        resource,
        policy=written_policy(resource),
        key=resource["key"],
        ownership=resource["ownership"],
        blocks_public_acls=resource["blocks_public_acls"],
    )


def read_encryption(resource: Resource) -> Iterator[SettingsApart]:
    """The key of a bucket's default encryption, where that is a resource of its own."""
    yield SettingsApart(resource, of=resource["of"], kind=Bucket, settings={"key": resource["key"]})


def read_bucket_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """One policy of a bucket that is a resource of its own."""
    return _apart(resource, Bucket)


def read_key_policy(resource: Resource) -> Iterator[ResourcePolicy]:
    """One policy of a key that is a resource of its own."""
    return _apart(resource, Key)


def _apart(resource: Resource, kind: type[Entity]) -> Iterator[ResourcePolicy]:
    policy = read_policy(resource["policy"], PolicyKind.RESOURCE, resource.id)
    for owner in elements(resource["of"]):
        yield ResourcePolicy(resource, of=owner, policy=policy, kind=kind)


def read_key(resource: Resource) -> Iterator[Key]:
    """One key with its key policy, which is None where KMS writes its default one."""
    yield Key(resource, policy=_key_policy(resource))


def _key_policy(resource: Resource) -> Policy | None:
    written = resource["policy"]
    missing = [isinstance(value, Absent) for _, value in cases(written, deep=False)]
    if all(missing):
        return None
    if any(missing):
        # Without one KMS leaves the decision to identity policies: not the same as no statement.
        written = Unknown("the key has its default policy in some deployments", written.origin)
    return read_policy(written, PolicyKind.RESOURCE, resource.id)


def read_alias(resource: Resource) -> Iterator[KeyAlias]:
    """One alias with the key it stands for."""
    yield KeyAlias(resource, key=resource["key"])


BUCKET = ResourceType(
    cloudformation="AWS::S3::Bucket",
    terraform="aws_s3_bucket",
    arn="arn:{partition}:s3:::{name}",
    attributes={"Arn": "arn"},
    terraform_attributes={"arn": "arn", "id": "name", "bucket": "name"},
    fields={
        "name": ("BucketName", "bucket"),
        "policy": ("", "policy"),  # up to version 3 of the provider
        "key": (
            f"{CFN_ENCRYPTION}.ServerSideEncryptionByDefault.KMSMasterKeyID",
            f"{ENCRYPTION}.apply_server_side_encryption_by_default.0.kms_master_key_id",
        ),
        # Terraform has resources of their own for these two.
        "ownership": ("OwnershipControls.Rules.0.ObjectOwnership", ""),
        "blocks_public_acls": ("PublicAccessBlockConfiguration.BlockPublicAcls", ""),
    },
    read=read_bucket,
    source=f"{CFN}aws-resource-s3-bucket.html",
)

BUCKET_ENCRYPTION = ResourceType(
    terraform="aws_s3_bucket_server_side_encryption_configuration",
    terraform_attributes={"id": "{of}", "bucket": "{of}"},
    fields={
        "of": ("", "bucket"),
        "key": ("", "rule.0.apply_server_side_encryption_by_default.0.kms_master_key_id"),
    },
    read=read_encryption,
    source=f"{TERRAFORM}s3_bucket_server_side_encryption_configuration",
)

BUCKET_POLICY = ResourceType(
    cloudformation="AWS::S3::BucketPolicy",
    terraform="aws_s3_bucket_policy",
    ref="{of}",  # inferred: the documentation calls it the name of the resource
    terraform_attributes={"id": "{of}", "bucket": "{of}"},
    fields={"of": ("Bucket", "bucket"), "policy": ("PolicyDocument", "policy")},
    read=read_bucket_policy,
    source=f"{CFN}aws-resource-s3-bucketpolicy.html",
)

KEY = ResourceType(
    cloudformation="AWS::KMS::Key",
    terraform="aws_kms_key",
    arn="arn:{partition}:kms:{region}:{account}:key/{id}",
    ref="id",
    attributes={"Arn": "arn", "KeyId": "id"},
    terraform_attributes={"arn": "arn", "id": "id", "key_id": "id"},
    fields={"policy": ("KeyPolicy", "policy")},
    read=read_key,
    source=f"{CFN}aws-resource-kms-key.html",
)

REPLICA_KEY = ResourceType(
    cloudformation="AWS::KMS::ReplicaKey",
    terraform="aws_kms_replica_key",
    arn="arn:{partition}:kms:{region}:{account}:key/{id}",
    ref="id",
    attributes={"Arn": "arn", "KeyId": "id"},
    terraform_attributes={"arn": "arn", "id": "id", "key_id": "id"},
    fields={"policy": ("KeyPolicy", "policy")},
    read=read_key,
    source=f"{CFN}aws-resource-kms-replicakey.html",
)

EXTERNAL_KEY = ResourceType(
    terraform="aws_kms_external_key",
    arn="arn:{partition}:kms:{region}:{account}:key/{id}",
    terraform_attributes={"arn": "arn", "id": "id"},
    fields={"policy": ("", "policy")},
    read=read_key,
    source=f"{TERRAFORM}kms_external_key",
)

KEY_POLICY = ResourceType(
    terraform="aws_kms_key_policy",
    terraform_attributes={"id": "{of}", "key_id": "{of}"},
    fields={"of": ("", "key_id"), "policy": ("", "policy")},
    read=read_key_policy,
    source=f"{TERRAFORM}kms_key_policy",
)

ALIAS = ResourceType(
    cloudformation="AWS::KMS::Alias",
    terraform="aws_kms_alias",
    # The name has ``alias/`` in front of it in both formats.
    arn="arn:{partition}:kms:{region}:{account}:{name}",
    terraform_attributes={
        "arn": "arn",
        "id": "name",
        "name": "name",
        "target_key_id": "{key}",
    },
    fields={"name": ("AliasName", "name"), "key": ("TargetKeyId", "target_key_id")},
    read=read_alias,
    source=f"{CFN}aws-resource-kms-alias.html",
)

RESOURCE_TYPES = (
    BUCKET, BUCKET_ENCRYPTION, BUCKET_POLICY, KEY, REPLICA_KEY, EXTERNAL_KEY, KEY_POLICY, ALIAS,
)  # fmt: skip
