"""Calls whose permission has another name than they have themselves.

Sources: Amazon S3 user guide, *Required permissions for Amazon S3 API operations*
(https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html), AWS
Lambda API reference, *Invoke* (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_NEEDED_BY: Final[Mapping[str, str]] = {
    "s3:DeleteObject": "s3:DeleteObjects",
    "s3:GetAccelerateConfiguration": "s3:GetBucketAccelerateConfiguration",
    "s3:GetBucketNotification": "s3:GetBucketNotificationConfiguration",
    "s3:GetBucketPublicAccessBlock": "s3:GetPublicAccessBlock",
    "s3:GetEncryptionConfiguration": "s3:GetBucketEncryption",
    "s3:GetLifecycleConfiguration": "s3:GetBucketLifecycle s3:GetBucketLifecycleConfiguration",
    "s3:GetObject": "s3:HeadObject",
    "s3:GetReplicationConfiguration": "s3:GetBucketReplication",
    "s3:ListAllMyBuckets": "s3:ListBuckets",
    "s3:ListBucket": "s3:HeadBucket s3:ListObjects s3:ListObjectsV2",
    "s3:ListBucketMultipartUploads": "s3:ListMultipartUploads",
    "s3:ListBucketVersions": "s3:ListObjectVersions",
    "s3:ListMultipartUploadParts": "s3:ListParts",
    "s3:PutAccelerateConfiguration": "s3:PutBucketAccelerateConfiguration",
    "s3:PutBucketCORS": "s3:DeleteBucketCors",
    "s3:PutBucketNotification": "s3:PutBucketNotificationConfiguration",
    "s3:PutBucketPublicAccessBlock": "s3:PutPublicAccessBlock s3:DeletePublicAccessBlock",
    "s3:PutBucketTagging": "s3:DeleteBucketTagging",
    "s3:PutEncryptionConfiguration": "s3:PutBucketEncryption s3:DeleteBucketEncryption",
    "s3:PutLifecycleConfiguration": "s3:PutBucketLifecycle s3:PutBucketLifecycleConfiguration"
    " s3:DeleteBucketLifecycle",
    "s3:PutObject": "s3:CreateMultipartUpload s3:UploadPart s3:CompleteMultipartUpload",
    "s3:PutReplicationConfiguration": "s3:PutBucketReplication s3:DeleteBucketReplication",
    "lambda:InvokeFunction": "lambda:Invoke",
}

NEEDED_FOR: Final[Mapping[str, str]] = {
    call.lower(): action for action, calls in _NEEDED_BY.items() for call in calls.split()
}
"""The action that a call needs, by the name of the call in small letters."""
