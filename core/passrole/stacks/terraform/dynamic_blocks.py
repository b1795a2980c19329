"""``dynamic`` blocks: put where the blocks that they make would stand.

Source: https://developer.hashicorp.com/terraform/language/expressions/dynamic-blocks
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.expressions import (
    Access,
    Constant,
    Dynamic,
    Expression,
    ListOf,
    Name,
    ObjectOf,
    Placed,
    Unreadable,
    unplaced,
)
from passrole.values import Origin


def is_dynamic(place: Origin) -> bool:
    """Whether there may be a dynamic block at a place."""
    document, node = place
    # Most documents hold none.
    return document.mentions("dynamic") and document.text.find("dynamic", node.start, node.end) >= 0


def with_dynamic_blocks(block: Block) -> Block:
    """The block with its ``dynamic`` blocks among the blocks of the type that they make."""
    return block.having(partial(_arguments, block))


def _arguments(block: Block) -> dict[str, Argument]:
    arguments = {
        name: Argument(each.key, partial(_within_argument, each))
        for name, each in block.arguments.items()
        if name != "dynamic"
    }
    dynamic = block.arguments.get("dynamic")
    for label, key, made in _all_made(dynamic.expression, True) if dynamic is not None else ():
        before = arguments.get(label)
        if before is None:
            arguments[label] = Argument(key, Placed(ListOf((made,)), key))
        else:
            arguments[label] = Argument(before.key, _joined(before.expression, made))
    return arguments


def _within_argument(argument: Argument) -> Expression:
    return _within(argument.expression) if is_dynamic(argument.origin) else argument.expression


def _within(expression: Expression) -> Expression:
    """An expression with the dynamic blocks of the blocks inside it."""
    if isinstance(expression, Placed):
        return Placed(_within(expression.expression), expression.origin)
    if isinstance(expression, ListOf):
        return ListOf(tuple(map(_within, expression.items)))
    if isinstance(expression, ObjectOf):
        return _object(expression)
    return expression


def _object(expression: ObjectOf) -> ObjectOf:
    items: dict[str, tuple[Expression, Expression]] = {}
    waiting: list[tuple[str, Origin, Placed]] = []
    for index, (key, item) in enumerate(expression.items):
        name = unplaced(key)
        text = name.text if isinstance(name, Constant) else f"[{index}]"
        made = list(_all_made(item)) if text == "dynamic" else []
        waiting.extend(made)
        if not made:
            items[text] = (key, _within(item))
    for label, origin, each in waiting:
        if label in items:
            key, before = items[label]
            items[label] = (key, _joined(before, each))
        else:
            place = Placed(Constant(label), origin)
            items[label] = (place, Placed(ListOf((each,)), origin))
    return ObjectOf(tuple(items.values()))


def _joined(before: Expression, made: Placed) -> Expression:
    """Blocks that are written and those that are made, in the order in which they stand."""
    inner = unplaced(before)
    items = list(inner.items) if isinstance(inner, ListOf) else [before]
    start = made.origin.node.start
    after = [
        index
        for index, item in enumerate(items)
        if isinstance(item, Placed)
        and item.origin.document is made.origin.document
        and item.origin.node.start > start
    ]
    items.insert(after[0] if after else len(items), made)
    listing = ListOf(tuple(items))
    return Placed(listing, before.origin if isinstance(before, Placed) else made.origin)


def _all_made(
    expression: Expression, certain: bool = False
) -> Iterator[tuple[str, Origin, Placed]]:
    """The dynamic blocks of one ``dynamic`` argument: label, its place, and the block.

    ``certain`` says that it can be nothing else, whatever it looks like.
    """
    for body in _bodies(expression):
        for key, inner in body.items:
            name = unplaced(key)
            if not isinstance(key, Placed) or not isinstance(name, Constant):
                continue
            for each in _listed(inner):
                made = _made(name.text, each)
                if made is None and certain:
                    made = Unreadable(f"a dynamic {name.text} block has no for_each or no content")
                if made is not None:
                    place = each.origin if isinstance(each, Placed) else key.origin
                    yield name.text, key.origin, Placed(made, place)


def _made(label: str, expression: Expression) -> Dynamic | Unreadable | None:
    body = unplaced(expression)
    if not isinstance(body, ObjectOf):
        return None
    fields = {
        name.text: item for key, item in body.items if isinstance(name := unplaced(key), Constant)
    }
    content = next(iter(_listed(fields["content"])), None) if "content" in fields else None
    if "for_each" not in fields or content is None:
        return None
    return Dynamic(
        label, fields["for_each"], _iterator(fields.get("iterator"), label), _within(content)
    )


def _iterator(expression: Expression | None, label: str) -> str:
    """The name that ``iterator`` gives: a word, or a string that holds it."""
    bare = unplaced(expression) if expression is not None else None
    if isinstance(bare, Access):
        bare = bare.base
    if isinstance(bare, Name):
        return bare.name
    return bare.text.removeprefix("${").removesuffix("}") if isinstance(bare, Constant) else label


def _bodies(expression: Expression) -> Iterator[ObjectOf]:
    for each in _listed(expression):
        body = unplaced(each)
        if isinstance(body, ObjectOf):
            yield body


def _listed(expression: Expression) -> Iterable[Expression]:
    bare = unplaced(expression)
    return bare.items if isinstance(bare, ListOf) else (expression,)
