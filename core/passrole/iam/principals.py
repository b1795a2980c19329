"""Who asks, and whom a policy names.

Source: IAM user guide, *IAM JSON policy elements: Principal* and *NotPrincipal*.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from passrole.iam.arn_segments import split_arn
from passrole.iam.patterns import covers, equals
from passrole.iam.statements import PrincipalEntry, Statement
from passrole.records import NamedTuple
from passrole.values import ACCOUNT, Hole, Text, Truth, Unknown, every, some


class PrincipalKind(StrEnum):
    """What kind of principal makes a request."""

    ROLE = "role"
    USER = "user"
    SESSION = "assumed-role session"
    FEDERATED = "federated"
    SERVICE = "service"
    ACCOUNT = "account"
    ANONYMOUS = "anonymous"
    OTHER = "other"
    UNKNOWN = "unknown"


class Reach(IntEnum):
    """How a resource policy names the requester, the most direct last.

    The same-account rules differ by it: a grant to the account needs an identity policy too, a
    grant to a role skips it but is limited by boundaries, a grant to a session, a user or everyone
    is limited by neither.
    """

    ACCOUNT = 0
    ROLE = 1
    DIRECT = 2


class Principal(NamedTuple):
    """The requester: its kind, its ARN or service name, its account where it has one."""

    kind: PrincipalKind
    arn: Text
    account: Text | None = None

    def __str__(self) -> str:
        return str(self.arn)

    @property
    def is_service_linked(self) -> bool:
        """Whether this is a service-linked role, to which no SCP or RCP applies."""
        arn = split_arn(self.arn)
        if arn is None:
            return False
        return self.kind is PrincipalKind.ROLE and _starts(arn.resource, "role/aws-service-role/")


ANONYMOUS = Principal(PrincipalKind.ANONYMOUS, Text(("*",)))

_RESOURCE_KINDS = (
    ("role/", PrincipalKind.ROLE),
    ("user/", PrincipalKind.USER),
    ("assumed-role/", PrincipalKind.SESSION),
    ("federated-user/", PrincipalKind.FEDERATED),
)


def principal_of(text: Text) -> Principal:
    """The principal that an ARN, an account id or the name of a service stands for."""
    known = text.known()
    if known == "*":
        return ANONYMOUS
    if _is_account(text):
        return Principal(PrincipalKind.ACCOUNT, text, text)
    arn = split_arn(text)
    if arn is None:
        if known is None:
            return Principal(PrincipalKind.UNKNOWN, text)
        service = "." in known and ":" not in known
        return Principal(PrincipalKind.SERVICE if service else PrincipalKind.OTHER, text)
    account = arn.account if arn.account.parts else None
    if arn.resource.known() == "root":
        return Principal(PrincipalKind.ACCOUNT, text, account)
    for prefix, kind in _RESOURCE_KINDS:
        if _starts(arn.resource, prefix):
            return Principal(kind, text, account)
    return Principal(PrincipalKind.OTHER if known else PrincipalKind.UNKNOWN, text, account)


def service_principal(name: str) -> Principal:
    """The principal of an AWS service, such as ``codepipeline.amazonaws.com``."""
    return Principal(PrincipalKind.SERVICE, Text((name,)))


Named = dict[Reach, Truth]
"""How certainly a statement names the requester, by how directly it does."""


def named_by(statement: Statement, principal: Principal, *, limited: Truth, closed: bool) -> Named:
    """How a statement of a resource policy names the requester.

    ``limited`` says whether the requester has a permissions boundary; ``closed`` that a role stands
    for itself and not for any of its sessions.
    """
    if "NotPrincipal" in statement.elements:
        return {Reach.DIRECT: _spared(statement, principal, limited, closed).negated()}
    found: Named = {}
    for entry in statement.principals:
        if isinstance(entry, Unknown):
            reach, truth = Reach.DIRECT, Truth.UNKNOWN
        else:
            reach, truth = entry_names(entry, principal, closed)
        if truth > found.get(reach, Truth.FALSE):
            found[reach] = truth
    return found


def _spared(statement: Statement, principal: Principal, limited: Truth, closed: bool) -> Truth:
    """Whether ``NotPrincipal`` leaves the requester out."""
    truths = [
        Truth.UNKNOWN if isinstance(entry, Unknown) else entry_names(entry, principal, closed)[1]
        for entry in statement.not_principals
    ]
    listed = some(truths)
    if principal.kind is PrincipalKind.UNKNOWN:
        return Truth.UNKNOWN
    if statement.effect != "Deny" or principal.account is None:
        return listed
    if limited is Truth.TRUE:
        # Documented for boundaries: NotPrincipal with Deny then denies whoever is listed.
        return Truth.FALSE
    if listed is Truth.FALSE or limited is Truth.UNKNOWN:
        return min(listed, Truth.UNKNOWN)
    # To be spared, the account must be listed beside the principal, and the role beside its
    # session; what a shorter list does is documented as "might deny".
    entries = [
        entry.value
        for entry in statement.not_principals
        if isinstance(entry, PrincipalEntry) and isinstance(entry.value, Text)
    ]
    needed = [some(_is_account_of(value, principal) for value in entries)]
    if principal.kind is not PrincipalKind.ACCOUNT:
        needed.append(some(equals(value, principal.arn) for value in entries))
    if principal.kind is PrincipalKind.SESSION:
        needed.append(some(_is_role_of_session(value, principal) for value in entries))
    return Truth.TRUE if every(needed) is Truth.TRUE else Truth.UNKNOWN


def _is_account_of(value: Text, principal: Principal) -> Truth:
    named = principal_of(value)
    is_account = named.kind is PrincipalKind.ACCOUNT
    return _same_account(named, principal) if is_account else Truth.FALSE


def entry_names(entry: PrincipalEntry, principal: Principal, closed: bool) -> tuple[Reach, Truth]:
    """Whether one entry names the requester, and how directly."""
    value, kind = entry.value, principal.kind
    if isinstance(value, Unknown):
        return Reach.DIRECT, Truth.UNKNOWN
    if entry.kind == "*" or (entry.kind == "AWS" and value.known() == "*"):
        return Reach.DIRECT, Truth.TRUE
    same = equals(value, principal.arn)
    if kind is PrincipalKind.UNKNOWN:
        return Reach.DIRECT, max(same, Truth.UNKNOWN)
    if entry.kind == "AWS":
        if kind in (PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS):
            return Reach.DIRECT, Truth.FALSE
        return _names_aws(value, principal, same, closed)
    if entry.kind == "Service":
        return Reach.DIRECT, same if kind is PrincipalKind.SERVICE else Truth.FALSE
    if entry.kind == "CanonicalUser" and principal.account is not None:
        # The id of an account, perhaps of the requester's; only S3 knows which.
        return Reach.ACCOUNT, Truth.UNKNOWN
    outside = kind in (PrincipalKind.FEDERATED, PrincipalKind.OTHER)
    return Reach.DIRECT, same if outside else Truth.FALSE


def _names_aws(value: Text, principal: Principal, same: Truth, closed: bool) -> tuple[Reach, Truth]:
    """Whether an entry under ``AWS`` names the requester."""
    named = principal_of(value)
    if named.kind is PrincipalKind.ACCOUNT:
        return Reach.ACCOUNT, _same_account(named, principal)
    reach = Reach.ROLE if principal.kind is PrincipalKind.ROLE else Reach.DIRECT
    if same is Truth.TRUE:
        return reach, same
    if named.kind is PrincipalKind.UNKNOWN:
        return Reach.DIRECT, Truth.UNKNOWN
    known = value.known()
    if known is not None and ("*" in known or "?" in known):
        # Not allowed in a principal; it is not documented what comes of it.
        return reach, min(covers(value, principal.arn), Truth.UNKNOWN)
    if named.kind is PrincipalKind.OTHER:
        # A unique id (AROA…) names a principal that is deleted, or one that lives.
        unique = str(value)[:4] in ("AROA", "AIDA")
        return reach, Truth.UNKNOWN if unique else same
    if named.kind is PrincipalKind.ROLE and principal.kind is PrincipalKind.SESSION:
        return Reach.ROLE, _is_role_of_session(value, principal)
    if named.kind is PrincipalKind.SESSION and principal.kind is PrincipalKind.ROLE:
        # The role will act as some session, perhaps as the one that is named.
        may = not closed and _is_role_of_session(principal.arn, named) is not Truth.FALSE
        return Reach.DIRECT, Truth.UNKNOWN if may else Truth.FALSE
    return reach, same if named.kind is principal.kind else Truth.FALSE


def _same_account(account: Principal, principal: Principal) -> Truth:
    if account.account is None or principal.account is None:
        return Truth.FALSE
    return equals(account.account, principal.account)


def _is_role_of_session(role: Text, session: Principal) -> Truth:
    """Whether a role ARN is that of a session's role.

    A session's ARN holds the account and the last part of the role's name, but no path.
    """
    wanted, given = split_arn(role), split_arn(session.arn)
    if session.kind is not PrincipalKind.SESSION or wanted is None or given is None:
        return Truth.FALSE
    if not _starts(wanted.resource, "role/"):
        return Truth.FALSE
    name = _last_part(wanted.resource)
    parts = given.resource.split("/")
    if name is None or parts is None or len(parts) < 3:
        return Truth.UNKNOWN
    same_partition = equals(wanted.partition, given.partition)
    same_account = equals(wanted.account, given.account)
    return every((same_partition, same_account, equals(name, parts[1])))


def _last_part(path: Text) -> Text | None:
    parts = path.split("/")
    return parts[-1] if parts else None


def _is_account(text: Text) -> bool:
    known = text.known()
    if known is not None:
        return len(known) == 12 and known.isascii() and known.isdigit()
    if len(text.parts) != 1:
        return False
    part = text.parts[0]
    return isinstance(part, Hole) and part.alphabet == ACCOUNT


def _starts(text: Text, prefix: str) -> bool:
    return bool(text.parts) and isinstance(text.parts[0], str) and text.parts[0].startswith(prefix)
