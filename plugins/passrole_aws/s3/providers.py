"""What S3 sources and deployments need on their buckets.

Documented: the action references list everything as needed by every action. The AWS CDK grants the
ACL actions only where a canned ACL is set and reads nothing of the bucket it deploys to, and
objects without tags need no tagging action; where they differ, this table is not sure.
"""

from passrole import (
    ALWAYS,
    TRUE_OR_FALSE,
    ActionProvider,
    Basis,
    Both,
    Bucket,
    Certainty,
    ConfigurationKey,
    Given,
    NamedTuple,
    Need,
    Range,
    Setting,
    Unless,
    Via,
)

SOURCE_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html"
DEPLOY_DOCS = (
    "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3Deploy.html"
)
KEY_DOCS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
CDK = "https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/aws-codepipeline-actions"

# Signing with version 4 is inferred: the services of AWS have used no other for years.
SIGNED = {"s3:signatureversion": "AWS4-HMAC-SHA256"}

SOURCE_RULE = "s3-source-permission-missing"
SOURCE_BUCKET = "arn:{partition}:s3:::{S3Bucket}"
SOURCE_OBJECT = "arn:{partition}:s3:::{S3Bucket}/{S3ObjectKey}"
NOT_READ = "The source action fails: S3 denies access to the object."
TAGGED_ONLY = (
    "the action reference lists it for every source, the base policy only for objects with tags"
)
NEW_PAGE_ONLY = (
    "only today's page and the AWS CDK name it; older documented policies lack it and keep running"
)


def _of_source(
    iam_action: str,
    resource: str,
    symptom: str = NOT_READ,
    *,
    certainty: Certainty = Certainty.HIGH,
    note: str = "",
) -> Need:
    return Need(
        iam_action,
        resource,
        certainty=certainty,
        rule=SOURCE_RULE,
        context={**SIGNED},
        source=SOURCE_DOCS,
        symptom=symptom,
        note=note,
    )


SOURCE_NEEDS = (
    _of_source("s3:GetObject", SOURCE_OBJECT),
    _of_source("s3:GetObjectVersion", SOURCE_OBJECT),
    _of_source("s3:GetObjectTagging", SOURCE_OBJECT, certainty=Certainty.LOW, note=TAGGED_ONLY),
    _of_source(
        "s3:GetObjectVersionTagging", SOURCE_OBJECT, certainty=Certainty.LOW, note=TAGGED_ONLY
    ),
    _of_source(
        "s3:GetBucketVersioning",
        SOURCE_BUCKET,
        "The source action fails: it may not see whether the bucket keeps versions.",
    ),
    _of_source("s3:GetBucketAcl", SOURCE_BUCKET, certainty=Certainty.LOW, note=NEW_PAGE_ONLY),
    _of_source("s3:GetBucketLocation", SOURCE_BUCKET, certainty=Certainty.LOW, note=NEW_PAGE_ONLY),
    Need(
        "kms:Decrypt",
        Via("S3Bucket", ((Bucket, "key"),)),
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        rule=SOURCE_RULE,
        source=CDK,
        symptom="The source action fails: AccessDenied when S3 has the object decrypted.",
        note="only the AWS CDK grants it; an object may have been written with another key than the"
        " bucket's default",
    ),
)

DEPLOY_RULE = "s3-deploy-permission-missing"
DEPLOY_BUCKET = "arn:{partition}:s3:::{BucketName}"
EXTRACT = Setting("Extract", ("true",))
TO_A_KEY = Given("ObjectKey")
CANNED_ACL = Given("CannedACL")
TARGET_KEY = Given("KMSEncryptionKeyARN")
NOT_WRITTEN = (
    "The deployment fails: You do not have sufficient permissions to call s3.putObject for the"
    " deployment bucket."
)
NOT_OPENED = "The deployment fails: S3 denies setting the access control list of the object."
NEVER_READ = "the action reference lists it, the AWS CDK does not grant it and deploys nevertheless"


class Written(NamedTuple):
    """The objects that a deployment writes, in one of the ways it can be set up."""

    objects: str
    when: Given | Unless | Both


WRITTEN = (
    Written(f"{DEPLOY_BUCKET}/*", Unless(TO_A_KEY)),
    Written(f"{DEPLOY_BUCKET}/{{ObjectKey}}/*", Both((TO_A_KEY, EXTRACT))),
    Written(f"{DEPLOY_BUCKET}/{{ObjectKey}}", Both((TO_A_KEY, Unless(EXTRACT)))),
)


def _of_deployment(
    iam_action: str,
    resource: str,
    symptom: str,
    *,
    when: Given | Unless | Both = ALWAYS,
    note: str = "",
) -> Need:
    """A need of the action reference; with a note it is disputed."""
    return Need(
        iam_action,
        resource,
        when=when,
        certainty=Certainty.LOW if note else Certainty.HIGH,
        rule=DEPLOY_RULE,
        context={**SIGNED},
        source=DEPLOY_DOCS,
        symptom=symptom,
        note=note,
    )


PUT = tuple(
    _of_deployment("s3:PutObject", written.objects, NOT_WRITTEN, when=written.when)
    for written in WRITTEN
)
PUT_WITH_ACL = tuple(
    _of_deployment(iam_action, written.objects, NOT_OPENED, when=Both((CANNED_ACL, written.when)))
    for iam_action in ("s3:PutObjectAcl", "s3:PutObjectVersionAcl")
    for written in WRITTEN
)
PUT_WITHOUT_ACL = tuple(
    _of_deployment(
        iam_action,
        written.objects,
        NOT_OPENED,
        when=Both((Unless(CANNED_ACL), written.when)),
        note="the action reference lists it for every deployment, the AWS CDK only for one that"
        " sets CannedACL",
    )
    for iam_action in ("s3:PutObjectAcl", "s3:PutObjectVersionAcl")
    for written in WRITTEN
)
TAGGING = tuple(
    _of_deployment(
        iam_action,
        f"{DEPLOY_BUCKET}/*",
        "The deployment fails on objects that have tags.",
        note="documented for objects with tags; a template does not say whether they have any",
    )
    for iam_action in ("s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging")
)
BUCKET_READS = tuple(
    _of_deployment(
        iam_action,
        DEPLOY_BUCKET,
        "The deployment fails: S3 denies reading the settings of the bucket.",
        note=NEVER_READ,
    )
    for iam_action in ("s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation")
)
ENCRYPTED = tuple(
    Need(
        iam_action,
        "{KMSEncryptionKeyARN}",
        when=TARGET_KEY,
        certainty=Certainty.LOW,
        basis=basis,
        rule=DEPLOY_RULE,
        source=source,
        symptom="The deployment fails: AccessDenied when S3 has the object encrypted.",
        note=note,
    )
    for iam_action, basis, source, note in (
        ("kms:Encrypt", Basis.CDK, CDK, "only the AWS CDK grants it"),
        ("kms:GenerateDataKey", Basis.CDK, CDK, "only the AWS CDK grants it"),
        ("kms:ReEncryptFrom", Basis.CDK, CDK, "only the AWS CDK grants it"),
        ("kms:ReEncryptTo", Basis.CDK, CDK, "only the AWS CDK grants it"),
        (
            "kms:Decrypt",
            Basis.INFERRED,
            KEY_DOCS,
            "S3 asks for it where an object is uploaded in parts; no page says when that is",
        ),
    )
)
DEPLOY_NEEDS = (
    *PUT, *PUT_WITH_ACL, *PUT_WITHOUT_ACL, *BUCKET_READS, *TAGGING, *ENCRYPTED,
)  # fmt: skip

SOURCE_KEYS = (
    ConfigurationKey("S3Bucket", required=True),
    ConfigurationKey("S3ObjectKey", required=True),
    ConfigurationKey("AllowOverrideForS3ObjectKey", values=TRUE_OR_FALSE),
    ConfigurationKey("PollForSourceChanges", values=TRUE_OR_FALSE),
)

DEPLOY_KEYS = (
    ConfigurationKey("BucketName", required=True),
    ConfigurationKey("Extract", required=True, values=TRUE_OR_FALSE),
    ConfigurationKey("ObjectKey", required=Setting("Extract", ("false",))),
    ConfigurationKey("KMSEncryptionKeyARN"),
    ConfigurationKey("CannedACL"),
    ConfigurationKey("CacheControl"),
)

PROVIDERS = (
    ActionProvider(
        "Source",
        "AWS",
        "S3",
        SOURCE_NEEDS,
        source=SOURCE_DOCS,
        configuration=SOURCE_KEYS,
        inputs=Range(0, 0),
        outputs=Range(1, 1),
    ),
    ActionProvider(
        "Deploy",
        "AWS",
        "S3",
        DEPLOY_NEEDS,
        source=DEPLOY_DOCS,
        since="January 16, 2019",
        configuration=DEPLOY_KEYS,
        inputs=Range(1, 1),
        outputs=Range(0, 0),
    ),
)
