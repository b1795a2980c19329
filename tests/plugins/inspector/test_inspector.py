from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., list[Any]]


@pytest.mark.parametrize(
    ("configuration", "services"),
    [
        ({"InspectorRunMode": "SourceCodeScan"}, {"inspector-scan", "logs"}),
        (
            {"InspectorRunMode": "ECRImageScan", "ECRRepositoryName": "shop"},
            {"inspector-scan", "logs", "ecr"},
        ),
    ],
)
def test_a_scan_of_an_image_fetches_it(
    ask: Ask, configuration: dict[str, str], services: set[str]
) -> None:
    asked = ask("Invoke/AWS/InspectorScan", configuration)

    assert {each.iam_action.partition(":")[0] for each in asked} == services
    fetched = [each.resource for each in asked if each.iam_action == "ecr:BatchGetImage"]
    assert fetched == ["arn:aws:ecr:${region}:${account}:repository/shop"] * len(fetched)
