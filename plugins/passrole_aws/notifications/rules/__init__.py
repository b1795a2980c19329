"""The rules of notifications, one a file."""

from passrole_aws.notifications.rules.approval_sns_topic_encryption import (
    approval_sns_topic_encryption,
)
from passrole_aws.notifications.rules.notification_target_unreachable import (
    notification_target_unreachable,
)

RULES = (approval_sns_topic_encryption, notification_target_unreachable)
