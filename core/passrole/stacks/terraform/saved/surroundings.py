"""The account and the region that a plan or a state goes to, where its ARNs leave no doubt.

What Terraform manages through one provider configuration is in one account and, but for what has
no region, in one region. Where all ARNs agree, that is where the configuration goes; where they do
not, nothing is concluded.
"""

from __future__ import annotations

import re

from passrole.documents.nodes import Document
from passrole.records import NamedTuple
from passrole.stacks.resources import ResourceType, ResourceTypes
from passrole.stacks.terraform.blocks import Argument, Block
from passrole.stacks.terraform.configuration import Configuration
from passrole.stacks.terraform.expressions import Constant, ListOf, Placed
from passrole.stacks.terraform.providers import OTHER_ACCOUNT, constant_text
from passrole.stacks.terraform.saved.entries import Saved, text
from passrole.stacks.terraform.saved.library import Library
from passrole.values import Origin

_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):([0-9]{12}):")


class _Seen(NamedTuple):
    accounts: set[str]
    regions: set[str]


def with_surroundings(
    configuration: Configuration, library: Library, document: Document, types: ResourceTypes
) -> Configuration:
    """The configuration with what the ARNs say, where its providers do not say it themselves."""
    seen: dict[str, _Seen] = {}
    for saved in library.every():
        alias = saved.alias
        if alias is not None and saved.type_name.startswith("aws_"):
            _see(seen.setdefault(alias, _Seen(set(), set())), saved, types)
    blocks = list(configuration.blocks.get("provider", ()))
    named = {
        constant_text(each.arguments.get("alias")): each
        for each in blocks
        if each.labels == ("aws",)
    }
    place = Origin(document, document.root) if document.root is not None else None
    for alias, found in sorted(seen.items()):
        block = named.get(alias)
        if place is None or (block is None and alias and not _is_state(library)):
            continue
        # A plan does not say through which provider a resource goes: there may be several.
        certain = _is_state(library) or len(named) <= 1
        arguments = dict(block.arguments) if block is not None else {}
        if alias:
            arguments.setdefault("alias", Argument(place, Constant(alias)))
        if len(found.accounts) == 1 and not arguments.keys() & (
            OTHER_ACCOUNT - {"access_key", "profile"} | {"allowed_account_ids"}
        ):
            accounts = ListOf((Constant(next(iter(found.accounts))),))
            arguments["allowed_account_ids"] = Argument(place, Placed(accounts, place))
        if len(found.regions) == 1 and certain and "region" not in arguments:
            region = Constant(next(iter(found.regions)))
            arguments["region"] = Argument(place, Placed(region, place))
        made = Block("provider", ("aws",), place, place, arguments)
        if block is not None:
            blocks[blocks.index(block)] = block.having(arguments)
        else:
            blocks.append(made)
    return configuration._replace(blocks={**configuration.blocks, "provider": blocks})


def _is_state(library: Library) -> bool:
    return not library.is_configured


def takes_arn(type_: ResourceType) -> bool:
    """Whether the argument ``arn`` of a type is the ARN of something else."""
    return any(type_.path(name, "terraform")[:1] == ("arn",) for name in type_.fields)


def _see(seen: _Seen, saved: Saved, types: ResourceTypes) -> None:
    if saved.kind == "data":
        account = text(saved.values, "account_id")
        if saved.type_name == "aws_caller_identity" and re.fullmatch("[0-9]{12}", account):
            seen.accounts.add(account)
        return
    type_ = types.terraform.get(saved.type_name)
    if type_ is None or not type_.arn or takes_arn(type_):
        return
    found = _ARN.match(text(saved.values, "arn"))
    if found is not None:
        seen.accounts.add(found[2])
        if found[1]:
            seen.regions.add(found[1])
