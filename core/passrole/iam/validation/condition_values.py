"""Values of conditions: whether they are of the kind that their operator and their key compare.

Sources: IAM user guide, *Condition operators* and *AWS global condition context keys*; private
addresses from RFC 1918 and RFC 4193; regions from the endpoint data of the AWS SDKs.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from passrole.documents.nodes import Scalar
from passrole.iam import reference
from passrole.iam.operators import Operator
from passrole.iam.validation.drafts import Draft, DraftCondition, DraftStatement
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.values import Text, Truth

_TYPES = {
    "Bool": "TYPE_MISMATCH_BOOLEAN", "Null": "TYPE_MISMATCH_BOOLEAN",
    "Date": "TYPE_MISMATCH_DATE", "IpAddress": "TYPE_MISMATCH_IP_RANGE",
    "NotIpAddress": "TYPE_MISMATCH_IP_RANGE", "Numeric": "TYPE_MISMATCH_NUMBER",
    "Binary": "TYPE_MISMATCH_STRING",
}  # fmt: skip
_PRIVATE = tuple(map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_PRIVATE_V6 = ipaddress.IPv6Network("fc00::/7")
_IDENTIFIERS = {
    "aws:sourcevpc": (re.compile(r"vpc-([0-9a-z]{8}|[0-9a-z]{17})\Z"), "INVALID_VPC_FORMAT"),
    "aws:sourcevpce": (re.compile(r"vpce-([0-9a-z]{8}|[0-9a-z]{17})\Z"), "INVALID_VPCE_FORMAT"),
}
_NO_REGION_OF_ITS_OWN = frozenset(("global", "aws-global", ""))


def check(draft: Draft) -> Iterator[Flaw]:
    """Values that cannot be what they should be."""
    for statement in draft.statements:
        for condition in statement.conditions:
            operator = condition.meaning
            if operator is None:
                continue
            yield from _types(statement, condition, operator)
            yield from _addresses(statement, condition, operator)
            yield from _identifiers(statement, condition, operator)
            yield from _many(statement, condition)


def _types(
    statement: DraftStatement, condition: DraftCondition, operator: Operator
) -> Iterator[Flaw]:
    name = operator.name.capitalize() if operator.is_null else operator.name
    found = next((each for start, each in _TYPES.items() if name.startswith(start)), None)
    if found is None:
        return
    for text in condition.texts:
        known = text.known()
        if known is None or "${" in known:
            continue
        words = {"value": known, "operator": condition.operator, "key": condition.key}
        if operator.is_null:
            if known.lower() not in ("true", "false"):
                yield statement.flaw(found, text).saying(words)
        elif operator.compare(text, text) is Truth.UNKNOWN:
            yield statement.flaw(found, text).saying(words)
        elif operator.name.startswith("Date") and re.fullmatch(r"\d{5,}(\.\d+)?", known):
            yield statement.flaw("INVALID_DATE_VALUE", text).saying(words)


def _addresses(
    statement: DraftStatement, condition: DraftCondition, operator: Operator
) -> Iterator[Flaw]:
    if operator.name not in ("IpAddress", "NotIpAddress"):
        return
    networks = []
    for text in condition.texts:
        network = _network(text)
        if network is None:
            continue
        networks.append(network)
        known = text.known() or ""
        if "/" in known and _has_host_bits(known):
            yield statement.flaw("IMPROVE_IP_RANGE", text, value=known, range=str(network))
    if condition.key.lower() != "aws:sourceip" or not networks or condition.is_open:
        return
    if len(networks) < len(condition.texts):
        return
    private = [each for each in networks if _is_private(each)]
    if not private:
        return
    name = "PRIVATE_NOT_IP_ADDRESS" if operator.negated else "PRIVATE_IP_ADDRESS"
    if len(private) < len(networks):
        name += "_SUBSET"
    values = ", ".join(map(str, private[:3]))
    yield statement.flaw(name, condition.origin, key=condition.key, values=values)


_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: Text) -> _Network | None:
    known = text.known()
    try:
        return None if known is None else ipaddress.ip_network(known, strict=False)
    except ValueError:
        return None


def _has_host_bits(known: str) -> bool:
    try:
        ipaddress.ip_network(known)
    except ValueError:
        return True
    return False


def _is_private(network: _Network) -> bool:
    if isinstance(network, ipaddress.IPv4Network):
        return any(map(network.subnet_of, _PRIVATE))
    return network.subnet_of(_PRIVATE_V6)


def _identifiers(
    statement: DraftStatement, condition: DraftCondition, operator: Operator
) -> Iterator[Flaw]:
    """Regions and identifiers of VPCs and endpoints, where they are compared as they are."""
    key = condition.key.lower()
    form = _IDENTIFIERS.get(key)
    if (form is None and key != "aws:requestedregion") or not operator.name.startswith("String"):
        return
    for text in condition.texts:
        known = text.known()
        if known is None or set("*?$") & set(known):
            continue
        if form is not None and not form[0].match(known):
            yield statement.flaw(form[1], text, value=known, key=condition.key)
        elif form is None and known not in (*_NO_REGION_OF_ITS_OWN, *reference.regions()):
            # Regions are added; one of the right form may be new.
            sure: Sureness = "medium" if reference.partition_of(known) else "high"
            yield statement.flaw(
                "INVALID_REGION", text, sureness=sure, value=known, key=condition.key
            )


def _many(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    texts = condition.texts
    if len(texts) < 2:
        return
    words = {"key": condition.key, "operator": condition.operator}
    found = reference.condition_key(condition.key) if ":" in condition.key else None
    operator = condition.meaning
    is_bool = operator is not None and operator.name in ("Bool", "null")
    if is_bool or (found is not None and found.type == "Bool"):
        if all(text.known() is not None for text in texts):
            yield statement.flaw("INVALID_CONDITION_MULTIPLE_BOOLEAN", condition.origin).saying(
                words
            )
    elif len({_written_plain(text) for text in texts} - {None}) > 1:
        yield statement.flaw("INVALID_CONDITION_DATA_TYPE", condition.origin).saying(words)


def _written_plain(text: Text) -> bool | None:
    """Whether JSON has the value without quotes; None where it is not written in JSON."""
    if text.origin is None or text.origin.document.format != "json":
        return None
    node = text.origin.node
    return node.plain if isinstance(node, Scalar) else None
