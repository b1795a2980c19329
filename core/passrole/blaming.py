"""Which rules and readers are not asked of some files any more: they hung there, or killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from passrole.contributions import Contributions
from passrole.dividing import Group
from passrole.executors import Lost
from passrole.findings import Diagnostic
from passrole.whereabouts import Culprit, Whereabouts

Batch = tuple[Group, ...]
_MOST: Final = 3
"""How many rules and readers are left out for one file before it is given up."""


class LeftOut:
    """Rules and readers that are left out, each for the groups that it was asked of in vain."""

    def __init__(self, contributions: Contributions) -> None:
        self._contributions = contributions
        self._reasons: dict[Group, dict[Culprit, str]] = {}
        self._seen: set[Culprit] = set()

    def without(self, batch: Batch) -> tuple[Culprit, ...]:
        """What is not asked of a batch."""
        if not self._reasons:
            return ()
        return tuple(sorted({each for group in batch for each in self._reasons.get(group, ())}))

    def blame(self, batch: Batch, lost: Lost) -> tuple[Batch, ...]:
        """The batches to try instead of one that was lost; none where nobody is to blame.

        The first time, it is left out where it happened alone; next time for all of the batch, so
        that what hangs everywhere does not cost its time for each file.
        """
        where = Whereabouts.of(lost.at)
        culprit, before = where.culprit, self.without(batch)
        if culprit is None or culprit in before or len(before) >= _MOST:
            return ()
        there = tuple(group for group in batch if where.path in {each.path for each in group.files})
        blamed = batch if culprit in self._seen else there or batch
        self._seen.add(culprit)
        for group in blamed:
            self._reasons.setdefault(group, {})[culprit] = lost.reason
        others = tuple(group for group in batch if group not in blamed)
        return (blamed, others) if others else (blamed,)

    def told(self, batch: Batch) -> Iterator[Diagnostic]:
        """What is to be said of a batch that was looked at without some of them."""
        for culprit in self.without(batch):
            groups = [group for group in batch if culprit in self._reasons.get(group, ())]
            reason = self._reasons[groups[0]][culprit]
            words = f"{culprit.told(self._contributions)} was left out for {files_of(groups)}"
            yield Diagnostic(culprit.kind, f"{words}: {reason}")


def files_of(groups: Sequence[Group]) -> str:
    """The files of groups in words."""
    files = [file.path for group in groups for file in group.files]
    return f"{files[0]} and {len(files) - 1} more that go with it" if files[1:] else files[0]
