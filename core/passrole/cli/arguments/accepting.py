"""Options about findings that somebody accepts."""

from __future__ import annotations

import argparse


def accepting_options(parser: argparse.ArgumentParser) -> None:
    """Baselines, and suppressions in the code and in the settings."""
    accepting = parser.add_argument_group("accepted findings")
    accepting.add_argument(
        "--baseline", metavar="FILE",
        help="what this baseline holds does not count: only new findings are reported",
    )  # fmt: skip
    accepting.add_argument(
        "--write-baseline", nargs="?", const="", metavar="FILE",
        help="write all findings into FILE (default: that of --baseline, else "
        "passrole-baseline.json), and exit with 0; with --repos, {repo} in FILE stands for the "
        "name of each repository",
    )  # fmt: skip
    accepting.add_argument(
        "--suppressed", choices=("list", "count"), metavar="HOW",
        help="list what is suppressed with its reason (text, markdown, csv, json, sarif), or only "
        "count it (default: json and sarif list; GitHub opens an alert for what sarif lists)",
    )  # fmt: skip
    accepting.add_argument(
        "--no-suppressions", action="store_true",
        help="nothing is accepted, whatever comments, Metadata and settings say",
    )  # fmt: skip
