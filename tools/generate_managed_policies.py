"""Build ``core/passrole/iam/managed_policies/policies.dat``.

    python tools/generate_managed_policies.py [OUTPUT]

Needs passrole itself and the package ``moto`` (Apache-2.0), which ships the documents of all AWS
managed policies as the IAM API gives them. Update it first: the output is as old as it is. The same
package gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data

from passrole.iam.segment_file import packed

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "core" / "passrole" / "iam" / "managed_policies" / "policies.dat"
SEGMENT_SIZE = 16 * 1024
"""Characters of policies compressed together: more is smaller on disk, less is faster to read."""


def main(arguments: list[str]) -> int:
    """Write the file and say how large it is."""
    output = Path(arguments[0]) if arguments else OUTPUT
    policies: dict[str, dict[str, Any]] = json.loads(aws_managed_policies_data)
    segments = _segments({name: _row(policies[name]) for name in sorted(policies)})
    header = {
        "source": f"moto {metadata.version('moto')}, Apache-2.0 licence",
        "date": max(_updated(policy) for policy in policies.values()),
        "names": {first: list(segment)[1:] for first, segment in segments.items()},
    }
    output.write_bytes(packed(header, segments))
    sys.stdout.write(f"{output.name}: {len(policies)} policies, {output.stat().st_size} bytes\n")
    return 0


def _row(policy: dict[str, Any]) -> list[Any]:
    return [policy["Path"], policy["DefaultVersionId"], _updated(policy), policy["Document"]]


def _updated(policy: dict[str, Any]) -> str:
    return str(policy.get("UpdateDate", policy["CreateDate"]))[:10]


def _segments(rows: dict[str, list[Any]]) -> dict[str, dict[str, list[Any]]]:
    """Policies in groups of about SEGMENT_SIZE, each group under the name of its first policy."""
    groups: dict[str, dict[str, list[Any]]] = {}
    group: dict[str, list[Any]] = {}
    size = 0
    for name, row in rows.items():
        if not group or size > SEGMENT_SIZE:
            group, size = {}, 0
            groups[name] = group
        group[name] = row
        size += len(json.dumps(row, separators=(",", ":")))
    return groups


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
