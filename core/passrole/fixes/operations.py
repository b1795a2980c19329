"""What is done to a part of a file, once it is known how that part is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from passrole.fixes import cutting
from passrole.fixes.adding import Named, add
from passrole.fixes.habits import habits_of
from passrole.fixes.places import Cut
from passrole.fixes.sites import Site
from passrole.fixes.spelling import Encoded, Plain, Raw, body_lines
from passrole.fixes.written import Entry, Notation, Written
from passrole.records import frozen


@frozen(eq=True)
class Operation:
    """One edit of a part; ``kind`` says which, and the other fields what it needs.

    Additions to the same part can be joined; all else happens to a part once.
    """

    kind: str
    site: Site
    whole: Written
    pieces: tuple[Named, ...] = ()
    entry: Entry | None = None
    name: str = ""
    after: Entry | None = None

    @property
    def key(self) -> tuple[str, str, int, int, int]:
        """What operations share that can be joined."""
        inner = self.site.inner
        base = inner.places[0] if inner is not None else 0
        return self.site.document.path, self.kind, base, self.whole.start, self.whole.end

    def joined(self, other: Operation) -> Operation | None:
        """Both as one, None where they exclude each other."""
        if self.key != other.key or self.kind not in ("add", "wrap"):
            return None
        pieces = self.pieces
        keys = {name for name, data in pieces if name and not isinstance(data, Mapping)}
        if keys & {name for name, _ in other.pieces}:
            return None
        for each in other.pieces:
            pieces = _with(pieces, each)
        return replace(self, pieces=pieces)

    def cuts(self) -> list[Cut] | None:
        """The edits of the text, None where there is no plain way."""
        cuts, inner = self._cuts(), self.site.inner
        return cuts if cuts is None or inner is None else [inner.outer(cut) for cut in cuts]

    def _cuts(self) -> list[Cut] | None:
        text = self.site.text
        habits = habits_of(text, self._around(), self.site.chain)
        data: Sequence[Plain] = [each for _, each in self.pieces]
        if self.kind == "add":
            return add(text, self.whole, self.pieces, habits, self.after)
        if self.kind == "block":
            return []
        if self.kind == "wrap" and self.entry is not None:
            return cutting.wrap(text, self.entry, data, habits, self._lists_in_lines())
        if self.kind == "replace":
            return cutting.replace(text, self.whole, data[0], habits, self.entry)
        if self.kind == "remove" and self.entry is not None:
            return cutting.remove(text, self.whole, self.entry)
        if self.kind == "rename" and self.entry is not None:
            return cutting.rename(text, self.entry, self.name, self.whole.notation)
        return None

    def declares(self) -> Iterator[str]:
        """The types of data sources that must be declared for what is added."""
        return (each for _, data in self.pieces for each in _declared(data))

    def tail(self) -> list[str]:
        """The blocks that it sets at the end of a file of Terraform, in lines."""
        if self.kind != "block":
            return []
        text = self.site.document.text
        habits = habits_of(text, self.site.whole, self.site.chain)
        return [line for name, data in self.pieces for line in body_lines(name, data, habits)]

    def _around(self) -> Written:
        """The part whose habits count: the whole, or what a lone value stands in."""
        if self.whole.entries or not self.site.chain:
            return self.whole
        return self.site.chain[-1][0]

    def _lists_in_lines(self) -> bool:
        """Whether the parts beside it write lists of this key in lines."""
        for holder, _ in reversed(self.site.chain):
            for each in holder.entries:
                found = each.value.get(self.entry.key) if self.entry else None
                if found is not None and found.value.kind == "sequence":
                    return found.value.notation is Notation.BLOCK
        return False


def _with(pieces: tuple[Named, ...], piece: Named) -> tuple[Named, ...]:
    """One piece more; statements that differ in nothing but actions of a service are one."""
    for index, each in enumerate(pieces):
        if each == piece:
            return pieces
        both = _one_statement(each[1], piece[1])
        if both is not None:
            return (*pieces[:index], (each[0], both), *pieces[index + 1 :])
    return (*pieces, piece)


def _one_statement(one: Plain, other: Plain) -> Plain | None:
    if not isinstance(one, Mapping) or not isinstance(other, Mapping) or list(one) != list(other):
        return None
    name = "Action" if "Action" in one else "actions"
    if name not in one or any(one[key] != other[key] for key in one if key != name):
        return None
    both = [*_texts(one[name]), *_texts(other[name])]
    if len({each.partition(":")[0] for each in both}) != 1:
        return None
    return {**one, name: list(dict.fromkeys(both))}


def _texts(value: Plain) -> list[str]:
    if isinstance(value, str):
        return [value]
    listed = value if isinstance(value, Sequence) else ()
    return [each for each in listed if isinstance(each, str)]


def _declared(data: Plain) -> Iterator[str]:
    if isinstance(data, Raw):
        yield from data.data
    elif isinstance(data, Encoded):
        yield from _declared(data.data)
    elif isinstance(data, Mapping):
        for item in data.values():
            yield from _declared(item)
    elif isinstance(data, Sequence) and not isinstance(data, str):
        for item in data:
            yield from _declared(item)


def at_the_end(text: str, operations: Iterable[Operation]) -> list[Cut]:
    """Blocks and data sources that operations need, at the end of a file of Terraform."""
    operations = tuple(operations)
    newline = "\r\n" if "\r\n" in text else "\n"
    blocks = [block for each in operations if (block := each.tail())]
    types = sorted({type_ for each in operations for type_ in each.declares()})
    blocks += [[f'data "{each}" "current" {{}}'] for each in types]
    lead = "" if text.endswith("\n") or not text else newline
    added = "".join(newline + newline.join(lines) + newline for lines in blocks)
    return [Cut(len(text), len(text), lead + added)] if blocks else []


def rewrite(text: str, cuts: Sequence[Cut]) -> str | None:
    """The text with all edits made, None where two of them overlap."""
    pieces: list[str] = []
    at = 0
    for cut in sorted(cuts, key=lambda each: (each.start, each.end)):
        if cut.start < at:
            return None
        pieces += text[at : cut.start], cut.text
        at = cut.end
    return "".join((*pieces, text[at:]))
