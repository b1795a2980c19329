"""Device Farm: its projects and device pools are named by ARN."""

from passrole import ResourceType

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
SERVICE = "arn:{partition}:devicefarm:{region}:{account}"

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::DeviceFarm::Project",
        terraform="aws_devicefarm_project",
        arn=f"{SERVICE}:project:{{id}}",
        ref="arn",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-devicefarm-project.html",
    ),
    ResourceType(
        cloudformation="AWS::DeviceFarm::DevicePool",
        terraform="aws_devicefarm_device_pool",
        arn=f"{SERVICE}:devicepool:{{id}}",
        ref="arn",
        attributes={"Arn": "arn"},
        terraform_attributes={"arn": "arn", "id": "arn", "name": "name"},
        fields={"name": ("Name", "name")},
        source=f"{CFN}aws-resource-devicefarm-devicepool.html",
    ),
)
