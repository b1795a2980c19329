"""Whether a text after edits reads the same but for the parts that were to change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from passrole.documents.embedded import json_inside
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document, Scalar
from passrole.documents.recognition import parse
from passrole.fixes.inner import Inner, inner_of
from passrole.fixes.operations import Operation
from passrole.fixes.written import Entry, Written, embedded, view

_DEEPEST = 300


def reads_the_same(
    before: Document, text: str, operations: Iterable[Operation], limits: Limits
) -> bool:
    """Whether ``text`` is ``before`` with the operations done, and nothing else."""
    after = parse(before.path, text.encode("utf-8", "surrogatepass"), limits)
    if after.root is None or len(after.problems) > len(before.problems):
        return False
    old, new = view(before), view(after)
    if old is None or new is None:
        return False
    return _Comparison(before, after, operations).same(old, new)


class _Comparison:
    def __init__(self, before: Document, after: Document, operations: Iterable[Operation]) -> None:
        self.before = before
        self.after = after
        operations = [each for each in operations if each.kind != "block"]
        self.left = [each for each in operations if each.site.inner is None]
        self.inside = [each for each in operations if each.site.inner is not None]
        self.seen: set[tuple[int, int]] = set()

    def same(self, old: Written, new: Written, depth: int = 0) -> bool:
        """Whether two parts read the same, but for what an operation does to the first."""
        pair = id(old), id(new)
        if pair in self.seen:
            return True
        self.seen.add(pair)
        if depth > _DEEPEST:
            return False
        for operation in self.left:
            if _is_same_part(_target(operation), old):
                self.left.remove(operation)
                return self._done(operation, old, new, depth)
        if (old.kind, old.tag) != (new.kind, new.tag) or len(old.entries) != len(new.entries):
            return self._declared(old, new, depth)
        if not old.entries and self._said(self.before, old) != self._said(self.after, new):
            return self._inside(old, new, depth)
        return self._entries(old.entries, new.entries, depth)

    def _entries(self, old: Iterable[Entry], new: Iterable[Entry], depth: int) -> bool:
        return all(
            one.key == other.key and self.same(one.value, other.value, depth + 1)
            for one, other in zip(old, new, strict=True)
        )

    def _declared(self, old: Written, new: Written, depth: int) -> bool:
        """Whether a whole file has nothing new but blocks at its end."""
        size = len(old.entries)
        return (
            depth == 0
            and self.before.format == "hcl"
            and {each.key for each in new.entries[size:]} <= {"data", "resource"}
            and self._entries(old.entries, new.entries[:size], depth)
        )

    def _said(self, document: Document, part: Written) -> str:
        return part.text if part.text is not None else document.text[part.start : part.end]

    def _inside(self, old: Written, new: Written, depth: int) -> bool:
        """Whether the JSON in two texts reads the same, but for what operations do to it."""
        quoted = inner_of(self.before, old), inner_of(self.after, new)
        if quoted[0] is not None and quoted[1] is not None:
            return self._quoted(quoted[0], quoted[1])
        found: list[Written] = []
        for document, part in ((self.before, old), (self.after, new)):
            inside = json_inside(document, Scalar("", True, part.start, part.end))
            whole = embedded(document, inside) if inside is not None else None
            if whole is None:
                return False
            found.append(whole)
        return self.same(found[0], found[1], depth + 1)

    def _quoted(self, old: tuple[Inner, Written], new: tuple[Inner, Written]) -> bool:
        """The same for JSON in quotes, whose places count from the quotes."""
        at = old[0].places[:1]
        mine = [
            replace(each, site=each.site._replace(inner=None))
            for each in self.inside
            if each.site.inner is not None and each.site.inner.places[:1] == at
        ]
        return _Comparison(old[0].document, new[0].document, mine).same(old[1], new[1])

    def _done(self, operation: Operation, old: Written, new: Written, depth: int) -> bool:
        """Whether the operation, and only that, was done to a part."""
        added = len(operation.pieces)
        kept: list[Entry] = list(new.entries)
        match operation.kind:
            case "add":
                if old.kind != new.kind or len(new.entries) != len(old.entries) + added:
                    return False
                names = [name for name, _ in operation.pieces]
                if not any(names):
                    return self._entries(old.entries, new.entries[: len(old.entries)], depth)
                return self._without(old.entries, kept, names, depth)
            case "wrap":
                first = new.entries[0].value if new.entries else new
                return len(new.entries) == added + 1 and self.same(old, first, depth + 1)
            case "replace":
                data = operation.pieces[0][1]
                return not isinstance(data, str) or new.text == data
            case "remove" if operation.entry is not None:
                at = operation.whole.entries.index(operation.entry)
                rest = old.entries[:at] + old.entries[at + 1 :]
                return len(rest) == len(kept) and self._entries(rest, kept, depth)
            case "rename" if operation.entry is not None:
                was = operation.entry.key
                renamed = [
                    each._replace(key=operation.name) if each.key == was else each
                    for each in old.entries
                ]
                return len(renamed) == len(kept) and self._entries(renamed, kept, depth)
        return False

    def _without(
        self, old: Iterable[Entry], new: list[Entry], names: list[str], depth: int
    ) -> bool:
        """Whether the new entries are the old ones, and one for each of the names."""
        kept = []
        waiting = list(old)
        for entry in new:
            if waiting and waiting[0].key == entry.key:
                kept.append((waiting.pop(0), entry))
            elif entry.key in names:
                names.remove(entry.key)
            else:
                return False
        return not waiting and all(
            self.same(one.value, other.value, depth + 1) for one, other in kept
        )


def _target(operation: Operation) -> Written:
    """The part that an operation changes."""
    if operation.kind == "wrap" and operation.entry is not None:
        return operation.entry.value
    return operation.whole


def _is_same_part(one: Written, other: Written) -> bool:
    """Whether two readings are of one part; what is in it tells labels from what they label."""
    keys = [each.key for each in one.entries]
    same = (one.start, one.end) == (other.start, other.end)
    return same and keys == [each.key for each in other.entries]
