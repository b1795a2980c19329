"""Text of a scanned tree in the Markdown that GitHub and GitLab share: it is text and nothing else.

https://github.github.com/gfm/; a comment of GitHub holds 65,536 characters.
"""

from __future__ import annotations

import re

from passrole.reporters.escaping import printable

MOST_CHARACTERS = 65_536
_LONGEST = 2_000
_HARMLESS = re.compile(
    r"""(?!www\.|GH-|[0-9a-f]{7,40}$)  # no address, no issue, no commit
        [^\W_]+ (?:['.,-][^\W_]+)* | [\u2013\u2014-]?""",
    re.VERBOSE | re.IGNORECASE,
)


def plain(text: str) -> str:
    """Text in which every word that is more than letters is a span of code.

    So nothing in it means anything to Markdown or HTML, and names can be copied as they are.
    """
    return re.sub(r"\S+", _told, _shortened(printable(text)))


def _told(match: re.Match[str]) -> str:
    word = match[0].lstrip("(\"'").rstrip(".,;:?)\"'…")
    if _HARMLESS.fullmatch(word):
        return match[0]
    before, _, after = match[0].partition(word)
    return f"{before}{code(word)}{after}"


def code(text: str) -> str:
    """A span of code, in more backticks than the text has in a row."""
    shown = _shortened(printable(text))
    fence = "`" * (_ticks(shown) + 1)
    pad = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) else ""
    return f"{fence}{pad}{shown}{pad}{fence}" if shown.strip() else "` `"


def block(text: str) -> str:
    """A block of code."""
    shown = _shortened(text)
    fence = "`" * max(3, _ticks(shown) + 1)
    return f"{fence}text\n{shown}\n{fence}\n"


def _ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def length(text: str) -> int:
    """How long a text is for GitHub. As JavaScript counts: two for what is beyond 16 bits."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
