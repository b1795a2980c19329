"""Roles of one template that another one names, for want of any other link between the two.

A pipeline's template may name the role of another one: ``role/deployer`` after its own account, or
``deployer`` in the list of roles that a policy attaches to. Where exactly one template of the scan
makes a role or managed policy of that name, both are taken to go to one account and region.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from passrole.records import NamedTuple
from passrole.stacks.resources import Stack
from passrole.values import Hole, Value, get, texts_in

_NAMED: Mapping[str, str] = {
    "AWS::IAM::Role": "role",
    "AWS::IAM::ManagedPolicy": "policy",
}
_ATTACHING = frozenset(("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"))
_ROLES = ("Roles", "RoleName")


class Mention(NamedTuple):
    """A root whose stacks name a role or policy that another root makes, and which one."""

    root: str
    maker: str
    kind: str
    name: str

    def __str__(self) -> str:
        """What is taken for granted where the two are linked."""
        return f"{self.root} means the {self.kind} {self.name} of {self.maker}"


def roles_by_name(families: Mapping[str, tuple[Stack, ...]]) -> Iterator[Mention]:
    """The roles and policies that roots name, where exactly one other root makes them."""
    makers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for root, stacks in families.items():
        for kind, name in _made(stacks):
            makers[kind, name].add(root)
    if not makers:
        return
    for root in sorted(families):
        for key in sorted({*_mentioned(families[root])}):
            found = makers.get(key, set())
            if len(found) == 1 and root not in found:
                yield Mention(root, min(found), *key)


def made_and_named(stacks: tuple[Stack, ...]) -> tuple[set[str], set[str]]:
    """The roles and policies that templates make, and those that they name, as texts."""
    ours = tuple(each for each in stacks if each.format == "cloudformation")
    return {" ".join(each) for each in _made(ours)}, {" ".join(each) for each in _mentioned(ours)}


def _made(stacks: tuple[Stack, ...]) -> Iterator[tuple[str, str]]:
    """The roles and managed policies that have a name of their own."""
    for stack in stacks:
        for resource in stack.resources.values():
            kind = _NAMED.get(resource.type_name)
            name = resource.name.known() if kind is not None else None
            if kind is not None and name:
                yield kind, name


def _mentioned(stacks: tuple[Stack, ...]) -> Iterator[tuple[str, str]]:
    """What the properties of a root's resources name in its own account, or attach to."""
    for stack in stacks:
        account = {hole.id for hole in stack.target.account.holes}
        for resource in stack.resources.values():
            if account:
                yield from _in_arns(resource.properties, account)
            if resource.type_name in _ATTACHING:
                for field in _ROLES:
                    for text in texts_in((get(resource.properties, field),)):
                        name = text.known()
                        if name:
                            yield "role", name


def _in_arns(value: Value, account: set[str]) -> Iterator[tuple[str, str]]:
    for text in texts_in((value,)):
        if len(text.parts) < 2:
            continue
        for before, after in zip(text.parts, text.parts[1:], strict=False):
            if isinstance(before, Hole) and before.id in account and isinstance(after, str):
                kind, _, name = after.removeprefix(":").partition("/")
                if name and kind in _NAMED.values():
                    yield kind, name.rpartition("/")[2]
