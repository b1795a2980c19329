import pytest

from passrole import Actor
from passrole_aws.partners.providers import PROVIDERS


@pytest.mark.parametrize("provider", PROVIDERS, ids=str)
def test_a_partner_needs_nothing_but_its_artifacts(provider: object) -> None:
    assert getattr(provider, "needs") == ()  # noqa: B009 - any object will do
    assert getattr(provider, "artifacts") is Actor.ACTION  # noqa: B009


def test_one_provider_has_one_name() -> None:
    assert len({provider.key for provider in PROVIDERS}) == len(PROVIDERS)
