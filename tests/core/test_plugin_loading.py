"""Which plugins are found, trusted and loaded, and how errors name the culprit."""

import json
import os
import signal
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


def test_a_hook_without_its_mark_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("acme")
    exec("def passrole_rules(): return ()", vars(module))  # noqa: S102 - a module of our own
    monkeypatch.setitem(sys.modules, "acme", module)
    words = (
        r"'acme' of d 1 cannot be loaded: .*passrole_rules is not marked as a hook: put @hookimpl"
    )
    with pytest.raises(PluginError, match=words):
        load_plugins([FoundPlugin("acme", "acme", "d", "1")])


def test_an_entry_point_that_names_no_module_is_told() -> None:
    with pytest.raises(PluginError, match=r"names a module, acme\.plugin, and nothing in it"):
        load_plugins([FoundPlugin("acme", "acme.plugin:PLUGIN", "d", "1")])


def passrole(
    *arguments: str, cwd: Path, path: Path, safe: bool = True
) -> subprocess.CompletedProcess[str]:
    """The program, with a folder on PYTHONPATH beside what is installed."""
    return subprocess.run(
        [sys.executable, *(["-P"] if safe else []), "-m", "passrole", *arguments],
        cwd=cwd, check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(path)},
    )  # fmt: skip


MODULE = """\
from passrole import hookimpl
print("loaded")

@hookimpl
def passrole_reporters():
    print("asked")
    return {"morse": lambda results, options: "..."}
"""


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A folder to stand in, and one on PYTHONPATH with a module that no entry point names."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (there / "acme_checks.py").write_text(MODULE, "utf-8")
    return here, there


def test_a_module_that_the_command_line_names_is_a_plugin(folders: tuple[Path, Path]) -> None:
    here, there = folders
    done = passrole("plugins", "--format", "json", "-p", "acme_checks", cwd=here, path=there)
    assert done.returncode == 0, done.stderr
    found = {each["name"]: each for each in json.loads(done.stdout)["plugins"]}
    assert found["acme_checks"]["reporters"] == ["morse"]
    assert found["acme_checks"]["distribution"] == "the command line"
    assert "codebuild" in found
    without = passrole("plugins", "--format", "json", cwd=here, path=there)
    assert "acme_checks" not in without.stdout


def test_what_a_plugin_prints_while_it_is_loaded_is_no_part_of_the_answer(
    folders: tuple[Path, Path],
) -> None:
    here, there = folders
    done = passrole("check", ".", "--format", "morse", "-p", "acme_checks", cwd=here, path=there)
    assert done.stdout == "..."
    assert done.stderr.startswith("loaded\nasked\n")


def test_a_module_is_not_loaded_without_third_parties(folders: tuple[Path, Path]) -> None:
    here, there = folders
    command = ("plugins", "-p", "acme_checks", "--no-third-party")
    done = passrole(*command, cwd=here, path=there)
    assert "acme_checks" not in done.stdout
    assert "loaded" not in done.stderr


@pytest.mark.parametrize("safe", [True, False])
def test_a_module_of_the_current_folder_is_never_loaded(
    safe: bool, folders: tuple[Path, Path]
) -> None:
    _, there = folders
    done = passrole("plugins", "-p", "acme_checks", cwd=there, path=there, safe=safe)
    assert done.returncode == 2
    assert "-p acme_checks: a module of the current folder is never loaded" in done.stderr
    assert not done.stderr.startswith("loaded")


def test_nor_one_that_hides_an_installed_one(folders: tuple[Path, Path]) -> None:
    here, there = folders
    (here / "acme_checks.py").write_text(MODULE, "utf-8")
    done = passrole("plugins", "-p", "acme_checks", cwd=here, path=there, safe=False)
    assert done.returncode == 2
    assert not done.stderr.startswith("loaded")


@pytest.mark.parametrize("name", ["nosuch_module", "acme checks", "os;x", "../acme", ".acme", ""])
def test_a_name_of_nothing_is_told(name: str, folders: tuple[Path, Path]) -> None:
    here, there = folders
    done = passrole("plugins", "-p", name, cwd=here, path=there)
    assert done.returncode == 2
    assert f"no plugin named {name!r} is installed, and there is no such module" in done.stderr


def test_a_module_of_an_installed_plugin_names_that_plugin(tmp_path: Path) -> None:
    distribution(tmp_path, "acme", "1.0", "[passrole]\nacme = acme_checks\n")
    distribution(tmp_path, "beta", "1.0", "[passrole]\nbeta = nowhere\n")
    (tmp_path / "acme_checks.py").write_text(MODULE, "utf-8")
    here = tmp_path / "here"
    here.mkdir()
    done = passrole("plugins", "-p", "acme_checks", cwd=here, path=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "acme 1.0" in done.stdout
    assert "beta" not in done.stdout


def test_only_plugins_that_the_user_trusts_are_loaded(tmp_path: Path) -> None:
    distribution(tmp_path, "acme", "1.0", "[passrole]\nacme = acme_checks\n")
    distribution(tmp_path, "beta", "1.0", "[passrole]\nbeta = nowhere\n")
    (tmp_path / "acme_checks.py").write_text(MODULE, "utf-8")
    own = tmp_path / "config.toml"
    own.write_text('plugins = ["acme"]\n', "utf-8")
    here = tmp_path / "here"
    here.mkdir()
    (here / "passrole.toml").write_text('plugins = ["beta"]\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "passrole", "plugins"],
        cwd=here, check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PASSROLE_CONFIG": str(own)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "acme 1.0" in done.stdout
    assert "beta" not in done.stdout


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("raise ValueError('no licence')", "ValueError: no licence"),
        ("import nosuch_library", "ModuleNotFoundError: No module named 'nosuch_library'"),
        ("def (:", "SyntaxError: invalid syntax"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("raise GeneratorExit", "GeneratorExit: it says nothing more"),
        ("from passrole import hookimpl\n@hookimpl\ndef passrole_rule(): ...", "there is no hook passrole_rule; did you mean 'passrole_rules'?"),
        ("from passrole import hookimpl\n@hookimpl\ndef passrole_rules(nothing): ...", "Argument(s) {'nothing'}"),
    ],
)  # fmt: skip
def test_a_plugin_that_cannot_be_loaded_is_told_with_who_brings_it(
    source: str, words: str, tmp_path: Path
) -> None:
    distribution(tmp_path, "acme-kit", "1.0", "[passrole]\nacme = acme_checks\n")
    (tmp_path / "acme_checks.py").write_text(source, "utf-8")
    here = tmp_path / "here"
    here.mkdir()
    done = passrole("check", ".", cwd=here, path=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "plugin 'acme' of acme-kit 1.0 cannot be loaded: " in done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no such signal to one process")
def test_one_that_hangs_is_named_when_the_user_gives_up(tmp_path: Path) -> None:
    distribution(tmp_path, "acme-kit", "1.0", "[passrole]\nacme = acme_checks\n")
    hang = "import time; print('here', flush=True); time.sleep(60)"
    (tmp_path / "acme_checks.py").write_text(hang, "utf-8")
    here = tmp_path / "here"
    here.mkdir()
    # A shell that runs the tests in the background has SIGINT ignored.
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from passrole.cli import main; sys.exit(main(['check', '.']))"
    )
    with subprocess.Popen(
        [sys.executable, "-P", "-c", program],
        cwd=here, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    ) as process:  # fmt: skip
        assert process.stderr is not None
        assert process.stderr.readline() == "here\n"
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130
    assert told == "passrole: interrupted while plugin 'acme' of acme-kit 1.0 was loaded\n"


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
    with pytest.raises(
        PluginError,
        match=f"'first' of first-dist 1.2 and plugin 'second' of second-dist 1.2 both bring {named}",
    ):
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
