"""``passrole check``'s arguments."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.accepting import accepting_options
from passrole.cli.arguments.kinds import positive
from passrole.cli.arguments.ruling import rule_options
from passrole.cli.arguments.scanning import scan_options
from passrole.cli.reports import InOrder

CHECK_FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    scan_options(parser)
    accepting_options(parser)
    output = parser.add_argument_group("output")
    output.add_argument(
        "--format", action=InOrder, dest="reports", metavar="FORMAT",
        help=f"{', '.join(CHECK_FORMATS)} or a plugin's (default: text); give it again, each time "
        "with its own -o, for several reports of one run",
    )  # fmt: skip
    output.add_argument(
        "-o", "--output", action=InOrder, dest="reports", metavar="FILE",
        help="write the report of the --format before it there and not to the screen",
    )  # fmt: skip
    output.add_argument(
        "--show-unknown",
        action=argparse.BooleanOptionalAction,
        help="list what could not be decided, and why",
    )
    parser.add_argument(
        "--changed-since", metavar="REV",
        help="analyse only what depends on files that are not as in this revision of git, be it "
        "committed or not; REV... takes where the work tree's branch left REV",
    )  # fmt: skip
    many = parser.add_argument_group("many repositories")
    many.add_argument(
        "--repos", metavar="FILE",
        help="scan each folder that FILE lists, one a line, as if alone: one report of all, and "
        "one of each where the file of -o has {repo} in its name",
    )  # fmt: skip
    many.add_argument(
        "--executor", metavar="URL", default="",
        help="who scans them: dask://HOST:PORT for a Dask cluster whose workers see the same "
        "folders, or a plugin's; else processes of this machine, see --jobs",
    )  # fmt: skip
    many.add_argument(
        "--timeout", type=positive, metavar="SECONDS",
        help="give up on a repository, or on a part of one tree, that takes longer, be it that a "
        "plugin hangs, and on a plugin that takes longer to load or to report; not on analysis for "
        "html and fixes, which look at the whole tree in this process",
    )  # fmt: skip
    parser.add_argument(
        "--cache",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="keep the results of large trees for the next run (default: yes, and no where CI is "
        "set); PASSROLE_CACHE_DIR says where",
    )
    rule_options(parser)
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument(
        "--fix", action="store_true", help="mend in the files what can be mended safely"
    )
    fixes.add_argument(
        "--diff", action="store_true", help="show what --fix would change, and change nothing"
    )
    fixes.add_argument(
        "--unsafe-fixes", action="store_true",
        help="with either: also what may change more than the finding",
    )  # fmt: skip
