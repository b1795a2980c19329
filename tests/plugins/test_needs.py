"""What every need of every service has to say."""

from passrole import Certainty
from passrole.contributions import Contributions


def test_every_need_has_a_source_and_every_doubt_a_reason(contributions: Contributions) -> None:
    needs = [(provider, need) for provider in contributions.providers for need in provider.needs]
    assert needs

    unsourced = [(str(p), n.iam_action) for p, n in needs if not n.source.startswith("https://")]
    assert unsourced == []
    unexplained = [
        (str(p), n.iam_action) for p, n in needs if n.certainty is Certainty.LOW and not n.note
    ]
    assert unexplained == []


def test_every_need_that_can_be_missing_says_what_the_user_sees(
    contributions: Contributions,
) -> None:
    silent = [
        (str(provider), need.iam_action)
        for provider in contributions.providers
        for need in provider.needs
        if not need.documented_block and not need.symptom
    ]
    assert silent == []


def test_every_need_is_reported_by_a_rule_that_exists(contributions: Contributions) -> None:
    known = {rule.id for rule in contributions.rules}
    named = {need.rule for provider in contributions.providers for need in provider.needs}

    assert named - known == set()


def test_every_provider_and_type_has_a_source(contributions: Contributions) -> None:
    assert not [str(p) for p in contributions.providers if not p.source.startswith("https://")]
    assert not [
        type_.cloudformation or type_.terraform
        for type_ in contributions.resource_types
        if not type_.source.startswith("https://")
    ]
