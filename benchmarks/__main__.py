"""passrole beside cfn-lint and checkov: processor seconds, wall seconds, memory, and ratios.

``python -m benchmarks`` makes its inputs and measures them; ``tox -e bench -- FOLDER`` measures a
folder of yours as well. Peers that are not installed are left out. Read ``docs/speed.md``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.measuring import Command, Cost, in_turn, measure
from benchmarks.templates import cdk_template, large_template
from benchmarks.trees import write_mixed_tree, write_terraform_tree

_MEGABYTE = 1_000_000
_TEMPLATES = (".json", ".template", ".yaml", ".yml")


class Input(NamedTuple):
    """Something to read: its name in the table, where it is, and what checkov calls its kind."""

    name: str
    path: Path
    framework: str


def main() -> int:
    """Print a table for each input, one for numbers of processes, and one for growth."""
    options = _options()
    print(f"least of {options.runs} runs each, in turn; {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory(prefix="passrole-bench-") as scratch:
        folder = Path(scratch)
        _table("--version", dict(in_turn(_version_commands(options), options.runs)))
        for each in _inputs(folder, options.folders):
            commands = _commands(each, options)
            _table(each.name, dict(in_turn(commands, options.runs, _environment(folder))))
        _jobs(folder, options)
        _growth(folder, options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="your own trees")
    parser.add_argument("--runs", type=int, default=3, help="how often (default: 3)")
    parser.add_argument("--no-peers", action="store_true", help="passrole and the floor alone")
    for peer in ("cfn-lint", "checkov"):
        parser.add_argument(f"--{peer}", default=shutil.which(peer), help="where it is installed")
    return parser.parse_args()


def _environment(folder: Path) -> Mapping[str, str]:
    return {"PASSROLE_CACHE_DIR": str(folder / "cache")}


def _inputs(folder: Path, own: list[Path]) -> Iterator[Input]:
    one = folder / "one" / "pipeline.template.json"
    big = folder / "big" / "cdk.template.json"
    for path, text in ((one, cdk_template(1)), (big, cdk_template(_MEGABYTE))):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    write_mixed_tree(folder / "mixed", 2000)
    write_terraform_tree(folder / "terraform", 200)
    yield Input("one template", one, "cloudformation")
    yield Input("a CDK template of 1 MB", big, "cloudformation")
    yield Input("a mixed tree of 2,000 files", folder / "mixed", "all")
    yield Input("Terraform: 200 root modules, 600 files", folder / "terraform", "terraform")
    for each in own:
        has_terraform = next(each.rglob("*.tf"), None) is not None
        framework = "terraform" if has_terraform else "cloudformation"
        yield Input(str(each), each, framework)


def _passrole(*arguments: str) -> Command:
    return (sys.executable, "-c", "import sys, passrole.cli; sys.exit(passrole.cli.main())",
            *arguments)  # fmt: skip


def _version_commands(options: argparse.Namespace) -> dict[str, Command]:
    commands = {"passrole": _passrole("--version")}
    for peer in () if options.no_peers else ("cfn_lint", "checkov"):
        if getattr(options, peer):
            commands[peer.replace("_", "-")] = (getattr(options, peer), "--version")
    return commands


def _commands(of: Input, options: argparse.Namespace) -> dict[str, Command]:
    path = str(of.path)
    commands: dict[str, Command] = {
        "passrole": _passrole("check", "--no-cache", path),
        "floor": (sys.executable, "-m", "benchmarks.floor", path),
    }
    if options.no_peers:
        return commands
    templates = sorted(map(str, _templates(of.path)))
    if options.cfn_lint and templates and of.framework != "terraform":
        commands["cfn-lint"] = (options.cfn_lint, *templates)
    if options.checkov:
        kind = "-f" if of.path.is_file() else "-d"
        framework = ("--framework", of.framework)
        commands["checkov"] = (options.checkov, kind, path, *framework, "--compact", "--quiet")
    return commands


def _templates(path: Path) -> Iterator[Path]:
    """The files that cfn-lint is given: it is not made to tell templates from other files."""
    files = [path] if path.is_file() else path.rglob("*")
    for each in files:
        if each.suffix in _TEMPLATES and each.is_file() and b"AWS::" in each.read_bytes():
            yield each


def _jobs(folder: Path, options: argparse.Namespace) -> None:
    """One large tree with several numbers of processes, and again where the results are kept."""
    tree = str(folder / "mixed")
    for name, how in (("", "--no-cache"), (" again, results kept", "--cache")):
        commands = {
            f"--jobs {jobs}": _passrole("check", how, "--jobs", str(jobs), tree)
            for jobs in (1, 2, 4)
        }
        if how == "--cache":
            measure(commands["--jobs 1"], _environment(folder))
        costs = dict(in_turn(commands, options.runs, _environment(folder), with_workers=True))
        _table(f"the mixed tree{name}, memory of all processes", costs)


def _growth(folder: Path, options: argparse.Namespace) -> None:
    """Processor time for each step of size, less what a run takes that reads nothing."""
    empty = folder / "empty"
    empty.mkdir()
    start = _cost(empty, folder, options)
    print(f"\n| growth (start-up, {start.cpu:.2f} s, taken off) | CPU s | of the step before "
          "| peak MiB |")  # fmt: skip
    print("|---|---:|---:|---:|")
    print(f"| nothing to read | | | {start.memory:.0f} |")
    before = 0.0
    for name, path, is_first in _steps(folder):
        cost = _cost(path, folder, options)
        seconds = cost.cpu - start.cpu
        ratio = "" if is_first else f"{seconds / before:.1f} x"
        print(f"| {name} | {seconds:.2f} | {ratio} | {cost.memory:.0f} |", flush=True)
        before = seconds


def _steps(folder: Path) -> Iterator[tuple[str, Path, bool]]:
    """Inputs of one kind, each larger than the one before; whether it is the first of its kind."""
    for files in (200, 2_000, 20_000):
        tree = folder / f"mixed{files}"
        write_mixed_tree(tree, files)
        yield f"a mixed tree of {files:,} files", tree, files == 200
    for pipelines in (12, 25, 50, 100):
        path = folder / f"large{pipelines}.json"
        path.write_text(large_template(40 * pipelines, pipelines), encoding="utf-8")
        size = f"{40 * pipelines:,} resources, {4 * pipelines} roles, {pipelines} pipelines"
        yield f"one template: {size}", path, pipelines == 12


def _cost(path: Path, folder: Path, options: argparse.Namespace) -> Cost:
    commands = {"passrole": _passrole("check", "--no-cache", str(path))}
    return dict(in_turn(commands, options.runs, _environment(folder)))["passrole"]


def _table(name: str, costs: Mapping[str, Cost]) -> None:
    own = next(iter(costs.values()))
    print(f"\n| {name} | CPU s | wall s | peak MiB | CPU of the first |")
    print("|---|---:|---:|---:|---:|")
    for tool, cost in costs.items():
        ratio = f"{cost.cpu / own.cpu:.1f} x"
        print(f"| {tool} | {cost.cpu:.2f} | {cost.wall:.2f} | {cost.memory:.0f} | {ratio} |")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
