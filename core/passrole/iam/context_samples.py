"""Sample values of a condition key: one for each way in which its conditions can turn out.

Between two numbers that conditions name, all numbers answer alike; so do all texts that the same
patterns match, and all addresses between the ends of networks. One of each is enough.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import combinations as subsets
from itertools import pairwise

from passrole.iam.automata import Rest, Token, Tokens, TooManyStatesError, Unit, glob, normal
from passrole.iam.joint_search import combinations, spelled
from passrole.iam.operators import Operator, operator_named
from passrole.iam.reference import Presence, global_condition_keys
from passrole.iam.requests import ContextValue
from passrole.iam.statements import Condition
from passrole.records import NamedTuple
from passrole.values import ABSENT, Alphabet, Text, literal

SET_CAP = 4
"""How many values of a multivalued key are combined in every way."""
PATTERN_STATES = 500
"""How many sets of states the patterns of one key may need."""


class Samples(NamedTuple):
    """Values of one key. Where they are not ``exact``, other values may answer differently."""

    values: tuple[ContextValue, ...]
    exact: bool


def samples(key: str, conditions: Sequence[Condition]) -> Samples:
    """Values for the conditions of one key, the absence of the key last unless it is always there.

    A value of the policy with holes is a sample as it is: the text that it will be. Values with
    variables are passed over: whoever asks the conditions about a sample gets *unknown* for them.
    """
    operators = [operator_named(condition.operator) for condition in conditions]
    families: dict[str, list[tuple[Operator, str]]] = {}
    open_texts: dict[Text, None] = {}
    for operator, condition in zip(operators, conditions, strict=True):
        if operator is None:
            return Samples((literal("x"), ABSENT), exact=False)
        if operator.is_null:
            continue
        listed = families.setdefault(_family(operator), [])
        for value in condition.values:
            known = value.known() if isinstance(value, Text) else None
            if known is not None and "${" not in known:
                listed.append((operator, known))
            elif known is None and isinstance(value, Text) and _family(operator) == "Text":
                open_texts[value] = None
    exact = len(families) < 2
    present: list[str] = []
    for family, named in families.items():
        found, complete = _SAMPLERS[family](named)
        present += [value for value in found if value not in present]
        exact = exact and complete
    if not present:
        present = ["x"]
    values: list[ContextValue] = [*(literal(value) for value in present), *open_texts]
    if any(operator is not None and operator.qualifier for operator in operators):
        exact = exact and len(present) <= SET_CAP
        most = len(present) if len(present) <= SET_CAP else 2
        values += [
            tuple(map(literal, chosen))
            for size in range(2, most + 1)
            for chosen in subsets(present, size)
        ]
    if key.lower() not in _always_present():
        values.append(ABSENT)
    return Samples(tuple(values), exact)


@cache
def _always_present() -> frozenset[str]:
    return frozenset(
        key.name.lower() for key in global_condition_keys() if key.presence is Presence.ALWAYS
    )


def _family(operator: Operator) -> str:
    name = operator.name
    for family in ("Numeric", "Date", "IpAddress", "Bool", "Binary"):
        if family in name:
            return family
    return "Text"


_Named = list[tuple[Operator, str]]
_Sampled = tuple[Iterable[str], bool]


def _texts(named: _Named) -> _Sampled:
    """Texts for equality, likeness and ARNs together."""
    folded = [text for operator, text in named if "IgnoreCase" in operator.name]
    exact = [text for operator, text in named if not _is_pattern(operator, text)]
    patterns = {_pattern(operator, text) for operator, text in named if _is_pattern(operator, text)}
    if not patterns:
        cases = [form for text in folded for form in (text.upper(), text.lower(), text.swapcase())]
        listed = sorted({*exact, *cases})
        return (*listed, _other(listed)), True
    literals = sorted({tuple(text) for text in exact})
    try:
        found = combinations((*sorted(patterns, key=repr), *literals), PATTERN_STATES)
    except TooManyStatesError:
        return exact, False
    every = [*patterns, *literals]
    sampled = sorted({spelled(symbols, every) for symbols in found.values()})
    if all(operator.name.startswith("Arn") for operator, _ in named):
        # What ARN operators make of other texts is not documented; their keys hold ARNs.
        sampled = [*(text for text in sampled if text.count(":") >= _COLONS), "arn:::::other"]
    return sampled, not folded


def _is_pattern(operator: Operator, text: str) -> bool:
    return operator.wildcards and ("*" in text or "?" in text)


_COLONS = 5
_SEGMENT = Alphabet("segment of an ARN", excluded=":")
_WITHIN: dict[str, Token] = {"*": Rest("segment", _SEGMENT), "?": Unit("segment", 0, _SEGMENT)}


def _pattern(operator: Operator, text: str) -> Tokens:
    """A pattern as tokens; in an ARN the wildcards of the first five parts stop at colons."""
    if not operator.name.startswith("Arn"):
        return glob(text)
    heads, tail = text.split(":", 5)[:5], text.split(":", 5)[5:]
    tokens = [_WITHIN.get(character, character) for head in heads for character in (*head, ":")]
    return normal((*tokens, *(glob(tail[0]) if tail else ())))


def _other(listed: list[str]) -> str:
    other = "other"
    while other in listed or other.upper() in listed:
        other += "~"
    return other


def _numbers(named: _Named) -> _Sampled:
    found: set[Decimal] = set()
    for _, text in named:
        try:
            found.add(Decimal(text.strip()))
        except InvalidOperation:
            return (), False
    return [f"{value:f}" for value in _between(sorted(found), Decimal(1))], True


def _between(ordered: list[Decimal], step: Decimal) -> list[Decimal]:
    """Each value, one between each two neighbours, one below all and one above all."""
    if not ordered:
        return [Decimal(0)]
    middles = [(low + high) / 2 for low, high in pairwise(ordered)]
    return sorted((*ordered, *middles, ordered[0] - step, ordered[-1] + step))


def _dates(named: _Named) -> _Sampled:
    # As they are written, with moments long before and after; those between are not sampled.
    listed = sorted({text for _, text in named})
    return (*listed, "1971-01-01T00:00:00Z", "2999-01-01T00:00:00Z"), len(listed) <= 1


def _booleans(_: _Named) -> _Sampled:
    return ("true", "false"), True


def _addresses(named: _Named) -> _Sampled:
    """One address for each stretch between the ends of networks, of each family."""
    starts: dict[int, set[int]] = {4: {0}, 6: {0}}
    for _, text in named:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return (), False
        first, last = int(network.network_address), int(network.broadcast_address)
        starts[network.version] |= {first, last + 1}
    four = [str(ipaddress.IPv4Address(start)) for start in sorted(starts[4]) if start < 1 << 32]
    six = [str(ipaddress.IPv6Address(start)) for start in sorted(starts[6]) if start < 1 << 128]
    return (*four, *six), True


def _binaries(named: _Named) -> _Sampled:
    return sorted({text for _, text in named}), False


_SAMPLERS = {
    "Text": _texts,
    "Numeric": _numbers,
    "Date": _dates,
    "Bool": _booleans,
    "IpAddress": _addresses,
    "Binary": _binaries,
}
