"""Where a role's policy is written: the template or module that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from passrole.documents.nodes import Document
from passrole.model.identities import Role
from passrole.policies.vocabulary import Reference, Vocabulary
from passrole.policies.writing_cloudformation import cloudformation_vocabulary
from passrole.policies.writing_terraform import module_of, terraform_vocabulary
from passrole.records import NamedTuple
from passrole.stacks.resources import Resource, Stack


class Surroundings(NamedTuple):
    """The stacks and the files of a scan."""

    stacks: dict[str, Stack]
    documents: tuple[Document, ...]

    @classmethod
    def of(cls, stacks: Iterable[Stack], documents: Iterable[Document]) -> Surroundings:
        """Those of one scan; of stacks that several parameter sets make, the first."""
        found: dict[str, Stack] = {}
        for stack in stacks:
            found.setdefault(stack.id, stack)
        return cls(found, tuple(documents))

    def stack_of(self, role: Role) -> Stack | None:
        """The stack that a role is a resource of."""
        return self.stacks.get(role.resource.stack)

    def cloudformation(self, role: Role) -> Vocabulary:
        """What a template may refer to: that of the role, or one of its own."""
        stack = self.stack_of(role)
        if stack is not None and stack.format == "cloudformation":
            return cloudformation_vocabulary(stack)
        words = {
            name: Reference({"Ref": f"AWS::{pseudo}"})
            for name, pseudo in (
                ("partition", "Partition"), ("account", "AccountId"), ("region", "Region"),
            )
        }  # fmt: skip
        target = role.resource.target
        names = {
            place: words[name]
            for name, place in (("account", target.account), ("region", target.region))
            if any(place.holes)
        }
        return Vocabulary(target, names, {}, words["partition"], words["account"], words["region"])

    def terraform(self, role: Role) -> Vocabulary:
        """What a module may refer to: that of the role, or one of its own."""
        stack = self.stack_of(role)
        if stack is not None and stack.format == "terraform":
            return terraform_vocabulary(stack, module_of(role.resource.id), self.documents)
        return Vocabulary(role.resource.target, {})


def local_id(resource: Resource) -> str:
    """The logical id, or the address inside of its module."""
    return resource.id.removeprefix(module_of(resource.id))


def camel(text: str) -> str:
    """Letters and digits alone, as logical ids have them."""
    words = re.findall(r"[A-Za-z0-9]+", text)
    return "".join(word[:1].upper() + word[1:] for word in words) or "Role"


def snake(text: str) -> str:
    """Small letters, digits and underscores, as Terraform's names have them."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    found = "_".join(re.findall(r"[A-Za-z0-9]+", spaced)).lower() or "role"
    return found if not found[0].isdigit() else f"_{found}"
