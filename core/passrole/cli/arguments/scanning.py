"""Options of every command that reads templates, and of every command that loads plugins."""

from __future__ import annotations

import argparse

from passrole.cli.arguments.kinds import account, partition, positive, region


def scan_options(parser: argparse.ArgumentParser) -> None:
    """Paths, and all that can be said of a scan."""
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files or folders")
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
        default="aws",
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
        "--allow-incomplete", action="store_true", help="exit with 0 or 1 instead of 3"
    )
    parser.add_argument(
        "--jobs", type=positive, default=1, metavar="N", help="processes for --repos (default: 1)"
    )
    plugin_options(parser)


def plugin_options(parser: argparse.ArgumentParser) -> None:
    """Which plugins are loaded."""
    plugins = parser.add_argument_group("plugins")
    plugins.add_argument(
        "-p", dest="plugin", action="append", default=[], metavar="NAME",
        help="load this third-party plugin and no other one; no:NAME leaves a plugin out",
    )  # fmt: skip
    plugins.add_argument(
        "--no-third-party", action="store_true", help="load none but passrole's own plugins"
    )
