"""Runs one target under a coverage-guided fuzzer: ``fuzzer.py TARGET SECONDS FOLDER``.

The folder begins with seeds, and gets every input that reaches new code; what makes a target fail
is left in ``crash-…`` beside it. The exit code is that of the fuzzer.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["passrole", "passrole_aws"]):
    import targets

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def seeds(folder: Path) -> None:
    """Real files to begin with, as much as is small."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(sorted((*TEMPLATES.rglob("*"), *EXAMPLES.rglob("*")))):
        if file.is_file() and file.stat().st_size < 20_000:
            (folder / f"seed-{number}").write_bytes(file.read_bytes())


def main(name: str, seconds: str, folder: str) -> None:
    """Fuzz for so many seconds."""
    seeds(Path(folder))
    targets.contributions()
    options = [
        sys.argv[0], folder, f"-max_total_time={seconds}", "-timeout=120", "-rss_limit_mb=2000",
        "-max_len=20000", f"-artifact_prefix={folder}-", "-print_final_stats=1", "-seed=1",
    ]  # fmt: skip
    atheris.Setup(options, targets.TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:4])
