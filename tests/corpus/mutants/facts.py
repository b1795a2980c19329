"""The rows of the shared facts, and how sure all sources together are of each."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.corpus.mutants.conditions import WHEN, always

EVERY_PIPELINE = "*every pipeline*"

DISPUTED_IN_WORDS = re.compile(r"documented (unconditionally;|for all modes;)")
"""A condition that itself says that the documentation and the AWS CDK differ."""

TABLE_SHORT = {
    ("Deploy/AWS/CloudFormation", "cloudformation:DescribeStacks"): (
        "in one case the role of the action is in a template that was not counted"
    ),
    ("Deploy/AWS/ElasticBeanstalk", "elasticbeanstalk:DescribeEvents"): (
        "in both cases a managed policy grants it"
    ),
}
"""Unconditional rows that the agreement table does not count in every case, though none lacks it."""

ALTERNATIVES = {
    ("Source/AWS/CodeStarSourceConnection", "codeconnections:UseConnection"): (
        "codestar-connections:UseConnection"
    ),
    ("Source/AWS/CodeStarSourceConnection", "codestar-connections:UseConnection"): (
        "codeconnections:UseConnection"
    ),
}
"""One permission with two names: the sources disagree which, one is enough, so both are removed."""

KEY_USER = "S3 itself asks for two operations of the key only; these are rights of a key's user"
OLDER_ROLES = "older documented policies and default roles lack it, and pipelines with them run"

OVERRIDDEN = {
    (EVERY_PIPELINE, "s3:GetBucketVersioning"): OLDER_ROLES,
    (EVERY_PIPELINE, "s3:GetBucketAcl"): OLDER_ROLES,
    (EVERY_PIPELINE, "s3:GetBucketLocation"): OLDER_ROLES,
    (EVERY_PIPELINE, "s3:GetObjectVersion"): "S3 asks for it only where a version is named",
    (EVERY_PIPELINE, "kms:DescribeKey"): KEY_USER,
    (EVERY_PIPELINE, "kms:Encrypt"): KEY_USER,
    (EVERY_PIPELINE, "kms:ReEncryptFrom"): KEY_USER,
    (EVERY_PIPELINE, "kms:ReEncryptTo"): KEY_USER,
    ("Source/AWS/S3", "s3:GetBucketAcl"): OLDER_ROLES,
    ("Source/AWS/S3", "s3:GetBucketLocation"): OLDER_ROLES,
    ("Source/AWS/CodeCommit", "s3:ListBucket"): (
        "AWS's own policy of the role and its samples lack it"
    ),
    ("Source/AWS/CodeCommit", "codecommit:CancelUploadArchive"): (
        "called only where an execution is stopped"
    ),
    ("Deploy/AWS/CloudFormation", "cloudformation:GetTemplate"): OLDER_ROLES,
    ("Invoke/AWS/Lambda", "lambda:ListFunctions"): "seen in the console alone",
}
"""Rows that the plugins hold at low certainty on purpose, where the facts would say high."""


WHERE_IT_MOVES = {
    (EVERY_PIPELINE, "s3:GetObject"): "reads",
    (EVERY_PIPELINE, "s3:PutObject"): "writes",
    (EVERY_PIPELINE, "kms:Decrypt"): "reads",
    (EVERY_PIPELINE, "kms:GenerateDataKey"): "writes",
}
"""Rows that are held at high certainty where the pipeline's role itself does so, else at low.

Without them nothing need break there: the role of the pipeline is documented to run the actions that
name no role of their own, and to assume the role of others; builds move their artifacts as the role
of their project. Copies to other Regions are made by the role of the pipeline.
"""

IN_VAIN = {
    ("Deploy/AWS/CloudFormation", "cloudformation:ValidateTemplate"): (
        "the AWS CDK grants it on the stack, where it has no effect: it is reported as it is"
    ),
}
"""Grants that grant nothing, so that nothing is lost when they are removed."""


class Row(NamedTuple):
    """One permission of the facts."""

    provider: str
    number: int
    action: str
    resources: tuple[str, ...]
    when: str
    requirement: str
    basis: str
    disagreements: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.provider, self.action

    @property
    def identity(self) -> tuple[str, int]:
        """What tells the row from all others: some name one action on several resources."""
        return self.provider, self.number

    @property
    def actions(self) -> frozenset[str]:
        """The IAM actions that are removed together."""
        return frozenset((self.action, ALTERNATIVES.get(self.key, self.action)))

    def certain(self, granted: Counter[bool], table: dict[tuple[str, str], bool]) -> bool:
        """Whether all sources agree; ``granted`` counts the sites where its condition holds."""
        if self.basis != "docs-current" or self.requirement not in ("required", "conditional"):
            return False
        if DISPUTED_IN_WORDS.match(self.when) or granted[False]:
            return False
        if self.key in ALTERNATIVES:
            return True
        named = re.compile(rf"\b{re.escape(self.action.partition(':')[2])}\b(?!\*)")
        if any(named.search(words) for words in self.disagreements):
            return False
        unconditional = WHEN[self.when] is always
        return not unconditional or table.get(self.key, True) or self.key in TABLE_SHORT


def read_rows(facts: Path) -> list[Row]:
    records = json.loads((facts / "providers.json").read_text(encoding="utf-8"))
    rows = []
    for record in records:
        parts = (record["category"], record["owner"], record["provider"])
        name = EVERY_PIPELINE if record["provider"] == EVERY_PIPELINE else "/".join(parts)
        for index, fact in enumerate(record["service_role_requires"]):
            resource = fact["resource"]
            resources = tuple(resource) if isinstance(resource, list) else (resource,)
            rows.append(
                Row(
                    name, index, fact["action"], resources, fact["when"], fact["requirement"],
                    fact["basis"], tuple(record["disagreements"] or ()),
                )
            )  # fmt: skip
    return rows


def read_table(facts: Path) -> dict[tuple[str, str], bool]:
    """For each row of the agreement table, whether all of its cases grant the action."""
    line = re.compile(r"^\| (\S+) \| `(\S+)` \|.*\| (\d+) of (\d+) \|$", re.MULTILINE)
    text = (facts / "cdk_agreement.md").read_text(encoding="utf-8")
    return {(name, action): n == of for name, action, n, of in line.findall(text)}
