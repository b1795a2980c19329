"""Values of HCL that are whole in themselves, told without the grammar.

What is written as most people do is taken apart from the inside out: a string, a number, a
reference is one part; so is what brackets hold of such, with the name of the function before them
if there is one, and then what holds that. What is one part in the end is a value that the grammar
would make no more and no less of. Of all else nothing is said here.
"""

from __future__ import annotations

import re
from typing import Final

WORD: Final = r"[A-Za-z_][A-Za-z0-9_-]*+"
NAMES: Final = rf"{WORD}(?:\.{WORD})*+"
BLANK: Final = r"[ \t\r\n]*+"
STRING: Final = r'"(?:[^"\\$%\n\0]++|\\[nrt"\\]|[$%](?![{$%])|\$\{[ ]?' + NAMES + r'[ ]?\})*+"'
"""A string with nothing but names in ``${}``."""

_MOST_DEPTH: Final = 16  # of brackets in brackets: each level is one more look
_PART: Final = "\0"  # stands in place of whatever is whole
_STRINGS: Final = re.compile(rf'#[^\n]*+|//[^\n]*+|"(){STRING[1:]}')
_NAME: Final = rf"(?<![\w-])(?!(?:for|in|if|true|false|null)\b){WORD}"
# A number or a reference, from where it begins: not inside of a word.
_TERM: Final = re.compile(
    r"[A-Za-z0-9_](?<![\w.].)(?<![\w-]-.)(?:"
    r"(?<=[0-9])[0-9]*+(?:\.[0-9]++)?+(?![\w.\0])|"
    r"(?<![0-9])[A-Za-z0-9_-]*+(?<!\bfor)(?<!\bin)(?<!\bif)"
    rf"(?:\.(?:{WORD}|\*)|\[(?:[0-9]++|\*)\])*+(?![\w(.:\0-]))"
)
_OPERATIONS: Final = r"[!-]?+\0(?:[ ](?:[=!<>]=|&&|\|\||[<>*/%+-])[ ][!-]?+\0)*+"
_EXPRESSION: Final = rf"{_OPERATIONS}(?:[ ]\?[ ]{_OPERATIONS}[ ]:[ ]{_OPERATIONS})*+"
_LISTED: Final = rf"{BLANK}(?:{_EXPRESSION}{BLANK}(?:,{BLANK}|(?=[)\]])))*+"
_INNERMOST: Final = re.compile(
    rf"\0(?:\.(?:{WORD}|\*)|\[{_EXPRESSION}\])++"
    rf"|{_NAME}\({_LISTED}\)|\({BLANK}{_EXPRESSION}{BLANK}\)|(?<![\w\0*)\]}}])\[{_LISTED}\]"
    rf"|\{{{BLANK}(?:\0[ \t]*+[=:][ \t]*+{_EXPRESSION}[ \t\r]*+(?:,{BLANK}|\n{BLANK}|(?=\}})))*+\}}"
)
_WHOLE: Final = re.compile(_EXPRESSION)
# What a line begins with so may belong to what the line before ends with.
_GOING_ON: Final = re.compile(r"\n[ \t]*+[(\[-]")
_OPENING: Final = re.compile(rf"<<-?({WORD})\n")
# With other blanks in a line it is not told where the heredoc ends.
_LINES: Final = re.compile(
    r"(?:[^$%\s\0]++|[ \t\n]++|[$%](?![{$%])|\$\{[ ]?" + NAMES + r"[ ]?\})*+"
)


def is_whole(value: str) -> bool:
    """Whether a value, with nothing beside it, is one that the grammar reads to its end."""
    if value.startswith("<<"):
        opening = _OPENING.match(value)
        return opening is not None and _LINES.fullmatch(value, opening.end()) is not None
    if value.startswith('"${') and value.endswith('}"'):
        value = value[3:-2].strip(" ")
    if _PART in value or _GOING_ON.search(value):
        return False
    left = _STRINGS.sub(lambda found: _PART if found[1] is not None else "", value)
    left = _TERM.sub(_PART, left)
    for _ in range(_MOST_DEPTH):
        left, found = _INNERMOST.subn(_PART, left)
        if not found:
            break
    return _WHOLE.fullmatch(left) is not None
