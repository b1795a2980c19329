"""Everything mended at once in real templates: they parse, and nothing is worse than before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from passrole.analysis import analyse
from passrole.contributions import Contributions
from passrole.documents.tree import Tree
from passrole.findings import Results, Severity
from passrole.fixes.files import Originals, unified_diff
from passrole.fixes.mending import Checked, Mended, mend
from passrole.settings import Settings

pytestmark = pytest.mark.corpus

MOST = 25
"""How many files a folder may have for all that can be mended in it to be tried."""


def mended(
    folder: Path,
    ruleset: str,
    contributions: Contributions,
    texts: Mapping[str, str],
    *,
    unsafe: bool,
) -> tuple[Results, Mended]:
    """What is found in a folder, with other texts in place of some files, and what is mended."""
    settings = Settings(paths=(folder,), root=folder, ruleset=ruleset)

    def check(more: Mapping[str, str]) -> Checked:
        edited = {path: text.encode() for path, text in {**texts, **more}.items()}
        analysis = analyse(settings, contributions, edited=edited)
        return Checked(analysis.results, analysis.stacks)

    first = check({})
    return first.results, mend(first, check, settings.limits, unsafe=unsafe)


def bad(results: Results) -> int:
    return sum(each.severity in (Severity.CRITICAL, Severity.HIGH) for each in results.findings)


@pytest.mark.parametrize(("ruleset", "unsafe"), [("default", False)])
def test_templates_of_many_hands(
    shared: Path, contributions: Contributions, ruleset: str, unsafe: bool
) -> None:
    root = shared / "corpus" / "cloudformation"
    told: Counter[str] = Counter()
    for folder in sorted(each for each in root.iterdir() if each.is_dir()):
        # Every trial reads the whole folder again, and strict, unsafe repairs are many.
        if unsafe and sum(each.is_file() for each in folder.rglob("*")) > MOST:
            continue
        before, found = mended(folder, ruleset, contributions, {}, unsafe=unsafe)
        after = found.results
        told.update(files=len(found.texts), mended=len(found.findings), refused=len(found.refused))
        assert bad(after) <= bad(before), folder.name
        assert len(after.unknowns) <= len(before.unknowns), folder.name
        assert after.incomplete <= before.incomplete, folder.name
        originals = Originals(before.sources, Tree(folder, [folder]))
        diff = unified_diff(originals, found.texts)
        gone = [line for line in diff.splitlines() if line.startswith("-") and "#" in line]
        assert not [line for line in gone if line.lstrip("- ").startswith("#")], folder.name
        for path, text in found.texts.items():
            # A file is written as it was: the same line ends, the same last line break.
            was = before.sources[path].text
            assert ("\r\n" in was) == ("\r\n" in text)
            assert was.endswith("\n") == text.endswith("\n")
        # So many unsafe repairs come to the bound of trials: the next run goes on.
        if found.texts and not unsafe:
            _, again = mended(folder, ruleset, contributions, found.texts, unsafe=unsafe)
            assert not again.texts, folder.name
    print(f"\n{ruleset}: {dict(told)}")
    assert told["mended"] >= (30 if not unsafe else 60)
