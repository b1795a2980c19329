"""Policy variables: ``${aws:username}``, ``${aws:PrincipalTag/team, 'none'}``, ``${*}``.

Source: IAM user guide, *IAM policy elements: Variables and tags*.
"""

from __future__ import annotations

import re

from passrole.iam.quoting import quoted
from passrole.iam.requests import Request
from passrole.records import NamedTuple
from passrole.values import ANYTHING, Absent, Hole, Part, Text, Unknown
from passrole.values.texts import LITERAL

_VARIABLE = re.compile(r"\$\{([^{}]*)\}")
_WITH_DEFAULT = re.compile(r"([^,]*), '([^']*)'\Z")
_SPECIAL = ("*", "?", "$")


class Resolved(NamedTuple):
    """A text after its variables were put in.

    ``text`` is None where a variable has no value: the text then matches nothing. Where it is not
    ``certain`` that every variable has one, a match is not certain either.
    """

    text: Text | None
    certain: bool = True
    many: bool = False
    """A variable has many values, with which no match is defined."""


def has_variables(text: Text) -> bool:
    """Whether something in the text may be a policy variable, or the end of one."""
    if len(text.parts) == 1 and isinstance(text.parts[0], str):
        return "${" in text.parts[0]
    return any(isinstance(part, str) and ("${" in part or "}" in part) for part in text.parts)


def resolve(text: Text, request: Request, *, pattern: bool) -> Resolved:
    """The text with the values of its variables, which are never wildcards.

    ``pattern`` says that the text is one, so that ordinary stars must be told from wildcards.
    """
    parts: list[Part] = []
    certain = True
    for index, part in enumerate(text.parts):
        if isinstance(part, Hole):
            if _begins_variable(part, text.parts[index + 1 :]):
                parts.append(_anything(text))
                certain = False
                break
            parts.append(part)
            continue
        end = 0
        for found in _VARIABLE.finditer(part):
            parts.append(part[end : found.start()])
            end = found.end()
            value = _value(found.group(1), request)
            if value.many or value.text is None:
                return value
            certain = certain and value.certain
            if pattern:
                parts.extend(quoted(p) if isinstance(p, str) else p for p in value.text.parts)
            else:
                parts.extend(value.text.parts)
        rest = part[end:]
        if "${" in rest:
            # Cut in two by a hole, or malformed: from here on nothing is known.
            parts.extend((rest[: rest.index("${")], _anything(text)))
            certain = False
            break
        parts.append(rest)
    return Resolved(Text(parts, text.origin, text.defaults), certain)


def _begins_variable(hole: Hole, after: tuple[Part, ...]) -> bool:
    """Whether a brace behind a hole may close a variable that begins in the hole."""
    if not hole.alphabet.admits("$"):
        return False
    return any(isinstance(part, str) and "}" in _VARIABLE.sub("", part) for part in after)


def _anything(text: Text) -> Hole:
    return Hole(f"variable in {text}", ANYTHING, str(text), "a policy variable with a hole in it")


def _value(inside: str, request: Request) -> Resolved:
    if inside in _SPECIAL:
        return Resolved(Text((inside,)))
    key, default = inside, None
    with_default = _WITH_DEFAULT.match(inside)
    if with_default:
        key, default = with_default.group(1), with_default.group(2)
    key = key.lower()
    value = request.value_of(key)
    if isinstance(value, Absent):
        return Resolved(None) if default is None else Resolved(Text((default,)))
    if value is None or isinstance(value, Unknown):
        # With a default there always is a text, without one there may be none.
        return Resolved(Text((Hole(f"variable {key}", LITERAL, f"${{{inside}}}"),)), certain=False)
    if isinstance(value, tuple):
        return Resolved(None, many=True)
    # What becomes of a variable whose value is empty is not documented.
    return Resolved(value, certain=any(map(_is_there, value.parts)))


def _is_there(part: Part) -> bool:
    return isinstance(part, str) or not part.alphabet.admits_text("")
