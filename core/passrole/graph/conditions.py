"""Whether a need's condition holds for an action, as far as its configuration is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from passrole.model.needs import (
    Both,
    Consumes,
    Either,
    EncryptedArtifacts,
    Given,
    Mentions,
    OtherAccount,
    OwnRole,
    OwnStack,
    PipelineRoleReads,
    PipelineRoleWrites,
    Principal,
    Reaches,
    ReadsArtifacts,
    Setting,
    Unless,
    Via,
    When,
    WritesArtifacts,
)
from passrole.model.pipelines import Action, Pipeline
from passrole.records import NamedTuple
from passrole.values import Absent, Listing, Record, Text, Truth, Value, get, known, some


class Circumstances(NamedTuple):
    """What conditions are asked of: the action, if there is one, its stack and its artifact key.

    ``mover_of`` says who reads and writes the artifacts of an action.
    """

    action: Action | None
    source: Action | None
    reach: Callable[[Via], Value | None]
    stack_name: Text | None
    pipeline_role: Value
    artifact_key: Value
    other_account: Callable[[], Truth]
    pipeline: Pipeline
    mover_of: Callable[[Action], Principal | None]


def holds(when: When, circumstances: Circumstances) -> Truth:
    """Whether the condition holds; unknown where a value that decides it is not known."""
    if isinstance(when, Both):
        found = Truth.TRUE
        for part in when.conditions:
            found = min(found, holds(part, circumstances))
            if found is Truth.FALSE:
                break
        return found
    if isinstance(when, Unless):
        return holds(when.condition, circumstances).negated()
    if isinstance(when, Either):
        return some(holds(part, circumstances) for part in when.conditions)
    if isinstance(when, EncryptedArtifacts):
        return _given(circumstances.artifact_key)
    if isinstance(when, (PipelineRoleReads, PipelineRoleWrites)):
        return _pipeline_role_moves(when, circumstances)
    if circumstances.action is None:
        return Truth.FALSE
    return _ANSWERS[type(when)](when, circumstances.action, circumstances)


def _own_stack(when: OwnStack, action: Action, circumstances: Circumstances) -> Truth:
    return Truth.of(get(action.configuration, when.key) == circumstances.stack_name)


def _pipeline_role_moves(
    when: PipelineRoleReads | PipelineRoleWrites, circumstances: Circumstances
) -> Truth:
    """Unknown where it depends on actions that are not known; where none moves any, it may."""
    pipeline = circumstances.pipeline
    moving = [each for each in pipeline.actions if each.inputs or each.outputs]
    if len(pipeline.stores) > 1 or not (moving or pipeline.unresolved):
        return Truth.TRUE
    reads = isinstance(when, PipelineRoleReads)
    found = some(
        _moves_as_pipeline(action, action.inputs if reads else action.outputs, circumstances)
        for action in moving
    )
    return max(found, Truth.UNKNOWN) if pipeline.unresolved else found


def _moves_as_pipeline(
    action: Action, artifacts: tuple[Value, ...], circumstances: Circumstances
) -> Truth:
    """Whether some of the artifacts are moved by the pipeline's role, as that of the action."""
    if not artifacts or isinstance(circumstances.mover_of(action), Via):
        return Truth.FALSE
    provider = Truth.TRUE if known(action.provider) is not None else Truth.UNKNOWN
    own = _own_role(OwnRole(), action, circumstances)
    return min(provider, own.negated(), _some_artifact(artifacts))


def _own_role(_: OwnRole, action: Action, circumstances: Circumstances) -> Truth:
    if isinstance(action.role, Absent) or action.role == circumstances.pipeline_role:
        return Truth.FALSE
    return _given(action.role)


_ANSWERS: Mapping[type, Callable[[Any, Action, Circumstances], Truth]] = {
    Setting: lambda when, action, _: _has_value(get(action.configuration, when.key), when),
    Given: lambda when, action, _: _given(get(action.configuration, when.key)),
    Mentions: lambda when, action, _: _mentions(get(action.configuration, when.key), when.part),
    OtherAccount: lambda _, __, circumstances: circumstances.other_account(),
    ReadsArtifacts: lambda _, action, __: _some_artifact(action.inputs),
    WritesArtifacts: lambda _, action, __: _some_artifact(action.outputs),
    Reaches: lambda when, _, circumstances: _reaches(when, circumstances.reach(when.via)),
    Consumes: lambda when, _, circumstances: _comes_from(when, circumstances.source),
    OwnStack: _own_stack,
    OwnRole: _own_role,
}
"""What is asked of an action and what it leads to, by the kind of the condition."""


def asks_for_source(when: When) -> bool:
    """Whether the condition is asked of each action that an input artifact comes from."""
    if isinstance(when, (Both, Either)):
        return any(map(asks_for_source, when.conditions))
    if isinstance(when, Unless):
        return asks_for_source(when.condition)
    return isinstance(when, Consumes)


def mentions_action(when: When) -> bool:
    """Whether the condition is about one action and not about the pipeline as a whole."""
    if isinstance(when, (Both, Either)):
        return any(map(mentions_action, when.conditions))
    if isinstance(when, Unless):
        return mentions_action(when.condition)
    return not isinstance(when, (EncryptedArtifacts, PipelineRoleReads, PipelineRoleWrites))


def describe(when: When) -> str:
    """The condition in words, empty for one that always holds."""
    if isinstance(when, (Both, Either)):
        joined = " and " if isinstance(when, Both) else " or "
        return joined.join(filter(None, map(describe, when.conditions)))
    if isinstance(when, Unless):
        return f"not ({describe(when.condition)})"
    if isinstance(when, Setting):
        default = " (its default)" if when.default in when.values else ""
        return f"{when.key} is {' or '.join(when.values)}{default}"
    if isinstance(when, Given):
        return f"{when.key} is set"
    if isinstance(when, Mentions):
        return f"{when.key} mentions {when.part}"
    if isinstance(when, Reaches):
        values = f" to {' or '.join(when.values)}" if when.values else ""
        return f"{when.via.steps[-1][1].replace('_', ' ')} is set{values}"
    if isinstance(when, Consumes):
        setting = f" with {describe(when.setting)}" if when.setting else ""
        return f"an input artifact comes from {when.provider}{setting}"
    if isinstance(when, OwnStack):
        return f"{when.key} is the stack of the pipeline itself"
    return _SAID[type(when)]


_SAID: dict[type[object], str] = {
    EncryptedArtifacts: "the artifact store names an encryption key",
    PipelineRoleReads: "the role of the pipeline itself reads artifacts",
    PipelineRoleWrites: "the role of the pipeline itself writes artifacts",
    OtherAccount: "the role of the action is in another account than the pipeline",
    OwnRole: "the action names a role of its own",
    ReadsArtifacts: "the action has an input artifact",
    WritesArtifacts: "the action has an output artifact",
}


def _has_value(value: Value, setting: Setting) -> Truth:
    if isinstance(value, Absent):
        return Truth.of(setting.default in setting.values)
    text = known(value)
    if text is None:
        return Truth.UNKNOWN
    text = text.strip().lower()
    return Truth.of(any(text == each.lower() for each in setting.values))


def _mentions(value: Value, part: str) -> Truth:
    if isinstance(value, Absent):
        return Truth.FALSE
    if isinstance(value, Record):  # what Terraform encodes as JSON keeps its structure
        if any(part in key for key in value.fields):
            return Truth.TRUE
        return some(_mentions(each, part) for each in value.fields.values())
    if isinstance(value, Listing):
        return some(_mentions(each, part) for each in value.values)
    if not isinstance(value, Text):
        return Truth.UNKNOWN
    # A hole is a name or a setting: what it may bring along is not looked for.
    return Truth.of(any(part in each for each in value.parts if isinstance(each, str)))


def _reaches(when: Reaches, value: Value | None) -> Truth:
    """What is not in the scanned tree is assumed not to ask for anything."""
    if value is None or isinstance(value, Absent):
        return Truth.FALSE
    if isinstance(value, Listing):
        return Truth.of(bool(value.values))
    if isinstance(value, Record):
        return Truth.of(bool(value.fields))
    text = known(value)
    if not when.values:
        return Truth.FALSE if text in {"", "false"} else _given(value)
    return Truth.UNKNOWN if text is None else Truth.of(text.lower() in when.values)


def _comes_from(when: Consumes, source: Action | None) -> Truth:
    if source is None:
        return Truth.FALSE
    provider = known(source.provider)
    if provider is None:
        return Truth.UNKNOWN
    if provider != when.provider or when.setting is None:
        return Truth.of(provider == when.provider)
    return _has_value(get(source.configuration, when.setting.key), when.setting)


def _some_artifact(names: tuple[Value, ...]) -> Truth:
    """Whether there is an artifact; an unknown may stand for any number of them, none included."""
    if any(isinstance(name, Text) for name in names):
        return Truth.TRUE
    return Truth.UNKNOWN if names else Truth.FALSE


def _given(value: Value) -> Truth:
    if isinstance(value, Absent):
        return Truth.FALSE
    if isinstance(value, Text):
        # A parameter that may be empty is taken for set: that is why somebody wrote it there.
        return Truth.of(value.known() != "")
    return Truth.UNKNOWN
