"""A page for each rule, made of its docstring and of what its examples show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tools.documentation.writing import cell, code, contents, link, page, table

from passrole import Category, Rule, __version__
from passrole.contributions import Contributions
from passrole.rulesets.choosing import active_rules
from passrole.rulesets.reading import load_ruleset
from passrole.testing import Example

FIRST_RELEASE = "0.1.0"
FORMATS = {"yaml": "CloudFormation", "json": "CloudFormation", "hcl": "Terraform"}
CATEGORIES = {
    Category.BREAKS: "What makes a pipeline fail",
    Category.RISK: "What could be abused",
    Category.POLICY: "What is wrong in a policy",
    Category.ACCESS: "Who may do what with pipelines",
    Category.STRUCTURE: "What is wrong in a pipeline's structure",
    Category.LIFECYCLE: "What has had its time",
}
FIXES = {
    "safe": "safe, where the place can be edited (`passrole check --fix`)",
    "unsafe": "unsafe, where the place can be edited (`passrole check --fix --unsafe-fixes`)",
    "no": "none; the finding says what to write",
}
_SOURCES = re.compile(r"^Source: \S+\n?", re.MULTILINE)


def rule_pages(
    contributions: Contributions, examples: Iterable[Example]
) -> Iterator[tuple[str, str]]:
    """Paths and texts: one page a rule, and their list by category."""
    if __version__ != FIRST_RELEASE:
        message = "a version was released: record here which rules it had, for `since`"
        raise RuntimeError(message)
    shown: dict[str, list[Example]] = {}
    for example in examples:
        shown.setdefault(example.rule.id, []).append(example)
    default = _in_default(contributions)
    rules = contributions.rules
    blocks = [
        "# Rules",
        (
            f"{len(rules)} rules. `passrole explain RULE` prints the same pages; "
            "[rulesets](../rulesets.md) turn rules on and off."
        ),
    ]
    for category, words in CATEGORIES.items():
        rows = [
            [f"[`{rule.id}`]({rule.id}.md)", rule.severity.value, cell(_plain(rule.title))]
            for rule in rules
            if rule.category is category
        ]
        if rows:
            blocks += [f"## {words}", table(["rule", "severity", "what it finds"], rows)]
    yield "rules/index.md", page(*blocks, contents(rule.id for rule in rules))
    for rule in rules:
        owner = contributions.owners[rule.id]
        yield f"rules/{rule.id}.md", _page(rule, owner, shown.get(rule.id, []), default)


def _in_default(contributions: Contributions) -> Mapping[str, str]:
    """The severity of each rule that the default ruleset has on."""
    ruleset = load_ruleset("default", contributions.rulesets)
    active = active_rules(ruleset, contributions.rules, (), ())
    return {each.rule.id: each.setting.severity.value for each in active if each.setting}


def _page(rule: Rule, owner: str, examples: list[Example], default: Mapping[str, str]) -> str:
    formats = sorted({FORMATS[each.language] for each in examples if each.flagged})
    rows = [
        ["severity", rule.severity.value],
        ["confidence", f"{rule.confidence.value} at best"],
        ["category", rule.category.value],
        ["in the default ruleset", _shown(rule, default)],
        ["since", f"{FIRST_RELEASE} (not released yet)"],
        ["fix", FIXES[rule.autofix]],
        ["formats", ", ".join(formats)],
        ["plugin", f"[{owner}](../providers/{owner}.md)"],
    ]
    if rule.aws_checks:
        rows.append(["checks of AWS", ", ".join(map(code, rule.aws_checks))])
    if rule.yields_to:
        others = ", ".join(f"[{code(each)}]({each}.md)" for each in sorted(rule.yields_to))
        rows.append(["left to", f"{others}, where one of these tells of the same cause"])
    title, _, rest = rule.help.partition("\n")
    options = [
        [code(name), code(str(option.default)), cell(_plain(option.description))]
        for name, option in rule.options.items()
    ]
    return page(
        f"# {rule.id}",
        f"**{title.strip()}**",
        table(["", ""], rows),
        _SOURCES.sub("", rest).strip(),
        "## Options\n\n" + table(["option", "default", ""], options) if options else "",
        "## Error texts\n\n" + _symptoms(rule) if rule.symptoms else "",
        "## Sources\n\n" + "\n".join(f"- {link(each)}" for each in rule.sources),
    )


def _shown(rule: Rule, default: Mapping[str, str]) -> str:
    if rule.id not in default:
        return "off"
    if rule.confidence.value == "low":
        return "on, but low confidence is shown by `strict` only"
    return "on" if default[rule.id] == rule.severity.value else f"on, as {default[rule.id]}"


def _symptoms(rule: Rule) -> str:
    return "\n".join(
        f"- {' … '.join(map(code, symptom.phrases))}"
        for symptom in rule.symptoms
        if symptom.phrases
    )


def _plain(text: str) -> str:
    return text.replace("<", r"\<").replace("*", r"\*")
