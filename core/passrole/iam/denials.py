"""What an AWS error message says of a request that was denied.

Source: IAM user guide, *Troubleshoot access denied error messages*; STS API reference,
*DecodeAuthorizationMessage*; CloudTrail user guide, *CloudTrail record contents*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from itertools import zip_longest
from urllib.parse import unquote

from passrole.records import NamedTuple

MOST = 8  # a log may repeat one message thousands of times

# No part of a pattern repeats what is itself repeated: the time is linear in the text.
_DENIED = re.compile(
    r"not authorized to perform:? ?"
    r"(?:the )?[\"'`]?([A-Za-z0-9-]{1,64}:[A-Za-z0-9*]{1,128}|[A-Z][A-Za-z0-9]{2,127})"
)
_RESOURCE = re.compile(r"[\"'`]? on (?:the )?(?:resource|role)s?:? ?[\"'`]?([^\s\"'`,;()]{1,2048})")
_PRINCIPAL = re.compile(r"(arn:[^\s\"'`]{1,2048})[\"'`]? is $")
_DECODED = re.compile(r'"action" ?: ?"([a-z0-9-]{1,64}:[A-Za-z0-9]{1,128})"')
_RECORDED = re.compile(r'"event(Source|Name)" ?: ?"([A-Za-z0-9.-]{1,128})"')
_VALUE = '"{}" ?: ?"([^"]{{1,2048}})"'
_SESSION = re.compile(r"arn:[^:]*:sts::([^:]*):assumed-role/([^/\s]+)(?:/(.*))?")
_ROLE = re.compile(r"arn:[^:]*:iam::([^:]*):role/(?:.*/)?([^/]+)")
_ENCODED = "encoded authorization failure message"
_KINDS = (
    ("a service control policy", "service control policy"),
    ("a resource control policy", "resource control policy"),
    ("a permissions boundary", "permissions boundary"),
    ("a session policy", "session policy"),
    ("a vpc endpoint policy", "VPC endpoint policy"),
    ("a resource-based policy", "resource-based policy"),
    ("an identity-based policy", "identity-based policy"),
)


class Denial(NamedTuple):
    """One request that was denied; a part that the message does not hold is empty.

    ``action`` may lack its service. ``policy`` is the kind of policy that the message names, and
    ``explicit`` whether a Deny of it did it, not the want of an Allow.
    """

    action: str
    resource: str = ""
    principal: str = ""
    policy: str = ""
    explicit: bool = False

    @property
    def role(self) -> str:
        """The name of the role, without its path, empty where the principal is none."""
        found = _SESSION.fullmatch(self.principal) or _ROLE.fullmatch(self.principal)
        return found[2] if found else ""

    @property
    def account(self) -> str:
        """The account of the role."""
        found = _SESSION.fullmatch(self.principal) or _ROLE.fullmatch(self.principal)
        return found[1] if found else ""

    @property
    def session(self) -> str:
        """The name of the session."""
        found = _SESSION.fullmatch(self.principal)
        return (found[3] or "") if found else ""


def plain(text: str) -> str:
    """The text without what logs, JSON and web pages wrap it in, its blanks made one each."""
    if "%3A" in text or "%3a" in text:
        text = unquote(text)
    text = unescape(text).replace("\\n", " ").replace("\\t", " ").replace("\\/", "/")
    return " ".join(text.replace("\\", "").split())


def is_encoded(text: str) -> bool:
    """Whether the message hides its reason in a part that only STS can decode."""
    return _ENCODED in plain(text).lower()


def denials_in(text: str) -> tuple[Denial, ...]:
    """The denials that a text tells of, each once, at most ``MOST`` of them."""
    text = plain(text)
    found: dict[Denial, None] = {}
    for denial in (*_told(text), *_decoded(text), *_recorded(text)):
        if not any(denial.action == each.action for each in found) or denial.principal:
            found[denial] = None
        if len(found) == MOST:
            break
    return tuple(found)


def _told(text: str) -> Iterator[Denial]:
    """``User: ARN is not authorized to perform: ACTION on resource: ARN because …``."""
    matches = list(_DENIED.finditer(text))[:MOST]
    for match, after in zip_longest(matches, matches[1:]):
        end = after.start() if after else len(text)
        resource = _RESOURCE.match(text, match.end(), end)
        principal = _PRINCIPAL.search(text, max(0, match.start() - 2100), match.start())
        said = text[match.end() : min(end, match.end() + 4096)]
        yield Denial(
            _prefixed(match[1]),
            resource[1].rstrip(".") if resource else "",
            principal[1] if principal else "",
            *_reason(said.lower()),
        )


def _prefixed(action: str) -> str:
    return f"sts:{action}" if action.startswith("AssumeRole") else action


def _reason(said: str) -> tuple[str, bool]:
    for words, kind in _KINDS:
        if f"explicit deny in {words}" in said:
            return kind, True
        if f"no {words.partition(' ')[2]} allows" in said:
            return kind, False
    return "", "explicit deny" in said


def _decoded(text: str) -> Iterator[Denial]:
    """What ``aws sts decode-authorization-message`` prints."""
    if '"matchedStatements"' not in text and '"explicitDeny"' not in text:
        return
    for match in list(_DECODED.finditer(text))[:MOST]:
        explicit = re.search('"explicitDeny" ?: ?true', text) is not None
        principal, resource = (
            re.search(_VALUE.format(key), text, re.IGNORECASE) for key in ("arn", "resource")
        )
        yield Denial(
            match[1],
            resource[1] if resource else "",
            principal[1] if principal else "",
            "",
            explicit,
        )


def _recorded(text: str) -> Iterator[Denial]:
    """An event of CloudTrail whose error message does not say all that the event does."""
    if '"errorCode"' not in text:
        return
    parts = {match[1]: match[2] for match in list(_RECORDED.finditer(text))[:MOST]}
    service = parts.get("Source", "").removesuffix(".amazonaws.com")
    if service and "Name" in parts:
        principal = re.search(_VALUE.format("arn"), text)
        yield Denial(f"{service}:{parts['Name']}", "", principal[1] if principal else "")
