"""ARNs in Resource and NotResource: six segments, each as its service has them.

Sources: IAM user guide, *Amazon Resource Names (ARNs)*; the forms of ARNs from the service
authorization reference; partitions and regions from the endpoint data of the AWS SDKs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import commonprefix

from passrole.iam import reference
from passrole.iam.arn_segments import SEGMENTS
from passrole.iam.hole_tokens import renamed
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.arn_forms import (
    LOOSE,
    UNLISTED,
    Form,
    forms_of,
    literal_head,
    may_meet,
    opened,
)
from passrole.iam.validation.drafts import Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw, Sureness
from passrole.records import NamedTuple
from passrole.values import EVERYWHERE, Part, Record, Text

# Segments in place of an account that belong to AWS itself (inferred from the reference's forms).
_OWNERS = frozenset(
    ("aws", "amazon", "aws-managed", "cloudfront", "third-party", "aws-marketplace", "self",
     "global", "root", "owner", "alexa", "aws-transfer", "system")
)  # fmt: skip
_NO_REGION_OF_ITS_OWN = frozenset(("global", "aws", "aws-global"))
_OPEN = re.compile(r"[*?$]")


class _Arn(NamedTuple):
    """The segments of a pattern; None where a segment is not known or has a wildcard."""

    text: Text
    partition: str | None
    service: str | None
    region: str | None
    account: str | None
    tail: Text


_MANY = 100
"""So many resources of one statement nobody writes by hand."""


def check(draft: Draft) -> Iterator[Flaw]:
    """ARNs that no resource can have."""
    service = draft.attached if draft.kind is PolicyKind.RESOURCE else ""
    for statement in draft.statements:
        for element in ("Resource", "NotResource"):
            for text in statement.texts(element):
                yield from _check(statement, text, service)


def is_flawed(statement: DraftStatement, text: Text) -> bool:
    """Whether something is wrong with an ARN itself, whatever is asked for on it."""
    return next(_check(statement, text, ""), None) is not None


def _check(statement: DraftStatement, text: Text, attached: str) -> Iterator[Flaw]:
    known = text.known()
    if known is not None and not known.strip("*?"):
        return
    # The names of holes make no difference, and policies that are alike name alike.
    if not _is_sound(*renamed(text.parts), attached):
        yield from _flaws(statement, text, attached)


@lru_cache(maxsize=1024)
def _is_sound(parts: tuple[Part, ...], attached: str) -> bool:
    """Whether nothing is wrong with an ARN, wherever it stands."""
    anywhere = DraftStatement(Record({}), 0, PolicyKind.IDENTITY, EVERYWHERE, None)
    return next(_flaws(anywhere, Text(parts), attached), None) is None


def _flaws(statement: DraftStatement, text: Text, attached: str) -> Iterator[Flaw]:
    shown, known = str(text), text.known()
    # A colon in a policy variable ends no segment.
    pieces = opened(text).split(":", SEGMENTS - 1)
    if pieces is None:
        return
    prefix = pieces[0].known()
    if prefix is None or _OPEN.search(prefix):
        return
    if prefix != "arn":
        if prefix or known is not None:
            yield statement.flaw("INVALID_ARN_PREFIX", text, resource=shown, arn=shown)
        return
    if len(pieces) < SEGMENTS:
        last = pieces[-1].known()
        if last is not None and not last.endswith("*"):
            yield statement.flaw("MISSING_ARN_FIELD", text, resource=shown, arn=shown)
        return
    partition, service, region, account = map(_plain, pieces[1:5])
    arn = _Arn(text, partition, service, region, account, pieces[5])
    yield from _segments(statement, arn, shown)
    yield from _form(statement, arn, shown)
    if attached and arn.service is not None and arn.service.lower() != attached:
        yield statement.flaw(
            "UNSUPPORTED_RESOURCE_ARN_IN_POLICY", text, resource=shown,
            arn=shown, service=arn.service, attached=attached,
        )  # fmt: skip


def _plain(segment: Text) -> str | None:
    known = segment.known()
    return None if known is None or _OPEN.search(known) else known


def _segments(statement: DraftStatement, arn: _Arn, shown: str) -> Iterator[Flaw]:
    partitions = tuple(each.name for each in reference.partitions())
    if arn.partition is not None and arn.partition not in partitions:
        yield statement.flaw(
            "INVALID_PARTITION", arn.text, resource=shown,
            arn=shown, reason=f"there is no partition {arn.partition!r}",
        )  # fmt: skip
    if arn.service is not None and arn.service != arn.service.lower():
        yield statement.flaw(
            "INVALID_ARN_SERVICE_CASE", arn.text, resource=shown, arn=shown, service=arn.service
        )
    account = arn.account
    if account and not (len(account) == 12 and account.isascii() and account.isdigit()):
        named = arn.service in (None, "iam") or not account.isdigit()
        if not (named and account.lower() in _OWNERS):
            yield statement.flaw(
                "INVALID_ARN_ACCOUNT", arn.text, resource=shown, arn=shown, account=account
            )
    if arn.region and arn.region not in _NO_REGION_OF_ITS_OWN:
        partition = reference.partition_of(arn.region)
        if arn.region not in reference.regions():
            # Regions are added; one of the right form may be new.
            sure: Sureness = "medium" if partition else "high"
            yield statement.flaw(
                "INVALID_ARN_REGION", arn.text, sureness=sure, resource=shown,
                arn=shown, region=arn.region,
            )  # fmt: skip
        elif partition and arn.partition in partitions and arn.partition != partition.name:
            reason = f"the region {arn.region} is in the partition {partition.name}"
            yield statement.flaw(
                "INVALID_PARTITION", arn.text, resource=shown, arn=shown, reason=reason
            )


def _form(statement: DraftStatement, arn: _Arn, shown: str) -> Iterator[Flaw]:
    """What the forms of the service's resource types say of it."""
    if str(arn.tail).startswith("arn:aws"):
        yield statement.flaw("arn-in-arn", arn.text, resource=shown, arn=shown)
        return
    if arn.service is None or arn.service in LOOSE:
        return
    own = [form for form in forms_of(arn.service) if form.service == arn.service]
    if not own or not literal_head(arn.tail):
        return  # what begins with a hole or a wildcard may have any form
    fitting = (form for form in own if may_meet(arn.tail, form.tail))
    first = next(fitting, None)
    if first is None:
        if str(arn.tail).startswith(UNLISTED.get(arn.service, ())):
            return
        near = sorted(own, key=lambda form: -len(commonprefix((str(form.tail), str(arn.tail)))))
        forms = ", ".join(dict.fromkeys(form.written.split(":", 5)[5] for form in near[:4]))
        yield statement.flaw(
            "INVALID_ARN_RESOURCE", arn.text, resource=shown,
            sureness="low" if _is_doubled(statement, shown) else "medium",
            arn=shown, service=arn.service, forms=forms,
        )  # fmt: skip
    elif arn.region is not None or arn.account:
        yield from _places(statement, arn, [first, *fitting], shown)


def _is_doubled(statement: DraftStatement, shown: str) -> bool:
    """Whether the statement names all that lies under an ARN as well: then nothing is missed."""
    texts = statement.texts("Resource")
    return len(texts) <= _MANY and any(str(each) == f"{shown}/*" for each in texts)


def _places(statement: DraftStatement, arn: _Arn, forms: list[Form], shown: str) -> Iterator[Flaw]:
    words = {"arn": shown, "service": arn.service or "", "type": forms[0].name}
    if arn.region and not any(form.region for form in forms):
        yield statement.flaw("ARN_REGION_NOT_ALLOWED", arn.text, resource=shown).saying(words)
    if arn.region == "" and all(form.region for form in forms):
        yield statement.flaw("MISSING_ARN_REGION", arn.text, resource=shown).saying(words)
    if (
        arn.account
        and not any(form.account for form in forms)
        and not any(f":{arn.account}:" in form.written for form in forms)
    ):
        yield statement.flaw("ARN_ACCOUNT_NOT_ALLOWED", arn.text, resource=shown).saying(words)
