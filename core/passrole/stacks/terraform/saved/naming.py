"""Names, ARNs and identifiers of what a plan or a state lists."""

from __future__ import annotations

import re
from collections.abc import Callable

from passrole.stacks.resources import ResourceType, Target
from passrole.stacks.terraform.assembly import Assembly
from passrole.stacks.terraform.blocks import Block
from passrole.stacks.terraform.instances import Instance
from passrole.stacks.terraform.naming import Naming
from passrole.stacks.terraform.saved.surroundings import takes_arn
from passrole.values import ABSENT, Absent, Text, Value, known

ARN_CAP = 2048
"""How long an ARN may be of which a part is taken."""


class SavedNaming(Naming):
    """Names and ARNs: those that are listed, else what the types say.

    ``saved`` answers what is listed of an attribute.
    """

    def __init__(
        self,
        assembly: Assembly,
        target_of: Callable[[Block], Target],
        argument: Callable[[Instance, str], Value],
        saved: Callable[[Instance, str], Value | None],
    ) -> None:
        super().__init__(assembly.id, assembly.types, target_of, argument)
        self._saved = saved

    def field(self, instance: Instance, field_name: str) -> Value:
        """The value of a field of an instance's type, absent where it is not set."""
        found = super().field(instance, field_name)
        if not isinstance(found, Absent):
            return found
        type_ = self.type_of(instance.block)
        path = type_.path(field_name, "terraform") if type_ is not None else ()
        if len(path) != 1:
            return found
        return self._saved(instance, str(path[0])) or found

    def arn(self, instance: Instance) -> Text:
        """The ARN of an instance."""
        return self._listed(instance, "arn") or super().arn(instance)

    def generated_id(self, instance: Instance) -> Text:
        """The identifier that the service made up, where the file says it."""
        type_ = self.type_of(instance.block)
        arn = known(self._listed(instance, "arn") or ABSENT)
        if type_ is not None and arn is not None and len(arn) <= ARN_CAP and "{id}" in type_.arn:
            found = _pattern(type_.arn).fullmatch(arn)
            if found is not None:
                return Text((found["id"],))
        return super().generated_id(instance)

    def _listed(self, instance: Instance, meaning: str) -> Text | None:
        """An attribute that means something, where the file says it."""
        type_ = self.type_of(instance.block)
        if type_ is None or not type_.arn or takes_arn(type_):
            return None
        for name in (meaning, *_meaning(type_, meaning)):
            value = self._saved(instance, name)
            text = known(value) if value is not None else None
            if isinstance(value, Text) and text is not None and text.startswith("arn:"):
                return value
        return None


def _meaning(type_: ResourceType, meaning: str) -> tuple[str, ...]:
    return tuple(name for name, meant in type_.terraform_attributes.items() if meant == meaning)


def _pattern(template: str) -> re.Pattern[str]:
    """The ARNs that a template makes, with the part that the service makes up."""
    parts = re.split(r"\{([^{}]*)\}", template)
    written = ""
    seen = False
    for position, part in enumerate(parts):
        if position % 2 == 0:
            written += re.escape(part)
        elif part == "id" and not seen:
            seen = True
            written += "(?P<id>[^:]+)"
        else:
            written += "(?:[^:]*)" if part != "id" else "(?:[^:]+)"
    return re.compile(written)
