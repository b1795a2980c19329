"""Every command and option of the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, NoReturn

from passrole._version import __version__
from passrole.cli import USAGE
from passrole.cli.examples import (
    CHECK_EXAMPLES,
    EXAMPLES,
    EXPLAIN_EXAMPLES,
    MAP_EXAMPLES,
    WHY_EXAMPLES,
)
from passrole.cli.reports import InOrder
from passrole.reporters.escaping import printable

MAP_FORMATS = ("tree", "json", "mermaid", "dot", "graphml", "html")
CHECK_FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown", "csv", "html")
SEVERITIES = ("critical", "high", "medium", "low", "info")


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints show what a file is called, whatever its name is made of."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.format_usage()}passrole: error: {printable(message)}\n")


class _CommandParser(_Parser):
    """The parser of one command: options may stand before, between and after its arguments."""

    _within = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What argparse does, in its two steps: first the options, then all that is left."""
        if self._within or "--" in (args or ()):
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line; a command's module is imported when it runs."""
    parser = _Parser(
        prog="passrole",
        description="Says before deployment which IAM permission an AWS CodePipeline lacks, for "
        "which action, in which role. Reads CloudFormation and Terraform offline.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"passrole {__version__}")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=_CommandParser
    )
    _check(_command(commands, "check", "say what is missing", CHECK_EXAMPLES))
    words = "show every action, what it needs and who grants it"
    _map(_command(commands, "map", words, MAP_EXAMPLES))
    words = "say what needs an IAM action, and which statements grant or deny it"
    _why(_command(commands, "why", words, WHY_EXAMPLES))
    for name, words in (
        ("rules", "list the rules"),
        ("rulesets", "list the rulesets"),
        ("plugins", "list the plugins and what each brings"),
    ):
        listing = _command(commands, name, words)
        listing.add_argument("--format", choices=("text", "json"), default="text")
        _plugin_options(listing)
    words = "print the page of a rule or of an IAM action, or what an error text comes from"
    _explain(_command(commands, "explain", words, EXPLAIN_EXAMPLES))
    _simulate(_command(commands, "simulate", "decide one request, or a file of them"))
    return parser


def _command(
    commands: argparse._SubParsersAction[_CommandParser],
    name: str,
    words: str,
    epilog: str = "",
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=words,
        description=f"{words[0].upper()}{words[1:]}.",
        epilog=epilog,
        usage=f"passrole {name} [OPTION...]{_POSITIONAL.get(name, '')}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(run=_lazy(f"passrole.cli.{_MODULES.get(name, name)}", name))
    return parser


_POSITIONAL = {
    "check": " [PATH...]",
    "map": " [PATH...]",
    "why": " ACTION [PATH...]",
    "explain": " RULE|ACTION|ERROR_TEXT [PATH...]",
}
_MODULES = {"rules": "listing", "rulesets": "listing", "plugins": "listing", "map": "mapping"}


def _lazy(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        command: Callable[[argparse.Namespace], int] = getattr(import_module(module), f"run_{name}")
        return command(options)

    return run


def _check(parser: argparse.ArgumentParser) -> None:
    _scan_options(parser)
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
        "--show-unknown", action="store_true", help="list what could not be decided, and why"
    )
    rules = parser.add_argument_group("rules")
    rules.add_argument(
        "--ruleset",
        default="default",
        metavar="NAME|FILE",
        help="see `passrole rulesets`, or a YAML file of your own (default: default)",
    )
    rules.add_argument(
        "--select", action="append", default=[], metavar="RULE[,RULE]", help="these rules only"
    )
    rules.add_argument(
        "--ignore", action="append", default=[], metavar="RULE[,RULE]", help="not these rules"
    )
    rules.add_argument(
        "--fail-on", default="high", choices=(*SEVERITIES, "unknown", "never"), metavar="SEVERITY",
        help="the severity from which the exit code is 1 (default: high); `unknown` fails on "
        "undecided needs as well",
    )  # fmt: skip


def _map(parser: argparse.ArgumentParser) -> None:
    _scan_options(parser)
    parser.add_argument(
        "--format",
        choices=MAP_FORMATS,
        default="tree",
        metavar="FORMAT",
        help=f"{', '.join(MAP_FORMATS[:-1])} or {MAP_FORMATS[-1]} (default: tree)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write there and not to the screen")


def _why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", metavar="ACTION", help="s3:GetObject, or a pattern such as codebuild:Start*"
    )
    _scan_options(parser)
    parser.add_argument("--role", metavar="ROLE", help="of this role only: a name, an id or an ARN")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("-o", "--output", metavar="FILE", help="write there and not to the screen")


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "asked", nargs="+", metavar="RULE|ACTION|ERROR_TEXT",
        help="- reads an error text from standard input; files or folders may follow",
    )  # fmt: skip
    _facts(parser)


def _scan_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files or folders")
    _facts(parser)


def _facts(parser: argparse.ArgumentParser) -> None:
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
        "--account", type=_account, metavar="ID", help="the account stacks are deployed to"
    )
    facts.add_argument("--region", type=_region, help="the Region stacks are deployed to")
    facts.add_argument(
        "--partition",
        type=_partition,
        default="aws",
        help="aws, aws-cn, aws-us-gov … (default: aws)",
    )
    facts.add_argument(
        "--scp", action="append", default=[], metavar="FILE[,FILE]",
        help="service control policies, once for each level of the organization, the root first",
    )  # fmt: skip
    limits = parser.add_argument_group("limits of one file")
    limits.add_argument(
        "--max-depth", type=_positive, metavar="N", help="levels of nesting (default: 100)"
    )
    limits.add_argument("--max-nodes", type=_positive, metavar="N", help="values (default: 500000)")
    limits.add_argument(
        "--max-aliases",
        type=_positive,
        metavar="N",
        help="values that aliases stand for (default: 1000000)",
    )
    limits.add_argument(
        "--max-file-size", type=_positive, metavar="BYTES", help="size (default: 8000000)"
    )
    parser.add_argument(
        "--allow-incomplete", action="store_true", help="exit with 0 or 1 instead of 3"
    )
    parser.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="accepted; the work is done serially"
    )
    _plugin_options(parser)


def _plugin_options(parser: argparse.ArgumentParser) -> None:
    plugins = parser.add_argument_group("plugins")
    plugins.add_argument(
        "-p", dest="plugin", action="append", default=[], metavar="NAME",
        help="load this third-party plugin and no other one; no:NAME leaves a plugin out",
    )  # fmt: skip
    plugins.add_argument(
        "--no-third-party", action="store_true", help="load none but passrole's own plugins"
    )


def _simulate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", metavar="FILE", help="one case a line; - for standard input")
    parser.add_argument("--action", metavar="ACTION")
    parser.add_argument("--resource", metavar="ARN", default="*")
    parser.add_argument("--principal", metavar="ARN")
    parser.add_argument("--resource-account", metavar="ID")
    for option in ("identity", "boundary"):
        parser.add_argument(f"--{option}", action="append", default=[], metavar="FILE")
    parser.add_argument("--session", metavar="FILE")
    parser.add_argument("--scp", action="append", default=[], metavar="FILE", help="one a level")
    parser.add_argument("--rcp", action="append", default=[], metavar="FILE", help="one a level")
    parser.add_argument("--resource-policy", metavar="FILE")
    parser.add_argument("--context", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def _account(text: str) -> str:
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no account id, which has 12 digits")
    return text


def _region(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no Region, such as eu-central-1")
    return text


def _partition(text: str) -> str:
    if not re.fullmatch(r"aws(-[a-z]+)*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no partition, such as aws or aws-cn")
    return text
