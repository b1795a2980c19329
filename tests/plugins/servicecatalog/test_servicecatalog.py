from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[Any]]


def test_the_managed_policy_that_the_aws_cdk_attaches_covers_every_need(ask: Ask) -> None:
    managed = {"ProductId": "prod-1"}
    asked = ask(
        "Deploy/AWS/ServiceCatalog",
        managed,
        [
            {"Effect": "Allow", "Action": "servicecatalog:*", "Resource": "*"},
            {"Effect": "Allow", "Action": "cloudformation:ValidateTemplate", "Resource": "*"},
        ],
    )
    assert {each.verdict for each in asked} == {"allowed"}
    assert {e.resource for e in asked if e.iam_action.startswith("servicecatalog:")} == {
        "arn:aws:catalog:${region}:${account}:product/prod-1"
    }
