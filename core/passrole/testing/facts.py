"""What a plugin says of AWS, held against the reference data: actions, ARNs, spellings, sources."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import ModuleType

from passrole.contributions import Contributions
from passrole.errors import did_you_mean as did_you_mean_field
from passrole.iam.patterns import witness
from passrole.iam.reference import action, did_you_mean, expand, service
from passrole.model.needs import ActionProvider, Certainty, Need
from passrole.stacks.resources import ResourceType
from passrole.testing.templates import contributions_of

_SLOT = re.compile(r"\{[^{}]*\}")
_REFERENCE_SLOT = re.compile(r"\$\{[^{}]*\}")
_FILLED = frozenset({"partition", "region", "account", "name", "id"})
_WORDS = frozenset({"name", "arn", "id"})
_CLOUDFORMATION = re.compile(r"[A-Za-z0-9]+(::[A-Za-z0-9]+){2}(::MODULE)?|Custom::[\w@-]+")
_TERRAFORM = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")


def check_facts(*plugins: ModuleType, beside: Iterable[ModuleType] | None = None) -> None:
    """Raise AssertionError that lists every problem in the facts of ``plugins``.

    Where a fact is right and the reference data are wrong, compare ``problems_in_facts`` instead.
    """
    found = problems_in_facts(*plugins, beside=beside)
    if found:
        raise AssertionError("\n".join(found))


def problems_in_facts(
    *plugins: ModuleType, beside: Iterable[ModuleType] | None = None
) -> tuple[str, ...]:
    """What is wrong with the action providers and resource types of ``plugins``, in words.

    Every IAM action exists and is spelt as AWS spells it, a resource is of a kind that its action
    takes, the ARN of a resource type is of a form that its service has, names in templates are
    there to be filled, and each fact has an ``https`` source. A service that the reference data do
    not know is passed over. ``beside`` are the plugins that are at hand as well; left out, it is
    passrole's own.
    """
    contributions = contributions_of(*plugins, beside=beside)
    names = {plugin.__name__ for plugin in plugins}
    owned = [plugin for plugin in contributions.plugins if plugin.name in names]
    providers = {name for plugin in owned for name in plugin.providers}
    types = {name for plugin in owned for name in plugin.resource_types}
    return tuple(
        problem
        for provider in contributions.providers
        if str(provider) in providers
        for problem in _of_provider(provider, contributions)
    ) + tuple(
        problem
        for each in contributions.resource_types
        if each.cloudformation in types or each.terraform in types
        for problem in _of_type(each)
    )


def _of_provider(provider: ActionProvider, contributions: Contributions) -> Iterator[str]:
    if not provider.source.startswith("https://"):
        yield f"{provider}: no source"
    rules = {rule.id for rule in contributions.rules}
    for need in provider.needs:
        told = f"{provider}: {need.iam_action}"
        for words in _of_need(need):
            yield f"{told}: {words}"
        named = {need.rule, need.policy_rule, need.condition_rule, need.resource_rule} - {""}
        for rule_id in sorted(named - rules):
            yield f"{told}: there is no rule {rule_id!r}"


def _of_need(need: Need) -> Iterator[str]:
    if not need.source.startswith("https://"):
        yield "no source"
    if need.certainty is Certainty.LOW and not need.note:
        yield "of low certainty, and no note says who says what"
    if need.documented_block:
        if not expand(need.iam_action):
            yield "no action is of this pattern"
        return
    if not need.symptom:
        yield "no symptom: what the user sees at run time"
    for name in (need.iam_action, *need.alternatives):
        found = action(name)
        if found is None:
            near = did_you_mean(name, 1)
            yield f"there is no action {name}{f'; did you mean {near[0]}?' if near else ''}"
        elif str(found) != name:
            yield f"AWS spells it {found}"
        elif isinstance(need.resource, str) and not _takes(name, need.resource):
            yield f"{name} takes no resource such as {need.resource}"


def _takes(name: str, template: str) -> bool:
    """Whether the template may be the ARN of a resource that the action works on."""
    found = action(name)
    own = service(name.partition(":")[0])
    pattern = _SLOT.sub("*", template)
    if found is None or own is None or not pattern.startswith("arn:"):
        return True
    forms = {each.name: each.arn for each in own.resource_types}
    return any(
        _meet(forms[each.name], pattern) for each in found.resource_types if each.name in forms
    )


def _of_type(each: ResourceType) -> Iterator[str]:
    name = each.cloudformation or each.terraform
    if not each.source.startswith("https://"):
        yield f"{name}: no source"
    if each.cloudformation and not _CLOUDFORMATION.fullmatch(each.cloudformation):
        yield f"{name}: no type of CloudFormation is spelt so, only as AWS::S3::Bucket is"
    if each.terraform and not _TERRAFORM.fullmatch(each.terraform):
        yield f"{name}: no type of Terraform is spelt so, only as aws_s3_bucket is"
    if each.arn and not _is_arn_of_its_service(each.arn):
        yield f"{name}: its service has no ARN such as {each.arn}"
    given = {**each.attributes, **{f"{key} (Terraform)": v for key, v in _terraform(each)}}
    templates = {"arn": each.arn, "ref": each.ref, **given}
    for place, template in templates.items():
        if template in _WORDS:
            continue
        for slot in _SLOT.findall(template):
            field = re.split("[=~]", slot[1:-1])[0]
            known = _FILLED | each.fields.keys()
            # A name that is nothing like a field, or more than one, is a part that nobody knows.
            if field.split()[0] not in known and (hint := did_you_mean_field(field, known)):
                yield f"{name}: {place} names {slot}, which is no field{hint}"


def _terraform(each: ResourceType) -> Iterable[tuple[str, str]]:
    return each.terraform_attributes.items()


def _is_arn_of_its_service(template: str) -> bool:
    parts = template.split(":", 3)
    found = service(parts[2]) if len(parts) > 3 and parts[0] == "arn" else None
    if found is None:
        return True
    return any(_meet(form.arn, _SLOT.sub("*", template)) for form in found.resource_types)


def _meet(form: str, pattern: str) -> bool:
    """Whether some ARN is of both forms; only in its last part may there be more colons."""
    forms, patterns = (_REFERENCE_SLOT.sub("*", form).split(":", 5), pattern.split(":", 5))
    return len(patterns) < len(forms) or all(
        witness(a, b) is not None for a, b in zip(forms, patterns, strict=True)
    )
