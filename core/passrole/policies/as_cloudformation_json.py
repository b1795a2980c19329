"""Policies as resources of CloudFormation in JSON: what is a comment in YAML is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable

from passrole.policies.as_cloudformation import fragments, without_comments
from passrole.policies.least import RolePolicy
from passrole.policies.surroundings import Surroundings


def render_cloudformation_json(policies: Iterable[RolePolicy], around: Surroundings) -> str:
    """The fragment in JSON; by the paths of the templates where there are several."""
    found = {
        path: without_comments(fragment) for path, fragment in fragments(policies, around).items()
    }
    only = next(iter(found.values())) if len(found) == 1 else found
    return json.dumps(only, indent=2, ensure_ascii=False) + "\n"
