"""Functions over texts. Each answers None where it cannot say."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping

from passrole.stacks.terraform.collection_functions import is_exact
from passrole.stacks.terraform.decisions import (
    truth,
)
from passrole.stacks.terraform.function_rows import ITEM_CAP, Arguments, Function, Row
from passrole.stacks.terraform.operands import (
    TEXT_CAP,
    as_text,
    json_text,
    number_of,
)
from passrole.values import (
    Listing,
    Part,
    Record,
    Text,
    Value,
    join,
    known,
    literal,
)


def _on_texts(function: Callable[..., str | None]) -> Function:
    def run(arguments: Arguments) -> Value | None:
        texts = [known(each) for each in arguments]
        if None in texts:
            return None
        result = function(*texts)
        if result is None or len(result) > TEXT_CAP:
            return None
        defaults = frozenset[str]().union(*(_defaults(each) for each in arguments))
        return Text((result,), None, defaults)

    return run


def _defaults(value: Value) -> frozenset[str]:
    return value.defaults if isinstance(value, Text) else frozenset()


def _replace(text: str, old: str, new: str) -> str | None:
    if len(old) > 1 and old[0] == old[-1] == "/":
        return _replace_pattern(text, old[1:-1], new)
    if len(text) + text.count(old) * len(new) > TEXT_CAP:
        return None
    return text.replace(old, new)


_CLASS = re.compile(r"\[\^?[\w .,:;@#=/-]+\][+*]?", re.ASCII)


def _replace_pattern(text: str, pattern: str, new: str) -> str | None:
    """A class of characters is the one regular expression that is computed: it never backtracks."""
    if not _CLASS.fullmatch(pattern) or pattern.endswith("*") or "$" in new or "\\" in new:
        return None
    if len(text) * (len(new) + 1) > TEXT_CAP:
        return None
    try:
        return re.sub(pattern, new, text)
    except re.error:
        return None


def _title(text: str) -> str:
    return re.sub(r"(?<!\S)\S", lambda found: found[0].upper(), text)


def _substr(text: str, offset: str, length: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,9}", offset) or not re.fullmatch(r"-?\d{1,9}", length):
        return None
    start, size = int(offset), int(length)
    start = max(0, start + len(text)) if start < 0 else start
    return text[start:] if size < 0 else text[start : start + size]


def _encoded(text: str) -> str | None:
    try:
        return base64.b64encode(text.encode()).decode()
    except UnicodeEncodeError:
        return None


_FORMAT = re.compile(r"%(0?[0-9]{0,3})(.?)", re.DOTALL)


def _format(arguments: Arguments) -> Value | None:
    pattern = known(arguments[0])
    if pattern is None:
        return None
    waiting = list(arguments[1:])
    pieces: list[Text | str] = []
    size = end = 0
    for found in _FORMAT.finditer(pattern):
        pieces.append(pattern[end : found.start()])
        end = found.end()
        width, verb = found[1], found[2]
        if verb == "%" and not width:
            pieces.append("%")
            continue
        text = _formatted(waiting.pop(0), width, verb) if waiting else None
        if text is None:
            return None
        size += len(known(text) or "")
        if size > TEXT_CAP:
            return None
        pieces.append(text)
    if waiting:
        return None
    pieces.append(pattern[end:])
    return join((join(pieces), Text((), None, _defaults(arguments[0]))))


def _formatted(value: Value, width: str, verb: str) -> Text | None:
    """One argument of ``format``, for the verbs that people write."""
    whole = known(value)
    if verb == "q":
        return None if whole is None or width else literal(json.dumps(whole, ensure_ascii=False))
    if verb not in ("s", "d", "v"):
        return None
    structured = verb == "v" and isinstance(value, (Listing, Record))
    text = json_text(value) if structured else as_text(value)
    if text is None or (verb == "d" and number_of(text) is None and whole):
        return None
    if not width:
        return text
    if whole is None:
        return None
    return literal(whole.rjust(int(width), "0" if width[0] == "0" else " "))


def _format_list(arguments: Arguments) -> Value | None:
    lengths = {len(each.values) for each in arguments if isinstance(each, Listing)}
    if len(lengths) > 1 or any(isinstance(e, Listing) and not is_exact(e) for e in arguments):
        return None
    made: list[Value] = []
    for index in range(min(*lengths, ITEM_CAP) if lengths else 1):
        row = (each.values[index] if isinstance(each, Listing) else each for each in arguments)
        text = _format(tuple(row))
        if text is None:
            return None
        made.append(text)
    return Listing(tuple(made))


def _contains(arguments: Arguments) -> Value | None:
    text, wanted = arguments[0], known(arguments[1])
    if wanted is None or not isinstance(text, Text):
        return None
    if any(wanted in part for part in text.parts if isinstance(part, str)):
        return truth(True)
    return truth(False) if known(text) is not None else None


def _join(arguments: Arguments) -> Value | None:
    separator, *lists = arguments
    known_separator = known(separator)
    items: list[Value] = []
    for each in lists:
        if not isinstance(each, Listing) or len(items) + len(each.values) > ITEM_CAP:
            return None
        items.extend(each.values)
    if len(items) == 1 and isinstance(items[0], Record):
        return items[0]  # a document of JSON keeps its structure
    pieces = [json_text(each) if isinstance(each, Record) else each for each in items]
    texts = [each for each in pieces if isinstance(each, Text)]
    if known_separator is None or len(texts) < len(pieces):
        return None
    size = sum(len(part) for text in texts for part in text.parts if isinstance(part, str))
    if size + len(known_separator) * len(texts) > TEXT_CAP:
        return None
    return join(texts, known_separator)


def _split(arguments: Arguments) -> Value | None:
    separator, text = known(arguments[0]), arguments[1]
    if not separator or not isinstance(text, Text):
        return None
    pieces = text.split(separator)
    return None if pieces is None else Listing(tuple(pieces))


def _begins(arguments: Arguments) -> Value | None:
    return _affix(arguments, True)


def _ends(arguments: Arguments) -> Value | None:
    return _affix(arguments, False)


def _affix(arguments: Arguments, first: bool) -> Value | None:
    text, affix = arguments[0], known(arguments[1])
    if affix is None or not isinstance(text, Text):
        return None
    whole = known(text)
    part: Part = whole if whole is not None else text.parts[0 if first else -1]
    if not isinstance(part, str) or (whole is None and len(part) < len(affix)):
        return None
    return truth(part.startswith(affix) if first else part.endswith(affix))


TEXT_FUNCTIONS: Mapping[str, Row] = {
    "base64encode": Row(_on_texts(_encoded), 1, 1, text=True),
    "chomp": Row(_on_texts(lambda text: text.rstrip("\r\n")), 1, 1, text=True),
    "endswith": Row(_ends, 2, 2),
    "format": Row(_format, 1, None, text=True),
    "formatlist": Row(_format_list, 1, None, deep=True),
    "join": Row(_join, 2, None, deep=True, text=True),
    "lower": Row(_on_texts(str.lower), 1, 1, text=True),
    "replace": Row(_on_texts(_replace), 3, 3, text=True),
    "split": Row(_split, 2, 2),
    "startswith": Row(_begins, 2, 2),
    "strcontains": Row(_contains, 2, 2),
    "strrev": Row(_on_texts(lambda text: text[::-1]), 1, 1, text=True),
    "substr": Row(_on_texts(_substr), 3, 3, text=True),
    "title": Row(_on_texts(_title), 1, 1, text=True),
    "trim": Row(_on_texts(lambda text, cut: text.strip(cut) if cut else text), 2, 2, text=True),
    "trimprefix": Row(_on_texts(str.removeprefix), 2, 2, text=True),
    "trimspace": Row(_on_texts(str.strip), 1, 1, text=True),
    "trimsuffix": Row(_on_texts(str.removesuffix), 2, 2, text=True),
    "upper": Row(_on_texts(str.upper), 1, 1, text=True),
}
