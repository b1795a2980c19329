"""Target groups, as policies and deployments refer to them."""

from collections.abc import Iterator

from passrole import Resource, ResourceType
from passrole_aws.ec2.entities import TargetGroup

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"


def read_target_group(resource: Resource) -> Iterator[TargetGroup]:
    """One target group."""
    yield TargetGroup(resource, arn=resource.arn)


RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::ElasticLoadBalancingV2::TargetGroup",
        terraform="aws_lb_target_group",
        arn="arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{id}",
        ref="arn",
        attributes={
            "TargetGroupArn": "arn",
            "TargetGroupName": "name",
            "TargetGroupFullName": "targetgroup/{name}/{id}",
        },
        terraform_attributes={
            "arn": "arn",
            "id": "arn",
            "name": "name",
            "arn_suffix": "targetgroup/{name}/{id}",
        },
        fields={"name": ("Name", "name")},
        read=read_target_group,
        source=f"{CFN}aws-resource-elasticloadbalancingv2-targetgroup.html",
    ),
)
