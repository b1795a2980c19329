"""The rules of Elastic Beanstalk, one a file."""

from passrole_aws.elasticbeanstalk.rules.describe_events_hang import describe_events_hang

RULES = (describe_events_hang,)
