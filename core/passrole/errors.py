"""The exceptions that passrole raises on purpose.

PassroleError
├── UsageError          a wrong command line or setting: exit 2
├── PluginError         a plugin that cannot be loaded or clashes with another: exit 2
├── PolicyError         a policy document that cannot be read: exit 2 in `simulate`
└── IncompleteError     passrole could not do its work at all: exit 3
"""

from __future__ import annotations

from collections.abc import Iterable


class PassroleError(Exception):
    """Any error that passrole explains in words instead of a traceback."""


class UsageError(PassroleError):
    """The command line or a settings file asks for something that is not there."""


class PluginError(PassroleError):
    """A plugin cannot be loaded, contributes something malformed, or clashes with another."""


class PolicyError(PassroleError):
    """A policy document cannot be read at all. The message gives the place and what is wrong."""


class IncompleteError(PassroleError):
    """A whole revision, or what it takes to read it, is out of reach: nothing can be said."""


_MOST_WORDS = 1_000


def told(error: BaseException) -> str:
    """What was raised, by a plugin maybe: its type and its words, where it can say them."""
    try:
        words = str(error) or "it says nothing more"
    except Exception:  # noqa: BLE001 - whatever it is, it is another one's code
        words = "it cannot say what is wrong"
    more = "…" if len(words) > _MOST_WORDS else ""
    return f"{type(error).__name__}: {words[:_MOST_WORDS]}{more}"


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """The end of a message about a name that is not there: the nearest one, or nothing."""
    close = nearest(wrong, known)
    return f"; did you mean {close!r}?" if close else ""


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The name that is most like a wrong one; empty where none is."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is wrong

    close = get_close_matches(wrong, sorted(known), 1)
    return close[0] if close else ""
