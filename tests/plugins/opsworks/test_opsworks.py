from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[Any]]


def test_every_operation_is_on_the_stack(ask: Ask) -> None:
    asked = ask("Deploy/AWS/OpsWorks", {"Stack": "0123", "App": "4567"})

    assert {each.resource for each in asked} == {
        "arn:aws:opsworks:${region}:${account}:stack/0123/*"
    }
    assert len(asked) == 8
