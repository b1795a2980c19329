"""``passrole simulate``'s arguments."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options and arguments of the command."""
    parser.add_argument(
        "--cases", metavar="FILE",
        help="a case in JSON on each line, - for standard input; an answer in JSON for each",
    )  # fmt: skip
    request = parser.add_argument_group("the request, where it is one")
    request.add_argument("--principal", metavar="ARN", help="who asks")
    request.add_argument("--action", metavar="ACTION", help="what for: s3:GetObject")
    request.add_argument("--resource", metavar="ARN", default="*", help="on what (default: *)")
    request.add_argument(
        "--resource-account", metavar="ID",
        help="whose it is (default: the account in its ARN, else that of the principal)",
    )  # fmt: skip
    request.add_argument(
        "--context", action="append", default=[], metavar="KEY=VALUE",
        help="a condition key, again for more and for more values; what is not given is not there",
    )  # fmt: skip
    policies = parser.add_argument_group("the policies, as JSON")
    for option, words in (
        ("identity", "a policy of the principal, again for more"),
        ("boundary", "its permissions boundary"),
    ):
        policies.add_argument(
            f"--{option}", action="append", default=[], metavar="FILE", help=words
        )
    policies.add_argument("--session", metavar="FILE", help="the policy of its session")
    for option, words in (("scp", "service"), ("rcp", "resource")):
        policies.add_argument(
            f"--{option}", action="append", default=[], metavar="FILE",
            help=f"a {words} control policy, once for each level of the organization",
        )  # fmt: skip
    policies.add_argument(
        "--resource-policy", metavar="FILE",
        help="the policy of the resource; for sts:AssumeRole the trust policy of the role",
    )  # fmt: skip
    parser.add_argument("--format", choices=("text", "json"), default="text")
