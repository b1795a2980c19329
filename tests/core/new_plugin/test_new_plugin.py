"""What `passrole new-plugin` writes, and what it refuses."""

from pathlib import Path

import pytest

from passrole.cli import CLEAN, USAGE, main
from passrole.errors import UsageError
from passrole.new_plugin.names import NewName, new_name
from passrole.new_plugin.writing import files_of
from passrole.plugin_loading import FoundPlugin


def contents(folder: Path) -> dict[str, str]:
    """Every file that git would keep."""
    left_out = {"__pycache__", ".pytest_cache", ".tox", "build", "dist"}
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not left_out & set(path.parts)
    }


def test_the_example_plugin_is_what_new_plugin_writes(repository: Path, tmp_path: Path) -> None:
    assert main(["new-plugin", "acme", "--into", str(tmp_path)]) == CLEAN
    assert contents(tmp_path / "passrole-acme") == contents(repository / "tests/example_plugin")


def test_every_place_of_the_templates_is_filled_with_names_of_the_plugin() -> None:
    files = files_of(NewName("shop-floor"))
    assert "src/passrole_shop_floor/__init__.py" in files
    assert ".github/workflows/test.yml" in files
    assert 'shop-floor = "passrole_shop_floor"' in files["pyproject.toml"]
    assert "ShopFloorDeploy" in files["src/passrole_shop_floor/providers.py"]
    assert "shop_floor_release_table" in files["examples/pipeline.tf"]
    everything = "\n".join((*files, *files.values()))
    assert "acme" not in everything.lower()
    assert "@name" not in everything.lower()


def test_it_says_that_the_licence_is_left_to_choose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["new-plugin", "acme", "--into", str(tmp_path)])
    assert "There is no licence in it" in capsys.readouterr().out
    assert not (tmp_path / "passrole-acme" / "LICENSE").exists()


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there = tmp_path / "passrole-acme"
    there.mkdir()
    assert main(["new-plugin", "acme", "--into", str(tmp_path)]) == USAGE
    assert "is there already; nothing was written" in capsys.readouterr().err
    assert list(there.iterdir()) == []


def test_a_file_in_the_way_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    assert main(["new-plugin", "acme", "--into", str(tmp_path / "file")]) == USAGE
    assert "is no folder; nothing was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Acme_CI", r"no name of a plugin: .*did you mean 'acme-ci'\?"),
        ("../../etc/acme", r"no name of a plugin"),
        ("2fast", r"no name of a plugin: .*did you mean 'fast'\?"),
        ("acme-", r"did you mean 'acme'\?"),
        ("a" * 41, r"at most 40"),
        ("ácme", r"no name of a plugin"),
        ("", r"no name of a plugin"),
        ("passrole-acme", r"say 'acme': the distribution will be called 'passrole-acme'"),
        ("aws", r"there is a module 'passrole_aws' already"),
        ("taken", r"a plugin named 'taken' is installed already, by passrole-taken 2\.1"),
    ],
)
def test_a_name_that_will_not_do_is_refused_with_one_that_will(name: str, words: str) -> None:
    installed = [FoundPlugin("taken", "passrole_taken_", "passrole-taken", "2.1")]
    with pytest.raises(UsageError, match=words):
        new_name(name, installed)
