"""The documents of the AWS managed policies, as of a known date.

The documents are AWS's own. They are taken from the package ``moto`` by
``tools/generate_managed_policies.py``; SOURCE.md says more. AWS changes some of them every week, so
an answer that rests on one holds as of ``date()``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passrole.iam.segment_file import SegmentIndex, read_index
from passrole.records import NamedTuple

if TYPE_CHECKING:
    import datetime as dt

__all__ = [
    "ManagedPolicy", "count", "date", "is_managed_arn", "look_up", "managed_policy", "names",
    "version",
]  # fmt: skip

DATA_FILE = Path(__file__).parent / "policies.dat"


class ManagedPolicy(NamedTuple):
    """A managed policy: path, version (``v3``), the day of that version, document.

    The document is shared by all who ask: never change it.
    """

    name: str
    path: str
    version: str
    updated: dt.date
    document: dict[str, Any]

    @property
    def arn(self) -> str:
        """Its ARN in the partition ``aws``."""
        return f"arn:aws:iam::aws:policy{self.path}{self.name}"


def _day(text: str) -> dt.date:
    import datetime as dt  # noqa: PLC0415 - few runs look at one

    return dt.date.fromisoformat(text)


@cache
def _index() -> SegmentIndex:
    return read_index(DATA_FILE)


def date() -> dt.date:
    """The day of the newest change that the data hold."""
    return _day(_index().header["date"])


def version() -> str:
    """The package and version that the data come from."""
    return str(_index().header["source"])


@cache
def _segments() -> dict[str, str]:
    """The segment of each policy. Each segment is named by the first policy in it."""
    found: dict[str, str] = {}
    for first, rest in _index().header["names"].items():
        found |= dict.fromkeys((first, *rest), first)
    return found


def names() -> tuple[str, ...]:
    """The names of all managed policies, sorted."""
    return tuple(sorted(_segments()))


def count() -> int:
    """How many managed policies there are."""
    return len(_segments())


_ARN = re.compile(r"arn:(aws[a-z-]*):iam::aws:policy(/(?:[\x21-\x2e\x30-\x7e]+/)*)([\w+=,.@-]+)")


def is_managed_arn(arn: str) -> bool:
    """Whether an ARN is one of a policy that AWS manages, known here or not, in any partition."""
    return _ARN.fullmatch(arn) is not None


@cache
def _segment(first: str) -> dict[str, Any]:
    found: dict[str, Any] = _index().read(first)
    return found


def look_up(arn_or_name: str) -> ManagedPolicy | None:
    """The policy of an ARN of any partition, of a path and name, or of a name; None if unknown.

    ``arn:aws-cn:iam::aws:policy/service-role/AWSLambdaRole``, ``service-role/AWSLambdaRole`` and
    ``AWSLambdaRole`` are the same policy. A path that is wrong finds nothing: IAM would not find
    the policy either. Documents are those of the partition ``aws``.
    """
    match = _ARN.fullmatch(arn_or_name)
    path, name = (match[2], match[3]) if match else _path_and_name(arn_or_name)
    first = _segments().get(name)
    if first is None:
        return None
    own_path, policy_version, updated, document = _segment(first)[name]
    if path is not None and path != own_path:
        return None
    day = _day(updated)
    return ManagedPolicy(name, own_path, policy_version, day, document)


def _path_and_name(text: str) -> tuple[str | None, str]:
    """The path, None where none is written, and the name of a policy without ``arn:``."""
    path, slash, name = text.rpartition("/")
    return (f"/{path.strip('/')}/".replace("//", "/"), name) if slash else (None, name)


def managed_policy(arn_or_name: str) -> dict[str, Any] | None:
    """The document of a managed policy, or None where it is not known; see ``look_up``."""
    found = look_up(arn_or_name)
    return None if found is None else found.document
