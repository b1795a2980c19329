"""Plain data of CloudFormation as lines of YAML, expressions in the short form, with comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from passrole.policies.words import comment_lines
from passrole.policies.writing_cloudformation import in_yaml
from passrole.records import NamedTuple

LONGEST = 92


class Commented(NamedTuple):
    """A value with lines of comment above it; ``off`` makes the value itself one of them."""

    comments: tuple[str, ...]
    value: Any
    off: bool = False


def yaml_lines(value: Any, indent: int = 0) -> Iterator[str]:
    """The lines of a mapping or a list."""
    pad = " " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _comments(item, pad)
            yield from _entry(f"{pad}{_key(key)}:", _plain(item), indent)
    else:
        for item in value:
            yield from _comments(item, pad)
            lines = _item(_plain(item), indent)
            if isinstance(item, Commented) and item.off:
                yield from (f"{pad}# {line[indent:]}" for line in lines)
            else:
                yield from lines


def is_expression(value: Any) -> bool:
    """Whether a value is a text, or a function that gives one."""
    if not isinstance(value, dict):
        return isinstance(value, str)
    return len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    if is_expression(value):
        yield f"{head} {in_yaml(value)}"
        return
    short = _short_list(value)
    if short and len(head) + len(short) < LONGEST:
        yield f"{head} {short}"
        return
    yield head
    yield from yaml_lines(value, indent + 2)


def _item(value: Any, indent: int) -> Iterator[str]:
    pad = " " * indent
    if is_expression(value):
        yield f"{pad}- {in_yaml(value)}"
        return
    first, *rest = yaml_lines(value, indent + 2)
    yield f"{pad}- {first.lstrip()}"
    yield from rest


def _comments(value: Any, pad: str) -> Iterator[str]:
    if isinstance(value, Commented):
        for line in value.comments:
            yield from comment_lines(line, pad)


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Commented) else value


def _short_list(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return f"[{', '.join(_quoted(item) for item in value)}]"
    return ""


def _quoted(text: str) -> str:
    """A text inside of brackets, where a colon may end a key."""
    return in_yaml(text) if ":" not in text else f'"{text}"'


def _key(key: str) -> str:
    return in_yaml(key)
