"""Applications and environments."""

from passrole import ResourceType

CFN = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"

RESOURCE_TYPES = (
    ResourceType(
        cloudformation="AWS::ElasticBeanstalk::Application",
        terraform="aws_elastic_beanstalk_application",
        arn="arn:{partition}:elasticbeanstalk:{region}:{account}:application/{name}",
        terraform_attributes={"arn": "arn", "id": "name", "name": "name"},
        fields={"name": ("ApplicationName", "name")},
        source=f"{CFN}aws-resource-elasticbeanstalk-application.html",
    ),
    ResourceType(
        cloudformation="AWS::ElasticBeanstalk::Environment",
        terraform="aws_elastic_beanstalk_environment",
        arn="arn:{partition}:elasticbeanstalk:{region}:{account}:environment/{application}/{name}",
        # Terraform's id is the identifier that the service makes up (e-…).
        terraform_attributes={"arn": "arn", "id": "id", "name": "name"},
        fields={
            "name": ("EnvironmentName", "name"),
            "application": ("ApplicationName", "application"),
        },
        source=f"{CFN}aws-resource-elasticbeanstalk-environment.html",
    ),
)
