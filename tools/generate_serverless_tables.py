"""Build the tables of ``core/passrole/stacks/cloudformation/transforms/sam``.

    python tools/generate_serverless_tables.py

Needs the package ``aws-sam-translator`` (Apache-2.0), which holds the policy templates and the
profiles of connectors as data. The same package gives the same bytes.
"""

from __future__ import annotations

import json
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import samtranslator

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "core" / "passrole" / "stacks" / "cloudformation" / "transforms" / "sam"
SOURCE = Path(samtranslator.__file__).parent


def main() -> int:
    """Write both tables and say how large they are."""
    origin = f"aws-sam-translator {metadata.version('aws-sam-translator')}, Apache-2.0 licence"
    templates = _read("policy_templates_data/policy_templates.json")["Templates"]
    policies = {
        name: {
            "parameters": sorted(each["Parameters"]),
            "statement": each["Definition"]["Statement"],
        }
        for name, each in sorted(templates.items())
    }
    profiles = _read("model/connector_profiles/profiles.json")
    connectors = {
        "properties": profiles["CfnResourceProperties"],
        "permissions": profiles["Permissions"],
    }
    _write("policy_templates.json", {"source": origin, "templates": policies})
    _write("connectors.json", {"source": origin, **connectors})
    return 0


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SOURCE / name).read_text("utf-8"))
    return found


def _write(name: str, data: dict[str, Any]) -> None:
    text = json.dumps(data, separators=(",", ":"), sort_keys=True) + "\n"
    (OUTPUT / name).write_text(text, "utf-8")
    sys.stdout.write(f"{name}: {len(text)} bytes\n")


if __name__ == "__main__":
    sys.exit(main())
