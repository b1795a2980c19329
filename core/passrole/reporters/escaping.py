"""The one sink for text that comes from a scanned tree: nothing in it reaches a terminal as code."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_SECRET = re.compile(
    r"""(?i:[a-z_-]*(?:token|password|passwd|secret|apikey|api_key)["']?\s*[:=]\s*["']?)
        ([^\s"',}\]!{$&*]{4}[^\s"',}\]]*)         # a value; no reference, tag or anchor
      | \b((?:AKIA|ASIA)[A-Z0-9]{16}|gh[a-z]_[A-Za-z0-9]{20,})\b""",
    re.VERBOSE,
)


def printable(text: str) -> str:
    """``text`` with control, bidirectional and invisible characters shown as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def quoted(text: str) -> str:
    """A line of a scanned file, as long as it was, with what looks like a secret starred out."""
    return _SECRET.sub(_starred, text)


def _starred(match: re.Match[str]) -> str:
    secret = match[1] or match[2]
    return match[0].removesuffix(secret) + "*" * len(secret)


def _shown(character: str) -> str:
    if character == "\n":
        return "\\n"
    if character == "\t":
        return " "
    if unicodedata.category(character) not in _INVISIBLE:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
