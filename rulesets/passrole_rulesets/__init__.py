"""The rulesets that come with passrole: `default` and `strict`."""

from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from passrole import hookimpl

NAMES = ("default", "strict")


@hookimpl
def passrole_rulesets() -> Mapping[str, Traversable]:
    here = files(__name__)
    return {name: here / f"{name}.yaml" for name in NAMES}
