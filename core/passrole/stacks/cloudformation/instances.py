"""One stack that a template makes: what is decided of it before the template is read."""

from __future__ import annotations

from collections.abc import Mapping

from passrole.records import NamedTuple
from passrole.stacks.resources import Target, own_name
from passrole.values import ABSENT, Guard, Text, Value


class Instance(NamedTuple):
    """A template where it is deployed.

    ``id`` is unique in the scan: the path of the template, and for a nested stack the way to it
    from the template at the root. ``name`` is what ``AWS::StackName`` gives. ``given`` are the
    values that a manifest gives parameters, ``passed`` is what the stack around it passes.
    ``guard`` says when the stack exists, with the parameter ``defaults`` that this relies on.
    """

    id: str
    target: Target
    name: Text
    given: Mapping[str, str] = {}
    passed: Value = ABSENT
    guard: Guard = True
    defaults: frozenset[str] = frozenset()
    way: tuple[str, ...] = ()
    """The path of the root, then the logical id of each stack on the way to this one."""
    depth: int = 0
    """How deep in other values its template is read: Python's own stack ends somewhere."""

    @classmethod
    def of(
        cls, path: str, target: Target, given: Mapping[str, str] = {}, name: Text | None = None
    ) -> Instance:
        """The stack of a template that no other one nests."""
        return cls(path, target, name or own_name(path), given, way=(path,))

    @property
    def is_nested(self) -> bool:
        """Whether another stack makes this one."""
        return len(self.way) > 1

    def nested(
        self,
        logical_id: str,
        path: str,
        passed: Value,
        guard: Guard,
        defaults: frozenset[str],
        depth: int = 0,
    ) -> Instance:
        """The stack that a resource of this one makes of the template at ``path``.

        CloudFormation makes up its name (CloudFormation User Guide, *Nested stacks*).
        """
        way = (*self.way, logical_id)
        stack = nested_id(path, way)
        name = own_name(stack)
        return Instance(stack, self.target, name, {}, passed, guard, defaults, way, depth)


def nested_id(path: str, way: tuple[str, ...]) -> str:
    """The id of a nested stack: ``child.yaml[root.yaml/Network]``."""
    return f"{path}[{'/'.join(way)}]"
