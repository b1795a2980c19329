"""A pipeline of CloudFormation as the arguments and blocks of ``aws_codepipeline``."""

from collections.abc import Mapping
from typing import Any

from tests.corpus.twins.arguments import Body, arguments
from tests.corpus.twins.expressions import blocks
from tests.corpus.twins.intrinsics import NoTwinError, Stack

POINTS = {"BeforeEntry": "before_entry", "OnSuccess": "on_success", "OnFailure": "on_failure"}
WITHOUT_TWIN = {"RestartExecutionOnUpdate", "DisableInboundStageTransitions"}


def pipeline(written: Mapping[str, Any], stack: Stack) -> Body:
    """The arguments of one pipeline."""
    body: Body = {}
    for key, name in (("Name", "name"), ("RoleArn", "role_arn"), ("PipelineType", "pipeline_type"),
                      ("ExecutionMode", "execution_mode")):  # fmt: skip
        if key in written:
            body[name] = stack.value(written[key])
    stores = [_store(each["ArtifactStore"], stack) | {"region": stack.value(each["Region"])}
              for each in written.get("ArtifactStores", ())]  # fmt: skip
    if "ArtifactStore" in written:
        stores.append(_store(written["ArtifactStore"], stack))
    if stores:
        body["artifact_store"] = blocks(stores)
    if "Variables" in written:
        body["variable"] = blocks(arguments("", each, stack) for each in written["Variables"])
    if "Triggers" in written:
        body["trigger"] = blocks(arguments("", each, stack) for each in written["Triggers"])
    body["stage"] = blocks(_stage(each, stack) for each in written.get("Stages", ()))
    return body


def _store(written: Mapping[str, Any], stack: Stack) -> Body:
    body: Body = {"type": written["Type"], "location": stack.value(written["Location"])}
    if "EncryptionKey" in written:
        key = written["EncryptionKey"]
        body["encryption_key"] = blocks([{"id": stack.value(key["Id"]), "type": key["Type"]}])
    return body


def _stage(written: Mapping[str, Any], stack: Stack) -> Body:
    body: Body = {"name": stack.value(written["Name"])}
    body["action"] = blocks(_action(each, stack) for each in written["Actions"])
    for key, name in POINTS.items():
        if key in written:
            body[name] = blocks([_point(written[key], stack)])
    return body


def _action(written: Mapping[str, Any], stack: Stack) -> Body:
    kind = written["ActionTypeId"]
    body: Body = {"name": stack.value(written["Name"])}
    body |= {
        part.lower(): stack.value(kind[part])
        for part in ("Category", "Owner", "Provider", "Version")
    }
    return body | _work(written, stack)


def _work(written: Mapping[str, Any], stack: Stack) -> Body:
    """What an action and a rule have in common."""
    body: Body = {}
    for key, name in (
        ("RunOrder", "run_order"), ("Region", "region"), ("Namespace", "namespace"),
        ("RoleArn", "role_arn"), ("Commands", "commands"), ("OutputVariables", "output_variables"),
        ("TimeoutInMinutes", "timeout_in_minutes"),
    ):  # fmt: skip
        if key in written:
            body[name] = stack.value(written[key])
    for key, name in (("InputArtifacts", "input_artifacts"),
                      ("OutputArtifacts", "output_artifacts")):  # fmt: skip
        if any("Files" in each for each in written.get(key, ())):
            raise NoTwinError("Files of an artifact")
        if written.get(key):
            body[name] = [stack.value(each["Name"]) for each in written[key]]
    if "Configuration" in written:
        body["configuration"] = stack.value(written["Configuration"])
    if "EnvironmentVariables" in written:
        variables = (arguments("", each, stack) for each in written["EnvironmentVariables"])
        body["environment_variable"] = blocks(variables)
    return body


def _point(written: Mapping[str, Any], stack: Stack) -> Body:
    body: Body = {}
    if "Result" in written:
        body["result"] = written["Result"]
    if "RetryConfiguration" in written:
        body["retry_configuration"] = blocks([arguments("", written["RetryConfiguration"], stack)])
    conditions = []
    for condition in written.get("Conditions", ()):
        one: Body = {"result": condition["Result"]} if "Result" in condition else {}
        one["rule"] = blocks(_rule(rule, stack) for rule in condition["Rules"])
        conditions.append(one)
    if conditions:
        body["condition"] = blocks(conditions)
    return body


def _rule(written: Mapping[str, Any], stack: Stack) -> Body:
    kind = blocks([{part.lower(): item for part, item in written["RuleTypeId"].items()}])
    return {"name": stack.value(written["Name"]), "rule_type_id": kind} | _work(written, stack)
