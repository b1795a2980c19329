"""What keeps the house as it was drawn. Which room may import which is import-linter's job."""

import ast
import functools
import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
ENTRY_POINTS: dict[str, str] = PROJECT["project"]["entry-points"]["passrole"]
SERVICES = REPOSITORY / "plugins" / "passrole_aws"

SERVICE_MODULES = {"__init__.py", "entities.py", "operations.py", "patterns.py", "providers.py",
                   "resources.py"}  # fmt: skip
DATA_SUFFIXES = {".json", ".jsonl", ".csv", ".txt", ".yaml", ".zip"}
WORDS_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "common",
                          "misc", "shared"}  # fmt: skip
LONGEST_FILE = 400

# Loading one of these at start would break the start-up budget.
HEAVY = {"pluggy", "networkx", "yaml", "ruamel", "json", "tree_sitter", "tree_sitter_hcl",
         "pathspec", "importlib.metadata", "passrole_aws", "passrole_rulesets"}  # fmt: skip

# A library is known in one room, so that it can be exchanged there. Entry points are found and
# trusted in one file.
ROOMS_OF_LIBRARIES = {
    "networkx": {"graph"},
    "yaml": {"documents", "fixes"},
    "ruamel": {"documents", "fixes"},
    "tree_sitter": {"documents", "fixes"},
    "tree_sitter_hcl": {"documents", "fixes"},
    "pathspec": {"documents"},
    "pluggy": {"hookspecs.py", "plugin_loading.py", "contributions.py"},
    "pytest": {"testing"},
    "importlib.metadata": {"plugin_loading.py"},
    "pkg_resources": {"plugin_loading.py"},
    "argparse": {"cli"},
}

# Reading someone's repository must not run code, start a process or open a connection.
DANGEROUS_MODULES = {"pickle", "marshal", "shelve", "dill", "code", "runpy", "subprocess", "socket",
                     "ssl", "urllib.request", "http", "ftplib", "smtplib", "asyncio",
                     "requests", "webbrowser", "ctypes"}  # fmt: skip
# Only a revision that the user names is read with git, by one file.
STARTS_PROCESSES = {
    "core/passrole/documents/revisions.py": {"subprocess"},  # git, where it is asked for
    "core/passrole/testing/misbehaving.py": {"subprocess"},  # passrole, in tests
}
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.startfile"}
WRITES_METHODS = {"core/passrole/records.py": {"exec"}}  # as dataclasses do: numbered names alone


@functools.cache
def sources() -> list[Path]:
    """Every Python file of the three packages."""
    return sorted(path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py"))


def services() -> list[Path]:
    """The folder of every service."""
    return sorted(path.parent for path in SERVICES.glob("*/__init__.py"))


def rule_files() -> list[Path]:
    """Every file that should hold one rule."""
    files = SERVICES.glob("*/rules/*.py")
    return sorted(path for path in files if path.name != "__init__.py")


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


@functools.cache
def parsed(path: Path) -> ast.Module:
    """The tree of a file, read once for all that is asked of it."""
    return ast.parse(path.read_text("utf-8"), filename=named(path))


@functools.cache
def imported_modules(path: Path) -> frozenset[str]:
    """Absolute names; `from a import b` gives both a and a.b, as b may be a module.

    import_module("a") counts as well, where the name is written out.
    """
    return frozenset(_imported(parsed(path)))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(name.value) for name in node.args[:1] if isinstance(name, ast.Constant))


def belongs_to(module: str, names: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


def rule_ids(path: Path) -> list[str]:
    """The ids of the rules that a file declares with @rule("id", …)."""
    ids = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "rule":
                    first = decorator.args[0] if decorator.args else None
                    ids.append(first.value if isinstance(first, ast.Constant) else "")
    return [str(rule_id) for rule_id in ids]


# The three roots and their plugins


@pytest.mark.parametrize("package", PACKAGES)
def test_a_source_root_holds_one_package(package: str) -> None:
    root = (REPOSITORY / package).parent
    assert [path.name for path in root.iterdir() if path.name != "__pycache__"] == [
        Path(package).name
    ], "an editable install puts the whole root on sys.path"


def test_every_plugin_folder_has_an_entry_point_and_every_entry_point_a_folder() -> None:
    folders = {folder.name.rstrip("_"): f"passrole_aws.{folder.name}" for folder in services()}
    assert {**folders, "rulesets": "passrole_rulesets"} == ENTRY_POINTS


def test_the_installed_entry_points_are_those_of_the_project_file() -> None:
    distribution = importlib.metadata.distribution("passrole")
    installed = {
        point.name: point.value for point in distribution.entry_points if point.group == "passrole"
    }
    assert installed == ENTRY_POINTS, "install again: pip install -e ."


@pytest.mark.parametrize("module", sorted(ENTRY_POINTS.values()))
def test_every_plugin_contributes(module: str) -> None:
    plugin = importlib.import_module(module)
    assert any(name.startswith("passrole_") for name in vars(plugin)), "no hook is implemented"


@pytest.mark.parametrize("service", services(), ids=named)
def test_a_service_folder_has_the_files_that_all_have(service: Path) -> None:
    names = {path.name for path in service.iterdir()} - {"__pycache__"}
    data = {name for name in names if Path(name).suffix in DATA_SUFFIXES}
    assert names - data <= SERVICE_MODULES | {"resources", "rules"}


# Rules


@pytest.mark.parametrize("path", rule_files(), ids=named)
def test_a_rule_file_holds_one_rule(path: Path) -> None:
    ids = rule_ids(path)
    assert len(ids) == 1
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", ids[0]), "an id is a literal, kebab-case"


def test_every_rule_is_contributed_by_the_plugin_that_holds_it() -> None:
    declared: dict[str, set[str]] = {service.name: set() for service in services()}
    for path in rule_files():
        declared[path.parents[1].name].update(rule_ids(path))
    forgotten = {}
    for service, ids in declared.items():
        plugin = importlib.import_module(f"passrole_aws.{service}")
        contributed = plugin.passrole_rules() if hasattr(plugin, "passrole_rules") else ()
        if missing := ids - {rule.id for rule in contributed}:
            forgotten[service] = missing
    assert not forgotten


# Files


@pytest.mark.parametrize("path", sources(), ids=named)
def test_a_name_says_what_is_inside(path: Path) -> None:
    parts = path.relative_to(REPOSITORY).with_suffix("").parts[1:]
    words = {word for part in parts for word in part.lower().split("_")}
    assert not words & WORDS_THAT_SAY_NOTHING


def pages_in(path: Path) -> int:
    """How many lines of a rule's file are its page: examples in every format, no code."""
    if path.parent.name != "rules":
        return 0
    functions = (
        node
        for node in parsed(path).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
    )
    return sum((ast.get_docstring(each, clean=False) or "").count("\n") for each in functions)


@pytest.mark.parametrize("path", sources(), ids=named)
def test_a_file_can_be_held_in_the_head(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    generator = re.search(r"Generated by (tools/\S+\.py)", "\n".join(lines[:5]))
    if generator:
        assert (REPOSITORY / generator[1]).is_file(), (
            "generated data names the script that makes it"
        )
    else:
        length = len(lines) - pages_in(path)
        assert length <= LONGEST_FILE, "split it by subject (aim at 300 lines)"


def test_the_tests_mirror_the_core() -> None:
    core, mirror = REPOSITORY / "core" / "passrole", REPOSITORY / "tests" / "core"
    folders = {path.parent.relative_to(mirror) for path in mirror.rglob("test_*.py")}
    assert not [folder.as_posix() for folder in folders if not (core / folder).is_dir()]


# What the source may not do


@pytest.mark.parametrize("path", sources(), ids=named)
def test_nothing_runs_code_processes_or_connections(path: Path) -> None:
    tree = parsed(path)
    modules = {name for name in imported_modules(path) if belongs_to(name, DANGEROUS_MODULES)}
    calls = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not modules - STARTS_PROCESSES.get(named(path), set())
    assert not (calls & DANGEROUS_CALLS) - WRITES_METHODS.get(named(path), set())


@pytest.mark.parametrize("library", ROOMS_OF_LIBRARIES)
def test_a_library_is_known_in_its_room_only(library: str) -> None:
    rooms = {
        path.relative_to(REPOSITORY / "core" / "passrole").parts[0]
        if path.is_relative_to(REPOSITORY / "core")
        else named(path)
        for path in sources()
        if any(belongs_to(name, {library}) for name in imported_modules(path))
    }
    assert rooms <= ROOMS_OF_LIBRARIES[library]


# What is loaded when


def modules_after(statement: str, folder: Path, *arguments: str) -> set[str]:
    """The names of what a fresh interpreter has loaded beyond what a bare one loads."""
    program = (
        "import sys; before = set(sys.modules)\n"
        f"try:\n    {statement}\n"
        "except SystemExit as stop:\n    assert not stop.code, stop.code\n"
        "print('\\nLOADED', *sorted(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(run.stdout.rpartition("LOADED")[2].split())


def test_the_front_door_is_lazy(tmp_path: Path) -> None:
    loaded = modules_after("import passrole", tmp_path)
    assert "passrole" in loaded
    assert not {name for name in loaded if belongs_to(name, HEAVY)}
    assert not {name for name in loaded if name.startswith("passrole.")} - {"passrole._version"}


def test_version_loads_nothing_heavy(tmp_path: Path) -> None:
    loaded = modules_after("from passrole.cli import main; main()", tmp_path, "--version")
    assert "passrole.cli" in loaded
    assert not {name for name in loaded if belongs_to(name, HEAVY)}


def test_every_name_of_the_front_door_leads_somewhere() -> None:
    passrole = importlib.import_module("passrole")
    assert passrole.__all__
    assert len(set(passrole.__all__)) == len(passrole.__all__)
    assert set(passrole.__all__) <= set(dir(passrole))
    for name in passrole.__all__:
        assert getattr(passrole, name) is not None


def test_the_front_door_says_the_same_to_type_checkers() -> None:
    passrole = importlib.import_module("passrole")
    told = {
        alias.asname
        for block in parsed(REPOSITORY / "core" / "passrole" / "__init__.py").body
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert told == set(passrole.__all__) - {"__version__"}
