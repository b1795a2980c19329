"""``Fn::Sub``: a template of text with ``${names}``, with or without a map of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.documents.nodes import Mapping, Node, Scalar
from passrole.stacks.cloudformation.expressions import joined, over_choices
from passrole.stacks.cloudformation.scope import Scope, arguments, malformed
from passrole.values import Origin, Value

_NAME = re.compile(r"\$\{([^{}$]*)\}")


def substitute(scope: Scope, argument: Node, origin: Origin) -> Value:
    """The text of ``Fn::Sub``, its names replaced; ``${!Name}`` stays as ``${Name}``."""
    template: Node | None = argument
    variables: Node | None = None
    if parts := arguments(argument):
        template = parts[0]
        variables = parts[1] if len(parts) == 2 else None
        if not isinstance(variables, Mapping):
            return malformed(scope, "Fn::Sub with a list needs a text and a map", origin)
    if not isinstance(template, Scalar) or template.tag is not None:
        return malformed(scope, "Fn::Sub needs a text", origin)
    pieces = tuple(_pieces(template.text))
    given = variables.index if isinstance(variables, Mapping) else {}
    values = tuple(_value(scope, name, given, origin) for _, name in pieces if name is not None)

    def build(values: tuple[Value, ...]) -> Value:
        found = iter(values)
        texts = [
            text if name is None else scope.text(next(found), given.get(name, origin.node))
            for text, name in pieces
        ]
        return joined(scope, texts, "", origin)

    return over_choices(scope, values, build, origin)


def _pieces(template: str) -> Iterator[tuple[str, str | None]]:
    """Literal text, or a name to replace."""
    end = 0
    for found in _NAME.finditer(template):
        yield template[end : found.start()], None
        name = found[1]
        if name.startswith("!"):
            yield f"${{{name[1:]}}}", None
        else:
            yield "", name.strip()
        end = found.end()
    yield template[end:], None


def _value(scope: Scope, name: str, given: dict[str, Node], origin: Origin) -> Value:
    if name in given:
        return scope.value(given[name])
    logical_id, dot, attribute = name.partition(".")
    if dot:
        return scope.attribute(logical_id, attribute, origin)
    return scope.reference(name, origin)
