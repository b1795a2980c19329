from collections.abc import Callable
from typing import Any

Ask = Callable[..., list[Any]]


def test_a_test_runs_in_the_one_region_of_device_farm(ask: Ask) -> None:
    asked = ask("Test/AWS/DeviceFarm", {"ProjectId": "1234"})

    assert {each.iam_action: each.resource for each in asked} == {
        "devicefarm:ListProjects": "*",
        "devicefarm:ListDevicePools": "arn:aws:devicefarm:us-west-2:${account}:project:1234",
        "devicefarm:CreateUpload": "arn:aws:devicefarm:us-west-2:${account}:project:1234",
        "devicefarm:GetRun": "arn:aws:devicefarm:us-west-2:${account}:run:1234/*",
        "devicefarm:GetUpload": "arn:aws:devicefarm:us-west-2:${account}:upload:1234/*",
        "devicefarm:ScheduleRun": "arn:aws:devicefarm:us-west-2:${account}:project:1234",
    }
