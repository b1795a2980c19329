"""Findings made by hand, and what strangers may have put into their texts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from passrole import Category, Confidence, Location, Related, Severity, Subject
from passrole.findings import Finding

PLACE = Location("pipeline.yaml", 3, 5, 3, 9, "Resources.Pipeline")
ROLE = Location("roles.yaml", 7, 3, 7, 7, "Resources.Role")

FINDING = Finding(
    rule="codebuild-start-build-missing",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    category=Category.BREAKS,
    message="Build/Build uses role Role, which is not allowed codebuild:StartBuild on any.",
    location=PLACE,
    symptom="The action fails.",
    remedy="Allow it.",
    snippet='{"Effect": "Allow", "Action": "codebuild:StartBuild", "Resource": "*"}',
    subject=Subject("Pipeline", "Build", "Build", "Role", "codebuild:StartBuild", "*"),
    related=(Related("role Role is defined here", ROLE),),
    plugin="codebuild",
    fingerprint="0" * 32,
)

MakeFinding = Callable[..., Finding]


@pytest.fixture
def finding() -> MakeFinding:
    """A finding with some fields of one's own."""

    def make(**fields: Any) -> Finding:
        return replace(FINDING, **fields)

    return make
