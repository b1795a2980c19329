"""What a plan or a state lists, found by module and by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from passrole.documents.nodes import Document, Mapping, Problem, Scalar, Sequence
from passrole.stacks.resources import StackProblem
from passrole.stacks.terraform.assembly import MODULE_DEPTH_CAP
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.configuration import Configuration
from passrole.stacks.terraform.expressions import Constant, Placed, Unreadable
from passrole.stacks.terraform.saved.contents import (
    LATER,
    SENSITIVE,
    Later,
    marked,
    missing,
    read_value,
    without_empty,
)
from passrole.stacks.terraform.saved.entries import (
    ENTRY_CAP,
    REPEATED_CAP,
    Saved,
    index,
    is_true,
    steps_of,
    text,
)
from passrole.values import Absent, Origin, Text, Value

NOT_LISTED = Unreadable("the configuration does not say it")


class Library:
    """The instances of one file.

    ``decides`` says that what is not listed is not there. ``is_configured`` says that there is a
    configuration beside the values, so that they have more than somebody wrote.
    """

    def __init__(
        self,
        document: Document,
        entries: Iterable[Saved],
        *,
        decides: bool = True,
        is_configured: bool = False,
    ) -> None:
        self.document = document
        self.decides = decides
        self.is_configured = is_configured
        self.problems: list[StackProblem] = []
        self._instances: dict[str, dict[str, dict[str, Saved]]] = {}
        self._calls: dict[str, dict[str, dict[str, Text | None]]] = {}
        for count, saved in enumerate(entries):
            if count >= ENTRY_CAP:
                self._problem("limit", f"it lists more than {ENTRY_CAP:,} instances", saved.place)
                break
            self._add(saved)
        self._mirrored = _mirrored(self)

    def _add(self, saved: Saved) -> None:
        steps = steps_of(saved.module)
        if steps is None:
            message = f"{saved.module} is no address of a module"
            self._problem("malformed-plan", message, saved.place)
            return
        if len(steps) >= MODULE_DEPTH_CAP:
            message = f"modules call modules deeper than {MODULE_DEPTH_CAP}"
            self._problem("limit", message, saved.place)
            return
        prefix = ""
        for name, key in steps:
            tail = index(key)
            self._calls.setdefault(prefix, {}).setdefault(name, {})[tail] = key
            prefix = f"{prefix}module.{name}{tail}."
        blocks = self._instances.setdefault(prefix, {}).setdefault(saved.block, {})
        if len(blocks) >= REPEATED_CAP:
            message = f"{saved.block} has more than {REPEATED_CAP:,} instances"
            self._problem("limit", message, saved.place)
            return
        blocks.setdefault(index(saved.key), saved._replace(module=prefix))

    def _problem(self, kind: str, message: str, node: Mapping) -> None:
        if all(each.problem.message != message for each in self.problems):
            place = self.document.location(node)
            self.problems.append(StackProblem(Problem(kind, message, node.start, node.end), place))

    def every(self) -> Iterator[Saved]:
        """Every instance that is kept."""
        for blocks in self._instances.values():
            for instances in blocks.values():
                yield from instances.values()

    def instances(self, prefix: str, block: str) -> tuple[Saved, ...]:
        """The instances of a block of a module."""
        return tuple(self._instances.get(prefix, {}).get(block, {}).values())

    def find(self, prefix: str, address: str) -> Saved | None:
        """The instance of an address in a module."""
        block, bracket, tail = address.removeprefix(prefix).partition("[")
        return self._instances.get(prefix, {}).get(block, {}).get(bracket + tail)

    def calls(self, prefix: str, name: str) -> tuple[Text | None, ...]:
        """The keys of the instances of a call that are listed: those with something in them."""
        return tuple(self._calls.get(prefix, {}).get(name, {}).values())

    # -- attributes --------------------------------------------------------------------------

    def value(self, saved: Saved, name: str, stack: str) -> Value | None:
        """The value of an attribute, None where nothing is said of it."""
        node = saved.values.get(name) if saved.values is not None else None
        id_ = f"{stack}#{saved.address}.{name}"
        origin = Origin(self.document, saved.place)
        if isinstance(saved.sensitive, frozenset):
            hidden = name in saved.sensitive
        else:
            hidden = is_true(marked(saved.sensitive, name))
        if hidden:
            return Later(SENSITIVE, origin, id_)
        unknown = marked(saved.unknown, name)
        if node is None:
            later = name in missing(None, saved.unknown) or is_true(saved.unknown)
            return Later(LATER, origin, id_) if later else None
        sensitive = saved.sensitive if not isinstance(saved.sensitive, frozenset) else None
        value = read_value(self.document, node, unknown, marked(sensitive, name), id_)
        return without_empty(value)

    def known(self, saved: Saved, name: str, stack: str) -> Value | None:
        """The value of an attribute where it is known."""
        value = self.value(saved, name, stack)
        return None if isinstance(value, (Later, Absent)) else value

    # -- blocks ------------------------------------------------------------------------------

    def completed(self, configuration: Configuration, prefix: str) -> Configuration:
        """A configuration with blocks for what is listed and not in it."""
        blocks = {kind: list(found) for kind, found in configuration.blocks.items()}
        present = {each.address for found in blocks.values() for each in found}
        for address, instances in self._instances.get(prefix, {}).items():
            if address not in present:
                saved = next(iter(instances.values()))
                blocks.setdefault(saved.kind, []).append(self.block(saved, None))
        place = Origin(self.document, self.document.root or Scalar("", True, 0, 0))
        for name in self._calls.get(prefix, {}):
            if f"module.{name}" not in present:
                blocks.setdefault("module", []).append(Block("module", (name,), place, place, {}))
        return configuration._replace(blocks=blocks)

    def block(self, saved: Saved, written: Block | None) -> Block:
        """The block of one instance: what is written of it, and what else is listed."""
        arguments = dict(written.arguments) if written is not None else {}
        origin = Origin(self.document, saved.place)
        is_elsewhere = written is not None and written.origin.document is not self.document
        names = () if is_elsewhere or saved.values is None else saved.values.pairs
        for key, node in names:
            is_null = isinstance(node, Scalar) and (node.is_null or node.text == "")
            more = not self.is_configured or _are_blocks(node)
            dropped = (saved.address, key.text) in self._mirrored
            if key.text not in arguments and more and not is_null and not dropped:
                arguments[key.text] = Argument(Origin(self.document, key), NOT_LISTED)
        if is_elsewhere and written is not None:
            return written.having(arguments)
        if saved.alias:
            alias = Placed(Constant(f"aws.{saved.alias}"), origin)
            arguments.setdefault("provider", Argument(origin, alias))
        address = saved.place.get("address")
        key_place = Origin(self.document, address) if address is not None else origin
        labels = (saved.type_name, saved.name)
        return Block(saved.kind, labels, key_place, origin, arguments)


def _are_blocks(node: object) -> bool:
    """Whether a value is what nested blocks give: those that ``dynamic`` makes are in no plan."""
    return isinstance(node, Sequence) and any(isinstance(each, Mapping) for each in node.items)


_ATTACHMENTS = {
    "_policy": ("policy", "inline_policy"),
    "_policy_attachment": ("managed_policy_arns",),
}


def _mirrored(library: Library) -> frozenset[tuple[str, str]]:
    """Attributes that only repeat what resources of their own say: policies that are attached."""
    owners: dict[tuple[str, str], set[str]] = {}
    entries = [each for each in library.every() if each.kind == "resource"]
    for saved in entries:
        for ending, names in _ATTACHMENTS.items():
            if saved.type_name.endswith(ending) and saved.values is not None:
                texts = {n.text for _, n in saved.values.pairs if isinstance(n, Scalar)}
                for name in names:
                    owner = saved.type_name.removesuffix(ending)
                    owners.setdefault((owner, name), set()).update(texts)
    found = set()
    for saved in entries:
        own = {text(saved.values, name) for name in ("arn", "id", "name", "url")} - {""}
        for (owner, name), texts in owners.items():
            if owner == saved.type_name and own & texts:
                found.add((saved.address, name))
    return frozenset(found)
