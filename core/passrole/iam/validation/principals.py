"""Whom policies name, and how.

Sources: IAM user guide, *IAM JSON policy elements: Principal* and *NotPrincipal*; service
principals as the reference data know them, which AWS lists nowhere as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from passrole.documents.nodes import Scalar
from passrole.iam import reference
from passrole.iam.statement_reading import PRINCIPAL_KINDS
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import WITH_PRINCIPAL, Draft, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Absent, Listing, Record, Text, Value

_SERVICE_KEYS = frozenset(("iam:passedtoservice", "aws:principalservicename", "iam:awsservicename"))
_IAM_RESOURCES = ("root", "user/", "role/", "assumed-role/", "federated-user/", "self")
_UNIQUE_ID = re.compile(r"(AROA|AIDA)[A-Z0-9]{8,}\Z")
_LONGEST = 200
"""How long a name may be for which a nearer one is looked for."""
_OCTAL = re.compile(r"0[0-7]{11}\Z")
_DIGITS = re.compile(r"\d+\Z", re.ASCII)


def check(draft: Draft) -> Iterator[Flaw]:
    """Principals that do not exist in this form, and names of services under conditions."""
    for statement in draft.statements:
        if draft.kind in WITH_PRINCIPAL:
            for element in ("Principal", "NotPrincipal"):
                value = statement.fields.get(element)
                if value is not None:
                    yield from _element(statement, element, value)
            yield from _redundant(statement)
        allows = draft.kind is PolicyKind.RESOURCE and statement.effect == "Allow"
        if allows and "NotPrincipal" in statement.fields:
            yield statement.flaw("ALLOW_WITH_NOT_PRINCIPAL", statement.place("NotPrincipal"))
        for condition in statement.conditions:
            if condition.key.lower() in _SERVICE_KEYS:
                for text in condition.texts:
                    known = text.known()
                    if known and not set("*?$") & set(known):
                        yield from _service(statement, text, known)


def _element(statement: DraftStatement, element: str, value: Value) -> Iterator[Flaw]:
    if isinstance(value, Text):
        known = value.known()
        if known == "*":
            if statement.kind is PolicyKind.TRUST and statement.effect == "Allow":
                yield statement.flaw("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", value)
        elif known is not None:
            yield statement.flaw(
                "INVALID_PRINCIPAL_FORMAT", value, name=known,
                reason='a principal is "*", or stands under AWS, Service or Federated',
            )  # fmt: skip
    elif isinstance(value, Listing):
        yield statement.flaw(
            "INVALID_PRINCIPAL_FORMAT", value, name=f"the list in {element}",
            reason="the list stands under AWS, Service or Federated",
        )  # fmt: skip
    elif isinstance(value, Record):
        for kind, listed in value.fields.items():
            if kind not in PRINCIPAL_KINDS and not isinstance(listed, Absent):
                place = value.keys.get(kind) or value.origin
                yield statement.flaw("INVALID_PRINCIPAL_KEY", place, kind=kind)
        entries = statement.principals if element == "Principal" else statement.not_principals
        for kind, item in entries:
            known = item.known() if isinstance(item, Text) else None
            if known and isinstance(item, Text) and "${" not in known:
                yield from _entry(statement, kind, item, known)


def _entry(statement: DraftStatement, kind: str, text: Text, known: str) -> Iterator[Flaw]:
    if kind == "AWS":
        yield from _aws(statement, text, known)
    elif kind in ("Service", "Federated", "CanonicalUser") and ("*" in known or "?" in known):
        yield statement.flaw("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", text, kind=kind, name=known)
    elif kind == "Service":
        yield from _service(statement, text, known)
    elif kind == "Federated":
        yield from _federated(statement, text, known)


def _aws(statement: DraftStatement, text: Text, known: str) -> Iterator[Flaw]:
    if known == "*":
        return
    if "*" in known or "?" in known:
        yield statement.flaw("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", text, kind="AWS", name=known)
        return
    if _UNIQUE_ID.match(known):
        name = "INVALID_ROLE_REFERENCE" if known[:4] == "AROA" else "INVALID_USER_REFERENCE"
        yield statement.flaw(name, text, name=known)
        return
    if _is_octal(text, known):
        yield statement.flaw("account-read-as-octal", text, name=known)._replace(instead=known)
    reason = _wrong(known)
    if reason:
        found = statement.flaw("INVALID_PRINCIPAL_FORMAT", text, name=known, reason=reason)
        service = reference.is_service_principal(known)
        yield found._replace(instead=known) if service else found


def _is_octal(text: Text, known: str) -> bool:
    """Whether YAML takes an account for a number to the base of eight, and loses its zero."""
    if not _OCTAL.match(known) or text.origin is None or text.origin.document.format != "yaml":
        return False
    node = text.origin.node
    return isinstance(node, Scalar) and node.plain and node.tag is None and node.text == known


def _wrong(name: str) -> str:
    """Why a text under ``AWS`` is no principal, empty where it is one."""
    if _DIGITS.match(name):
        return "" if len(name) == 12 else f"an account has 12 digits, not {len(name)}"
    if not name.startswith("arn:"):
        if reference.is_service_principal(name):
            return "a service stands under Service"
        return "it is no ARN, no account and no *"
    pieces = name.split(":", 5)
    if len(pieces) < 6:
        return "an ARN has six parts"
    _, partition, service, _, account, resource = pieces
    if partition not in {each.name for each in reference.partitions()}:
        return f"there is no partition {partition!r}"
    if service not in ("iam", "sts"):
        return f"a principal is of iam or sts, not of {service}"
    if service == "iam" and account == "cloudfront":
        return ""
    if not (len(account) == 12 and _DIGITS.match(account)):
        return f"the account {account!r} has not 12 digits"
    if not resource.startswith(_IAM_RESOURCES):
        return f"{resource.partition('/')[0]} is no principal"
    return ""


def _service(statement: DraftStatement, text: Text, known: str) -> Iterator[Flaw]:
    found = reference.is_service_principal(known)
    near = "" if found else _meant(known)
    hint = f"; did you mean {near}?" if near else ""
    if found is False:
        yield statement.flaw(
            "INVALID_SERVICE_PRINCIPAL_FORMAT", text, name=known, hint=hint
        )._replace(instead=near)
    elif found is None and near:
        yield statement.flaw(
            "service-principal-unknown", text, sureness="medium", name=known, hint=hint
        )._replace(instead=near)


def _meant(name: str) -> str:
    """The service that a wrong name may have meant; empty where nothing is near."""
    usual = f"{name.lower().partition('.')[0]}.amazonaws.com"
    if reference.is_service_principal(name) is False and reference.is_service_principal(usual):
        return usual
    return "" if _is_of_service(name) else _nearest(name)


def _is_of_service(name: str) -> bool:
    """Whether some label is the prefix of a service: ``hooks.cloudformation.amazonaws.com``."""
    labels = name.lower().removesuffix(".cn").removesuffix(".amazonaws.com").split(".")
    return any(reference.service(label) is not None for label in labels)


def _nearest(name: str) -> str:
    if len(name) > _LONGEST:
        return ""
    import difflib  # noqa: PLC0415 - for error messages only

    known = sorted(reference.service_principals())
    close = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.88)
    return close[0] if close else ""


def _federated(statement: DraftStatement, text: Text, known: str) -> Iterator[Flaw]:
    if statement.kind is not PolicyKind.TRUST:
        yield statement.flaw("FEDERATED_PRINCIPAL_NOT_SUPPORTED", text, name=known)
    elif not _is_provider(known):
        yield statement.flaw(
            "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", text, name=known
        )


def _is_provider(name: str) -> bool:
    if name.startswith("arn:"):
        pieces = name.split(":", 5)
        return len(pieces) == 6 and pieces[5].startswith(("saml-provider/", "oidc-provider/"))
    return "." in name and not set(" :") & set(name.partition("/")[0])


def _redundant(statement: DraftStatement) -> Iterator[Flaw]:
    """Sessions of a role that is named itself."""
    if statement.kind is not PolicyKind.TRUST:
        return
    names = {
        known: item
        for kind, item in statement.principals
        if kind == "AWS" and isinstance(item, Text) and (known := item.known())
    }
    for name, item in names.items():
        pieces = name.split(":", 5)
        if len(pieces) < 6 or not pieces[5].startswith("assumed-role/"):
            continue
        role = pieces[5].split("/")[1]
        for other in names:
            parts = other.split(":", 5)
            if (
                len(parts) == 6
                and parts[4] == pieces[4]
                and parts[5].startswith("role/")
                and parts[5].rpartition("/")[2] == role
            ):
                yield statement.flaw(
                    "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", item, name=name, role=other
                )
