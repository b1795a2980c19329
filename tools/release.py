"""Makes a release in FOLDER: sdist and wheel, pinned hashes of all that it installs, an SBOM.

``requirements.txt`` pins every dependency with its hashes (``pip install --require-hashes``), and
``passrole.cdx.json`` is the bill of materials (CycloneDX) of the same. Both are tried out in a
fresh environment before anything is believed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]


def main(folder: str) -> None:
    """Make everything; raises where a step fails."""
    target = Path(folder).resolve()
    target.mkdir(parents=True, exist_ok=True)
    run("build", "--outdir", str(target), str(REPOSITORY))
    (wheel,) = target.glob("*.whl")
    requirements = target / "requirements.txt"
    run(
        "piptools", "compile", "--quiet", "--generate-hashes", "--strip-extras", "--no-header",
        "--no-annotate", "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links",
        "--output-file", str(requirements), str(REPOSITORY / "pyproject.toml"),
    )  # fmt: skip
    sbom = target / "passrole.cdx.json"
    run(
        "cyclonedx_py", "requirements", str(requirements), "--pyproject",
        str(REPOSITORY / "pyproject.toml"), "--output-reproducible", "--of", "JSON",
        "--output-file", str(sbom),
    )  # fmt: skip
    try_out(wheel, requirements, sbom)
    for file in sorted(target.iterdir()):
        print(file.name, file.stat().st_size)


def try_out(wheel: Path, requirements: Path, sbom: Path) -> None:
    """Install by the hashes alone, run the program, and compare the bill with what is there."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        scripts = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        pip = [str(scripts / "python"), "-m", "pip"]
        subprocess.run(
            [*pip, "install", "-q", "--require-hashes", "-r", str(requirements)], check=True
        )
        subprocess.run([*pip, "install", "-q", "--no-deps", str(wheel)], check=True)
        subprocess.run([str(scripts / "passrole"), "--version"], check=True)
        listed = subprocess.run(
            [*pip, "list", "--format", "json"], check=True, capture_output=True, text=True
        )
        installed = {normal(each["name"]) for each in json.loads(listed.stdout)}
    named = {normal(each["name"]) for each in json.loads(sbom.read_text("utf-8"))["components"]}
    missing = installed - named - {"passrole", "pip", "setuptools"}
    if missing:
        raise SystemExit(f"the bill of materials does not name {sorted(missing)}")


def normal(name: str) -> str:
    """The name of a distribution as indexes compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


def run(module: str, *arguments: str) -> None:
    """A module of this environment as a program."""
    subprocess.run([sys.executable, "-m", module, *arguments], check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
