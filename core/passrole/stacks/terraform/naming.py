"""Names, ARNs and identifiers of resources, from what is known of their types."""

from __future__ import annotations

from collections.abc import Callable

from passrole.stacks.resources import ResourceType, ResourceTypes, Target, fill
from passrole.stacks.terraform.blocks import Block
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.operands import as_text
from passrole.values import (
    ABSENT,
    GENERATED,
    LITERAL,
    NAME,
    Absent,
    Alphabet,
    Hole,
    Text,
    Value,
    get,
)


class Naming:
    """What the types say of the resources of one stack.

    ``target_of`` and ``argument`` answer for the blocks: where they go, what an argument is.
    """

    def __init__(
        self,
        stack: str,
        types: ResourceTypes,
        target_of: Callable[[Block], Target],
        argument: Callable[[Instance, str], Value],
    ) -> None:
        self.stack = stack
        self.types = types
        self._target_of = target_of
        self._argument = argument

    def type_of(self, block: Block) -> ResourceType | None:
        """What is known of a block's type."""
        return self.types.terraform.get(block.labels[0])

    def field(self, instance: Instance, field_name: str) -> Value:
        """The value of a field of an instance's type, absent where it is not set."""
        type_ = self.type_of(instance.block)
        path = type_.path(field_name, "terraform") if type_ is not None else ()
        if not path or str(path[0]) not in instance.block.arguments:
            return ABSENT
        return get(self._argument(instance, str(path[0])), *path[1:])

    def name(self, instance: Instance) -> Text:
        """The name of an instance, a hole of its own where it is not one text."""
        type_ = self.type_of(instance.block)
        path = type_.path(type_.name, "terraform") if type_ is not None else ()
        if type_ is None or not path:
            return self.hole(instance.address, "name", NAME)
        # What is left out the service makes up, for this resource alone; what is looked up may be
        # the same as another.
        block = instance.block
        made_up = block.kind == "resource" and str(path[0]) not in block.arguments
        given = self.field(instance, type_.name)
        text = as_text(given, NAME)
        if text is not None:
            return text
        own = self.hole(instance.address, "name", GENERATED if made_up else NAME)
        if not isinstance(given, Absent):
            return own
        prefix = f"{path[0]}_prefix" if len(path) == 1 else ""
        if prefix in instance.block.arguments:
            text = as_text(self._argument(instance, prefix), NAME)
            if text is not None:
                return Text((*text.parts, *own.parts), text.origin, text.defaults)
        return own

    def generated_id(self, instance: Instance) -> Text:
        """The identifier that the service makes up."""
        made_up = instance.block.kind == "resource"
        return self.hole(instance.address, "id", GENERATED if made_up else LITERAL)

    def arn(self, instance: Instance) -> Text:
        """The ARN of an instance."""
        type_ = self.type_of(instance.block)
        text = self.meaning(instance, type_, "arn") if type_ is not None and type_.arn else None
        return text if text is not None else self.hole(instance.address, "arn", LITERAL)

    def meaning(self, instance: Instance, type_: ResourceType, meaning: str) -> Text | None:
        """What a template of a type says of an instance, None where nobody can say."""
        template = {"name": "{name}", "id": "{id}", "arn": type_.arn}.get(meaning, meaning)
        if instance.block.kind == "data" and not _is_plain(template):
            return None  # what a data source finds may have fields that it does not name
        if not template:
            return None
        target = self._target_of(instance.block)
        values = {
            "partition": target.partition, "region": target.region, "account": target.account,
        }  # fmt: skip
        if "{name" in template:
            values["name"] = self.name(instance)
        if "{id" in template:
            values["id"] = self.generated_id(instance)

        def missing(field_name: str) -> Text | None:
            value = self.field(instance, field_name)
            if isinstance(value, Absent):
                return None if f"{{{field_name}=" in template else own(field_name)
            return as_text(value) or own(field_name)

        def own(field_name: str) -> Text:
            return self.hole(instance.address, field_name, LITERAL)

        return fill(template, values, missing)

    def hole(self, address: str, attribute: str, alphabet: Alphabet) -> Text:
        """An attribute that only deployment tells."""
        reference = f"{address}.{attribute}"
        reason = f"{attribute} is known after deployment"
        return Text((Hole(f"{self.stack}#{reference}", alphabet, reference, reason),))


def _is_plain(template: str) -> bool:
    rest = template
    for name in ("{partition}", "{region}", "{account}", "{name}"):
        rest = rest.replace(name, "")
    return "{" not in rest
