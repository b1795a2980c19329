"""Pipelines are read alike from CloudFormation and from Terraform."""

from dataclasses import fields
from typing import Any

from passrole import ABSENT, Pipeline, Unknown, known
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Mapping
from passrole.documents.recognition import parse
from passrole.iam.policies import value_from_json
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.names import KnownNames
from passrole.stacks.resources import Resource, ResourceTypes
from passrole.values import Choice, Fact, Listing, Origin, Record, Text, World, literal
from passrole_aws.codepipeline.resources import PIPELINE, RESOURCE_TYPES, read_pipeline


def from_template(text: str) -> Pipeline:
    document = parse("pipeline.yaml", text.encode(), Limits())
    (stack,) = read_stacks([document], ResourceTypes.of(RESOURCE_TYPES), Deployment())
    (pipeline,) = read_pipeline(stack.resources["Pipeline"])
    assert isinstance(pipeline, Pipeline)
    return pipeline


def from_terraform(properties: Any) -> Pipeline:
    (pipeline,) = read_pipeline(resource(value_from_json(properties), "terraform"))
    assert isinstance(pipeline, Pipeline)
    return pipeline


def resource(properties: Any, format_: Any = "cloudformation") -> Resource:
    root = Mapping((), 0, 0)
    return Resource(
        stack="stack",
        id="Pipeline",
        type_name="AWS::CodePipeline::Pipeline",
        type=PIPELINE,
        format=format_,
        target=Deployment().target("target"),
        properties=properties,
        names=KnownNames(literal("shop"), literal("arn"), Text(())),
        origin=Origin(Document("main.tf", "", root, "hcl"), root),
    )


TEMPLATE = """\
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Loud: !Equals [!Ref Mode, loud]
Parameters:
  Env: {Type: String}
  Mode: {Type: String}
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      Name: shop
      RoleArn: arn:aws:iam::111122223333:role/pipeline
      ArtifactStore:
        Type: S3
        Location: artifacts
        EncryptionKey: {Id: key-1, Type: KMS}
      Stages:
        - Name: Source
          Actions:
            - Name: Source
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              Configuration: {S3Bucket: sources, S3ObjectKey: app.zip}
              OutputArtifacts: [{Name: App}]
              RunOrder: !If [Prod, 1, 2]
        - !If
          - Prod
          - Name: Approve
            Actions:
              - Name: Approve
                ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}
          - !Ref AWS::NoValue
        - Name: Build
          Actions:
            - Name: Build
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration:
                ProjectName: !If [Loud, big, small]
              InputArtifacts: [{Name: App}]
              RoleArn: !If [Prod, "arn:aws:iam::111122223333:role/build", !Ref AWS::NoValue]
"""


def test_stages_actions_and_stores_of_a_template() -> None:
    pipeline = from_template(TEMPLATE)
    assert [stage.name for stage in pipeline.stages] == ["Source", "Approve", "Build"]
    source = pipeline.actions[0]
    assert (source.pipeline, source.label) == ("shop", "Source/Source")
    assert (known(source.category), known(source.provider)) == ("Source", "S3")
    assert known(source.configuration.fields["S3Bucket"]) == "sources"  # type: ignore[union-attr]
    assert [known(name) for name in source.outputs] == ["App"]
    assert (source.inputs, source.role, source.region) == ((), ABSENT, ABSENT)
    assert source.location.line == 20
    (store,) = pipeline.stores
    assert (known(store.bucket), known(store.key), store.region) == ("artifacts", "key-1", ABSENT)
    assert pipeline.unresolved == ()


def test_an_action_that_depends_on_nothing_is_one_action() -> None:
    # RunOrder depends on Prod, but no answer of ours depends on RunOrder.
    pipeline = from_template(TEMPLATE)
    assert [a.world.describe() for a in pipeline.stages[0].actions] == [""]


def test_a_stage_under_a_condition_exists_in_one_world() -> None:
    approve = from_template(TEMPLATE).stages[1]
    assert approve.world.describe() == "Env is prod"
    assert approve.actions[0].world.describe() == "Env is prod"


def test_an_action_is_read_once_for_each_way_it_may_turn_out() -> None:
    builds = from_template(TEMPLATE).stages[2].actions
    found = {
        action.world.describe(): (
            known(action.configuration.fields["ProjectName"]),  # type: ignore[union-attr]
            known(action.role),
        )
        for action in builds
    }
    role = "arn:aws:iam::111122223333:role/build"
    assert found == {
        "Env is prod and Mode is loud": ("big", role),
        "Env is not prod and Mode is loud": ("big", None),
        "Env is prod and Mode is not loud": ("small", role),
        "Env is not prod and Mode is not loud": ("small", None),
    }


def test_stores_of_several_regions() -> None:
    pipeline = from_template(
        """\
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      ArtifactStores:
        - Region: eu-west-1
          ArtifactStore: {Type: S3, Location: west, EncryptionKey: {Id: k, Type: KMS}}
        - {Region: eu-central-1, ArtifactStore: {Type: S3, Location: central}}
"""
    )
    assert [(known(s.region), known(s.bucket), known(s.key)) for s in pipeline.stores] == [
        ("eu-west-1", "west", "k"),
        ("eu-central-1", "central", None),
    ]


def test_terraform_blocks_mean_the_same() -> None:
    action = {
        "name": "Build", "category": "Build", "owner": "AWS", "provider": "CodeBuild",
        "version": "1", "input_artifacts": ["App"], "output_artifacts": ["Built", "Report"],
        "configuration": {"ProjectName": "shop"}, "region": "eu-west-1", "role_arn": "",
    }  # fmt: skip
    pipeline = from_terraform(
        {
            "name": "shop",
            "role_arn": "arn:aws:iam::111122223333:role/pipeline",
            "artifact_store": [
                {"location": "west", "region": "eu-west-1", "type": "S3"},
                {"location": "central", "encryption_key": [{"id": "key-1", "type": "KMS"}]},
            ],
            "stage": [{"name": "Build", "action": [action]}],
        }
    )
    (build,) = pipeline.actions
    assert build.label == "Build/Build"
    assert (known(build.category), known(build.version)) == ("Build", "1")
    assert [known(name) for name in (*build.inputs, *build.outputs)] == ["App", "Built", "Report"]
    assert (build.role, known(build.region)) == (ABSENT, "eu-west-1")
    assert [(known(s.region), known(s.bucket), known(s.key)) for s in pipeline.stores] == [
        ("eu-west-1", "west", None),
        (None, "central", "key-1"),
    ]


def test_a_block_that_is_written_once_is_a_list_of_one() -> None:
    pipeline = from_terraform(
        {"artifact_store": {"location": "a"}, "stage": {"name": "S", "action": {"name": "A"}}}
    )
    assert [action.label for action in pipeline.actions] == ["S/A"]
    assert [known(store.bucket) for store in pipeline.stores] == ["a"]


def test_what_cannot_be_read_is_told_and_not_dropped() -> None:
    properties = Record(
        {
            "Stages": Listing(
                (
                    Unknown("a macro"),
                    Record({"Name": literal("Build"), "Actions": Unknown("a loop")}),
                )
            ),
        }
    )
    (pipeline,) = read_pipeline(resource(properties))
    assert isinstance(pipeline, Pipeline)
    assert [getattr(each, "reason", "") for each in pipeline.unresolved] == ["a macro", "a loop"]
    assert [stage.name for stage in pipeline.stages] == ["Build"]


def test_no_action_exists_where_its_pipeline_does_not() -> None:
    fact = Fact("Env", "prod")
    stage = Record({"Name": literal("S"), "Actions": Listing((Record({"Name": literal("A")}),))})
    stages = Listing((Choice(fact, stage, ABSENT),))
    one = resource(Record({"Stages": stages}))
    properties: dict[str, Any] = {each.name: getattr(one, each.name) for each in fields(one)}
    elsewhere = Resource(**{**properties, "world": World(((Fact("Env", "dev"), True),))})
    (pipeline,) = read_pipeline(elsewhere)
    assert isinstance(pipeline, Pipeline)
    assert pipeline.actions == ()


def test_too_many_conditions_leave_what_does_not_depend_on_them() -> None:
    settings = {
        f"Key{index}": Choice(Fact(f"Condition{index}"), literal("a"), literal("b"))
        for index in range(8)
    }
    action = Record(
        {
            "Name": literal("Build"),
            "ActionTypeId": Record({"Provider": literal("CodeBuild")}),
            "Configuration": Record({"ProjectName": literal("shop"), **settings}),
        }
    )
    stage = Record({"Name": literal("S"), "Actions": Listing((action,))})
    (pipeline,) = read_pipeline(resource(Record({"Stages": Listing((stage,))})))
    assert isinstance(pipeline, Pipeline)
    (build,) = pipeline.actions
    assert known(build.provider) == "CodeBuild"
    assert isinstance(build.configuration, Record)
    assert known(build.configuration.fields["ProjectName"]) == "shop"
    assert isinstance(build.configuration.fields["Key0"], Unknown)


TRIGGERED = """\
Resources:
  Pipeline:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      PipelineType: V2
      ExecutionMode: QUEUED
      Variables: [{Name: Env}]
      Triggers:
        - ProviderType: CodeStarSourceConnection
          GitConfiguration:
            SourceActionName: Source
            Push: [{Branches: {Includes: [main]}, FilePaths: {Excludes: [docs/**]}}]
            PullRequest: [{Events: [OPEN], Branches: {Includes: [main]}}]
      Stages:
        - Name: Build
          BeforeEntry: {Conditions: []}
          OnFailure: {Result: ROLLBACK}
          Actions:
            - Name: Build
              ActionTypeId: {Category: Compute, Owner: AWS, Provider: Commands, Version: "1"}
              Commands: [make]
              Namespace: Built
              RunOrder: 2
              OutputArtifacts: [{Name: App, Files: [out/**]}]
              OutputVariables: [TAG]
"""


def test_what_only_a_v2_pipeline_has_is_read() -> None:
    pipeline = from_template(TRIGGERED)

    assert known(pipeline.type) == "V2"
    assert known(pipeline.execution_mode) == "QUEUED"
    assert isinstance(pipeline.variables, Listing)
    (trigger,) = pipeline.triggers
    assert known(trigger.source) == "Source"
    assert [each.event for each in trigger.filters] == ["push", "pull request"]
    assert [bool(each.paths) for each in trigger.filters] == [True, False]
    assert [each.tags for each in trigger.filters] == [ABSENT, ABSENT]
    assert pipeline.stages[0].points == ("BeforeEntry", "OnFailure")
    (action,) = pipeline.actions
    assert (known(action.namespace), known(action.run_order)) == ("Built", "2")
    assert [known(each) for each in (*action.files, *action.exports)] == ["out/**", "TAG"]


def test_triggers_are_read_alike_from_terraform() -> None:
    pipeline = from_terraform(
        {
            "pipeline_type": "V2",
            "trigger": [
                {
                    "provider_type": "CodeStarSourceConnection",
                    "git_configuration": [
                        {
                            "source_action_name": "Source",
                            "push": [{"branches": [{"includes": ["main"]}]}],
                            "pull_request": {"events": ["OPEN"]},
                        }
                    ],
                }
            ],
            "stage": [
                {
                    "name": "Build",
                    "on_failure": {"result": "ROLLBACK"},
                    "action": [{"name": "Build", "run_order": "2", "output_artifacts": ["App"]}],
                }
            ],
        }
    )

    (trigger,) = pipeline.triggers
    assert known(trigger.source) == "Source"
    assert [bool(each.branches) for each in trigger.filters] == [True, False]
    assert pipeline.stages[0].points == ("OnFailure",)
    (action,) = pipeline.actions
    assert known(action.run_order) == "2"
    assert action.files == ()
