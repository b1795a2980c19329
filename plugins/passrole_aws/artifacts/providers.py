"""Who moves artifacts, and what it takes.

CodePipeline documents one minimum policy for its service role. What of it one action uses follows
from its artifacts: inputs are read and outputs are written by the role that runs the action, and
the AWS CDK grants it so. Those needs are certain; the same rights for the pipeline's role as a whole,
where all its actions have roles of their own, are what the documentation says and no more.
"""

from passrole import (
    ActionProvider,
    Actor,
    Both,
    Certainty,
    EncryptedArtifacts,
    Need,
    ReadsArtifacts,
    WritesArtifacts,
)

GUIDE = "https://docs.aws.amazon.com/codepipeline/latest/userguide/"
POLICY_DOCS = f"{GUIDE}how-to-custom-role.html#how-to-custom-role-policy"
LIST_DOCS = f"{GUIDE}troubleshooting.html#troubleshooting-S3-access-denied-list"
KEY_DOCS = f"{GUIDE}S3-artifact-encryption.html"
KEY_USER_DOCS = f"{GUIDE}pipelines-create-cross-account.html"

BUCKET = "arn:{partition}:s3:::{artifacts.bucket}"
OBJECTS = "arn:{partition}:s3:::{artifacts.bucket}/*"
KEY = "{artifacts.key}"

READS_ENCRYPTED = Both((EncryptedArtifacts(), ReadsArtifacts()))
WRITES_ENCRYPTED = Both((EncryptedArtifacts(), WritesArtifacts()))

NOT_READ = (
    'The action fails: "Unable to access the artifact with Amazon S3 object key", or a message that '
    "the role lacks the permissions to access the artifact bucket."
)
NOT_WRITTEN = (
    "The action fails when it stores its output artifact: access denied for the artifact bucket."
)
HIDDEN_KEY = "The action fails with an AccessDenied that names S3; only CloudTrail names the key."

BY_ACTION_NOTE = (
    "the documented minimum policy has it for every pipeline; the AWS CDK grants it too, but only the"
    " role that runs an action moves its artifacts, and that role is checked with the action"
)
NEWER_NOTE = (
    "only today's documented minimum policy has it, older ones did not and pipelines made from them"
    " keep running; the AWS CDK grants it"
)
ACL_NOTE = "the documented minimum policy has it; the AWS CDK grants it for few sources only"
TAGS_NOTE = "documented as needed where the objects in the source bucket have tags"
LIST_NOTE = (
    "no documented minimum policy has it; the troubleshooting page asks it of CodeCommit sources, and"
    " the AWS CDK grants it always"
)
KEY_USER_NOTE = (
    "documented as a right of every user of the key, and granted by the AWS CDK; S3 itself asks for"
    " kms:Decrypt to read an object and for kms:GenerateDataKey to write one"
)
MULTIPART_NOTE = "S3 asks for it of large uploads, which are sent in parts"


def _of_bucket(
    iam_action: str,
    resource: str,
    note: str = "",
    source: str = POLICY_DOCS,
) -> Need:
    """A right of the pipeline's role in each artifact bucket; one with a note is disputed."""
    return Need(
        iam_action,
        resource,
        principal=Actor.PIPELINE,
        rule="artifact-bucket-access-missing",
        certainty=Certainty.LOW if note else Certainty.HIGH,
        source=source,
        note=note,
        symptom='The action fails: "CodePipeline service role is getting S3 access denied for the '
        'S3 bucket".',
    )


def _of_key(iam_action: str, note: str) -> Need:
    """A right of the pipeline's role in the key of each artifact store."""
    return Need(
        iam_action,
        KEY,
        when=EncryptedArtifacts(),
        principal=Actor.PIPELINE,
        rule="artifact-kms-permission-missing",
        certainty=Certainty.LOW,
        source=KEY_USER_DOCS,
        note=note,
        symptom=HIDDEN_KEY,
    )


EVERY_STORE = ActionProvider(
    "*",
    "*",
    "every artifact store",
    (
        _of_bucket("s3:GetBucketVersioning", BUCKET),
        _of_bucket("s3:GetBucketAcl", BUCKET, NEWER_NOTE),
        _of_bucket("s3:GetBucketLocation", BUCKET, NEWER_NOTE),
        _of_bucket("s3:ListBucket", BUCKET, LIST_NOTE, source=LIST_DOCS),
        _of_bucket("s3:GetObject", OBJECTS, BY_ACTION_NOTE),
        _of_bucket("s3:GetObjectVersion", OBJECTS, BY_ACTION_NOTE),
        _of_bucket("s3:PutObject", OBJECTS, BY_ACTION_NOTE),
        _of_bucket("s3:PutObjectAcl", OBJECTS, ACL_NOTE),
        _of_bucket("s3:GetObjectTagging", OBJECTS, TAGS_NOTE),
        _of_bucket("s3:GetObjectVersionTagging", OBJECTS, TAGS_NOTE),
        _of_bucket("s3:PutObjectTagging", OBJECTS, TAGS_NOTE),
        _of_key("kms:Decrypt", BY_ACTION_NOTE),
        _of_key("kms:GenerateDataKey", BY_ACTION_NOTE),
        _of_key("kms:Encrypt", KEY_USER_NOTE),
        _of_key("kms:DescribeKey", KEY_USER_NOTE),
        _of_key("kms:ReEncryptFrom", KEY_USER_NOTE),
        _of_key("kms:ReEncryptTo", KEY_USER_NOTE),
    ),
    version="*",
    artifacts=None,
    source=POLICY_DOCS,
)

EVERY_ACTION = ActionProvider(
    "*",
    "*",
    "every action with artifacts",
    (
        Need(
            "s3:GetObject",
            OBJECTS,
            when=ReadsArtifacts(),
            principal=Actor.ARTIFACTS,
            rule="artifact-bucket-access-missing",
            source=POLICY_DOCS,
            symptom=NOT_READ,
        ),
        Need(
            "s3:GetObjectVersion",
            OBJECTS,
            when=ReadsArtifacts(),
            principal=Actor.ARTIFACTS,
            rule="artifact-bucket-access-missing",
            source=POLICY_DOCS,
            symptom=NOT_READ,
        ),
        Need(
            "s3:PutObject",
            OBJECTS,
            when=WritesArtifacts(),
            principal=Actor.ARTIFACTS,
            rule="artifact-bucket-access-missing",
            source=POLICY_DOCS,
            symptom=NOT_WRITTEN,
        ),
        Need(
            "kms:Decrypt",
            KEY,
            when=READS_ENCRYPTED,
            principal=Actor.ARTIFACTS,
            rule="artifact-kms-permission-missing",
            source=KEY_DOCS,
            symptom=HIDDEN_KEY,
        ),
        Need(
            "kms:GenerateDataKey",
            KEY,
            when=WRITES_ENCRYPTED,
            principal=Actor.ARTIFACTS,
            rule="artifact-kms-permission-missing",
            source=KEY_DOCS,
            symptom=HIDDEN_KEY,
        ),
        Need(
            "kms:Decrypt",
            KEY,
            when=WRITES_ENCRYPTED,
            principal=Actor.ARTIFACTS,
            rule="artifact-kms-permission-missing",
            certainty=Certainty.LOW,
            source=KEY_USER_DOCS,
            note=MULTIPART_NOTE,
            symptom="Large output artifacts fail to upload with an AccessDenied that names S3.",
        ),
    ),
    version="*",
    source=POLICY_DOCS,
)

PROVIDERS = (EVERY_STORE, EVERY_ACTION)
