"""The rules of Elastic Beanstalk, one a file."""

from passrole_aws.elasticbeanstalk.rules.dependent_services_missing import (
    dependent_services_missing,
)
from passrole_aws.elasticbeanstalk.rules.describe_events_hang import describe_events_hang

RULES = (dependent_services_missing, describe_events_hang)
