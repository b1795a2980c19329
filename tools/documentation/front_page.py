"""The first page, with the order of all others."""

from __future__ import annotations

from collections.abc import Iterable

from tools.documentation.writing import fenced, page

SECTIONS = {
    "To begin with": ("start", "commands/index", "how-it-decides", "not-known", "comparison"),
    "What is known": ("rules/index", "providers/index", "policy-checks"),
    "Using it": (),
    "Making it your own": ("rulesets", "declarative", "plugins", "stability", "library"),
    "passrole itself": ("robustness", "changelog", "contributing"),
}
REST = "Using it"
WORDS = """\
passrole reads the infrastructure code of a repository, offline, and says before anything is
deployed which IAM permission an AWS CodePipeline lacks, for which action, in which role, and what
you would see at run time; and what its roles may do that nothing needs.
"""


def front_page(written: Iterable[str]) -> str:
    """The first page. A page of docs/ that no section names stands under *Using it*."""
    there = {path.removesuffix(".md") for path in written}
    named = {name for names in SECTIONS.values() for name in names}
    blocks = [
        "# passrole",
        WORDS,
        "[Start here](start.md): the first finding on a template of your own takes two minutes.",
    ]
    for title, names in SECTIONS.items():
        pages = [each for each in names if each in there or each.endswith("/index")]
        if title == REST:
            pages += sorted(there - named - {"README"})
        if pages:
            blocks.append(fenced("\n".join((f":caption: {title}", "", *pages)), "{toctree}"))
    return page(*blocks)
