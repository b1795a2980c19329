"""What a user gets: the installed distribution, and the files that `tox -e wheel` has built."""

import importlib.metadata
import importlib.resources
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
PACKAGES = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
NAMES = [Path(package).name for package in PACKAGES]


def written_version() -> str:
    text = (REPOSITORY / "core" / "passrole" / "_version.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def built() -> Path:
    """The folder with a fresh sdist and wheel."""
    folder = os.environ.get("PASSROLE_DIST")
    if not folder:
        pytest.skip("looks at built files: run by `tox -e wheel` (PASSROLE_DIST)")
    return Path(folder)


@pytest.fixture(scope="module")
def wheel_names(built: Path) -> set[str]:
    (wheel,) = built.glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def sdist_names(built: Path) -> set[str]:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


def source_files() -> set[str]:
    """Every file of the packages, Python and data alike, as the wheel should name it."""
    return {
        path.relative_to((REPOSITORY / package).parent).as_posix()
        for package in PACKAGES
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_version_is_written_once() -> None:
    assert "version" in PROJECT["project"]["dynamic"]
    assert importlib.metadata.version("passrole") == written_version()


def test_the_script_prints_the_version(tmp_path: Path) -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("passrole"), "--version"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert run.stdout == f"passrole {written_version()}\n"
    assert run.stderr == ""


def test_the_module_runs_as_the_script_does(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-P", "-m", "passrole", "--version"],
        cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert run.stdout == f"passrole {written_version()}\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_package_is_typed(name: str) -> None:
    assert importlib.resources.files(name).joinpath("py.typed").is_file()


def test_every_released_python_from_the_oldest_on_is_named() -> None:
    classifiers = PROJECT["project"]["classifiers"]
    named = re.findall(r"Python :: (3\.\d+)", "\n".join(classifiers))
    assert PROJECT["project"]["requires-python"] == f">={named[0]}"
    tested = re.findall(r"\bpy3(\d+)\b", (REPOSITORY / "tox.ini").read_text("utf-8"))
    assert {f"3.{minor}" for minor in tested} == set(named)


def test_the_wheel_holds_every_file_of_the_packages(wheel_names: set[str]) -> None:
    packed = {name for name in wheel_names if ".dist-info/" not in name}
    assert packed == source_files()


def test_the_wheel_holds_three_packages_and_its_licence(wheel_names: set[str]) -> None:
    information = f"passrole-{written_version()}.dist-info"
    assert {name.partition("/")[0] for name in wheel_names} == {*NAMES, information}
    assert f"{information}/licenses/LICENSE" in wheel_names


def test_the_sdist_can_test_itself(sdist_names: set[str]) -> None:
    needed = {"LICENSE", "README.md", "CHANGELOG.md", "tox.ini", "tests/test_packaging.py"}
    assert needed <= sdist_names
