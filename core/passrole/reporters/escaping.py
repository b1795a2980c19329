"""The one sink for text of a scanned tree: nothing in it reaches a terminal as code."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
_NOT_IN_XML = re.compile("[\ufffe\uffff]")
# A text, which `re` compiles for the first line that is quoted.
_HIDDEN = r"""(?x)
        \{\{resolve:[^}]*\}\}                              # says where a secret is kept: shown
      | (?i:(?:token|password|passwd|passphrase|secret|credential|api_?key
              |\bvalue)["']?\s*)(?:(=)|:)\s*  # a variable's name may stand in another line
        (?: "(?!\{\{resolve:|\$\{[^"]*\}")([^"]{4,})"     # in quotes: all of it, blanks included
          | '(?!\{\{resolve:)([^']{4,})'
          | (?!\$\{)
            (?(1)(?!(?:var|local|data|module|each|jsondecode)[.(]|[a-z]{1,32}_[a-z_]{1,64}\.))
            ([^\s"',}\]!{&*][^\s"',}\]]{3,})  # a value; no reference, tag or anchor
        )
      | \b((?:AKIA|ASIA)[A-Z0-9]{16}|(?:gh[a-z]|github_pat)_[A-Za-z0-9_]{20,}|[0-9a-f]{40})\b"""
# Continuous integration reads lines like these as orders, after blanks or (the second) anywhere.
_ORDER = re.compile(r"^(?:[^\S\n]|\x1b\[[0-9;]*m)*:(?=:)|#(?=#[a-z]*\[)", re.MULTILINE)


def printable(text: str) -> str:
    """``text`` with control, bidirectional and invisible characters shown as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def xml_text(text: str) -> str:
    """``text`` in characters that can be seen and that XML has."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", printable(text))


def quoted(text: str) -> str:
    """A line of a scanned file, as long as it was, with what looks like a secret starred out."""
    return re.sub(_HIDDEN, _starred, text)


def page(lines: Iterable[str]) -> str:
    """Lines as a page, none of which a build server takes for an order (``::error::``, ``##[``)."""
    return harmless("".join(f"{line}\n" for line in lines))


def harmless(text: str) -> str:
    """``text`` with what a build server takes for an order broken up."""
    return _ORDER.sub(_broken, text)


def json_page(data: object) -> str:
    """JSON in characters that every log bears, with no order to a build server in its texts.

    Only ``##[`` counts anywhere in a line (``##vso[`` too); no text of JSON begins a line.
    """
    return json.dumps(data, indent=2, ensure_ascii=True).replace("##", "#\\u0023") + "\n"


def _broken(match: re.Match[str]) -> str:
    return "#\\" if match[0] == "#" else f"{match[0][:-1]}\\:"


def _starred(match: re.Match[str]) -> str:
    secret = next((group for group in match.groups()[1:] if group), "")
    if not secret:
        return match[0]
    before, _, after = match[0].rpartition(secret)
    return before + "*" * len(secret) + after


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
