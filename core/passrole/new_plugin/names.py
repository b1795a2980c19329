"""What a new plugin is called: as a plugin, a distribution, a module, and in its code."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable

from passrole.errors import UsageError
from passrole.plugin_loading import FoundPlugin
from passrole.records import NamedTuple

_FORM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40
_PREFIX = "passrole-"


class NewName(NamedTuple):
    """The name of a plugin; whatever else is named after it follows from it."""

    plugin: str

    @property
    def distribution(self) -> str:
        """What it is installed as."""
        return f"{_PREFIX}{self.plugin}"

    @property
    def module(self) -> str:
        """What is imported."""
        return self.distribution.replace("-", "_")

    @property
    def words(self) -> dict[str, str]:
        """The words that templates have a place for: ``acme-ci``, ``acme_ci``, ``AcmeCi``."""
        return {
            "name": self.plugin,
            "name_": self.plugin.replace("-", "_"),
            "Name": "".join(part.capitalize() for part in self.plugin.split("-")),
            "distribution": self.distribution,
            "module": self.module,
        }


def new_name(text: str, installed: Iterable[FoundPlugin]) -> NewName:
    """The name of a new plugin.

    Raises UsageError, with what would do, for a text that cannot name a plugin, a distribution and
    a module at once, and for a name that something installed has.
    """
    if text.startswith(_PREFIX) and text != _PREFIX:
        short = text.removeprefix(_PREFIX)
        raise UsageError(f"say {short!r}: the distribution will be called {text!r}")
    if not _FORM.fullmatch(text) or len(text) > _LONGEST:
        plain = re.sub(r"[^a-z0-9]+", "-", text.lower()[:_LONGEST]).strip("-0123456789")
        hint = f"; did you mean {plain!r}?" if _FORM.fullmatch(plain) and plain != text else ""
        raise UsageError(
            f"{text!r} is no name of a plugin: at most {_LONGEST} small letters and digits, "
            f"with single hyphens between words, a letter first{hint}"
        )
    for plugin in installed:
        if plugin.name == text:
            raise UsageError(
                f"a plugin named {text!r} is installed already, "
                f"by {plugin.distribution} {plugin.version}: choose another name"
            )
    name = NewName(text)
    if importlib.util.find_spec(name.module) is not None:
        raise UsageError(f"there is a module {name.module!r} already: choose another name")
    return name
