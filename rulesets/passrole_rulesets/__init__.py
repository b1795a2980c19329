"""The rulesets that come with passrole: `default`, `strict`, and one for each purpose."""

from collections.abc import Mapping
from pathlib import Path

from passrole import hookimpl

NAMES = ("default", "least-privilege", "policy", "security", "strict")


@hookimpl
def passrole_rulesets() -> Mapping[str, Path]:
    here = Path(__file__).parent
    return {name: here / f"{name}.yaml" for name in NAMES}
