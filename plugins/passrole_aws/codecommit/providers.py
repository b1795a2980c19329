"""What CodeCommit sources need.

Documented: the action reference lists `codecommit:GetRepository` for every action; the AWS CDK and
the reference of 2023 only for a full clone, and so this table is sure of it only there.
"""

from passrole import (
    TRUE_OR_FALSE,
    ActionProvider,
    Basis,
    Certainty,
    ConfigurationKey,
    Need,
    OtherAccount,
    Range,
    Setting,
    Unless,
)

DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html"
BUCKET_DOCS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/troubleshooting.html#troubleshooting-S3-access-denied-list"
REPOSITORY = "arn:{partition}:codecommit:{region}:{account}:{RepositoryName}"
FULL_CLONE = Setting("OutputArtifactFormat", ("CODEBUILD_CLONE_REF",), default="CODE_ZIP")
NO_ACCESS = (
    "The source action fails: Could not access the CodeCommit repository. Make sure that the"
    " pipeline IAM role has sufficient permissions to access the repository."
)

NEEDS = (
    Need("codecommit:GetBranch", REPOSITORY, source=DOCS, symptom=NO_ACCESS),
    Need("codecommit:GetCommit", REPOSITORY, source=DOCS, symptom=NO_ACCESS),
    Need(
        "codecommit:UploadArchive",
        REPOSITORY,
        source=DOCS,
        symptom="The source action finds the commit, but may not have it packed, and fails.",
    ),
    Need(
        "codecommit:GetUploadArchiveStatus",
        REPOSITORY,
        source=DOCS,
        symptom="CodeCommit packs the commit, but the action may not ask how far it is, and fails.",
    ),
    Need(
        "codecommit:CancelUploadArchive",
        REPOSITORY,
        certainty=Certainty.LOW,
        source=DOCS,
        symptom="A stopped execution leaves CodeCommit packing the commit.",
        note="documented as required, but called only where an execution is stopped; published"
        " pipelines run without it",
    ),
    Need(
        "codecommit:GetRepository",
        REPOSITORY,
        when=FULL_CLONE,
        source=DOCS,
        symptom="The source action cannot tell the build where to clone from, and fails.",
    ),
    Need(
        "codecommit:GetRepository",
        REPOSITORY,
        when=Unless(FULL_CLONE),
        certainty=Certainty.LOW,
        source=DOCS,
        symptom=NO_ACCESS,
        note="today's page lists it for every action, the AWS CDK and the page of 2023 only for a"
        " full clone",
    ),
    Need(
        "s3:ListBucket",
        "arn:{partition}:s3:::{artifacts.bucket}",
        context={"s3:signatureversion": "AWS4-HMAC-SHA256"},
        rule="artifact-bucket-access-missing",
        policy_rule="cross-account-bucket-policy-missing",
        source=BUCKET_DOCS,
        symptom="The source action fails when it looks for the artifact bucket: the role is getting"
        " S3 access denied for the S3 bucket.",
        certainty=Certainty.LOW,
        note="the troubleshooting page asks for it; the policy that AWS documents for the role does"
        " not have it, nor do many published pipelines",
    ),
    Need(
        "s3:PutObjectAcl",
        "arn:{partition}:s3:::{artifacts.bucket}/*",
        when=OtherAccount(),
        certainty=Certainty.LOW,
        basis=Basis.CDK,
        rule="cross-account-put-object-acl-missing",
        policy_rule="cross-account-put-object-acl-missing",
        source="https://github.com/aws/aws-cdk/pull/14260",
        symptom="The source is fetched, but its artifact is refused: AccessDenied on PutObjectAcl.",
        note="only the AWS CDK grants it to a source in another account; the documented policy of"
        " every pipeline has it",
    ),
)

KEYS = (
    ConfigurationKey("RepositoryName", required=True),
    ConfigurationKey("BranchName", required=True),
    ConfigurationKey("PollForSourceChanges", values=TRUE_OR_FALSE),
    ConfigurationKey("OutputArtifactFormat", values=("CODE_ZIP", "CODEBUILD_CLONE_REF")),
)

PROVIDERS = (
    ActionProvider(
        "Source",
        "AWS",
        "CodeCommit",
        NEEDS,
        source=DOCS,
        since="April 18, 2016",
        configuration=KEYS,
        inputs=Range(0, 0),
        outputs=Range(1, 1),
    ),
)
