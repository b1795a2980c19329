"""Who moves artifacts, and what it takes.

CodePipeline documents one minimum policy for its service role, in every artifact bucket. What of it
an action uses follows from its artifacts: inputs are read and outputs are written by the role that
runs the action, and the AWS CDK grants it so. What is certain is what neither source disputes and
what no published pipeline that is known to run does without; the rest says why it is not.

When the role of the pipeline itself moves any is in `MOVERS`.
"""

from dataclasses import replace

from passrole import (
    ActionProvider,
    Actor,
    Basis,
    Both,
    Certainty,
    EncryptedArtifacts,
    NamedTuple,
    Need,
    PipelineRoleReads,
    PipelineRoleWrites,
    ReadsArtifacts,
    Unless,
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

# CodePipeline writes artifacts with a KMS key, the account's own for S3 where the store names none;
# bucket policies that refuse other uploads let it pass. Signing with version 4 is inferred: the
# services of AWS have used no other for years.
UPLOAD = {
    "s3:x-amz-server-side-encryption": "aws:kms",
    "s3:x-amz-server-side-encryption-aws-kms-key-id": "{artifacts.key}",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
}
DOWNLOAD = {"s3:signatureversion": "AWS4-HMAC-SHA256"}

READS_ENCRYPTED = Both((EncryptedArtifacts(), ReadsArtifacts()))
WRITES_ENCRYPTED = Both((EncryptedArtifacts(), WritesArtifacts()))
ONLY_WRITES_ENCRYPTED = Both((WRITES_ENCRYPTED, Unless(ReadsArtifacts())))

NOT_READ = (
    'The action fails: "Unable to access the artifact with Amazon S3 object key", or a message '
    "that the role lacks the permissions to access the artifact bucket."
)
NOT_WRITTEN = (
    "The action fails when it stores its output artifact: access denied for the artifact bucket."
)
HIDDEN_KEY = "The action fails with an AccessDenied that names S3; only CloudTrail names the key."

VERSIONING_NOTE = (
    "the documented minimum policy has it and the AWS CDK grants it, but samples that AWS publishes"
    " do without and run"
)
VERSION_NOTE = (
    "the documented policies have it and the AWS CDK grants it, but S3 asks for it only where a"
    " version is named, and solutions that AWS publishes do without"
)
NEWER_NOTE = (
    "only today's documented minimum policy has it, older ones did not and pipelines made from them"
    " keep running; the AWS CDK grants it"
)
ACL_NOTE = "the documented minimum policy has it; the AWS CDK grants it for few sources only"
TAGS_NOTE = "documented as needed where the objects in the source bucket have tags"
LIST_NOTE = (
    "no documented minimum policy has it; the troubleshooting page asks it of CodeCommit sources,"
    " and the AWS CDK grants it always"
)
KEY_USER_NOTE = (
    "documented as a right of every user of the key, and granted by the AWS CDK; S3 itself asks for"
    " kms:Decrypt to read an object and for kms:GenerateDataKey to write one"
)
MULTIPART_NOTE = "S3 asks for it of large uploads only, which are sent in parts"


class Mover(NamedTuple):
    """A source on who reads and writes the artifacts of an action."""

    says: str
    source: str
    basis: Basis


CDK = "https://github.com/aws/aws-cdk"
MOVERS = (
    Mover(
        "the role of the pipeline performs actions that name none, and assumes the role of others",
        "https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html",
        Basis.CURRENT_DOCUMENTATION,
    ),
    Mover(
        "the role of a CloudFormation action reads the template from the artifact bucket",
        f"{GUIDE}action-reference-CloudFormation.html",
        Basis.CURRENT_DOCUMENTATION,
    ),
    Mover(
        "the role of an action in another account gets its inputs and puts its outputs",
        KEY_USER_DOCS,
        Basis.CURRENT_DOCUMENTATION,
    ),
    Mover(
        "the role of a build project gets its inputs and puts its outputs",
        "https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html",
        Basis.CURRENT_DOCUMENTATION,
    ),
    Mover(
        "the minimum policy of the service role; what is not used may be taken out of it",
        POLICY_DOCS,
        Basis.CURRENT_DOCUMENTATION,
    ),
    Mover(
        "actions lacked rights in the bucket, unseen as long as the pipeline's role ran them",
        f"{CDK}/pull/3105",
        Basis.CDK,
    ),
    Mover(
        "a function is handed credentials of the action's role, which were refused by the bucket",
        f"{CDK}/issues/3274",
        Basis.CDK,
    ),
    Mover(
        "a copy to another Region fails: the message asks for access of the pipeline's role",
        "https://github.com/awslabs/aws-deployment-framework/issues/756",
        Basis.INFERRED,
    ),
    Mover(
        "published as least privilege: the role of the pipeline may only assume those of actions",
        "https://qiita.com/okubot55/items/a831880060f8815910f9",
        Basis.INFERRED,
    ),
    Mover(
        "published for a workshop: the role of the pipeline may only assume those of actions",
        "https://github.com/nrslib/workshop-cicd-tf",
        Basis.INFERRED,
    ),
    Mover(
        "published with the least of rights: s3:GetObject where an action but a build has inputs",
        "https://github.com/pmh-only/codepipeline-demo",
        Basis.INFERRED,
    ),
)
"""What it follows that the pipeline's role reads or writes artifacts: the actions that it runs.

Of its own it copies between Regions only.
"""

NOT_MOVED_NOTE = (
    "the documented minimum policy has it and the AWS CDK grants it, but no action here {moves}"
    " artifacts as the role of the pipeline; that runs the actions which name no role of their own"
    f" ({MOVERS[0].source}), and builds move theirs as the role of their project"
)


KEY_POLICY_RULE = "artifact-key-policy-missing-principal"
BUCKET_POLICY_RULE = "cross-account-bucket-policy-missing"


def _carried(iam_action: str) -> dict[str, str | tuple[str, ...]]:
    """What a request to S3 carries."""
    if iam_action == "s3:PutObject":
        return {**UPLOAD}
    return {**DOWNLOAD} if iam_action.startswith("s3:") else {}


def _of_bucket(iam_action: str, resource: str, note: str = "", source: str = POLICY_DOCS) -> Need:
    """A right of the pipeline's role in each artifact bucket; one with a note is disputed."""
    return Need(
        iam_action,
        resource,
        principal=Actor.PIPELINE,
        rule="artifact-bucket-access-missing",
        policy_rule=BUCKET_POLICY_RULE,
        certainty=Certainty.LOW if note else Certainty.HIGH,
        source=source,
        note=note,
        context=_carried(iam_action),
        symptom='Actions fail: "CodePipeline service role is getting S3 access denied for the S3 '
        'bucket", or "Unable to access the artifact with Amazon S3 object key".',
    )


def _of_key(iam_action: str, note: str = "") -> Need:
    """A right of the pipeline's role in the key of each store; one with a note is disputed."""
    return Need(
        iam_action,
        KEY,
        when=EncryptedArtifacts(),
        principal=Actor.PIPELINE,
        rule="artifact-kms-permission-missing",
        policy_rule=KEY_POLICY_RULE,
        certainty=Certainty.LOW if note else Certainty.HIGH,
        source=KEY_USER_DOCS,
        note=note,
        symptom=HIDDEN_KEY,
    )


def _where_it_reads(need: Need) -> tuple[Need, Need]:
    """The need, disputed where the role of the pipeline itself reads no artifacts."""
    return _only_where(need, PipelineRoleReads(), "reads")


def _where_it_writes(need: Need) -> tuple[Need, Need]:
    """The need, disputed where the role of the pipeline itself writes no artifacts."""
    return _only_where(need, PipelineRoleWrites(), "writes")


def _only_where(
    need: Need, condition: PipelineRoleReads | PipelineRoleWrites, moves: str
) -> tuple[Need, Need]:
    otherwise = Both((need.when, Unless(condition)))
    note = NOT_MOVED_NOTE.format(moves=moves)
    return (
        replace(need, when=Both((need.when, condition))),
        replace(need, when=otherwise, certainty=Certainty.LOW, note=note),
    )


EVERY_STORE = ActionProvider(
    "*",
    "*",
    "every artifact store",
    (
        _of_bucket("s3:GetBucketVersioning", BUCKET, VERSIONING_NOTE),
        _of_bucket("s3:GetBucketAcl", BUCKET, NEWER_NOTE),
        _of_bucket("s3:GetBucketLocation", BUCKET, NEWER_NOTE),
        _of_bucket("s3:ListBucket", BUCKET, LIST_NOTE, LIST_DOCS),
        *_where_it_reads(_of_bucket("s3:GetObject", OBJECTS)),
        _of_bucket("s3:GetObjectVersion", OBJECTS, VERSION_NOTE),
        *_where_it_writes(_of_bucket("s3:PutObject", OBJECTS)),
        _of_bucket("s3:PutObjectAcl", OBJECTS, ACL_NOTE),
        _of_bucket("s3:GetObjectTagging", OBJECTS, TAGS_NOTE),
        _of_bucket("s3:GetObjectVersionTagging", OBJECTS, TAGS_NOTE),
        _of_bucket("s3:PutObjectTagging", OBJECTS, TAGS_NOTE),
        *_where_it_reads(_of_key("kms:Decrypt")),
        *_where_it_writes(_of_key("kms:GenerateDataKey")),
        _of_key("kms:Encrypt", KEY_USER_NOTE),
        _of_key("kms:DescribeKey", KEY_USER_NOTE),
        _of_key("kms:ReEncryptFrom", KEY_USER_NOTE),
        _of_key("kms:ReEncryptTo", KEY_USER_NOTE),
    ),
    version="*",
    artifacts=None,
    source=POLICY_DOCS,
)


def _moves(
    iam_action: str,
    resource: str,
    when: Both | ReadsArtifacts | WritesArtifacts,
    symptom: str,
    note: str = "",
) -> Need:
    """A right of the role that moves the artifacts of one action."""
    of_key = resource == KEY
    return Need(
        iam_action,
        resource,
        when=when,
        principal=Actor.ARTIFACTS,
        rule="artifact-kms-permission-missing" if of_key else "artifact-bucket-access-missing",
        policy_rule=KEY_POLICY_RULE if of_key else BUCKET_POLICY_RULE,
        certainty=Certainty.LOW if note else Certainty.HIGH,
        source=KEY_DOCS if of_key else POLICY_DOCS,
        note=note,
        context=_carried(iam_action),
        symptom=symptom,
    )


EVERY_ACTION = ActionProvider(
    "*",
    "*",
    "every action with artifacts",
    (
        _moves("s3:GetObject", OBJECTS, ReadsArtifacts(), NOT_READ),
        _moves("s3:GetObjectVersion", OBJECTS, ReadsArtifacts(), NOT_READ, VERSION_NOTE),
        _moves("s3:PutObject", OBJECTS, WritesArtifacts(), NOT_WRITTEN),
        _moves("kms:Decrypt", KEY, READS_ENCRYPTED, HIDDEN_KEY),
        _moves("kms:GenerateDataKey", KEY, WRITES_ENCRYPTED, HIDDEN_KEY),
        _moves("kms:Decrypt", KEY, ONLY_WRITES_ENCRYPTED, HIDDEN_KEY, MULTIPART_NOTE),
    ),
    version="*",
    source=POLICY_DOCS,
)

PROVIDERS = (EVERY_STORE, EVERY_ACTION)
