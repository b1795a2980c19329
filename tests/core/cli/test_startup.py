"""What each command loads: start-up time is kept by what is not imported, and no clock is asked."""

import subprocess
import sys
from pathlib import Path

import pytest

TEMPLATE = "tests/templates/missing-start-build/pipeline.yaml"

# Libraries that only some inputs or some commands need.
NEVER_FOR_ONE_TEMPLATE = {
    "asyncio", "concurrent", "ctypes", "decimal", "difflib", "email", "http", "importlib.metadata",
    "jsonschema", "logging", "multiprocessing", "networkx", "numpy", "pathspec", "pdb",
    "pkg_resources", "ruamel", "setuptools", "socket", "shlex", "shutil", "sqlite3", "ssl", "subprocess",
    "traceback", "tree_sitter", "tree_sitter_hcl", "unittest", "urllib.request", "uuid", "xml",
}  # fmt: skip


def loaded(folder: Path, *arguments: str) -> set[str]:
    """What a fresh interpreter has loaded after the command, beyond what a bare one has."""
    program = (
        "import sys; before = set(sys.modules)\n"
        "from passrole.cli import main\n"
        "code = main()\n"
        "print('\\nLOADED', *sorted(set(sys.modules) - before))\n"
        "sys.exit(code)"
    )
    command = [sys.executable, "-c", program, *arguments]
    run = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode in (0, 1), run.stderr
    return set(run.stdout.rpartition("LOADED")[2].split())


def among(modules: set[str], names: set[str]) -> set[str]:
    return {
        name
        for name in names
        for module in modules
        if module == name or module.startswith(f"{name}.")
    }


@pytest.fixture(scope="module")
def one_template(repository: Path) -> set[str]:
    return loaded(repository, "check", TEMPLATE, "--no-third-party")


def test_version_loads_three_modules_of_ours(repository: Path) -> None:
    modules = loaded(repository, "--version")
    ours = {name for name in modules if name.startswith("passrole")}
    assert ours == {"passrole", "passrole._version", "passrole.cli"}
    assert not among(modules, {"argparse", "dataclasses", "inspect", "json", "pluggy", "yaml"})


def test_one_template_loads_no_library_that_it_does_not_need(one_template: set[str]) -> None:
    assert not among(one_template, NEVER_FOR_ONE_TEMPLATE)


def test_one_template_loads_no_reporter_and_no_command_but_its_own(one_template: set[str]) -> None:
    rooms = [name.split(".") for name in one_template if name.startswith("passrole.reporters.")]
    assert {names[-1] for names in rooms} == {"escaping", "grouping", "text"}
    commands = {"simulate", "listing", "explain", "mapping"}
    assert not among(one_template, {f"passrole.cli.{name}" for name in commands})
    assert not among(one_template, {"passrole.iam.simulation"})


def test_one_template_loads_nothing_about_what_somebody_accepts(one_template: set[str]) -> None:
    rooms = {name for name in one_template if name.startswith("passrole.suppressions.")}
    assert not rooms
    assert "passrole.documents.comments" not in one_template


def test_one_template_loads_no_terraform(one_template: set[str]) -> None:
    assert not among(one_template, {"passrole.stacks.terraform"})


def test_one_template_in_yaml_loads_nothing_that_only_json_or_questions_of_excess_need(
    one_template: set[str],
) -> None:
    assert not among(one_template, {"passrole.documents.json", "passrole.iam.sets"})


def test_a_command_loads_the_arguments_of_no_other(one_template: set[str]) -> None:
    assert not among(one_template, {f"passrole.cli.arguments.{name}" for name in ("map", "config")})


def test_terraform_alone_loads_nothing_that_only_cloudformation_or_yaml_needs(
    tmp_path: Path,
) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_s3_bucket" "artifacts" {}\n')
    modules = loaded(tmp_path, "check", ".", "--no-third-party")
    assert among(modules, {"passrole.stacks.terraform"})
    cloudformation = "passrole.stacks.cloudformation"
    assert not among(modules, {f"{cloudformation}.system", f"{cloudformation}.reading", "yaml"})


def test_a_gitignore_out_of_the_ordinary_is_what_pathspec_is_for(
    repository: Path, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pipeline.yaml").write_text((repository / TEMPLATE).read_text("utf-8"), "utf-8")
    assert "pathspec" not in loaded(tmp_path, "check", ".")
    (tmp_path / ".gitignore").write_text("*.bak\n/build/\n**/.terraform/*\n!keep.tf\n")
    assert "pathspec" not in loaded(tmp_path, "check", ".")
    (tmp_path / ".gitignore").write_text("a\\ b\n")
    assert "pathspec" in loaded(tmp_path, "check", ".")


def test_the_list_of_rules_loads_no_analysis(repository: Path) -> None:
    modules = loaded(repository, "rules", "--no-third-party")
    assert not among(modules, {"passrole.analysis", "passrole.stacks.cloudformation", "networkx"})


def test_settings_are_what_the_reader_of_toml_is_for(repository: Path, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "pipeline.yaml").write_text((repository / TEMPLATE).read_text("utf-8"), "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["passrole>=1"]\n')
    readers = {"tomllib", "passrole.configuration.project", "passrole.configuration.facts"}
    assert not among(loaded(tmp_path, "check", "."), readers)
    (tmp_path / "passrole.toml").write_text("fail-on = 'high'\n")
    assert among(loaded(tmp_path, "check", "."), readers) == readers - {
        "passrole.configuration.facts"
    }
