"""Options of every command that reads templates, and of every command that loads plugins."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.kinds import account, partition, pattern, positive, region


def scan_options(parser: argparse.ArgumentParser) -> None:
    """Paths, and all that can be said of a scan."""
    parser.add_argument(
        "paths", nargs="*", default=[], metavar="PATH",
        help="files or folders (default: the `files` of the "
        "settings, else the current folder)",
    )  # fmt: skip
    parser.add_argument(
        "--exclude", action="append", type=pattern, default=[], metavar="PATTERN",
        help="leave out what matches, as in a .gitignore; paths that are named are never left out",
    )  # fmt: skip
    facts(parser)


def facts(parser: argparse.ArgumentParser) -> None:
    """What is said of a scan but its paths."""
    facts = parser.add_argument_group("facts about the deployment")
    facts.add_argument(
        "--parameters", action="append", default=[], metavar="FILE[,FILE]",
        help="parameter values of one deployment, a later file over an earlier one: "
        "CloudFormation's JSON, Name=Value, a CodePipeline template configuration, names and "
        "values as JSON or YAML, or samconfig.toml[:ENVIRONMENT]; give it again for another "
        "deployment of the same templates",
    )  # fmt: skip
    facts.add_argument(
        "--var-file", action="append", default=[], metavar="FILE",
        help="values of Terraform variables (.tfvars or .tfvars.json), beside those that Terraform "
        "loads of itself; a later file beats an earlier one",
    )  # fmt: skip
    facts.add_argument(
        "--account", type=account, metavar="ID", help="the account stacks are deployed to"
    )
    facts.add_argument("--region", type=region, help="the Region stacks are deployed to")
    facts.add_argument(
        "--partition",
        type=partition,
        help="aws, aws-cn, aws-us-gov … (default: aws)",
    )
    facts.add_argument(
        "--scp", action="append", default=[], metavar="FILE[,FILE]",
        help="service control policies, once for each level of the organization, the root first",
    )  # fmt: skip
    limits = parser.add_argument_group("limits of one file")
    limits.add_argument(
        "--max-depth", type=positive, metavar="N", help="levels of nesting (default: 100)"
    )
    limits.add_argument("--max-nodes", type=positive, metavar="N", help="values (default: 500000)")
    limits.add_argument(
        "--max-aliases",
        type=positive,
        metavar="N",
        help="values that aliases stand for (default: 1000000)",
    )
    limits.add_argument(
        "--max-file-size", type=positive, metavar="BYTES", help="size (default: 8000000)"
    )
    parser.add_argument(
        "--allow-incomplete",
        action=argparse.BooleanOptionalAction,
        help="exit with 0 or 1 instead of 3",
    )
    parser.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="how many processes `check` may start for a large tree or for --repos (default: 1; "
        "with --timeout there is always one)",
    )
    settings_options(parser)
    plugin_options(parser)


def settings_options(parser: argparse.ArgumentParser) -> None:
    """Which settings are read."""
    files = parser.add_argument_group("settings")
    files.add_argument(
        "--config", metavar="FILE", help="the settings of the project, instead of those found"
    )
    files.add_argument(
        "--isolated", action="store_true",
        help="ignore the settings of the project: passrole.toml and pyproject.toml",
    )  # fmt: skip


def plugin_options(parser: argparse.ArgumentParser) -> None:
    """Which plugins are loaded."""
    plugins = parser.add_argument_group("plugins")
    plugins.add_argument(
        "-p", dest="plugin", action="append", default=[], metavar="NAME|MODULE",
        help="load this third-party plugin, or module that is installed or on PYTHONPATH, and no "
        "other one; no:NAME leaves a plugin out",
    )  # fmt: skip
    plugins.add_argument(
        "--no-third-party", action="store_true", help="load none but passrole's own plugins"
    )
