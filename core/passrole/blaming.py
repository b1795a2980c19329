"""Which rules and readers are not asked of some files any more: they hung there, or killed."""

from __future__ import annotations

from collections import Counter
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
_PATIENCE: Final = 3
"""How often one may hang or kill before it is asked of nothing any more."""


class LeftOut:
    """Rules and readers that are left out, each for the groups that it was asked of in vain."""

    def __init__(self, contributions: Contributions) -> None:
        self._contributions = contributions
        self._of: dict[Group, set[Culprit]] = {}
        self._count: Counter[Culprit] = Counter()
        self._reasons: dict[Culprit, str] = {}
        self._handed: dict[Batch, tuple[Culprit, ...]] = {}

    def without(self, batch: Batch) -> tuple[Culprit, ...]:
        """What is not asked of a batch that is looked at now."""
        if not self._reasons:
            return ()
        for culprit, count in self._count.items():
            if count >= _PATIENCE:
                self._leave_out(culprit, batch)
        out = tuple(sorted({each for group in batch for each in self._of.get(group, ())}))
        self._handed[batch] = out
        return out

    def blame(self, batch: Batch, lost: Lost) -> tuple[Batch, ...]:
        """The batches to try instead of one that was lost; none where nobody is to blame.

        The first time, it is left out where it happened alone; next time for all of the batch, and
        soon for all that is not looked at yet, so that what hangs everywhere does not cost its time
        for each file.
        """
        where = Whereabouts.of(lost.at)
        culprit, before = where.culprit, self._handed.get(batch, ())
        if culprit is None or culprit in before or len(before) >= _MOST:
            return ()
        there = tuple(group for group in batch if where.path in {each.path for each in group.files})
        blamed = batch if self._count[culprit] else there or batch
        self._count[culprit] += 1
        self._reasons.setdefault(culprit, lost.reason)
        self._leave_out(culprit, blamed)
        others = tuple(group for group in batch if group not in blamed)
        return (blamed, others) if others else (blamed,)

    def told(self) -> Iterator[Diagnostic]:
        """What is to be said of each that was left out."""
        for culprit, reason in sorted(self._reasons.items()):
            groups = sorted(group for group, out in self._of.items() if culprit in out)
            words = f"{culprit.told(self._contributions)} was left out for {files_of(groups)}"
            yield Diagnostic(culprit.kind, f"{words}: {reason}")

    def _leave_out(self, culprit: Culprit, batch: Batch) -> None:
        for group in batch:
            self._of.setdefault(group, set()).add(culprit)


def files_of(groups: Sequence[Group]) -> str:
    """The files of groups in words."""
    files = [file.path for group in groups for file in group.files]
    return f"{files[0]} and {len(files) - 1} more files" if files[1:] else files[0]
