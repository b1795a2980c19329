"""Which plugins are found, trusted and loaded, and how errors name the culprit."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from passrole import ActionProvider, Category, ResourceType, Severity, hookimpl, rule
from passrole.contributions import gather
from passrole.errors import PluginError
from passrole.model.pipelines import Pipeline
from passrole.plugin_loading import (
    FoundPlugin,
    LoadedPlugins,
    find_plugins,
    load_plugins,
    select_plugins,
)


def distribution(folder: Path, name: str, version: str, entry_points: str) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "entry_points.txt").write_text(entry_points, "utf-8")


def plugin(name: str, **hooks: Callable[[], object]) -> ModuleType:
    module = ModuleType(name)
    for hook, function in hooks.items():
        function.__name__ = hook
        setattr(module, hook, hookimpl(function))
    return module


def loaded(monkeypatch: pytest.MonkeyPatch, *modules: ModuleType) -> LoadedPlugins:
    for module in modules:
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return load_plugins(
        FoundPlugin(module.__name__, module.__name__, f"{module.__name__}-dist", "1.2")
        for module in modules
    )


def test_only_our_group_is_read_and_the_order_is_that_of_the_names(tmp_path: Path) -> None:
    distribution(
        tmp_path,
        "acme-rules",
        "1.0",
        "[console_scripts]\nacme = acme:main\n\n[passrole]\nzeta = acme.zeta\nalpha = acme.alpha [x]\n",
    )
    distribution(tmp_path, "other", "2.0", "[pytest11]\nother = other\n")
    found = find_plugins([str(tmp_path)])
    assert found == (
        FoundPlugin("alpha", "acme.alpha", "acme-rules", "1.0"),
        FoundPlugin("zeta", "acme.zeta", "acme-rules", "1.0"),
    )


def test_two_distributions_of_one_name_stop_and_both_are_named(tmp_path: Path) -> None:
    distribution(tmp_path, "acme", "1.0", "[passrole]\ncodebuild = acme\n")
    distribution(tmp_path, "passrole", "0.1.0", "[passrole]\ncodebuild = passrole_aws.codebuild\n")
    with pytest.raises(PluginError, match=r"codebuild.*acme 1\.0.*passrole 0\.1\.0"):
        find_plugins([str(tmp_path)])


def test_a_distribution_that_is_installed_twice_counts_once(tmp_path: Path) -> None:
    for folder, version in (("first", "1.0"), ("second", "2.0")):
        distribution(tmp_path / folder, "acme", version, "[passrole]\nacme = acme\n")
    found = find_plugins([str(tmp_path / "first"), str(tmp_path / "second")])
    assert [each.version for each in found] == ["1.0"]


def test_folders_that_are_not_there_are_passed_over(tmp_path: Path) -> None:
    assert find_plugins([str(tmp_path / "nowhere"), str(tmp_path)]) == ()


def test_nothing_of_the_current_folder_is_loaded(tmp_path: Path) -> None:
    distribution(tmp_path, "evil", "1.0", "[passrole]\nevil = evil\n")
    (tmp_path / "evil.py").write_text("open('PWNED', 'w').close()\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "passrole", "plugins"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONSAFEPATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert "evil" not in done.stdout
    assert not (tmp_path / "PWNED").exists()


def test_strangers_can_be_left_out_or_named(tmp_path: Path) -> None:
    distribution(tmp_path, "passrole", "0.1.0", "[passrole]\ncodebuild = ours\niam = ours\n")
    distribution(tmp_path, "acme", "1.0", "[passrole]\nacme = acme\n")
    distribution(tmp_path, "else", "1.0", "[passrole]\nelse = else_\n")
    found = find_plugins([str(tmp_path)])

    def names(chosen: tuple[FoundPlugin, ...]) -> list[str]:
        return [each.name for each in chosen]

    assert names(select_plugins(found)) == ["acme", "codebuild", "else", "iam"]
    assert names(select_plugins(found, third_party=False)) == ["codebuild", "iam"]
    assert names(select_plugins(found, allowed=frozenset({"acme"}))) == ["acme", "codebuild", "iam"]
    left_out = select_plugins(found, left_out=frozenset({"iam", "else"}))
    assert names(left_out) == ["acme", "codebuild"]


@pytest.mark.parametrize("failure", [ImportError("no such thing"), SystemExit(0)])
def test_a_plugin_that_cannot_be_imported_is_named(
    failure: BaseException, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "broken_plugin.py").write_text(
        f"raise {type(failure).__name__}({failure.args[0]!r})\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError, match=r"plugin .broken. of acme 3\.1 cannot be loaded"):
        load_plugins([FoundPlugin("broken", "broken_plugin", "acme", "3.1")])


def test_a_misspelt_hook_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PluginError, match="passrole_rulez"):
        loaded(monkeypatch, plugin("acme", passrole_rulez=lambda: ()))


def raising() -> object:
    message = "the database is gone"
    raise RuntimeError(message)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (raising, r"raises RuntimeError: the database is gone"),
        (lambda: 3, r"returns int, which is not iterable"),
        (lambda: ["a rule"], r"returns a str instead of a Rule"),
    ],
)
def test_a_malformed_answer_names_the_plugin_and_the_hook(
    answer: Callable[[], object], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PluginError, match=rf"'acme' of acme-dist 1\.2: passrole_rules {complaint}"):
        gather(loaded(monkeypatch, plugin("acme", passrole_rules=answer)))


def test_one_plugin_that_raises_does_not_hide_the_answers_of_others_by_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = plugin("good", passrole_rules=lambda: ())
    with pytest.raises(PluginError, match="'bad'"):
        gather(loaded(monkeypatch, good, plugin("bad", passrole_rules=raising)))


@rule("acme-anything", checks=Pipeline, severity=Severity.LOW, category=Category.STRUCTURE)
def anything(pipeline: Pipeline, graph: object) -> object:
    """Anything at all."""


@pytest.mark.parametrize(
    ("hook", "thing", "named"),
    [
        ("passrole_rules", anything, "the rule 'acme-anything'"),
        (
            "passrole_action_providers",
            ActionProvider("Deploy", "Custom", "Acme"),
            "the action provider 'Deploy/Custom/Acme/1'",
        ),
        (
            "passrole_resource_types",
            ResourceType(cloudformation="Acme::Thing"),
            "the resource type 'Acme::Thing'",
        ),
    ],
)
def test_two_plugins_with_one_thing_are_both_named(
    hook: str, thing: object, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def twice() -> object:
        return (thing,)

    first = plugin("first", **{hook: lambda: (thing,)})
    second = plugin("second", **{hook: twice})
    with pytest.raises(PluginError, match=f"'first' and 'second' both bring {named}"):
        gather(loaded(monkeypatch, first, second))


def test_what_plugins_bring_is_sorted_and_owned(monkeypatch: pytest.MonkeyPatch) -> None:
    first = plugin("zeta", passrole_rules=lambda: (anything,))
    second = plugin("alpha", passrole_reporters=lambda: {"morse": str})
    found = gather(loaded(monkeypatch, first, second))
    assert found.owners == {"acme-anything": "zeta"}
    assert list(found.reporters) == ["morse"]
    assert {each.name: (each.rules, each.reporters) for each in found.plugins} == {
        "zeta": (("acme-anything",), ()),
        "alpha": ((), ("morse",)),
    }
