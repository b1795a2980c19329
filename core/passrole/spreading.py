"""A large scan in parts: one after the other, so that memory stays small, or in several processes.

What comes out is the same, byte by byte, in however many parts a scan is looked at: where the
parts turn out to be tied to each other, they are looked at once more, together.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from passrole.analysis import concluded
from passrole.blaming import Batch, LeftOut, files_of
from passrole.bonds import tied
from passrole.dividing import Group, divided
from passrole.documents.discovery import Discovery
from passrole.documents.nodes import Document
from passrole.documents.seen import Seen
from passrole.documents.texts import Texts
from passrole.documents.tree import Tree
from passrole.documents.watching import Watch, nobody
from passrole.examiners import Done, Examiner, Plugins, Task
from passrole.executors import Executor, Lost
from passrole.findings import Diagnostic, Results
from passrole.parts import Part
from passrole.rules_in_force import RulesInForce
from passrole.saved_results import UnreadableResultsError, of_bytes
from passrole.settings import Settings
from passrole.telling import unread
from passrole.whereabouts import Whereabouts

LARGEST: Final = 400_000
"""How much a part costs at most, unless one group does: bytes of files that may be ours."""
SMALLEST: Final = 150_000
"""How much work is worth to be done elsewhere."""
_PARTS_EACH: Final = 4
"""How many parts there are for a process, so that all of them end at one time."""


def in_parts(
    found: Discovery,
    settings: Settings,
    chosen: RulesInForce,
    seen: Seen | None = None,
    watch: Watch = nobody,
    executor: Executor | None = None,
    *,
    elsewhere: bool = False,
) -> Spread | None:
    """What looks at files that were ``found``; None where they are to be looked at together.

    What is looked at is written down in ``seen``; parts of the work are done by ``executor``, if
    one is given. ``elsewhere`` says that it does all of them, were it one: it stops what hangs.
    """
    if not (elsewhere or _may_be_divided(settings)):
        return None
    fewest = 1 if elsewhere else 2
    spread = Spread(found, settings, chosen, seen, watch, executor, fewest=fewest)
    return spread if spread.is_worth_it else None


def _may_be_divided(settings: Settings) -> bool:
    """Whether nothing that is said of the run ties all of its files to each other."""
    deployment = settings.deployment
    return not (
        settings.changes is not None
        or deployment.account
        or any(each.account for each in deployment.by_path)
        or deployment.facts.documents
    )


class Spread:
    """One scan in parts. Of the files that were found it holds those that may be ours."""

    def __init__(
        self,
        found: Discovery,
        settings: Settings,
        chosen: RulesInForce,
        seen: Seen | None,
        watch: Watch,
        executor: Executor | None,
        *,
        fewest: int,
    ) -> None:
        self._fewest = fewest
        self._settings = settings
        self._chosen = chosen
        self._watch = watch
        self._executor = executor
        self._contributions = chosen.contributions
        self._left_out = LeftOut(chosen.contributions)
        self._examiner = Examiner(settings, chosen, Plugins.of(chosen.contributions))
        self._told = seen
        self._seen = Seen() if seen is not None else None
        if self._seen is not None:
            self._seen.search(found)
        self._batches = _batches(self._groups(found), settings.jobs if executor is not None else 1)
        passed_over = tuple((each.path, each.reason) for each in found.passed_over)
        self._beside = Part(passed_over=passed_over, diagnostics=tuple(unread(found.problems)))

    @property
    def is_worth_it(self) -> bool:
        """Whether there are as many parts as there have to be."""
        return len(self._batches) >= self._fewest

    def _groups(self, found: Discovery) -> list[Group]:
        if _may_be_divided(self._settings):
            types = self._contributions.terraform_types
            return divided(found, self._settings.limits, types, self._seen, self._watch)
        return [Group(found.files, 0)] if found.files else []

    def results(self) -> Results | None:
        """What is found in all parts; None where all files are to be looked at together."""
        with _letting_go():
            examined = self._untied(self._batches)
        if examined is None:
            return None
        left_out = Part(diagnostics=tuple(self._left_out.told()))
        parts = (self._beside, left_out, *examined)
        if self._told is not None and self._seen is not None:
            self._told.candidates.update(self._seen.candidates)
            self._told.others.update(self._seen.others)
        settings = self._settings
        tree = Tree(settings.root, settings.paths, settings.limits)
        quotable = frozenset(path for part in parts for path in part.quotable)
        marked = (tree.document(path) for part in parts for path in part.marked)
        documents = [each for each in marked if isinstance(each, Document)]
        texts = Texts(tree, quotable)
        given = {each.path: each for each in settings.deployment.facts.documents}
        sources = {**given, **{path: texts[path] for path in texts}} if given else texts
        return concluded(settings, self._chosen, parts, sources, documents)

    def _untied(self, batches: Sequence[Batch]) -> list[Part] | None:
        """The parts of batches, once more and together where they are tied to each other."""
        found = self._examined(batches)
        together = tied([part.bonds for _, part in found])
        again = [each for each in together if each[1:]]
        if not again:
            return [part for _, part in found]
        merged = [tuple(group for at in each for group in found[at][0]) for each in again]
        parts = [found[each[0]] for each in together if not each[1:]]
        parts.extend(self._examined(merged))
        is_settled = all(not each[1:] for each in tied([part.bonds for _, part in parts]))
        if not is_settled and self._fewest == 1:
            files = tuple(file for batch in batches for group in batch for file in group.files)
            whole = (Group(tuple(sorted(files, key=lambda each: each.path)), 0),)
            return [part for _, part in self._examined([whole])]
        return [part for _, part in parts] if is_settled else None

    def _examined(self, batches: Sequence[Batch]) -> list[tuple[Batch, Part]]:
        """What comes of each batch.

        One that was lost is tried without the rule or the reader that is to blame; where none is,
        each of its groups is tried by itself.
        """
        found: list[tuple[Batch, Part]] = []
        waiting = list(batches)
        while waiting:
            again: list[Batch] = []
            for batch, done in self._answers(waiting):
                if isinstance(done, Part):
                    found.append((batch, done))
                elif instead := self._left_out.blame(batch, done):
                    again.extend(instead)
                elif batch[1:]:
                    again.extend((group,) for group in batch)
                else:
                    found.append((batch, self._lost(batch, done)))
            waiting = again
        return sorted(found, key=lambda each: each[0][0].files[0].path)

    def _answers(self, batches: Sequence[Batch]) -> Iterator[tuple[Batch, Part | Lost]]:
        tasks = _Tasks(batches, self._left_out, noting=self._seen is not None)
        if self._executor is None:
            for position, task in enumerate(tasks):
                yield (
                    batches[position],
                    self._noted(self._examiner.done(task, self._scaled(position, len(tasks)))),
                )
            return
        for count, (position, answer) in enumerate(self._executor(self._examiner, tasks)):
            self._watch("analysing in parts", count, len(tasks))
            yield batches[position], self._read(answer)

    def _scaled(self, position: int, count: int) -> Watch:
        """What tells how far the whole is, while a part tells how far it is itself."""
        return lambda phase, _done, _total, _at=None: self._watch(phase, position, count)

    def _read(self, answer: bytes | Lost) -> Part | Lost:
        if isinstance(answer, Lost):
            return answer
        try:
            return self._noted(of_bytes(Done, answer))
        except (UnreadableResultsError, TypeError) as error:
            return Lost(f"its answer cannot be read: {error}")

    def _lost(self, batch: Batch, lost: Lost) -> Part:
        alone = not batch[0].files[1:]  # it was divided as far as it can be
        words = f"{files_of(batch)} {'was' if alone else 'were'} not analysed: {lost.reason}"
        if lost.at:
            where = Whereabouts.of(lost.at)
            where = where._replace(path="") if alone else where
            words = f"{words} {where.words(self._contributions)}"
        return Part(diagnostics=(Diagnostic("worker-lost", words),))

    def _noted(self, done: Done) -> Part:
        if self._seen is not None:
            self._seen.candidates.update(done.candidates)
            self._seen.others.update(done.others)
        return done.part


class _Tasks(Sequence[Task]):
    """What is to be done, each task as it is when it is handed out."""

    def __init__(self, batches: Sequence[Batch], left_out: LeftOut, *, noting: bool) -> None:
        self._batches = batches
        self._left_out = left_out
        self._noting = noting

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, position: Any) -> Any:
        batch = self._batches[position]
        files = tuple(file for group in batch for file in group.files)
        return Task(files, self._noting, self._left_out.without(batch))


def _batches(groups: Sequence[Group], jobs: int) -> list[Batch]:
    """The groups as parts of a size that pays."""
    cost = sum(group.cost for group in groups)
    most = min(LARGEST, max(SMALLEST, cost // (jobs * _PARTS_EACH))) if jobs > 1 else LARGEST
    batches: list[Batch] = []
    batch: list[Group] = []
    size = 0
    for group in groups:
        if batch and size + group.cost > most:
            batches.append(tuple(batch))
            batch, size = [], 0
        batch.append(group)
        size += group.cost
    if batch:
        batches.append(tuple(batch))
    return batches


@contextmanager
def _letting_go() -> Iterator[None]:
    """What is there already stays; it is not looked through each time that a part is let go."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
