"""Repositories of images."""

from passrole import ResourceType

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
REGISTRY = "{account}.dkr.ecr.{region}.amazonaws.com/{name}"

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::ECR::Repository",
        terraform="aws_ecr_repository",
        arn="arn:{partition}:ecr:{region}:{account}:repository/{name}",
        attributes={"Arn": "arn", "RepositoryUri": REGISTRY},
        terraform_attributes={
            "arn": "arn", "id": "name", "name": "name", "repository_url": REGISTRY,
            "registry_id": "{account}",
        },
        fields={"name": ("RepositoryName", "name")},
        source=f"{CFN}aws-resource-ecr-repository.html",
    ),
    ResourceType(
        cloudformation="AWS::ECR::PublicRepository",
        terraform="aws_ecrpublic_repository",
        arn="arn:{partition}:ecr-public::{account}:repository/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "repository_name": "name"},
        fields={"name": ("RepositoryName", "repository_name")},
        source=f"{CFN}aws-resource-ecr-publicrepository.html",
    ),
)  # fmt: skip
