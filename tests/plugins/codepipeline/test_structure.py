"""Where the structure of a pipeline is wrong for certain, and where nobody can know."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from passrole.contributions import Contributions
from passrole.findings import Confidence, Finding
from passrole.testing import findings_in

Find = Callable[..., list[Finding]]


@pytest.fixture
def find(contributions: Contributions) -> Find:
    """What one rule finds in a template, given as text."""
    rules = {rule.id: rule for rule in contributions.rules}

    def run(rule_id: str, text: str, language: str = "yaml") -> list[Finding]:
        return list(findings_in(text, rules[rule_id], contributions, language))

    return run


def action(kind: str, name: str = "It", **fields: Any) -> dict[str, Any]:
    """An action of ``Category/Owner/Provider``; ``inputs`` and ``outputs`` are artifact names."""
    category, owner, provider = kind.split("/")
    for plural, key in (("inputs", "InputArtifacts"), ("outputs", "OutputArtifacts")):
        if plural in fields:
            fields[key] = [{"Name": each} for each in fields.pop(plural)]
    type_ = {"Category": category, "Owner": owner, "Provider": provider, "Version": "1"}
    return {"Name": name, "ActionTypeId": type_, **fields}


SOURCE = action(
    "Source/AWS/CodeCommit",
    "Source",
    outputs=["App"],
    Configuration={"RepositoryName": "shop", "BranchName": "main"},
)


def template(*stages: Any, sections: str = "", **properties: Any) -> str:
    """A template with one pipeline; a stage is a list of actions, or any value in its place."""
    listed = [
        {"Name": f"S{number}", "Actions": stage} if isinstance(stage, list) else stage
        for number, stage in enumerate(stages)
    ]
    pipeline: Mapping[str, Any] = {
        "Type": "AWS::CodePipeline::Pipeline",
        "Properties": {
            "RoleArn": "arn:aws:iam::111122223333:role/p",
            "Stages": listed,
            **properties,
        },
    }
    return f"{sections}\n{yaml.safe_dump({'Resources': {'Pipeline': pipeline}})}"


def build(**fields: Any) -> dict[str, Any]:
    fields.setdefault("Configuration", {"ProjectName": "shop"})
    return action("Build/AWS/CodeBuild", "Build", **fields)


NAMES = "artifact-name-undefined"
KEYS = "config-key-unknown"
COUNTS = "artifact-count-invalid"
V2 = "v2-feature-on-v1-pipeline"
TRIGGERS = "trigger-filter-combination-invalid"
PARAMETER = "Parameters: {P: {Type: String}}"
CONDITION = f"{PARAMETER}\nConditions: {{C: {{'Fn::Equals': [{{Ref: P}}, prod]}}}}"


# Artifact names


def test_a_name_that_nobody_knows_yet_may_be_the_right_one(find: Find) -> None:
    unknown_input = template([SOURCE], [build(inputs=[{"Ref": "P"}])], sections=PARAMETER)
    unknown_output = template(
        [{**SOURCE, "OutputArtifacts": [{"Name": {"Ref": "P"}}]}],
        [build(inputs=["App"])],
        sections=PARAMETER,
    )

    assert find(NAMES, unknown_input) == []
    assert find(NAMES, unknown_output) == []


def test_a_stage_that_cannot_be_read_may_put_out_anything(find: Find) -> None:
    text = template({"Ref": "P"}, [build(inputs=["App"])], sections=PARAMETER)
    assert find(NAMES, text) == []


def test_one_of_two_sources_that_a_condition_chooses_is_no_second_one(find: Find) -> None:
    other = {**SOURCE, "Name": "Other"}
    chosen = template(
        [{"Fn::If": ["C", SOURCE, other]}], [build(inputs=["App"])], sections=CONDITION
    )
    both = template([SOURCE, other], [build(inputs=["App"])])

    assert find(NAMES, chosen) == []
    (finding,) = find(NAMES, both)
    assert "S0/Other puts out artifact App, and so does S0/Source" in finding.message


def test_a_misspelt_name_comes_with_the_right_one(find: Find) -> None:
    (finding,) = find(NAMES, template([SOURCE], [build(inputs=["Ap"])]))
    assert finding.message.endswith("no action puts that out; did you mean 'App'?")


@pytest.mark.parametrize(
    ("order", "found"), [(1, 1), (2, 0), ({"Fn::If": ["C", 1, 2]}, 0), (None, 1)]
)
def test_within_a_stage_the_run_order_decides(find: Find, order: Any, found: int) -> None:
    late = build(inputs=["App"]) | ({} if order is None else {"RunOrder": order})
    assert len(find(NAMES, template([SOURCE, late], sections=CONDITION))) == found


# Configuration


@pytest.mark.parametrize("value", ["true", "True", True, "#{Source.Extract}", {"Ref": "P"}])
def test_a_value_that_may_be_right_is_left_alone(find: Find, value: Any) -> None:
    deploy = action(
        "Deploy/AWS/S3", inputs=["App"], Configuration={"BucketName": "site", "Extract": value}
    )
    assert find(KEYS, template([SOURCE], [deploy], sections=PARAMETER)) == []


def test_a_key_that_is_misspelt_is_not_missing_as_well(find: Find) -> None:
    deploy = action(
        "Deploy/AWS/ECS", inputs=["App"], Configuration={"Cluster": "shop", "ServiceName": "web"}
    )
    (finding,) = find(KEYS, template([SOURCE], [deploy]))
    assert "did you mean 'ClusterName'?" in finding.message


@pytest.mark.parametrize(
    ("configuration", "missing"),
    [
        ({"BucketName": "b", "Extract": "false"}, ["ObjectKey"]),
        ({"BucketName": "b", "Extract": "true"}, []),
        ({"BucketName": "b", "Extract": {"Ref": "P"}}, []),
        ({"Extract": "true"}, ["BucketName"]),
        ({"Ref": "P"}, []),
    ],
)
def test_what_must_be_there_depends_on_the_other_keys(
    find: Find, configuration: Any, missing: list[str]
) -> None:
    deploy = action("Deploy/AWS/S3", inputs=["App"], Configuration=configuration)
    found = find(KEYS, template([SOURCE], [deploy], sections=PARAMETER))
    assert [finding.subject.resource for finding in found] == missing


@pytest.mark.parametrize(
    ("inputs", "primary", "found"),
    [
        (["App"], None, 0),
        (["App", "Tests"], None, 1),
        (["App", "Tests"], "Tests", 0),
        (["App", "Tests"], "Text", 1),
        (["App", {"Ref": "P"}], "Text", 0),
        # A template of AWS's own has this, and runs.
        (["App"], "Tests", 0),
    ],
)
def test_the_primary_source_is_one_of_several_inputs(
    find: Find, inputs: list[Any], primary: str | None, found: int
) -> None:
    configuration = {"ProjectName": "shop"} | ({"PrimarySource": primary} if primary else {})
    one = build(inputs=inputs, Configuration=configuration)
    assert len(find(KEYS, template([SOURCE], [one], sections=PARAMETER))) == found


def test_an_action_type_of_another_version_or_of_ones_own_is_not_judged(find: Find) -> None:
    other = build(inputs=["App"], Configuration={"Anything": "goes"})
    other["ActionTypeId"] = {**other["ActionTypeId"], "Version": "9"}
    own = action("Build/Custom/Worker", inputs=["App"], Configuration={"Anything": "goes"})
    assert find(KEYS, template([SOURCE], [other, own])) == []


# Numbers of artifacts


def test_a_list_that_nobody_knows_yet_has_any_number_of_artifacts(find: Find) -> None:
    open_list = build() | {"InputArtifacts": {"Ref": "P"}}
    open_item = build() | {
        "InputArtifacts": [{"Fn::If": ["C", {"Name": "App"}, {"Ref": "AWS::NoValue"}]}]
    }

    assert find(COUNTS, template([SOURCE], [open_list], sections=PARAMETER)) == []
    (finding,) = find(COUNTS, template([SOURCE], [open_item], sections=CONDITION))
    assert finding.message.endswith("This holds when P is not prod.")


# V2


def test_parameters_of_v2_make_a_pipeline_without_a_type_v2_in_cloudformation(find: Find) -> None:
    commands = action("Compute/AWS/Commands", inputs=["App"], Commands=["make"])

    assert find(V2, template([SOURCE], [commands], ExecutionMode="QUEUED")) == []
    (finding,) = find(V2, template([SOURCE], [commands]))
    assert finding.confidence is Confidence.MEDIUM
    assert find(V2, template([SOURCE], [commands], PipelineType="V2")) == []
    assert (
        find(V2, template([SOURCE], [commands], PipelineType={"Ref": "P"}, sections=PARAMETER))
        == []
    )


def test_terraform_makes_a_pipeline_without_a_type_v1(find: Find) -> None:
    text = """\
resource "aws_codepipeline" "shop" {
  name           = "shop"
  role_arn       = "arn:aws:iam::111122223333:role/pipeline"
  execution_mode = "QUEUED"
  variable {
    name = "tag"
  }
  stage {
    name = "Deploy"
    on_failure {
      result = "ROLLBACK"
    }
  }
}
"""
    found = find(V2, text, "hcl")
    assert [finding.location.line for finding in found] == [4, 5, 8]
    assert {finding.confidence for finding in found} == {Confidence.HIGH}


# Triggers

CONNECTED = action("Source/AWS/CodeStarSourceConnection", "Source", outputs=["App"])


def trigger(source: Any = "Source", **git: Any) -> dict[str, Any]:
    return {
        "ProviderType": "CodeStarSourceConnection",
        "GitConfiguration": {"SourceActionName": source, **git},
    }


MAIN = {"Branches": {"Includes": ["main"]}}


@pytest.mark.parametrize(
    ("triggers", "says"),
    [
        ([trigger(Push=[MAIN])], None),
        ([trigger({"Ref": "P"}, Push=[MAIN])], None),
        ([trigger(Push=[{**MAIN, "Tags": {"Includes": {"Ref": "P"}}}])], "tags together with"),
        ([trigger(Push=[{**MAIN, "Tags": {"Ref": "P"}}])], None),
        ([trigger(Push=[{"FilePaths": {"Includes": ["a"]}}])], "file paths without branches"),
        ([trigger(Push=[MAIN] * 4)], "has 4 filters"),
        ([trigger("Sauce", Push=[MAIN])], "did you mean 'Source'?"),
        ([trigger(PullRequest=[{**MAIN, "Events": ["OPENED"]}])], "did you mean 'OPEN'?"),
        ([trigger(Push=[MAIN]), trigger(Push=[MAIN])], "several triggers"),
        ([{"Fn::If": ["C", trigger(Push=[MAIN]), trigger()]}], None),
    ],
)
def test_triggers(find: Find, triggers: Any, says: str | None) -> None:
    text = template([CONNECTED], Triggers=triggers, PipelineType="V2", sections=CONDITION)
    found = find(TRIGGERS, text)
    assert [says in finding.message for finding in found if says] == ([True] if says else [])
    assert bool(found) is bool(says)


def test_only_a_source_with_a_connection_has_triggers(find: Find) -> None:
    text = template([SOURCE], Triggers=[trigger(Push=[MAIN])], PipelineType="V2")
    (finding,) = find(TRIGGERS, text)
    assert "of CodeCommit" in finding.message


# Modules of Terraform

MODULE = """\
variable "given" {
  default = null
}
variable "stages" {
  default = []
}
resource "aws_codepipeline" "shop" {
  name           = "shop"
  role_arn       = "arn:aws:iam::111122223333:role/pipeline"
  pipeline_type  = var.given
  execution_mode = "QUEUED"
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeCommit"
      version          = "1"
      output_artifacts = OUTPUTS
      configuration = {
        RepositoryName       = var.given
        BranchName           = "main"
        PollForSourceChanges = var.given
      }
    }
  }
  DYNAMIC
  stage {
    name = "Build"
    action {
      name            = "Build"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = INPUTS
      configuration   = { ProjectName = "shop" }
    }
  }
}
"""
STAGES = 'dynamic "stage" {\n for_each = var.stages\n content {\n name = stage.value\n }\n }'


def module(outputs: str = '["app"]', inputs: str = '["app"]', dynamic: str = "") -> str:
    text = MODULE.replace("OUTPUTS", outputs).replace("INPUTS", inputs)
    return text.replace("DYNAMIC", dynamic)


@pytest.mark.parametrize("rule_id", [NAMES, KEYS, COUNTS, V2, "polling-source"])
@pytest.mark.parametrize(
    "text", [module(), module(outputs="var.given"), module(inputs="var.given")]
)
def test_an_argument_that_is_null_by_default_may_be_given(
    find: Find, rule_id: str, text: str
) -> None:
    assert find(rule_id, text, "hcl") == []


def test_stages_that_a_list_brings_may_put_out_what_is_missing(find: Find) -> None:
    other = module(inputs='["other"]')
    assert len(find(NAMES, other, "hcl")) == 1
    assert find(NAMES, module(inputs='["other"]', dynamic=STAGES), "hcl") == []
