"""Condition operators: their names, and how each compares one policy value with one request value.

Source: IAM user guide, *IAM JSON policy elements: Condition operators*.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from passrole.iam.arns import arn_matches
from passrole.iam.patterns import covers, equals
from passrole.iam.quoting import quoted_like
from passrole.records import NamedTuple
from passrole.values import Text, Truth

if TYPE_CHECKING:
    from decimal import Decimal
    from ipaddress import IPv4Network, IPv6Network

Compare = Callable[[Text, Text], Truth]

ALL_VALUES = "ForAllValues"
ANY_VALUE = "ForAnyValue"
NULL = "null"


class Operator(NamedTuple):
    """A condition operator taken apart.

    ``compare`` answers the positive form for a policy value and a request value. ``variables`` says
    whether ``${…}`` in the policy value is resolved: None where the documentation contradicts
    itself. ``wildcards`` says whether ``*`` in the policy value is one.
    """

    name: str
    compare: Compare
    negated: bool = False
    variables: bool | None = False
    wildcards: bool = False
    if_exists: bool = False
    qualifier: str = ""

    @property
    def is_null(self) -> bool:
        """Whether this is ``Null``, which asks for the key and not for its value."""
        return self.name == NULL


def _equal(value: Text, given: Text) -> Truth:
    return equals(value, given)


def _equal_ignoring_case(value: Text, given: Text) -> Truth:
    return equals(value, given, ignoring_case=True)


def _like(value: Text, given: Text) -> Truth:
    return covers(value, quoted_like(value, given))


def _arn_like(value: Text, given: Text) -> Truth:
    return arn_matches(value, quoted_like(value, given))


def _arn_like_for_negation(value: Text, given: Text) -> Truth:
    """As ``_arn_like``, but what is no ARN is unknown: nothing says that its negation holds."""
    known = value.known()
    if known is not None and known.count(":") < 5:
        return Truth.UNKNOWN
    return _arn_like(value, given)


def _typed(read: Callable[[str], object | None], test: Callable[[object, object], bool]) -> Compare:
    """A comparison of two known texts of one type; a text that is not of the type is unknown."""

    def compare(value: Text, given: Text) -> Truth:
        known_value, known_given = value.known(), given.known()
        if known_value is None or known_given is None:
            # The same hole on both sides is the same value, whatever it turns out to be.
            same = equals(value, given) is Truth.TRUE and test(1, 1)
            return Truth.TRUE if same else Truth.UNKNOWN
        left, right = read(known_given), read(known_value)
        if left is None or right is None:
            return Truth.UNKNOWN
        return Truth.of(test(left, right))

    return compare


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - few policies compare numbers

    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z")


@lru_cache(maxsize=4096)
def _instant(text: str) -> Decimal | None:
    """Seconds since 1970: a date of ISO 8601 as W3C narrows it, or a number of seconds.

    Four digits are a year: no policy means the first hours of 1970.
    """
    if _DATE.match(text):
        text = (text + "-01-01")[:10]
    elif (number := _number(text)) is not None:
        return number
    from datetime import UTC, datetime  # noqa: PLC0415 - few policies compare dates

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _number(str(moment.timestamp()))


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def _bytes(text: str) -> bytes | None:
    from base64 import b64decode  # noqa: PLC0415 - few policies compare bytes

    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    from ipaddress import ip_network  # noqa: PLC0415 - few policies compare addresses

    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _in_network(given: object, network: object) -> bool:
    from ipaddress import IPv4Network, IPv6Network  # noqa: PLC0415 - as in _network

    if isinstance(given, IPv4Network) and isinstance(network, IPv4Network):
        return given.subnet_of(network)
    if isinstance(given, IPv6Network) and isinstance(network, IPv6Network):
        return given.subnet_of(network)
    # An address of the other family is never in the range. Two equal unknowns are.
    return given == network


def _never(_value: Text, _given: Text) -> Truth:
    return Truth.UNKNOWN


def _eq(left: object, right: object) -> bool:
    return left == right


def _less(left: object, right: object) -> bool:
    return left < right  # type: ignore[operator, no-any-return]


def _at_most(left: object, right: object) -> bool:
    return left <= right  # type: ignore[operator, no-any-return]


def _greater(left: object, right: object) -> bool:
    return left > right  # type: ignore[operator, no-any-return]


def _at_least(left: object, right: object) -> bool:
    return left >= right  # type: ignore[operator, no-any-return]


_ORDERS = (
    ("Equals", _eq), ("LessThan", _less), ("LessThanEquals", _at_most),
    ("GreaterThan", _greater), ("GreaterThanEquals", _at_least),
)  # fmt: skip


@lru_cache(maxsize=1)
def _operators() -> dict[str, Operator]:
    """Every operator without qualifier and suffix, by its name in lower case."""
    positive = [
        Operator("StringEquals", _equal, variables=True),
        Operator("StringEqualsIgnoreCase", _equal_ignoring_case, variables=True),
        Operator("StringLike", _like, variables=True, wildcards=True),
        Operator("ArnEquals", _arn_like, variables=True, wildcards=True),
        Operator("ArnLike", _arn_like, variables=True, wildcards=True),
        Operator("Bool", _typed(_boolean, _eq), variables=None),
        Operator("BinaryEquals", _typed(_bytes, _eq)),
        Operator("IpAddress", _typed(_network, _in_network)),
        Operator(NULL, _never),
        *(Operator("Numeric" + name, _typed(_number, test)) for name, test in _ORDERS),
        *(Operator("Date" + name, _typed(_instant, test)) for name, test in _ORDERS),
    ]
    by_name = {operator.name.lower(): operator for operator in positive}
    negations = {
        "StringNotEquals": "StringEquals",
        "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
        "StringNotLike": "StringLike",
        "ArnNotEquals": "ArnEquals",
        "ArnNotLike": "ArnLike",
        "NotIpAddress": "IpAddress",
        "NumericNotEquals": "NumericEquals",
        "DateNotEquals": "DateEquals",
    }
    for name, opposite in negations.items():
        by_name[name.lower()] = by_name[opposite.lower()]._replace(name=name, negated=True)
        if name.startswith("Arn"):
            negation = by_name[name.lower()]._replace(compare=_arn_like_for_negation)
            by_name[name.lower()] = negation
    return by_name


@lru_cache(maxsize=512)
def operator_named(name: str) -> Operator | None:
    """The operator of a name such as ``ForAnyValue:StringLikeIfExists``, or None.

    Names are not case-sensitive. ``Null`` takes no ``IfExists``.
    """
    prefix, colon, rest = name.partition(":")
    qualifier = ""
    if colon:
        qualifiers = {"forallvalues": ALL_VALUES, "foranyvalue": ANY_VALUE}
        if prefix.lower() not in qualifiers:
            return None
        qualifier = qualifiers[prefix.lower()]
    bare = (rest if colon else name).lower()
    if_exists = bare.endswith("ifexists")
    operator = _operators().get(bare.removesuffix("ifexists"))
    if operator is None or (if_exists and operator.is_null):
        return None
    return operator._replace(if_exists=if_exists, qualifier=qualifier)
