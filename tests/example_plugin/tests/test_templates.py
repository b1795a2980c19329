"""What the plugin makes of templates. ``check_text`` and ``graph_of`` come from passrole."""

from pathlib import Path

import pytest
from passrole_acme.entities import ReleaseTable

EXAMPLES = Path(__file__).parent.parent / "examples"
BOTH = pytest.mark.parametrize(
    ("file", "language"), [("pipeline.yaml", "yaml"), ("pipeline.tf", "hcl")]
)


@BOTH
def test_the_table_is_read(file, language, graph_of):
    graph = graph_of((EXAMPLES / file).read_text("utf-8"), language=language)
    (table,) = [entity for entity in graph.entities if isinstance(entity, ReleaseTable)]
    assert table.label == "releases"


@BOTH
def test_the_role_lacks_what_the_deployment_needs(file, language, check_text):
    text = (EXAMPLES / file).read_text("utf-8")
    found = check_text(text, language=language, rules=["missing-action-permission"])
    assert [finding.subject.iam_action for finding in found] == ["dynamodb:GetItem"]


def test_a_role_that_is_granted_it_lacks_nothing(check_text):
    text = (EXAMPLES / "pipeline.yaml").read_text("utf-8")
    granted = text.replace("Action: [", 'Action: ["dynamodb:GetItem", ')
    granted = granted.replace("Resource: [", "Resource: [!GetAtt Releases.Arn, ")
    assert granted != text
    assert not check_text(granted, rules=["missing-action-permission"])
