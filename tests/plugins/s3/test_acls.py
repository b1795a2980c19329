import json
from typing import Any

import pytest

from passrole.contributions import Contributions
from passrole.testing import findings_in
from passrole_aws.s3.rules import RULES

(RULE,) = (rule for rule in RULES if rule.id == "s3-deploy-acl-not-supported")


def _terraform(acl: str, **settings: Any) -> str:
    action = {
        "name": "Deploy",
        "category": "Deploy",
        "owner": "AWS",
        "provider": "S3",
        "version": "1",
        "configuration": {"BucketName": "${aws_s3_bucket.site.bucket}", "CannedACL": acl},
    }
    pipeline = {
        "name": "shop",
        "role_arn": "arn:aws:iam::111122223333:role/pipeline",
        "artifact_store": [{"location": "artifacts", "type": "S3"}],
        "stage": [{"name": "Deploy", "action": [action]}],
    }
    of = {"bucket": "${aws_s3_bucket.site.id}"}
    return json.dumps(
        {
            "resource": {
                "aws_codepipeline": {"shop": pipeline},
                "aws_s3_bucket": {"site": {"bucket": "site"}},
                **{name: {"site": {**of, **each}} for name, each in settings.items()},
            }
        }
    )


def _owned(by: str) -> dict[str, Any]:
    return {"aws_s3_bucket_ownership_controls": {"rule": [{"object_ownership": by}]}}


BLOCKED = {"aws_s3_bucket_public_access_block": {"block_public_acls": True}}


@pytest.mark.parametrize(
    ("acl", "settings", "confidences"),
    [
        ("public-read", _owned("BucketOwnerEnforced"), ["medium"]),
        ("bucket-owner-full-control", _owned("BucketOwnerEnforced"), []),
        ("public-read", _owned("ObjectWriter"), []),
        ("public-read", {**_owned("ObjectWriter"), **BLOCKED}, ["medium"]),
        ("private", {**_owned("ObjectWriter"), **BLOCKED}, []),
        ("public-read", _owned("${var.ownership}"), []),
        ("public-read", {}, ["low"]),
    ],
)
def test_acls_are_refused_by_what_the_bucket_says_of_them(
    contributions: Contributions, acl: str, settings: dict[str, Any], confidences: list[str]
) -> None:
    found = findings_in(_terraform(acl, **settings), RULE, contributions, "json")

    assert [finding.confidence.value for finding in found] == confidences
