"""The instances of resources and data sources that a plan or a state lists.

Sources: https://developer.hashicorp.com/terraform/internals/json-format (``terraform show -json``);
https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/version4.go (the file
``terraform.tfstate``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from passrole.documents.nodes import Mapping, Node, Scalar, Sequence
from passrole.records import NamedTuple
from passrole.values import Text

ENTRY_CAP = 20_000
"""How many instances one file may list."""
REPEATED_CAP = 1_000
"""How many instances of one block are told apart."""

_PROVIDER = re.compile(r'provider(?:\.aws|\["[^"]*/aws"\])(?:\.([\w-]+))?')
_MODULE = re.compile(r'module\.([^.\[\]"]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?')


class Saved(NamedTuple):
    """One instance. ``module`` stands before addresses in its module: ``module.a["x"].``.

    ``block`` is the address of its block there; ``values`` are its attributes, ``unknown`` and
    ``sensitive`` say which of them are known after apply only, or are not to be shown: a tree of
    ``true``, or names. ``place`` is the whole of it in the file. ``is_deployed`` says that it is
    there before anything is applied, and stays.
    """

    module: str
    kind: str
    type_name: str
    name: str
    key: Text | None
    place: Mapping
    values: Mapping | None
    unknown: Node | None = None
    sensitive: Node | frozenset[str] | None = None
    provider: str = ""
    is_deployed: bool = False

    @property
    def block(self) -> str:
        """The address of its block in the module."""
        data = "data." if self.kind == "data" else ""
        return f"{data}{self.type_name}.{self.name}"

    @property
    def alias(self) -> str | None:
        """The alias of its provider configuration, empty where the file does not name any.

        None for another provider, or for one of a module's own.
        """
        if not self.provider:
            return ""
        found = _PROVIDER.fullmatch(self.provider)
        return (found[1] or "") if found is not None else None

    @property
    def address(self) -> str:
        """Its address, as Terraform writes it."""
        return f"{self.module}{self.block}{index(self.key)}"


def index(key: Text | None) -> str:
    """The index at the end of an address; numbers are those that ``count`` gives."""
    if key is None:
        return ""
    text = key.known() or ""
    return f"[{text}]" if isinstance(key, Counted) else f"[{json.dumps(text)}]"


class Counted(Text):
    """The index of an instance that ``count`` makes; equal to the text of its number."""

    __slots__ = ()


def items(node: Node | None, *path: str) -> tuple[Mapping, ...]:
    """The objects of the list under a path of names, none where there is no such list."""
    found = under(node, *path)
    listed = found.items if isinstance(found, Sequence) else ()
    return tuple(each for each in listed if isinstance(each, Mapping))


def under(node: Node | None, *path: str) -> Node | None:
    """What stands under a path of names."""
    for name in path:
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def mapping(node: Node | None, *path: str) -> Mapping | None:
    """The object under a path of names, None for anything else."""
    found = under(node, *path)
    return found if isinstance(found, Mapping) else None


def text(node: Node | None, *path: str) -> str:
    """The string under a path of names, empty for anything else."""
    found = under(node, *path)
    return found.text if isinstance(found, Scalar) and not found.plain else ""


def is_true(node: object) -> bool:
    """Whether a node is JSON's true."""
    return isinstance(node, Scalar) and node.plain and node.text == "true"


def key_of(node: Node | None) -> Text | None:
    """The key of an instance: a string of ``for_each``, a number of ``count``."""
    if not isinstance(node, Scalar) or node.is_null:
        return None
    return Counted((node.text,)) if node.plain else Text((node.text,))


# -- plans and states as `terraform show -json` writes them ----------------------------------------


def of_plan(root: Mapping) -> Iterator[Saved]:
    """What there will be after the plan; what is deleted is not there, nor what is deposed."""
    changes: dict[str, Mapping] = {}
    for change in items(root, "resource_changes"):
        if not text(change, "deposed"):
            changes[text(change, "address")] = change
    planned: set[str] = set()
    for saved in _of_values(under(root, "planned_values", "root_module")):
        planned.add(saved.address)
        found = changes.get(saved.address)
        if found is None:
            yield saved
        elif not _is_gone(found):
            marks = mapping(found, "change")
            yield saved._replace(
                unknown=under(marks, "after_unknown"),
                sensitive=under(marks, "after_sensitive") or saved.sensitive,
                is_deployed="create" not in _actions(found),
            )
    for address, change in changes.items():
        if address not in planned and not _is_gone(change):
            alone = _of_change(change)
            if alone is not None:
                planned.add(alone.address)
                yield alone
    for saved in _of_values(under(root, "prior_state", "values", "root_module")):
        # What was read while planning is listed here alone.
        if saved.kind == "data" and saved.address not in planned:
            yield saved


def of_state(root: Mapping) -> Iterator[Saved]:
    """What there is, of a state that was shown."""
    for saved in _of_values(under(root, "values", "root_module")):
        yield saved._replace(is_deployed=True)


def _actions(change: Mapping) -> frozenset[str]:
    actions = under(change, "change", "actions")
    words = actions.items if isinstance(actions, Sequence) else ()
    return frozenset(each.text for each in words if isinstance(each, Scalar))


def _is_gone(change: Mapping) -> bool:
    return bool(_actions(change)) and _actions(change) <= {"delete", "forget"}


def _of_change(change: Mapping) -> Saved | None:
    """An instance that only the list of changes has."""
    marks = mapping(change, "change")
    values, unknown = mapping(marks, "after"), under(marks, "after_unknown")
    if values is None and not isinstance(unknown, Mapping):
        return None
    module = text(change, "module_address")
    found = _instance(change, f"{module}." if module else "")
    if found is None:
        return None
    sensitive = under(marks, "after_sensitive")
    return found._replace(values=values, unknown=unknown, sensitive=sensitive)


def _of_values(root: Node | None) -> Iterator[Saved]:
    waiting = [root] if isinstance(root, Mapping) else []
    while waiting:
        module = waiting.pop()
        address = text(module, "address")
        for resource in items(module, "resources"):
            found = _instance(resource, f"{address}." if address else "")
            if found is not None:
                yield found
        waiting.extend(reversed(items(module, "child_modules")))


def _instance(node: Mapping, module: str) -> Saved | None:
    type_name, name = text(node, "type"), text(node, "name")
    kind = "data" if text(node, "mode") == "data" else "resource"
    if not type_name or not name or text(node, "deposed_key"):
        return None
    values, sensitive = mapping(node, "values"), under(node, "sensitive_values")
    key = key_of(node.get("index"))
    return Saved(module, kind, type_name, name, key, node, values, None, sensitive)


# -- the file terraform.tfstate --------------------------------------------------------------------


def of_state_file(root: Mapping) -> Iterator[Saved]:
    """What there is, of a state file of version 4; what is deposed is to be deleted."""
    for resource in items(root, "resources"):
        type_name, name = text(resource, "type"), text(resource, "name")
        module = text(resource, "module")
        if not type_name or not name:
            continue
        for instance in items(resource, "instances"):
            if text(instance, "deposed"):
                continue
            yield Saved(
                module=f"{module}." if module else "",
                kind="data" if text(resource, "mode") == "data" else "resource",
                type_name=type_name,
                name=name,
                key=key_of(instance.get("index_key")),
                place=instance,
                values=mapping(instance, "attributes"),
                sensitive=_hidden(under(instance, "sensitive_attributes")),
                provider=text(resource, "provider"),
                is_deployed=True,
            )


def _hidden(node: Node | None) -> frozenset[str]:
    """The attributes in which something is not to be shown, each as a whole."""
    found = set()
    for path in node.items if isinstance(node, Sequence) else ():
        first = path.items[0] if isinstance(path, Sequence) and path.items else None
        name = text(first, "value")
        if name:
            found.add(name)
    return frozenset(found)


# -- modules -----------------------------------------------------------------------------------


class Step(NamedTuple):
    """One step of a module's address: the name of a call, and which instance of it."""

    name: str
    key: Text | None


def steps_of(module: str) -> tuple[Step, ...] | None:
    """The steps of what stands before the addresses in a module, None for what is none."""
    found: list[Step] = []
    at = 0
    while at < len(module):
        match = _MODULE.match(module, at)
        if match is None or not module.startswith(".", match.end()):
            return None
        found.append(Step(match[1], _key(match[2])))
        at = match.end() + 1
    return tuple(found)


def _key(written: str | None) -> Text | None:
    if written is None:
        return None
    if not written.startswith('"'):
        return Counted((written,))
    try:
        return Text((str(json.loads(written)),))
    except ValueError:
        return Text((written[1:-1],))
