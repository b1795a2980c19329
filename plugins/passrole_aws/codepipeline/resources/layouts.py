"""Where the parts of a pipeline stand in CloudFormation and in Terraform."""

from collections.abc import Mapping

from passrole import ABSENT, Origin, Text, Value, over_leaves

Path = tuple[str | int, ...]


Layout = Mapping[str, Path]

PLACES: Mapping[str, tuple[Path, Path]] = {
    "bucket": (("ArtifactStore", "Location"), ("location",)),
    "key": (("ArtifactStore", "EncryptionKey", "Id"), ("encryption_key", 0, "id")),
    "region": (("Region",), ("region",)),
    "name": (("Name",), ("name",)),
    "actions": (("Actions",), ("action",)),
    "category": (("ActionTypeId", "Category"), ("category",)),
    "owner": (("ActionTypeId", "Owner"), ("owner",)),
    "provider": (("ActionTypeId", "Provider"), ("provider",)),
    "version": (("ActionTypeId", "Version"), ("version",)),
    "configuration": (("Configuration",), ("configuration",)),
    "inputs": (("InputArtifacts",), ("input_artifacts",)),
    "outputs": (("OutputArtifacts",), ("output_artifacts",)),
    "artifact": (("Name",), ()),
    "files": (("Files",), ("files",)),  # inferred: Terraform
    "role": (("RoleArn",), ("role_arn",)),
    "commands": (("Commands",), ("commands",)),
    "variables": (("EnvironmentVariables",), ("environment_variable",)),  # inferred: Terraform
    "exports": (("OutputVariables",), ("output_variables",)),  # inferred: Terraform
    "namespace": (("Namespace",), ("namespace",)),
    "run order": (("RunOrder",), ("run_order",)),
}
"""Where CloudFormation and Terraform keep the parts of an artifact store, a stage and an action.
``artifact`` and ``files`` lead from an item of the lists of artifacts to its name and its files."""

CONDITIONS: Mapping[str, tuple[Path, Path]] = {
    "BeforeEntry": (("BeforeEntry", "Conditions"), ("before_entry", 0, "condition")),
    "OnSuccess": (("OnSuccess", "Conditions"), ("on_success", 0, "condition")),
    "OnFailure": (("OnFailure", "Conditions"), ("on_failure", 0, "condition")),
}
"""Where a stage keeps its conditions: what is checked before it is entered and after it ended."""

POINTS: Mapping[str, tuple[Path, Path]] = {
    "BeforeEntry": (("BeforeEntry",), ("before_entry", 0)),
    "OnSuccess": (("OnSuccess",), ("on_success", 0)),
    "OnFailure": (("OnFailure",), ("on_failure", 0)),
}
"""The points of a stage at which something may be decided, conditions or what follows a failure."""

RULE_TYPE: Mapping[str, tuple[Path, Path]] = {
    "rules": (("Rules",), ("rule",)),
    "category": (("RuleTypeId", "Category"), ("rule_type_id", 0, "category")),
    "owner": (("RuleTypeId", "Owner"), ("rule_type_id", 0, "owner")),
    "provider": (("RuleTypeId", "Provider"), ("rule_type_id", 0, "provider")),
    "version": (("RuleTypeId", "Version"), ("rule_type_id", 0, "version")),
}
"""Where a rule of a condition differs from an action."""

RULE_DEFAULTS = {"category": "Rule", "owner": "AWS", "version": "1"}


def layout_of(format_: str, *tables: Mapping[str, tuple[Path, Path]]) -> Layout:
    """The places in one format; those of a later table come before those of an earlier one."""
    column = 0 if format_ == "cloudformation" else 1
    return {part: places[column] for table in tables for part, places in table.items()}


def is_set(value: Value) -> Value:
    """The value; absent where it is the empty text, which Terraform takes for not set."""
    return over_leaves(
        value, lambda leaf: ABSENT if isinstance(leaf, Text) and not leaf.parts else leaf
    )


def is_mentioned(name: str, origin: Origin) -> bool:
    """Whether what is written at a place mentions a name of Terraform's.

    An argument that is null by the default of a variable is no more there than one that nobody
    wrote, but whoever uses the module may give it.
    """
    return name in origin.code
