"""Trust policies: which action goes with which principal, and what an identity provider may send.

Sources: IAM user guide, *Create a role for OpenID Connect federation*, *Creating roles for SAML
federation*; IAM Roles Anywhere user guide, *Trust model*; *IAM Access Analyzer policy check
reference*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from passrole.iam.actions import known_action_matches
from passrole.iam.statements import PolicyKind
from passrole.iam.validation.drafts import Draft, DraftCondition, DraftStatement
from passrole.iam.validation.flaws import Flaw
from passrole.values import Hole, Text, Truth

_GITHUB = "token.actions.githubusercontent.com"
_ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
_ITS_ACTIONS = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")

_Kind = Literal["saml", "oidc", "other"]
_ACTION_OF: dict[str, tuple[_Kind, ...]] = {
    "sts:assumerolewithsaml": ("saml",),
    "sts:assumerolewithwebidentity": ("oidc",),
    "sts:assumerole": ("other",),
}


def check(draft: Draft) -> Iterator[Flaw]:
    """Actions and principals that do not fit, and identity providers that nothing limits."""
    if draft.kind is not PolicyKind.TRUST:
        return
    for statement in draft.statements:
        if statement.effect != "Allow":
            continue
        yield from _mismatch(statement)
        yield from _roles_anywhere(statement)
        for text, provider in _oidc_providers(statement):
            yield from _limits(statement, text, provider)
        yield from _audience(statement)


def _kind(entry: str, text: Text) -> _Kind | None:
    """What kind of principal an entry is; None where it is not known."""
    if entry in ("AWS", "Service", "CanonicalUser", "*"):
        return "other"
    first = "".join(part if isinstance(part, str) else "\0" for part in text.parts)
    if ":saml-provider/" in first or "saml-provider/" in first:
        return "saml"
    if "oidc-provider/" in first or (text.known() is not None and "." in first):
        return "oidc"
    return None


def _mismatch(statement: DraftStatement) -> Iterator[Flaw]:
    kinds: list[tuple[_Kind | None, str]] = []
    for entry, item in statement.principals:
        if not isinstance(item, Text) or entry == "":
            return
        kinds.append((_kind(entry, item), str(item)))
    if not kinds or any(kind is None for kind, _ in kinds):
        return
    for name, text in statement.known("Action"):
        wanted = _ACTION_OF.get(name.lower())
        if wanted and not any(kind in wanted for kind, _ in kinds):
            names = ", ".join(shown for _, shown in kinds[:2])
            yield statement.flaw(
                "MISMATCHED_ACTION_FOR_PRINCIPAL", text, action=name, name=name, principals=names
            )


def _roles_anywhere(statement: DraftStatement) -> Iterator[Flaw]:
    actions = statement.all_known("Action")
    if actions is None or "NotAction" in statement.fields:
        return
    for kind, item in statement.principals:
        if kind != "Service" or not isinstance(item, Text) or item.known() != _ROLES_ANYWHERE:
            continue
        missing = [
            wanted
            for wanted in _ITS_ACTIONS
            if all(known_action_matches(each, wanted) is Truth.FALSE for each in actions)
        ]
        if missing and len(missing) < len(_ITS_ACTIONS):
            yield statement.flaw(
                "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", item, actions=", ".join(missing)
            )


def _oidc_providers(statement: DraftStatement) -> Iterator[tuple[Text, str]]:
    """Providers of OpenID Connect by the name that their condition keys begin with."""
    for kind, item in statement.principals:
        if kind != "Federated" or not isinstance(item, Text) or _kind(kind, item) != "oidc":
            continue
        last = item.parts[-1]
        known = item.known()
        if known is not None and "oidc-provider/" not in known:
            yield item, known.lower()
        elif not isinstance(last, Hole) and "oidc-provider/" in last:
            yield item, last.partition("oidc-provider/")[2].lower()


def _limits(statement: DraftStatement, text: Text, provider: str) -> Iterator[Flaw]:
    if statement.has_open_conditions or not provider or "*" in provider:
        return
    own = [each for each in statement.conditions if each.key.lower().startswith(f"{provider}:")]
    if not own:
        yield statement.flaw("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", text, provider=provider)
    if provider != _GITHUB:
        return
    subjects = [each for each in own if each.key.lower() == f"{_GITHUB}:sub"]
    if not subjects and own:
        yield statement.flaw("MISSING_GITHUB_REPO_CONDITION_KEY", text, provider=provider)
    for condition in subjects:
        yield from _subject(statement, condition)


def _subject(statement: DraftStatement, condition: DraftCondition) -> Iterator[Flaw]:
    """Wildcards in the subject of a token of GitHub: ``repo:owner/name:ref:refs/heads/main``."""
    operator = condition.meaning
    if operator is None or operator.negated or not operator.wildcards:
        return
    for text in condition.texts:
        known = text.known()
        if known is None or not set("*?") & set(known):
            continue
        repository = known.removeprefix("repo:").partition(":")[0]
        wide = not known.startswith("repo:") or bool(set("*?") & set(repository))
        if wide and known.startswith("repo:") and ":" in known.removeprefix("repo:"):
            owner = repository.partition("/")[0]
            wide = bool(set("*?") & set(owner)) or "/" not in repository or "*" in repository
        yield statement.flaw(
            "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", text,
            sureness="high" if wide else "low", subject=known,
        )  # fmt: skip


def _audience(statement: DraftStatement) -> Iterator[Flaw]:
    for condition in statement.conditions:
        operator = condition.meaning
        if operator is not None and operator.qualifier and condition.key.lower().endswith(":aud"):
            yield statement.flaw(
                "CONFIRM_AUDIENCE_CLAIM_TYPE", condition.origin,
                key=condition.key, operator=condition.operator,
            )  # fmt: skip
