"""Clusters and their access entries."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.eks.entities import AccessEntry, Cluster

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_cluster(resource: Resource) -> Iterator[Cluster]:
    """One cluster with its way of authentication."""
    yield Cluster(resource, authentication=resource["authentication"])


def read_access_entry(resource: Resource) -> Iterator[AccessEntry]:
    """One entry: whom, and in which cluster."""
    yield AccessEntry(resource, cluster=resource["cluster"], principal=resource["principal"])


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::EKS::Cluster",
        terraform="aws_eks_cluster",
        arn="arn:{partition}:eks:{region}:{account}:cluster/{name}",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
        fields={
            "name": ("Name", "name"),
            "authentication": (
                "AccessConfig.AuthenticationMode",
                "access_config.0.authentication_mode",
            ),
        },
        read=read_cluster,
        source=f"{CFN}aws-resource-eks-cluster.html",
    ),
    ResourceType(
        cloudformation="AWS::EKS::AccessEntry",
        terraform="aws_eks_access_entry",
        # The ARN holds the kind, the account and the name of the principal: a hole of its own.
        arn="arn:{partition}:eks:{region}:{account}:access-entry/{cluster}/{principal path}/{id}",
        ref="arn",  # inferred: the documentation gives an ARN as its example
        attributes={"AccessEntryArn": "arn"},
        terraform_attributes={"access_entry_arn": "arn", "principal_arn": "{principal}"},
        fields={
            "cluster": ("ClusterName", "cluster_name"),
            "principal": ("PrincipalArn", "principal_arn"),
        },
        read=read_access_entry,
        source=f"{CFN}aws-resource-eks-accessentry.html",
    ),
)
