"""Texts as CloudFormation expressions: ``!GetAtt Bucket.Arn``, ``!Sub "${Bucket.Arn}/*"``.

Expressions are plain data in the long form (``{"Fn::GetAtt": ["Bucket", "Arn"]}``), as JSON has
them; ``in_yaml`` writes one in the short form.
"""

from __future__ import annotations

import json
import re
from typing import Any

from passrole.documents.nodes import Mapping as MappingNode
from passrole.documents.nodes import Node, Scalar, Sequence
from passrole.policies.vocabulary import (
    Piece,
    Placeholder,
    Reference,
    Vocabulary,
    is_of,
    label_of,
    placeholder_words,
    spelled,
    texts_of,
)
from passrole.stacks.resources import Resource, Stack
from passrole.values import Hole, Text

_ORDER = ("Ref", "Fn::GetAtt", "Fn::ImportValue", "Fn::FindInMap")
"""What code writes elsewhere in a template and means the same wherever it stands, best first."""

_PSEUDO = {"partition": "Partition", "account": "AccountId", "region": "Region"}
_PLAIN = re.compile(r"[A-Za-z0-9_/.-][A-Za-z0-9_/.:*+-]*")
_TYPED = re.compile(r"(?i)[-+.0-9]+([e:][-+.0-9]*)*|y|n|yes|no|true|false|on|off|null|~|=|<<")


def cloudformation_vocabulary(stack: Stack) -> Vocabulary:
    """What the resources of a template are called in it, and what its code writes for texts."""
    names: dict[Text, Reference] = {}
    for text in texts_of(stack):
        for hole in text.shown.holes:
            alone = Text((hole,))
            if alone not in names and (own := _of_hole(stack, hole)) is not None:
                names[alone] = Reference(own)
        # A text that is known says more than where it is written; one with holes has no other way.
        if text.origin is not None and (any(text.holes) or text.defaults):
            expression = _copied(text.origin.node) if _is_of(stack, text) else None
            if expression is not None and _is_shorter(expression, names.get(text)):
                names[text] = Reference(expression)
    defaults = {
        default: Reference({"Ref": name})
        for default in stack.assumptions
        if (name := default.partition("=")[0]) in stack.parameters
    }
    for resource in stack.resources.values():
        for text, expression in _named(resource):
            names[text] = Reference(expression)
    words = {name: Reference({"Ref": f"AWS::{pseudo}"}) for name, pseudo in _PSEUDO.items()}
    for name, place in (("account", stack.target.account), ("region", stack.target.region)):
        if any(place.holes):
            names[place] = words[name]
    return Vocabulary(stack.target, names, defaults, **words, stack=stack.id)


def cloudformation_expression(
    text: Text, vocabulary: Vocabulary
) -> tuple[Any, tuple[Placeholder, ...]]:
    """The text as an expression, and the parameters that must be added for it to be one."""
    pieces: list[Piece] = []
    placeholders: list[Placeholder] = []
    for piece in spelled(text, vocabulary):
        if not isinstance(piece, Hole):
            pieces.append(piece)
            continue
        name = _parameter_name(placeholder_words(piece, vocabulary))
        placeholders.append(Placeholder(name, piece.reason or f"{label_of(piece)} is not known"))
        pieces.append(Reference({"Ref": name}))
    return _assembled(pieces), tuple(dict.fromkeys(placeholders))


def in_yaml(expression: Any) -> str:
    """An expression as YAML on one line, in the short form: ``!Sub "${Bucket.Arn}/*"``."""
    if isinstance(expression, str):
        plain = _PLAIN.fullmatch(expression) and not _TYPED.fullmatch(expression)
        return expression if plain and not expression.endswith(":") else json.dumps(expression)
    if isinstance(expression, list):
        return f"[{', '.join(map(in_yaml, expression))}]"
    ((function, argument),) = expression.items()
    if function == "Fn::GetAtt" and isinstance(argument, list):
        argument = ".".join(argument)
    if isinstance(argument, dict):
        # Two short forms may not follow each other.
        return f"{{{function}: {in_yaml(argument)}}}"
    if function == "Fn::Sub" and isinstance(argument, list):
        named = ", ".join(f"{name}: {in_yaml(each)}" for name, each in argument[1].items())
        return f"!Sub [{json.dumps(argument[0])}, {{{named}}}]"
    return f"!{function.removeprefix('Fn::')} {in_yaml(argument)}"


def inside_sub(expression: Any) -> str | None:
    """What stands for an expression in the text of Fn::Sub, None where it needs a name there."""
    if isinstance(expression, str):
        return expression.replace("${", "${!")
    ((function, argument),) = expression.items()
    if function == "Ref":
        return f"${{{argument}}}"
    if function == "Fn::GetAtt":
        return f"${{{'.'.join(argument)}}}"
    return argument if function == "Fn::Sub" and isinstance(argument, str) else None


def _assembled(pieces: list[Piece]) -> Any:
    if not pieces:
        return ""
    if len(pieces) == 1:
        return pieces[0].expression if isinstance(pieces[0], Reference) else pieces[0]
    template = ""
    named: dict[str, Any] = {}
    for piece in pieces:
        if not isinstance(piece, Reference):
            template += str(piece).replace("${", "${!")
            continue
        inside = inside_sub(piece.expression)
        if inside is None:
            name = next((k for k, v in named.items() if v == piece.expression), "")
            name = name or f"Value{len(named) + 1}"
            named[name] = piece.expression
            inside = f"${{{name}}}"
        template += inside
    return {"Fn::Sub": [template, named] if named else template}


def _named(resource: Resource) -> list[tuple[Text, Any]]:
    """What ``Ref`` and ``Fn::GetAtt`` give of a resource."""
    if resource.stands_for_many or resource.type is None:
        return []
    texts = {"arn": resource.arn, "name": resource.name, "id": resource.generated_id}
    type_ = resource.type
    found: list[tuple[Text, Any]] = []
    if type_.ref in texts:
        found.append((texts[type_.ref], {"Ref": resource.id}))
    for attribute, meaning in type_.attributes.items():
        text = texts.get(meaning)
        if text is not None and (meaning == "arn" or meaning != type_.ref):
            found.append((text, {"Fn::GetAtt": [resource.id, attribute]}))
    return [(text, expression) for text, expression in found if is_of(resource, text)]


def _of_hole(stack: Stack, hole: Hole) -> Any:
    """The reference that a hole of this stack was read from; None where it is of another one."""
    _, imported, name = hole.id.partition(f"{stack.target.id}@import:")
    if imported:
        return {"Fn::ImportValue": name} if "@" not in name else None
    if not hole.id.startswith((f"{stack.id}#", f"{stack.id}@")):
        return None
    resource = stack.resources.get(hole.id.rpartition("#")[2].partition(".")[0])
    if resource is not None and resource.type is not None and hole.id.endswith((".name", ".id")):
        return None  # what Ref and GetAtt give of it is known from its type
    function, _, argument = hole.reference.partition(" ")
    if function == "!Ref":
        return {"Ref": argument}
    if function == "!GetAtt" and "." in argument:
        return {"Fn::GetAtt": argument.split(".", 1)}
    return None


def _is_of(stack: Stack, text: Text) -> bool:
    origin = text.origin
    return origin is not None and origin.document.path == stack.path and origin.node.made is None


def _copied(node: Node) -> Any:
    """A reference as the template writes it, in the long form; None for what is none."""
    if isinstance(node, MappingNode) and len(node.pairs) == 1 and node.tag is None:
        key, value = node.pairs[0]
        return _in_long_form(key.text, value)
    function = (node.tag or "").removeprefix("!")
    return _in_long_form(function if function == "Ref" else f"Fn::{function}", node)


def _in_long_form(function: str, argument: Node) -> Any:
    if function not in _ORDER:
        return None
    if isinstance(argument, Scalar):
        text = argument.text
        if function == "Fn::GetAtt":
            return {function: text.split(".", 1)} if "." in text else None
        return {function: text} if function != "Fn::FindInMap" else None
    if not isinstance(argument, Sequence) or function not in ("Fn::GetAtt", "Fn::FindInMap"):
        return None
    items = [
        each.text if isinstance(each, Scalar) and not each.tag else _copied(each)
        for each in argument.items
    ]
    return {function: items} if None not in items else None


def _is_shorter(expression: Any, other: Reference | None) -> bool:
    return other is None or _rank(expression) < _rank(other.expression)


def _rank(expression: Any) -> tuple[int, int, str]:
    written = json.dumps(expression)
    return _ORDER.index(next(iter(expression))), len(written), written


def _parameter_name(words: list[str]) -> str:
    """A name for a parameter: letters and digits."""
    return "".join(word[0].upper() + word[1:] for word in words)[:255] or "Value"
