"""How long policies are, counted as AWS counts: characters of JSON without white space.

Only the least that a document can be is compared with a quota: a part that is not known counts as
the shortest text it may be, a choice as its shortest branch. What certainly is too long is said.

Sources: IAM user guide, *IAM and AWS STS quotas*; AWS Organizations user guide, *Quotas*; the
quotas of S3 (20 KB), KMS (32,768 bytes), SQS (8,192), SNS (30,720), Secrets Manager (20,480).
"""

from __future__ import annotations

from collections.abc import Iterator

from passrole.iam.json_texts import value_from_json_text
from passrole.iam.policies import Policy
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import Draft
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.values import Choice, Hole, Listing, Record, Text, Value

INLINE = {"role": 10_240, "user": 2_048, "group": 5_120}
"""The quota of all inline policies together, by what holds them."""
MANAGED = 6_144
_TRUST, _TRUST_RAISED = 2_048, 8_192
_ORGANIZATIONS = 5_120
_RESOURCE = {"s3": 20_480, "kms": 32_768, "sqs": 8_192, "sns": 30_720, "secretsmanager": 20_480}
_LARGEST_RESOURCE = 32_768


def check(draft: Draft) -> Iterator[Flaw]:
    """A document that is longer than the quota of its kind."""
    name, quota, sureness = _quota(draft)
    if not quota:
        return
    least = size_of(draft.record)
    if least > quota:
        yield draft.flaw(
            name, draft.value, size=f"{least:,}", quota=f"{quota:,}", what=_what(draft)
        )._replace(sureness=_surely(draft, least, sureness))


def _surely(draft: Draft, least: int, sureness: Sureness) -> Sureness:
    raised = draft.kind is PolicyKind.TRUST and least > _TRUST_RAISED
    return "high" if raised else sureness


def _what(draft: Draft) -> str:
    if draft.kind in (PolicyKind.IDENTITY, PolicyKind.BOUNDARY):
        inline = draft.attached in INLINE
        return f"the inline policies of a {draft.attached}" if inline else "a managed policy"
    if draft.kind is PolicyKind.TRUST:
        return "a trust policy, unless the account has a higher quota"
    return "a service control policy" if draft.kind is PolicyKind.SCP else "such a policy"


def _quota(draft: Draft) -> tuple[str, int, Sureness]:
    """The check that answers, the quota or 0, and how sure a finding is."""
    kind, attached = draft.kind, draft.attached
    if kind in (PolicyKind.SCP, PolicyKind.RCP):
        return "POLICY_SIZE_EXCEEDS_SCP_QUOTA", _ORGANIZATIONS, "high"
    if kind is PolicyKind.TRUST:
        return "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", _TRUST, "medium"
    if kind is PolicyKind.RESOURCE:
        quota = _RESOURCE.get(attached, _LARGEST_RESOURCE if not attached else 0)
        return "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA", quota, "high"
    name = "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"
    if attached == "managed":
        return name, MANAGED, "high"
    # A file of its own may become an inline policy of a role, which may be the longest.
    return name, INLINE.get(attached, INLINE["role"]), "high"


def least_size(policy: Policy) -> int:
    """The least number of characters that a policy has, in whatever world it is the shortest."""
    written = policy.written
    return size_of(value_from_json_text(written) if isinstance(written, Text) else written)


def size_of(value: Value) -> int:
    """The least number of characters of a value as JSON without white space."""
    if isinstance(value, Text):
        return 2 + sum(map(_least, value.parts))
    if isinstance(value, Listing):
        sizes = [size for each in value.values if (size := size_of(each))]
        return 2 + sum(sizes) + max(0, len(sizes) - 1)
    if isinstance(value, Record):
        fields = [
            len(name) + 3 + size for name, each in value.fields.items() if (size := size_of(each))
        ]
        return 2 + sum(fields) + max(0, len(fields) - 1)
    if isinstance(value, Choice):
        return min(size_of(value.then), size_of(value.otherwise))
    return 0  # absent, or not known: perhaps nothing


def _least(part: str | Hole) -> int:
    if isinstance(part, str):
        return len("".join(part.split()))
    if part.alphabet.choices is not None:
        return min(map(len, part.alphabet.choices), default=0)
    return part.alphabet.length[0]
