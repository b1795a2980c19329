"""The Conditions section: comparisons of values into guards over facts."""

from __future__ import annotations

from passrole.documents.nodes import Mapping, Node
from passrole.stacks.cloudformation.expressions import derived_id, relying_on, short
from passrole.stacks.cloudformation.scope import (
    Decision,
    Scope,
    arguments,
    call_of,
    malformed,
    word,
)
from passrole.values import (
    AllOf,
    AnyOf,
    Choice,
    Fact,
    Guard,
    Hole,
    Not,
    Origin,
    Text,
    Value,
    choose,
    literal,
    opposite,
)

FUNCTIONS = ("Condition", "Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or")

ALLOWED_CAP = 64
"""Of more AllowedValues than this it is not remembered that a parameter has to be one of them."""

CHOICE_CAP = 6
"""A comparison follows the branches of a value that depends on conditions so deep."""


def decide(scope: Scope, node: Node) -> Decision:
    """The guard of a condition's expression.

    Whatever cannot be compared is a fact of its own, so that its opposite is still its opposite.
    """
    origin = scope.origin(node)
    call = call_of(node)
    if call is None and isinstance(node, Mapping) and len(node.pairs) == 1:
        call = (node.pairs[0][0].text, node.pairs[0][1])
    name, argument = call or ("", node)
    if name == "Condition":
        referred = word(scope, argument)
        if referred is not None:
            return scope.decision(referred, origin)
    elif name == "Fn::Not" and len(arguments(argument)) == 1:
        guard, defaults = scope.guard(arguments(argument)[0])
        return Decision(opposite(guard), defaults)
    elif name in ("Fn::And", "Fn::Or") and arguments(argument):
        return _combined(name == "Fn::Or", [scope.guard(part) for part in arguments(argument)])
    elif name == "Fn::Equals" and len(arguments(argument)) == 2:
        left, right = ((scope.value(part), part) for part in arguments(argument))
        return _equal(scope, left, right)
    malformed(scope, "A condition is made of Fn::Equals, Fn::And, Fn::Or, Fn::Not", origin)
    return Decision(Fact(scope.identity(node), None, "a condition that cannot be read"))


def _equal(
    scope: Scope, one: tuple[Value, Node], other: tuple[Value, Node], depth: int = 0
) -> Decision:
    """Whether two values are equal; of a choice, in each of its branches."""
    (left, left_node), (right, right_node) = one, other
    if isinstance(right, Choice) and not isinstance(left, Choice):
        return _equal(scope, other, one, depth)
    if isinstance(left, Choice) and depth < CHOICE_CAP and scope.afford(1):
        holds = Decision(left.guard)
        then = _equal(scope, (left.then, left_node), other, depth + 1)
        otherwise = _equal(scope, (left.otherwise, left_node), other, depth + 1)
        fails = Decision(opposite(left.guard))
        chosen = [_combined(False, [holds, then]), _combined(False, [fails, otherwise])]
        return _combined(True, chosen)
    texts = scope.text(left, left_node), scope.text(right, right_node)
    return Decision(equality(*texts), texts[0].defaults | texts[1].defaults)


def as_value(scope: Scope, argument: Node, origin: Origin) -> Value:
    """A condition where a value stands: ``true`` or ``false``."""
    del argument
    guard, defaults = scope.guard(origin.node)
    answer = choose(guard, literal("true", origin), literal("false", origin), origin)
    return relying_on(scope, answer, defaults, origin)


def equality(left: Text, right: Text) -> Guard:
    """Whether two texts are equal, as far as that is decided before deployment."""
    if left == right:
        return True
    if left.known() is not None:
        left, right = right, left
    plain = right.known()
    if plain is not None:
        if left.known() is not None or not _may_be(left, plain):
            return False
        hole = left.parts[0]
        if len(left.parts) == 1 and isinstance(hole, Hole):
            return equals_literal(hole, plain, str(right))
    first, second = sorted((left, right), key=derived_id)
    label = f"{_shown(first)} is {_shown(second)}"
    return Fact(f"{derived_id(first)} = {derived_id(second)}", None, label)


def equals_literal(hole: Hole, text: str, shown: str = "") -> Guard:
    """Whether a hole is a literal, which is told as ``shown`` where that is given.

    What is none of the other allowed values is the one that is left.
    """
    if not hole.alphabet.admits_text(text):
        return False
    choices = sorted(hole.alphabet.choices or ())
    if len(choices) == 1:
        return True
    if len(choices) == 2 and text == choices[0]:
        return Not(equals_literal(hole, choices[1]))
    among = tuple(choices) if len(choices) <= ALLOWED_CAP else ()
    label = f"{_shown(Text((hole,)))} is {short(shown or text) or 'empty'}"
    return Fact(hole.id, text, label, among)


def _combined(either: bool, parts: list[Decision]) -> Decision:
    """All of the conditions, or ``either`` of them. One that decides it alone stands for all."""
    deciding = [part for part in parts if part.guard is either]
    if deciding:
        return min(deciding, key=lambda part: (len(part.defaults), sorted(part.defaults)))
    defaults = frozenset[str]().union(*(part.defaults for part in parts))
    # By their words: as tuples, "all of" and "any of" the same guards are equal.
    open_guards = {repr(part.guard): part.guard for part in parts}
    left = tuple(guard for guard in open_guards.values() if not isinstance(guard, bool))
    if not left:
        return Decision(not either, defaults)
    if len(left) == 1:
        return Decision(left[0], defaults)
    return Decision(AnyOf(left) if either else AllOf(left), defaults)


def _may_be(text: Text, plain: str) -> bool:
    """Whether a text with holes may be ``plain``, by its literal ends."""
    first, last = text.parts[0], text.parts[-1]
    return (isinstance(first, Hole) or plain.startswith(first)) and (
        isinstance(last, Hole) or plain.endswith(last)
    )


def _shown(text: Text) -> str:
    """``Env`` for a parameter: how a person says it in ``Env is prod``.

    It depends on nothing but ids, so that a fact has one label wherever it is asked.
    """
    if len(text.parts) == 1 and isinstance(text.parts[0], Hole):
        return short(str(text).removeprefix("${").removesuffix("}"))
    return short(str(text)) or "empty"
