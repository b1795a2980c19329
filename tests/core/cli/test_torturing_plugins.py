"""Plugins that do what no plugin should: the rule is named, nothing that others found is lost."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from passrole import (
    Action,
    Category,
    Graph,
    Location,
    Origin,
    Related,
    Report,
    Resource,
    ResourceType,
    Severity,
    Subject,
    hookimpl,
    rule,
)
from passrole.believing import LONGEST, MOST_REPORTS
from passrole.documents.nodes import Mapping
from passrole.reporters import BUILT_IN

Run = Callable[..., Any]
Install = Callable[..., None]

OURS = "codebuild-start-build-missing"


class NotEvenAnException(BaseException):
    """What a plugin may raise to get past whoever catches exceptions."""


class WordlessError(Exception):
    """An error that fails once more when it is asked what is wrong."""

    def __str__(self) -> str:
        raise ValueError("no words")


class Node:
    """Looks like the node of a tree, and is none."""

    start, end = 0, 1


def raising(error: BaseException) -> Callable[[Action, Graph], Iterator[Report]]:
    def check(action: Action, graph: Graph) -> Iterator[Report]:
        raise error

    return check


def yielding(**wrong: Any) -> Callable[[Action, Graph], Iterator[Report]]:
    """A rule whose reports have something wrong with them."""

    def check(action: Action, graph: Graph) -> Iterator[Report]:
        fields = {name: value(action) if callable(value) else value for name, value in wrong.items()}  # fmt: skip
        yield Report(**{"origin": action.origin, "message": "Well.", **fields})

    return check


def spread_out(action: Action) -> Origin:
    """A place that its document does not have."""
    beyond = Mapping((), action.origin.node.start, 10**9)
    return Origin(action.origin.document, beyond)


def half_way(action: Action, graph: Graph) -> Iterator[Report]:
    yield Report(origin=action.origin, message="So far all is well.")
    raise RuntimeError("half way")


def endless(action: Action, graph: Graph) -> Iterator[Report]:
    while True:
        yield Report(origin=action.origin, message="Again.")


def deep(action: Action, graph: Graph) -> Iterator[Report]:
    return deep(action, graph)


def greedy(action: Action, graph: Graph) -> Iterator[Report]:
    yield cast("Report", bytearray(1 << 60))


def changing(action: Action, graph: Graph) -> Iterator[Report]:
    action.name = "mine"  # type: ignore[misc] # that is the point
    yield Report(origin=action.origin, message="Mine.")


BAD = {
    "raises": (raising(RuntimeError("boom")), "RuntimeError: boom"),
    "raises what is no exception": (raising(NotEvenAnException("boom")), "NotEvenAnException: boom"),
    "raises what has no words": (raising(WordlessError()), "WordlessError: it cannot say what is wrong"),
    "raises an essay": (raising(RuntimeError("x" * 5_000_000)), "RuntimeError: xxx"),
    "exits": (raising(SystemExit(0)), "SystemExit: 0"),
    "exits a generator": (raising(GeneratorExit()), "GeneratorExit: it says nothing more"),
    "runs out of memory": (raising(MemoryError()), "MemoryError"),
    "asks for more memory than there is": (greedy, "MemoryError"),
    "calls itself": (deep, "RecursionError"),
    "is no generator": (lambda *_: None, "'NoneType' object is not iterable"),
    "yields half": (half_way, "RuntimeError: half way"),
    "never ends": (endless, f"it yields more than {MOST_REPORTS:,} reports of one subject"),
    "yields a text": (lambda *_: ["text"], "it yields a str and not a Report"),
    "changes what it is given": (changing, "FrozenInstanceError"),
    "no message": (yielding(message=None), "the message of what it yields is no message: None"),
    "a number as message": (yielding(message=3), "the message of what it yields is no message: a int"),
    "bytes to paste": (yielding(snippet=b"{}"), "the snippet of what it yields is no snippet: a bytes"),
    "no place": (yielding(origin=None), "the origin of what it yields is no origin: None"),
    "a pair as place": (yielding(origin=("a", "b")), "the origin of what it yields is no origin: a tuple"),
    "a place of nothing": (yielding(origin=Origin(None, None)), "the origin of what it yields is no origin"),
    "a node of its own": (yielding(origin=lambda action: action.origin._replace(node=Node())), "is no origin"),
    "a place beyond the end": (yielding(origin=spread_out), "it yields a place that is not in pipeline.yaml"),
    "a text as subject": (yielding(subject="Role"), "the subject of what it yields is no subject: a str"),
    "a list in the subject": (yielding(subject=Subject(principal=["Role"])), "is no subject"),
    "a text as related place": (yielding(related=("there",)), "the related of what it yields is no related"),
    "a related place nowhere": (yielding(related=(Related("there", None),)), "is no related"),
    "related places in a list": (yielding(related=[Related("there", Location("x", 1, 1, 1, 1, ""))]), "is no related"),
    "a word as confidence": (yielding(confidence="sure"), "the confidence of what it yields is no confidence"),
    "a number as world": (yielding(world=3), "the world of what it yields is no world: a int"),
    "defaults in a list": (yielding(defaults=["a"]), "the defaults of what it yields is no defaults: a list"),
    "a number as repair": (yielding(repair=3), "the repair of what it yields is no repair: a int"),
    "a number as cause": (yielding(causes=(1,)), "the causes of what it yields is no causes: a tuple"),
}  # fmt: skip


def install_rule(install: Install, check: Any) -> None:
    def page(action: Action, graph: Graph) -> Any:
        """A rule that does something odd."""
        return check(action, graph)

    made = rule("acme-rule", checks=Action, severity=Severity.LOW, category=Category.RISK)(page)
    install("acme", passrole_rules=hookimpl(lambda: (made,)))


@pytest.mark.parametrize("name", BAD)
def test_a_rule_that_does_what_it_should_not(
    name: str, tree: Path, run: Run, install: Install
) -> None:
    check, words = BAD[name]
    install_rule(install, check)
    done = run("check", ".", "--format", "json", "--ruleset", "strict")
    assert done.code == 3
    report = json.loads(done.out)
    assert report["summary"]["incomplete"] is True
    assert OURS in [each["rule"] for each in report["findings"]]
    told = [each["message"] for each in report["diagnostics"] if each["kind"] == "rule-crash"]
    assert all(each.startswith("rule acme-rule of plugin acme crashed on ") for each in told)
    assert words in told[0]
    assert len(told[0]) < 3_000


def test_what_it_found_before_it_crashed_is_told(tree: Path, run: Run, install: Install) -> None:
    install_rule(install, half_way)
    report = json.loads(run("check", ".", "--format", "json", "--ruleset", "strict").out)
    assert "So far all is well." in [each["message"] for each in report["findings"]]


@pytest.mark.parametrize("format_", BUILT_IN)
def test_an_enormous_text_is_cut(format_: str, tree: Path, run: Run, install: Install) -> None:
    long = "long " * 1_000_000
    install_rule(install, yielding(message=long, symptom=long, remedy=long, snippet=long))
    done = run("check", ".", "--format", format_, "--ruleset", "strict")
    assert done.code == 1
    assert OURS in done.out
    assert len(done.out) < 30 * sum(LONGEST.values())


def test_a_signal_is_no_crash_of_a_rule(tree: Path, run: Run, install: Install) -> None:
    install_rule(install, raising(KeyboardInterrupt()))
    assert run("check", ".").code == 130


def odd_hook(error: BaseException) -> Callable[[], Iterator[Any]]:
    def passrole_rules() -> Iterator[Any]:
        yield rule("acme-rule", checks=Action, severity=Severity.LOW, category=Category.RISK)(half_way)  # fmt: skip
        raise error

    return passrole_rules


@pytest.mark.parametrize(
    "error", [RuntimeError("half"), SystemExit(0), NotEvenAnException(), WordlessError()], ids=repr
)
def test_a_hook_that_raises_half_way_names_the_plugin(
    error: BaseException, tree: Path, run: Run, install: Install
) -> None:
    install("acme", passrole_rules=hookimpl(odd_hook(error)))
    done = run("check", ".")
    assert done.code == 2
    words = f"plugin 'acme' of dist-acme 1: passrole_rules raises {type(error).__name__}"
    assert words in done.err
    assert done.out == ""


@pytest.mark.parametrize("error", [NotEvenAnException("odd"), WordlessError(), GeneratorExit()])
def test_a_reader_that_raises_anything(
    error: BaseException, tree: Path, run: Run, install: Install
) -> None:
    def read(resource: Resource) -> Any:
        raise error

    types = (ResourceType(cloudformation="Acme::Odd::Thing", read=read),)
    install("acme", passrole_resource_types=hookimpl(lambda: types))
    (tree / "odd.yaml").write_text(
        "AWSTemplateFormatVersion: '2010-09-09'\nResources: {Odd: {Type: Acme::Odd::Thing}}\n"
    )
    done = run("check", ".")
    assert done.code == 3
    assert OURS in done.out
    assert f"reading Acme::Odd::Thing Odd crashed: {type(error).__name__}" in done.out


@pytest.mark.parametrize("error", [NotEvenAnException("odd"), WordlessError()], ids=repr)
def test_a_reporter_that_raises_anything_gives_3(
    error: BaseException, tree: Path, run: Run, install: Install
) -> None:
    def render(*_: object) -> str:
        raise error

    install("acme", passrole_reporters=hookimpl(lambda: {"odd": render}))
    done = run("check", ".", "--format", "odd")
    assert done.code == 3
    assert f"internal error: {type(error).__name__}" in done.err
