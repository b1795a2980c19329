"""What is fuzzed: each target takes bytes, and raises only where passrole has a bug.

The files of a tree are the input of strangers, so ``analyse`` may raise nothing at all, a reporter
nothing either; files that the operator names may be refused with a UsageError. Run by hypothesis
with the other tests, and by a coverage-guided fuzzer in an environment of its own (``tox -e fuzz``).
"""

from __future__ import annotations

import fnmatch
import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from passrole.analysis import analyse
from passrole.baseline import read_baseline
from passrole.configuration.finding import FoundFile
from passrole.configuration.project import read_project
from passrole.contributions import Contributions, gather
from passrole.documents.limits import Limits
from passrole.documents.recognition import parse
from passrole.errors import UsageError
from passrole.findings import ReportOptions
from passrole.iam.patterns import TooManyStatesError, contains, counterexample, matches
from passrole.plugin_loading import find_plugins, load_plugins, select_plugins
from passrole.reporters import BUILT_IN, reporter
from passrole.reporters.map_data import map_of
from passrole.reporters.map_json import render_json
from passrole.rulesets.reading import load_ruleset
from passrole.saved_results import UnreadableResultsError, restore, save
from passrole.settings import Settings

OURS = ("internal", "component-crash", "rule-crash", "reader-crash")
"""Kinds of diagnostics that no input may cause."""
LIMITS = Limits(nodes=20_000, aliases=50_000, size=200_000)


@cache
def contributions() -> Contributions:
    """What passrole's own plugins bring."""
    return gather(load_plugins(select_plugins(find_plugins(), third_party=False)))


def template_yaml(data: bytes) -> None:
    """A file of a tree that may be a template or a policy, through the whole run."""
    _tree("t.yaml", b"AWSTemplateFormatVersion: '2010-09-09'\n" + data)


def template_json(data: bytes) -> None:
    """The same in JSON."""
    _tree("t.json", data)


def terraform(data: bytes) -> None:
    """A module of Terraform in native syntax."""
    _tree("main.tf", b"# aws\n" + data)


def terraform_json(data: bytes) -> None:
    """A module of Terraform in JSON syntax, or a plan, or a state."""
    _tree("main.tf.json", data)
    _tree("plan.json", data)


def policy(data: bytes) -> None:
    """A file that holds a policy."""
    _tree("policy.json", data)


def documents(data: bytes) -> None:
    """The parsers alone: every place lies in the text."""
    for path in ("a.yaml", "a.json", "a.tf", "a.tfvars"):
        document = parse(path, data, LIMITS)
        for problem in document.problems:
            place = document.span(problem.start, problem.end)
            assert 1 <= place.line <= place.end_line, (path, problem)
            assert 0 <= problem.start <= problem.end <= len(document.text), (path, problem)


def ruleset(data: bytes) -> None:
    """A ruleset of the operator's own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "own.yaml"
        file.write_bytes(data)
        _refused(lambda: load_ruleset(str(file), contributions().rulesets))


def settings_file(data: bytes) -> None:
    """The settings of a project, which stand in the scanned tree."""
    found = FoundFile("/nowhere/passrole.toml", data)
    _refused(lambda: read_project(found, "passrole.toml", "/nowhere"))


def baseline(data: bytes) -> None:
    """A baseline."""
    _refused(lambda: read_baseline(data, "baseline.json"))


def saved_results(data: bytes) -> None:
    """What a cache or a worker gives back."""
    try:
        results = restore(data)
    except UnreadableResultsError:
        return
    assert restore(save(results)) == results


def patterns(data: bytes) -> None:
    """Patterns of IAM against another implementation, and what containment says of them."""
    text = data[:60].decode("latin-1").translate({ord("["): "(", ord("\n"): " "})
    pattern, _, rest = text.partition("|")
    other, _, subject = rest.partition("|")
    assert matches(pattern, subject) == fnmatch.fnmatchcase(subject, pattern), text
    try:
        inside = contains(pattern, other)
        outside = counterexample(pattern, (other,))
    except TooManyStatesError:
        return
    assert inside == (outside is None), text
    if outside is None:
        assert not matches(pattern, subject) or matches(other, subject), text
    else:
        assert matches(pattern, outside) and not matches(other, outside), text


TARGETS: dict[str, Callable[[bytes], None]] = {
    each.__name__: each
    for each in (
        template_yaml, template_json, terraform, terraform_json, policy, documents, ruleset,
        settings_file, baseline, saved_results, patterns,
    )
}  # fmt: skip


def _tree(name: str, data: bytes) -> None:
    """Everything that passrole does with a tree of one file."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(data)
        settings = Settings(
            paths=(Path(folder),), root=Path(folder), limits=LIMITS, ruleset="strict"
        )
        analysis = analyse(settings, contributions())
        for diagnostic in analysis.results.diagnostics:
            assert diagnostic.kind not in OURS, diagnostic
        pipelines = map_of(analysis.graphs)
        results = replace(analysis.results, pipelines=pipelines)
        json.loads(render_json(pipelines, results))
        for format_ in BUILT_IN:
            render: Any = reporter(format_, {})
            render(results, ReportOptions(show_unknown=True, root=folder)).encode("utf-8", "strict")
        assert restore(save(results)).findings == tuple(
            replace(each, repairs=()) if hasattr(each, "repairs") else each
            for each in results.findings
        )


def _refused(read: Callable[[], object]) -> None:
    try:
        read()
    except UsageError as error:
        assert str(error)  # noqa: PT017 - it is allowed, and says why
