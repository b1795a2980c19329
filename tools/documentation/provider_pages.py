"""A page for each plugin: its action providers, what each needs, and by which source."""

from __future__ import annotations

from collections.abc import Iterator

from tools.documentation.writing import cell, code, contents, link, page, table

from passrole import ActionProvider, Derived, Need, Service, Via
from passrole.contributions import Contributions, Plugin
from passrole.graph.conditions import describe

_NOT_SERVICES = ("passrole_rulesets", "rulesets")


def provider_pages(contributions: Contributions) -> Iterator[tuple[str, str]]:
    """Paths and texts: one page a plugin, and their list."""
    plugins = [each for each in contributions.plugins if each.name not in _NOT_SERVICES]
    providers = {str(each): each for each in contributions.providers}
    rows = [
        [f"[{each.name}]({each.name}.md)", cell(each.title), _number(len(each.providers)),
         _number(len(each.resource_types)), _number(len(each.rules))]
        for each in plugins
    ]  # fmt: skip
    needs = sum(len(each.needs) for each in contributions.providers)
    yield (
        "providers/index.md",
        page(
            "# Action providers and what they need",
            f"{len(providers)} action providers with {needs} needs, each with the condition under "
            "which it arises, its certainty and its source. A need is of *high* certainty where "
            "AWS documents it today and no source disagrees; `passrole map` shows those of low "
            "certainty with who says what, and only `--ruleset strict` reports them.",
            table(["plugin", "", "providers", "types of resources", "rules"], rows),
            contents(each.name for each in plugins),
        ),
    )
    for plugin in plugins:
        owned = [providers[name] for name in plugin.providers]
        yield f"providers/{plugin.name}.md", _page(plugin, owned)


def _number(number: int) -> str:
    return str(number or "")


def _page(plugin: Plugin, providers: list[ActionProvider]) -> str:
    rules = "\n".join(f"- [`{name}`](../rules/{name}.md)" for name in plugin.rules)
    types = "\n".join(f"- {code(name)}" for name in plugin.resource_types)
    return page(
        f"# {plugin.name}",
        plugin.title,
        *(block for provider in providers for block in _provider(provider)),
        f"## Rules\n\n{rules}" if rules else "",
        f"## Types of resources that it reads\n\n{types}" if types else "",
    )


def _provider(provider: ActionProvider) -> Iterator[str]:
    name = str(provider).replace("*", r"\*")
    yield f"## {name}"
    facts = [f"Source: {link(provider.source)}." if provider.source else ""]
    if provider.inputs is not None and provider.outputs is not None:
        facts.append(f"Input artifacts: {provider.inputs}. Output artifacts: {provider.outputs}.")
    if provider.v2_only:
        facts.append("Only pipelines of type V2 have it.")
    if provider.open_ended:
        facts.append("Its documentation gives no complete list of what it needs.")
    yield " ".join(fact for fact in facts if fact)
    if not provider.needs:
        yield "It needs nothing of its own."
        return
    heads = ["permission", "on", "of whom", "when", "certainty", "source"]
    yield table(heads, map(_row, provider.needs))


def _row(need: Need) -> list[str]:
    certainty = need.certainty.value + (f": {cell(need.note)}" if need.note else "")
    return [
        " or ".join(map(code, (need.iam_action, *need.alternatives))),
        _resource(need.resource),
        _principal(need),
        cell(describe(need.when)).replace("*", r"\*") or "always",
        certainty.replace("*", r"\*").replace("<", r"\<"),
        link(need.source, need.basis.value) if need.source else need.basis.value,
    ]


def _resource(resource: str | Via | Derived) -> str:
    if isinstance(resource, Via):
        return f"what {code(resource.key)} leads to"
    if isinstance(resource, Derived):
        return f"an ARN made of that in {code(resource.key)}"
    return code(resource)


def _principal(need: Need) -> str:
    principal = need.principal
    if isinstance(principal, Service):
        return code(principal.name)
    if isinstance(principal, Via):
        return f"the role that {code(principal.key)} leads to"
    return {
        "action": "the action's role, else the pipeline's",
        "pipeline": "the pipeline's role",
        "artifacts": "the role that moves the artifacts",
    }[principal.value]
