"""Environment variables whose values are fetched when a build starts, and what they name."""

from __future__ import annotations

import re
from collections.abc import Callable

from passrole.records import NamedTuple
from passrole.stacks.resources import Target
from passrole.values import (
    PATH,
    Absent,
    Alphabet,
    Choice,
    Hole,
    Listing,
    Part,
    Text,
    Unknown,
    Value,
    choose,
    elements,
    get,
    known,
    over_leaves,
)

_SECRET = "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}"  # noqa: S105
_PARAMETER = "arn:{partition}:ssm:{region}:{account}:parameter/{name}"
_SUFFIX = re.compile(r"-(?=\w*[A-Z0-9])[A-Za-z0-9]{6}$")
"""The six characters that Secrets Manager adds to a name. A word of six small letters is taken
for a part of the name: it would be made up once in two hundred times."""


_MADE_UP = Alphabet("suffix of a secret", excluded=":/*?- ", length=(6, 6))


class Fetched(NamedTuple):
    """Listings of ARNs. The suffix of a secret is a hole where only its name is written."""

    parameters: Value
    secrets: Value


def fetched(variables: Value, target: Target) -> Fetched:
    """The parameters and secrets that a list of ``Name``, ``Type``, ``Value`` names.

    ``target`` is where the build runs: a name without an ARN is looked up there. The keys of a
    variable may be written in lower case too.
    """
    listed = [item for each in elements(variables) for item in _variables(each)]
    return Fetched(
        _named(listed, "PARAMETER_STORE", lambda text: parameter_arn(text, target)),
        _named(listed, "SECRETS_MANAGER", lambda text: secret_arn(text, target)),
    )


def variable_names(variables: Value) -> tuple[Value, ...]:
    """The names in such a list; an unknown value where the list or a name is not known."""
    if isinstance(variables, Unknown):
        return (variables,)
    return tuple(_key(each, "Name") for each in elements(variables))


def secret_arn(reference: Text, target: Target) -> Text:
    """The secret of ``name:json-key:stage:version``, where the name may be an ARN instead."""
    first, *rest = reference.parts or ("",)
    if isinstance(first, Hole):
        after = str(rest[0]) if rest and isinstance(rest[0], str) else ""
        # What follows the first colon says which part of the secret is meant.
        return Text((first, after.partition(":")[0]), reference.origin, reference.defaults)
    if not first.startswith("arn:"):
        pieces = reference.split(":", 1)
        name = pieces[0] if pieces else Text((first.partition(":")[0],))
        return _filled(_SECRET, Text((*name.parts, "-", _suffix(name))), target, reference)
    pieces = reference.split(":", 7)
    if pieces is None or len(pieces) < 7:
        return reference
    name = pieces[6]
    tail = name.parts[-1] if name.parts else ""
    whole = isinstance(tail, Hole) or bool(_SUFFIX.search(tail))
    parts = [part for piece in pieces[:6] for part in (*piece.parts, ":")]
    ending: tuple[Part, ...] = () if whole else ("-", _suffix(name))
    return Text((*parts, *name.parts, *ending), reference.origin, reference.defaults)


def _suffix(name: Text) -> Hole:
    reason = "Secrets Manager adds it to the name of the secret"
    return Hole(f"{name}#suffix", _MADE_UP, "suffix", reason)


def parameter_arn(reference: Text, target: Target) -> Text:
    """The parameter of a name, which may begin with a slash, or of an ARN."""
    first, *rest = reference.parts or ("",)
    if isinstance(first, str):
        if first.startswith("arn:"):
            return reference
        return _filled(_PARAMETER, Text((first.removeprefix("/"), *rest)), target, reference)
    if first.alphabet.admits("/"):
        # Whether the name begins with a slash, which the ARN has only once, nobody can say.
        first = Hole(f"{first.id}/parameter", PATH, first.reference, first.reason)
    return _filled(_PARAMETER, Text((first, *rest)), target, reference)


def _named(variables: list[Value], kind: str, arn: Callable[[Text], Text]) -> Listing:
    found = (_reference(each, kind, arn) for each in variables)
    return Listing(tuple(each for each in found if not isinstance(each, Absent)))


def _variables(value: Value) -> tuple[Value, ...]:
    return () if isinstance(value, (Unknown, Absent)) else (value,)


def _reference(variable: Value, kind: str, arn: Callable[[Text], Text]) -> Value:
    """What a variable names; absent where it is of another kind, or not to be resolved."""
    if isinstance(variable, Choice):
        then = _reference(variable.then, kind, arn)
        otherwise = _reference(variable.otherwise, kind, arn)
        if isinstance(then, Absent) and isinstance(otherwise, Absent):
            return then
        return choose(variable.guard, then, otherwise, variable.origin)
    if known(_key(variable, "Type")) != kind:
        return Absent()
    return _mapped(_key(variable, "Value"), arn)


def _mapped(value: Value, arn: Callable[[Text], Text]) -> Value:
    def named(leaf: Value) -> Value:
        return arn(leaf) if isinstance(leaf, Text) and leaf.parts else Absent()

    return over_leaves(value, named)


def _key(variable: Value, name: str) -> Value:
    return get(variable, name) or get(variable, name.lower())


def _filled(template: str, name: Text, target: Target, reference: Text) -> Text:
    text = target.filled(template, name=name)
    return Text(text.parts, reference.origin, reference.defaults)


__all__ = ["Fetched", "fetched", "parameter_arn", "secret_arn", "variable_names"]
