"""One action, or one artifact store, in one world; and the texts that templates over it give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from passrole.iam.arn_segments import arn_in, split_arn
from passrole.iam.statements import Condition
from passrole.model.needs import Derived, Need
from passrole.model.pipelines import Action, ArtifactStore, Pipeline
from passrole.records import NamedTuple
from passrole.stacks.resources import fill
from passrole.values import (
    ABSENT,
    LITERAL,
    PATH,
    Absent,
    Hole,
    Origin,
    Text,
    Value,
    World,
    defaults_in,
    get,
    join,
    literal,
    meant,
)
from passrole.values.texts import Part


class Frame(NamedTuple):
    """One action, or one artifact store of the pipeline, in one world: no value is a choice."""

    pipeline: Pipeline
    action: Action | None
    world: World
    pipeline_role: Value
    bucket: Value
    key: Value
    origin: Origin | None
    source: Action | None = None
    """The action that an input artifact comes from, where a need is asked of each of them."""


def store_for(pipeline: Pipeline, action: Action) -> ArtifactStore | None:
    """The artifact store of the region in which the action runs."""
    stores = pipeline.stores
    if len(stores) == 1 and isinstance(stores[0].region, Absent):
        return stores[0]
    wanted = action.region or pipeline.resource.target.region
    for store in stores:
        if store.region == wanted:
            return store
    if isinstance(action.region, Absent) and len(stores) == 1:
        return stores[0]
    return None


def request_context(
    need: Need, values: Mapping[str, Text], frame: Frame
) -> dict[str, Text | tuple[Text, ...]]:
    """The context of the request; a value that names a key which is not set is not known.

    ``{Key?}`` is some text that nobody knows where the key is not set.
    """
    context: dict[str, Text | tuple[Text, ...]] = {}
    for key, written in need.context.items():
        templates = (written,) if isinstance(written, str) else written
        names = [name for template in templates for name in _names(template)]
        if all(
            name in values or name.endswith("?") or isinstance(configured(frame, name), Text)
            for name in names
        ):
            texts = tuple(filled(template, values, frame) for template in templates)
            name = filled(key, values, frame).known()
            if name is not None:
                context[name.lower()] = texts[0] if isinstance(written, str) else texts
    return context


PASSED_TO = "iam:PassedToService"


def limits_of(need: Need, values: Mapping[str, Text], frame: Frame) -> tuple[Condition, ...]:
    """The conditions that limit a statement written for a need, those whose value is set."""
    limits = need.limits
    if not limits and PASSED_TO in need.context and need.iam_action == "iam:PassRole":
        limits = {PASSED_TO: "StringEquals"}
    found = []
    for key, operator in limits.items():
        written = need.context[key]
        templates = (written,) if isinstance(written, str) else written
        names = [name for template in (key, *templates) for name in _names(template)]
        if all(name in values or isinstance(configured(frame, name), Text) for name in names):
            name = filled(key, values, frame).known()
            texts = tuple(filled(template, values, frame) for template in templates)
            if name is not None:
                found.append(Condition(operator, name, texts))
    return tuple(found)


def configured(frame: Frame, name: str) -> Value:
    """A configuration key of the action, or with ``source.`` of the action an input comes from."""
    action = frame.action
    if name.startswith("source."):
        name, action = name.removeprefix("source."), frame.source
    return get(action.configuration, name.removesuffix("?")) if action else ABSENT


def filled(template: str, values: Mapping[str, Text], frame: Frame) -> Text:
    """A template over ``values`` and the configuration keys of the action."""
    names = _names(template)
    if not names:
        return _constant(template)
    keys = [name for name in names if name not in values]
    if len(keys) == 1 or (keys and template.endswith(f"{{{keys[-1]}}}")):
        value = configured(frame, keys[-1])
        if isinstance(value, Text) and is_arn(value):
            # The key holds an ARN where the template expects a name: that is the resource.
            return value
    return fill(template, values, lambda name: text_of(configured(frame, name), frame, name))


def each_filled(template: str, values: Mapping[str, Text], frame: Frame) -> Iterator[Text]:
    """The templates ``filled`` for each item of its list, if one of its keys is ``{Key,}``."""
    lists = [name for name in _names(template) if name.endswith(",")]
    if not lists:
        yield filled(template, values, frame)
        return
    key = lists[0]
    for item in _items(text_of(configured(frame, key[:-1]), frame, key[:-1])):
        yield filled(template, {**values, key: item}, frame)


def _items(text: Text) -> Iterator[Text]:
    """The items of a list with commas; what a hole holds is taken for one of them."""
    items: list[list[Part]] = [[]]
    for part in text.parts:
        if isinstance(part, Hole):
            items[-1].append(part)
        else:
            first, *rest = part.split(",")
            items[-1].append(first.strip())
            items.extend([each.strip()] for each in rest)
    return (text.piece(tuple(filter(None, parts))) for parts in items if any(parts))


def derived(resource: Derived, values: Mapping[str, Text], frame: Frame) -> Text:
    """An ARN made of another; a hole where the other is not known well enough."""
    value = configured(frame, resource.key)
    parts = value.parts if isinstance(value, Text) else ()
    found = [i for i, part in enumerate(parts) if isinstance(part, str) and resource.old in part]
    if len(found) != 1:
        return text_of(ABSENT, frame, f"an ARN made of {resource.key}")
    (index,) = found
    changed = str(parts[index]).replace(resource.old, resource.new, 1)
    rest = fill(
        resource.rest,
        values,
        lambda name: literal("")
        if isinstance(configured(frame, name), Absent)
        else text_of(configured(frame, name), frame, name),
    )  # fmt: skip
    return join(
        (Text((*parts[:index], changed, *parts[index + 1 :]), None, defaults_in(value)), rest)
    )


@lru_cache(maxsize=4096)
def _constant(template: str) -> Text:
    return literal(template)


@lru_cache(maxsize=4096)
def _names(template: str) -> tuple[str, ...]:
    return tuple(piece.partition("}")[0] for piece in template.split("{")[1:])


def text_of(value: Value, frame: Frame, name: str) -> Text:
    """The text of a value, or a hole that stands for it."""
    value = meant(value)
    if isinstance(value, Text) and value.parts:
        return value
    reason = getattr(value, "reason", "") or f"{name} is not known"
    place = frame.action.label if frame.action else frame.pipeline.label
    identity = f"{frame.pipeline.resource.identity}/{place}.{name}"
    return Text((Hole(identity, LITERAL, name, reason),))


def bucket_name(text: Text) -> Text:
    """The name in a bucket's ARN, where somebody wrote the ARN instead."""
    arn = split_arn(text)
    return arn.resource if arn is not None else text


def is_arn(text: Text) -> bool:
    """Whether a text begins as an ARN does."""
    first = text.parts[0] if text.parts else ""
    return isinstance(first, str) and first.startswith("arn:")


def account_in(reference: Value) -> Text | None:
    """The account in a role's ARN."""
    arn = arn_in(reference)
    return arn.account if arn is not None and arn.account.parts else None


def some_role(key: str, frame: Frame) -> Text:
    """The ARN of a role that a configuration key leads to, nobody can say which."""
    target = frame.pipeline.resource.target
    hole = Hole(
        f"{frame.pipeline.resource.identity}.role behind {key}", PATH, f"the role behind {key}",
        f"what {key} names is not in the scanned tree",
    )  # fmt: skip
    return target.filled("arn:{partition}:iam::{account}:role/{role}", role=Text((hole,)))
