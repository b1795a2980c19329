"""The rulesets that come with passrole: `default` and `strict`."""

from collections.abc import Mapping
from pathlib import Path

from passrole import hookimpl

NAMES = ("default", "strict")


@hookimpl
def passrole_rulesets() -> Mapping[str, Path]:
    here = Path(__file__).parent
    return {name: here / f"{name}.yaml" for name in NAMES}
