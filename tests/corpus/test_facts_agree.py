"""Our tables of needs say what the shared facts say, and are as sure of it as the facts allow."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import passrole_aws
from passrole import ActionProvider, Certainty, Need

pytestmark = pytest.mark.corpus

HIGH, LOW = Certainty.HIGH, Certainty.LOW
OLDER_ROLES = "default roles and published samples of earlier years lack it and keep running"

OVERRIDES: dict[tuple[str, str], tuple[Certainty, str]] = {
    ("Source/AWS/CodeCommit", "s3:ListBucket"): (
        LOW,
        "the documented policy of the role lacks it, as do pipelines of AWS's own samples",
    ),
    ("Source/AWS/CodeCommit", "codecommit:CancelUploadArchive"): (
        LOW, "called only when an execution is stopped; published pipelines lack it and run",
    ),
    ("Source/AWS/S3", "s3:GetBucketAcl"): (LOW, OLDER_ROLES),
    ("Source/AWS/S3", "s3:GetBucketLocation"): (LOW, OLDER_ROLES),
    ("Source/AWS/CodeStarSourceConnection", "codeconnections:UseConnection"): (
        HIGH, "one need with two names: every source wants one of them",
    ),
    ("Source/AWS/CodeStarSourceConnection", "codestar-connections:UseConnection"): (
        HIGH, "one need with two names: every source wants one of them",
    ),
    ("Build/AWS/CodeBuild", "iam:PassRole"): (
        HIGH, "the CDK's action cannot set ServiceRoleArnOverride: there is no case against it",
    ),
    ("Test/AWS/CodeBuild", "iam:PassRole"): (
        HIGH, "the CDK's action cannot set ServiceRoleArnOverride: there is no case against it",
    ),
    **{
        ("Build/AWS/ECRBuildAndPublish", login): (
            HIGH, "the disagreement is about statements that repeat it where it has no effect",
        )
        for login in (
            "ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken",
            "sts:GetServiceBearerToken",
        )
    },
    ("Rule/AWS/CodeBuild", "codebuild:BatchGetBuilds"): (
        HIGH, "the CDK grants nothing for any rule of a condition: there is no case against it",
    ),
    ("Deploy/AWS/CloudFormation", "cloudformation:DescribeStacks"): (
        HIGH, "in the one case without it the role of the action is in a template of its own",
    ),
    ("Deploy/AWS/CloudFormation", "cloudformation:GetTemplate"): (LOW, OLDER_ROLES),
    ("Invoke/AWS/Lambda", "lambda:ListFunctions"): (
        LOW, "not confirmed outside of the console; published pipelines lack it and run",
    ),
    ("*/*/*every pipeline*", "sts:AssumeRole"): (
        HIGH, "whether an action names a role of its own is decided by the template alone",
    ),
    ("*/*/*every pipeline*", "s3:GetBucketVersioning"): (LOW, OLDER_ROLES),
    ("*/*/*every pipeline*", "s3:GetBucketAcl"): (LOW, OLDER_ROLES),
    ("*/*/*every pipeline*", "s3:GetBucketLocation"): (LOW, OLDER_ROLES),
    ("*/*/*every pipeline*", "s3:GetObjectVersion"): (
        LOW, "S3 asks for it only where a version is named; published pipelines lack it and run",
    ),
    **{
        ("*/*/*every pipeline*", f"kms:{operation}"): (
            LOW, "a right of every key user, though S3 itself asks for two operations only",
        )
        for operation in ("DescribeKey", "Encrypt", "ReEncryptFrom", "ReEncryptTo")
    },
}  # fmt: skip
"""Where our certainty is not the derived one, and why."""

SPLIT = {
    ("Build/AWS/CodeBuild", "codebuild:StartBuild"): "certain for the action, not for a batch role",
    ("Test/AWS/CodeBuild", "codebuild:StartBuild"): "certain for the action, not for a batch role",
    ("Rule/AWS/CodeBuild", "codebuild:StartBuild"): "certain for the rule, not for a batch role",
    ("Source/AWS/CodeCommit", "codecommit:GetRepository"): "certain for a full clone only",
    ("Deploy/AWS/S3", "s3:PutObjectAcl"): "certain with CannedACL only",
    ("Deploy/AWS/S3", "s3:PutObjectVersionAcl"): "certain with CannedACL only",
    ("Deploy/AWS/ECS", "ecs:TagResource"): "certain where the task definition is seen to have tags",
    **{
        ("Deploy/AWS/Lambda", f"lambda:{operation}"): "certain for an alias, or for new code, only"
        for operation in (
            "GetAlias",
            "UpdateAlias",
            "GetProvisionedConcurrencyConfig",
            "UpdateFunctionCode",
            "PublishVersion",
        )
    },
    ("*/*/*every pipeline*", "kms:Decrypt"): "certain to read; to write, for large objects only",
    **{
        (
            "*/*/*every pipeline*",
            name,
        ): "certain where an action that the pipeline's role runs does so"
        for name in ("s3:GetObject", "s3:PutObject", "kms:GenerateDataKey")
    },
}
"""Rows whose condition we follow more finely: one part of it is certain and another is not."""

ELSEWHERE = {
    ("*/*/*every pipeline*", "iam:PassRole"): "a need of each provider that passes a role",
}
"""Rows that only point at other rows."""


class Row(NamedTuple):
    """One permission of the facts, with what is recorded beside it."""

    provider: str
    fact: dict[str, Any]
    record: dict[str, Any]
    granted: tuple[int, int] | None

    @property
    def key(self) -> tuple[str, str]:
        return self.provider, self.fact["action"]


EXACT = re.compile(
    r"(always|all modes)\b"
    r"|[\w.]+ is set\b(?! or)"
    r"|\w+ ?!?= ?\w+( or \w+ ?= ?\w+)*( \(|$)"
)
"""Conditions that configuration alone decides."""


def derived(row: Row) -> Certainty:
    """High where today's documentation requires it and no other source disagrees."""
    fact = row.fact
    operation = fact["action"].partition(":")[2]
    named = re.compile(rf"\b{re.escape(operation)}(?![\w*])")
    disputed = any(map(named.search, row.record["disagreements"]))
    if operation == "*" or disputed or fact["basis"] != "docs-current":
        return LOW
    if fact["requirement"] not in ("required", "conditional"):
        return LOW
    if fact["when"].startswith("documented "):
        return LOW  # and then says how the AWS CDK has it
    if fact["requirement"] == "conditional" and not EXACT.match(fact["when"]):
        return LOW
    return HIGH if cdk_agrees(row) else LOW


def cdk_agrees(row: Row) -> bool:
    """Whether the AWS CDK grants it wherever the condition holds, or has nothing to say."""
    grants = row.record["cdk_grants"]
    if not grants or any("no CDK action class" in str(grant) for grant in grants):
        return True
    if any("managed policy" in str(grant) for grant in grants):
        return True
    always = row.fact["when"].startswith(("always", "all modes"))
    if always and row.granted is not None and row.granted[0] != row.granted[1]:
        return False
    modes = re.findall(r"ActionMode=(\w+)", row.fact["when"]) or [""]
    return all(any(_covers(grant, row, mode) for grant in grants) for mode in modes)


def _covers(grant: str | dict[str, Any], row: Row, mode: str) -> bool:
    about_artifacts = "artifact" in str(row.fact["resource"])
    if isinstance(grant, dict):
        on = grant["resource"]
        words = " ".join([on] if isinstance(on, str) else on).lower().split()
        if "role" in words or mode not in grant["when"]:
            return False
        patterns = grant["actions"]
    else:
        if grant.startswith("artifact bucket") and not about_artifacts:
            return False
        patterns = list(_actions_in(grant))
    return any(fnmatchcase(row.fact["action"], pattern) for pattern in patterns)


def _actions_in(text: str) -> Iterator[str]:
    """The IAM actions of a sentence, in which a service may stand before many of them."""
    for service, first, more in re.findall(
        r"([a-z][a-z0-9-]*):(\w+\*?)((?:,\w+\*?(?!\w*:))*)", text
    ):
        for operation in (first, *filter(None, more.split(","))):
            yield f"{service}:{operation}"


@pytest.fixture(scope="module")
def rows(shared: Path) -> list[Row]:
    """Every permission of a provider that a plugin of ours declares."""
    records = json.loads((shared / "facts" / "providers.json").read_text(encoding="utf-8"))
    counts = _counts((shared / "facts" / "cdk_agreement.md").read_text(encoding="utf-8"))
    ours = {_name(provider) for provider in _providers()}
    return [
        Row(name, fact, record, counts.get((name, fact["action"])))
        for record in records
        for name in ["/".join((record["category"], record["owner"], record["provider"]))]
        if name in ours
        for fact in record["service_role_requires"]
    ]


def _counts(table: str) -> dict[tuple[str, str], tuple[int, int]]:
    line = re.compile(r"^\| (\S+) \| `(\S+)` \|.*\| (\d+) of (\d+) \|$", re.MULTILINE)
    return {(name, action): (int(n), int(of)) for name, action, n, of in line.findall(table)}


def _providers() -> tuple[ActionProvider, ...]:
    modules = (
        importlib.import_module(f"passrole_aws.{module.name}")
        for module in pkgutil.iter_modules(passrole_aws.__path__)
    )
    return tuple(
        provider
        for module in modules
        if hasattr(module, "passrole_action_providers")
        for provider in module.passrole_action_providers()
    )


def _name(provider: ActionProvider) -> str:
    return "*/*/*every pipeline*" if provider.category == "*" else "/".join(provider.key)


def _needs(row: Row) -> list[Need]:
    """Our needs of this row's provider and action, on a resource of this shape."""
    return [
        need
        for provider in _providers()
        if _name(provider) == row.provider
        for need in provider.needs
        if row.fact["action"] in (need.iam_action, *need.alternatives)
        and _same_shape(row.fact["resource"], need.resource)
    ]


def _same_shape(fact: str | Sequence[str], ours: object) -> bool:
    """Whether two resources are alike, loosely: the same service, the same kind of resource.

    A row whose resource is a sentence has no shape, and a need that follows a reference neither.
    On ``*`` we may be more exact than the facts.
    """
    shapes = [fact] if isinstance(fact, str) else fact
    if not isinstance(ours, str) or "*" in shapes:
        return True
    return any(
        not shape.startswith("arn:") or not ours.startswith("arn:") or _kind(shape) == _kind(ours)
        for shape in shapes
    )


def _kind(arn: str) -> tuple[str, str]:
    pieces = arn.split(":", 5)
    beginning = re.match(r"[\w-]*", pieces[5])
    of_objects = "/" in pieces[5] if pieces[2] == "s3" else False
    return pieces[2], (beginning.group() if beginning else "") + ("/" if of_objects else "")


def test_every_row_is_in_our_tables(rows: list[Row]) -> None:
    absent = [row.key for row in rows if row.key not in ELSEWHERE and not _needs(row)]
    assert absent == []

    providers = {row.provider for row in rows}
    print(f"\n{len(rows)} rows of {len(providers)} providers are covered")
    assert len(rows) > 100


def test_our_certainty_is_the_derived_one_or_says_why_not(rows: list[Row]) -> None:
    wrong = []
    for row in rows:
        if row.key in ELSEWHERE:
            continue
        ours = {need.certainty for need in _needs(row)}
        expected = {OVERRIDES[row.key][0] if row.key in OVERRIDES else derived(row)}
        if row.key in SPLIT:
            expected = {HIGH, LOW}
        if ours != expected:
            wrong.append(f"{row.key}: {sorted(ours)}, expected {sorted(expected)}")
    assert not wrong, "\n".join(wrong)


def test_no_exception_is_left_over(rows: list[Row]) -> None:
    known = {row.key: row for row in rows}
    exceptions = [*OVERRIDES, *SPLIT, *ELSEWHERE]

    assert [key for key in exceptions if key not in known] == []
    assert [key for key, (ours, _) in OVERRIDES.items() if derived(known[key]) is ours] == []


def test_the_dates_of_support_are_those_of_the_facts(shared: Path) -> None:
    """Conditions came with types of pipelines of their own: their rules have no such date."""
    records = json.loads((shared / "facts" / "providers.json").read_text(encoding="utf-8"))
    dates = {
        "/".join((record["category"], record["owner"], record["provider"])): dated.group()
        for record in records
        for dated in [re.match(r"[A-Z][a-z]+ \d+, \d{4}", record["since"])]
        if dated and record["category"] not in ("Rule", "Approval")
    }
    ours = {_name(provider): provider.since for provider in _providers() if provider.since}

    assert len(dates) > 15
    assert ours == dates


LOOSER = {
    ("Source/ThirdParty/GitHub", "OAuthToken"): "older Terraform takes it from the environment",
    ("Test/AWS/DeviceFarm", "App"): "a test of a web application has none",
}
"""Keys that the documentation requires and we do not, and why."""

NOT_JUDGED = {"Deploy/AWS/OpsWorks"}
"""Providers whose keys are documented and that we say nothing of: the service has ended."""


def test_the_keys_of_a_configuration_are_those_of_the_facts(shared: Path) -> None:
    records = json.loads((shared / "facts" / "providers.json").read_text(encoding="utf-8"))
    ours = {_name(provider): provider for provider in _providers()}
    compared = 0
    for record in records:
        name = "/".join((record["category"], record["owner"], record["provider"]))
        provider = ours.get(name)
        if provider is None or provider.configuration is None or name in NOT_JUDGED:
            continue
        compared += 1
        written = [row for row in record["configuration"] if not row["key"].startswith("(")]
        keys = {key: row["required"] for row in written for key in _spelt_out(row["key"])}
        assert {key.name for key in provider.configuration} == set(keys), name
        required = {key.name for key in provider.configuration if key.required is True}
        documented = {key for key, how in keys.items() if how == "Yes"}
        assert required == {key for key in documented if (name, key) not in LOOSER}, name
    assert compared > 25


def _spelt_out(key: str) -> list[str]:
    """The keys that a row stands for: several with slashes between them, or numbered ones."""
    if "<1-4>" in key:
        return [key.replace("<1-4>", str(number)) for number in range(1, 5)]
    return key.split(" / ")


def test_the_numbers_of_artifacts_are_those_of_the_facts(shared: Path) -> None:
    records = json.loads((shared / "facts" / "providers.json").read_text(encoding="utf-8"))
    ours = {_name(provider): provider for provider in _providers()}
    compared = 0
    for record in records:
        provider = ours.get("/".join((record["category"], record["owner"], record["provider"])))
        if provider is None or not record["artifacts"]:
            continue
        for bounds, allowed in (
            (record["artifacts"]["input"], provider.inputs),
            (record["artifacts"]["output"], provider.outputs),
        ):
            if allowed is not None:
                compared += 1
                assert tuple(allowed) == (bounds["min"], bounds["max"]), str(provider)
    assert compared > 60
