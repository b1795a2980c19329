"""The values of saved attributes, and how they go together with what the configuration says."""

from __future__ import annotations

from passrole.documents.nodes import Document, Mapping, Node, Scalar, Sequence
from passrole.iam.json_texts import value_from_json_text
from passrole.stacks.terraform.operands import Failure, constant
from passrole.stacks.terraform.saved.entries import is_true
from passrole.values import (
    ABSENT,
    Absent,
    Choice,
    Listing,
    Origin,
    Record,
    Text,
    Unknown,
    Value,
    choose,
    known,
)

COMPARED_CAP = 300_000
"""How many values of one stack are compared to find out which belongs to which."""

LATER = "a value that is known after apply"
SENSITIVE = "a value that is sensitive"

Marks = Node | frozenset[str] | None


class Later(Unknown):
    """What the file does not say: it is known after apply, or it is not to be shown."""

    __slots__ = ()


def read_value(document: Document, node: Node, unknown: Marks, sensitive: Marks, id_: str) -> Value:
    """The value of a node, of which two trees of marks say what is unknown and what is hidden."""
    origin = Origin(document, node)
    if is_true(unknown):
        return Later(LATER, origin, id_)
    if is_true(sensitive):
        return Later(SENSITIVE, origin, id_)
    if isinstance(node, Scalar):
        return _scalar(node, origin)
    if isinstance(node, Sequence):
        return Listing(
            tuple(
                read_value(
                    document, item, _item(unknown, index), _item(sensitive, index),
                    f"{id_}[{index}]",
                )
                for index, item in enumerate(node.items)
            ),
            origin,
        )  # fmt: skip
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    for key, item in node.pairs:
        name = key.text
        fields[name] = read_value(
            document, item, marked(unknown, name), marked(sensitive, name), f"{id_}.{name}"
        )
        keys[name] = Origin(document, key)
    for name in missing(node, unknown):
        fields[name] = Later(LATER, origin, f"{id_}.{name}")
    return Record(fields, origin, keys)


def without_empty(value: Value) -> Value:
    """A value of an attribute: of what is not set, providers write the empty text."""
    if isinstance(value, Text):
        return constant("", "null", value.origin) if value.known() == "" else value
    if isinstance(value, Listing):
        return value._replace(values=tuple(map(without_empty, value.values)))
    if isinstance(value, Record):
        fields = {name: without_empty(item) for name, item in value.fields.items()}
        return value._replace(fields=fields)
    return value


def missing(node: Mapping | None, unknown: Marks) -> list[str]:
    """What an object does not have because it is known after apply."""
    pairs = unknown.pairs if isinstance(unknown, Mapping) else ()
    return [
        key.text for key, mark in pairs
        if (node is None or node.get(key.text) is None) and _any_true(mark)
    ]  # fmt: skip


def marked(marks: Marks, name: str) -> Marks:
    """The marks of a field."""
    if isinstance(marks, Mapping):
        return marks.get(name)
    return marks if is_true(marks) else None


def _item(marks: Marks, index: int) -> Marks:
    if isinstance(marks, Sequence):
        return marks.items[index] if index < len(marks.items) else None
    return marks if is_true(marks) else None


def _any_true(marks: Node) -> bool:
    if isinstance(marks, Mapping):
        return any(_any_true(item) for _, item in marks.pairs)
    if isinstance(marks, Sequence):
        return any(map(_any_true, marks.items))
    return is_true(marks)


def _scalar(node: Scalar, origin: Origin) -> Value:
    if not node.plain:
        return Text((node.text,), origin)
    if node.is_null:
        return constant("", "null", origin)
    kind = "bool" if node.text in ("true", "false") else "number"
    return constant(node.text, "bool" if kind == "bool" else "number", origin)


# -- together with the configuration -----------------------------------------------------------


class Joiner:
    """Puts saved values together with evaluated ones; comparing them has a bound."""

    def __init__(self) -> None:
        self._left = COMPARED_CAP

    def joined(self, evaluated: Value | None, saved: Value) -> Value:
        """What is saved, at the places of what is evaluated; what is not, as it is evaluated."""
        if isinstance(evaluated, Choice):
            return self._chosen(evaluated, saved)
        if isinstance(saved, Later):
            if evaluated is None or isinstance(evaluated, (Failure, Absent)):
                return Unknown(saved.reason, saved.origin, saved.id)
            if isinstance(evaluated, Unknown) and not evaluated.id:
                return evaluated._replace(id=saved.id)
            return evaluated
        if isinstance(saved, Text):
            return self._text(evaluated, saved)
        if isinstance(saved, Listing):
            return self._listing(evaluated, saved)
        if isinstance(saved, Record):
            return self._record(_single(evaluated), saved)
        return saved

    def _text(self, evaluated: Value | None, saved: Text) -> Value:
        if isinstance(evaluated, Text):
            return evaluated if evaluated.known() == saved.known() else saved.at(evaluated.origin)
        if isinstance(evaluated, (Listing, Record)):
            # What jsonencode() or a policy document made: its text is saved.
            document = value_from_json_text(saved)
            if not isinstance(document, Unknown):
                return self.joined(evaluated, document)
            if isinstance(evaluated, Listing) and len(evaluated.values) == 1:
                return self.joined(evaluated.values[0], saved)
        origin = evaluated.origin if evaluated is not None else None
        return saved.at(origin) if origin is not None else saved

    def _listing(self, evaluated: Value | None, saved: Listing) -> Value:
        if isinstance(evaluated, (Record, Text)) and len(saved.values) == 1:
            evaluated = Listing((evaluated,), evaluated.origin)
        before = list(evaluated.values) if isinstance(evaluated, Listing) else []
        found: list[Value] = []
        why = _why(evaluated)
        for index, item in enumerate(saved.values):
            match = self._match(before, item, index)
            found.append(self.joined(before[match] if match is not None else why, item))
            if match is not None:
                before[match] = _TAKEN
        origin = evaluated.origin if evaluated is not None else None
        return Listing(tuple(found), origin or saved.origin)

    def _match(self, before: list[Value], item: Value, index: int) -> int | None:
        """Which of the evaluated items a saved one is; the order of a set is Terraform's own."""
        if index < len(before) and before[index] is not _TAKEN and self.agree(before[index], item):
            return index
        for other, each in enumerate(before):
            self._left -= 1
            if self._left < 0:
                break
            if each is not _TAKEN and self.agree(each, item):
                return other
        return None

    def _record(self, evaluated: Value | None, saved: Record) -> Value:
        fields: dict[str, Value] = {}
        written = evaluated.fields if isinstance(evaluated, Record) else {}
        why = _why(evaluated)
        for name, item in saved.fields.items():
            fields[name] = self.joined(written.get(name, why), item)
        for name, item in written.items():
            fields.setdefault(name, item)
        origin = evaluated.origin if evaluated is not None else None
        keys = evaluated.keys if isinstance(evaluated, Record) else {}
        return Record(fields, origin or saved.origin, {**saved.keys, **keys})

    def _chosen(self, evaluated: Choice, saved: Value) -> Value:
        """The branch that was taken, as far as the saved value tells."""
        then, otherwise = (
            self.agree(each, saved) for each in (evaluated.then, evaluated.otherwise)
        )
        if then and otherwise:
            first = self.joined(evaluated.then, saved)
            return choose(
                evaluated.guard, first, self.joined(evaluated.otherwise, saved), evaluated.origin
            )
        if then or otherwise:
            return self.joined(evaluated.then if then else evaluated.otherwise, saved)
        return self.joined(Unknown("", evaluated.origin), saved)

    def agree(self, evaluated: Value, saved: Value) -> bool:
        """Whether an evaluated value may be the saved one."""
        self._left -= 1
        if self._left < 0:
            return False
        if isinstance(saved, Unknown) or isinstance(evaluated, Unknown):
            return True
        if isinstance(evaluated, Choice):
            return self.agree(evaluated.then, saved) or self.agree(evaluated.otherwise, saved)
        if isinstance(saved, Text):
            return self._may_be(evaluated, saved)
        if isinstance(saved, Listing):
            return self._lists_agree(evaluated, saved)
        if isinstance(saved, Record):
            evaluated = _single(evaluated) or ABSENT
            return isinstance(evaluated, Record) and all(
                self.agree(item, saved.fields[name])
                for name, item in evaluated.fields.items()
                if name in saved.fields
            )
        return isinstance(evaluated, Absent)

    def _lists_agree(self, evaluated: Value, saved: Listing) -> bool:
        if isinstance(evaluated, Absent):
            return not saved.values
        items = evaluated.values if isinstance(evaluated, Listing) else (evaluated,)
        if len(items) != len(saved.values):
            return False
        own = {known(each) for each in items}
        if None not in own:
            # A set has an order of its own in a plan.
            return all(isinstance(each, Unknown) or known(each) in own for each in saved.values)
        if all(isinstance(each, Text) for each in saved.values):
            return True
        return all(map(self.agree, items, saved.values))

    def _may_be(self, evaluated: Value, saved: Text) -> bool:
        if isinstance(evaluated, Listing) and len(evaluated.values) == 1:
            # IAM's own texts write a list of one without its brackets.
            return self.agree(evaluated.values[0], saved)
        if not isinstance(evaluated, Text):
            return isinstance(evaluated, (Listing, Record)) and str(saved).startswith(("{", "["))
        text = known(evaluated)
        if text is not None or not evaluated.parts:
            return text == saved.known()
        written, first, last = str(saved), evaluated.parts[0], evaluated.parts[-1]
        begins = not isinstance(first, str) or written.startswith(first)
        return begins and (not isinstance(last, str) or written.endswith(last))


_TAKEN = Absent()


def _why(value: Value | None) -> Unknown | None:
    """The reason that a part of something unknown is unknown for; each part is one of its own."""
    if isinstance(value, Unknown) and not isinstance(value, Failure):
        return Unknown(value.reason, value.origin)
    return None


def _single(value: Value | None) -> Value | None:
    """A block that is written once, of the list of one that it may be."""
    if isinstance(value, Listing) and len(value.values) == 1:
        return value.values[0]
    return value
