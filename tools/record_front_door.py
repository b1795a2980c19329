"""Writes down what plugin authors rely on: the names of the front door, with their signatures.

    python tools/record_front_door.py

``tests/front_door.json`` is the promise (docs/stability.md); ``tests/test_stability.py`` holds the
code against it. What is new stands in it from the next release on.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

RECORD = Path(__file__).resolve().parents[1] / "tests" / "front_door.json"
DOORS = ("passrole", "passrole.testing")
HOOKS = "passrole.hookspecs"
FIXTURES = ("passrole_plugins", "contributions", "check_text", "graph_of")

# The engine makes these: what they are made of may change, what can be asked of them may not.
MADE_BY_THE_ENGINE = {
    "Document", "Graph", "Resource", "Results", "Rule", "Stack", "Target", "Use", "Excess",
}  # fmt: skip
SET_WHERE_IT_IS_MADE = {"Graph": ("entities", "pipelines", "policies", "roles")}
# How it is worked out: rules have no use for it.
NOT_PROMISED = {
    "Graph": {"flawed", "network", "sets", "unmet_under"},
    "Statement": {"listed"},
}


class Parameter(NamedTuple):
    """A parameter, how it is given (``position``, ``name``, ``any``), and if it may be left out."""

    name: str
    given_by: str
    optional: bool


_GIVEN_BY = {
    inspect.Parameter.POSITIONAL_ONLY: "position",
    inspect.Parameter.KEYWORD_ONLY: "name",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "any",
}


def described() -> dict[str, Any]:
    """Every hook and every exported name, by what it is."""
    hooks = importlib.import_module(HOOKS)
    found: dict[str, Any] = {
        name: {"kind": "hook", "parameters": _parameters(getattr(hooks, name))}
        for name in sorted(vars(hooks))
        if name.startswith("passrole_")
    }
    for door in DOORS:
        module = importlib.import_module(door)
        for name in sorted(module.__all__):
            found[f"{door}.{name}"] = _described(name, getattr(module, name))
    fixtures = importlib.import_module("passrole.testing.fixtures")
    for name in FIXTURES:
        if hasattr(fixtures, name):
            found[f"fixture {name}"] = {"kind": "fixture"}
    return found


def _described(name: str, thing: Any) -> dict[str, Any]:
    if inspect.isclass(thing):
        if issubclass(thing, enum.Enum):
            return {"kind": "enum", "members": sorted(thing.__members__)}
        entry: dict[str, Any] = {"kind": "class", "members": dict(_members(name, thing))}
        if name not in MADE_BY_THE_ENGINE and not issubclass(thing, Exception):
            entry["parameters"] = _parameters(thing)
        return entry
    if inspect.isfunction(thing):
        return {"kind": "function", "parameters": _parameters(thing)}
    return {"kind": "value"}


def _members(name: str, thing: type[Any]) -> Iterator[tuple[str, Any]]:
    own = {
        member: value
        for base in reversed(thing.__mro__)
        if base.__module__.startswith("passrole")
        for member, value in vars(base).items()
    }
    fields = set(getattr(thing, "__dataclass_fields__", ())) | set(getattr(thing, "_fields", ()))
    for member in sorted({*own, *fields, *SET_WHERE_IT_IS_MADE.get(name, ())}):
        if member.startswith("_") or member in NOT_PROMISED.get(name, ()):
            continue
        value: Any = getattr(thing, member, None)
        is_method = inspect.isfunction(value) or inspect.ismethod(value)
        yield member, _parameters(value) if is_method else None


def _parameters(thing: Callable[..., Any]) -> list[Parameter]:
    return [
        Parameter(each.name, _GIVEN_BY[each.kind], each.default is not each.empty)
        for each in inspect.signature(thing).parameters.values()
        if each.kind in _GIVEN_BY and each.name not in ("self", "cls")
    ]


def broken(promised: dict[str, Any], now: dict[str, Any]) -> Iterator[str]:
    """What a plugin written for ``promised`` would miss in ``now``, in words."""
    for name, before in sorted(promised.items()):
        after = now.get(name)
        if after is None:
            yield f"{name} is gone"
        elif after["kind"] != before["kind"]:
            yield f"{name} was a {before['kind']} and is a {after['kind']}"
        else:
            yield from _changed(name, before, after)


def _changed(name: str, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    if "parameters" in before:
        # A plugin implements hooks, and may leave out parameters: it can lack none that it names.
        is_hook = before["kind"] == "hook"
        yield from _uncallable(
            name, before["parameters"], after.get("parameters", []), may_grow=is_hook
        )
    members = before.get("members", {})
    for member in sorted(members):
        there = after.get("members", {})
        if member not in there:
            yield f"{name}.{member} is gone"
        elif isinstance(members, dict) and members[member] is not None:
            yield from _uncallable(f"{name}.{member}", members[member], there[member] or [])


def _uncallable(
    name: str, before: list[Any], after: list[Any], *, may_grow: bool = False
) -> Iterator[str]:
    was, is_now = [Parameter(*each) for each in before], [Parameter(*each) for each in after]
    named = {each.name: each for each in is_now}
    for parameter in was:
        there = named.get(parameter.name)
        if there is None:
            yield f"{name} takes no {parameter.name} any more"
        elif parameter.optional and not there.optional:
            yield f"{name} now must be given {parameter.name}"
        elif there.given_by not in (parameter.given_by, "any"):
            yield f"{name} takes {parameter.name} by {there.given_by} only"
    known = {each.name for each in was}
    for parameter in is_now:
        if parameter.name not in known and not parameter.optional and not may_grow:
            yield f"{name} now must be given {parameter.name}"
    order = [each.name for each in was if each.given_by != "name"]
    if order != [each.name for each in is_now if each.given_by != "name"][: len(order)]:
        yield f"{name} takes its positional parameters in another order"


def main() -> None:
    """Write the record: one line for each name."""
    lines = [
        f"  {json.dumps(name)}: {json.dumps(entry)}" for name, entry in sorted(described().items())
    ]
    RECORD.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    print(f"{len(lines)} names in tests/{RECORD.name}")


if __name__ == "__main__":
    main()
