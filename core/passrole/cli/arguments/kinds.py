"""What the text of an option may be: the checks of the settings, as argparse wants them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TypeVar

from passrole.configuration import checks

T = TypeVar("T")


def _option(check: Callable[[str], T]) -> Callable[[str], T]:
    def checked(text: str) -> T:
        try:
            return check(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return checked


positive = _option(checks.positive)
account = _option(checks.account)
region = _option(checks.region)
partition = _option(checks.partition)
pattern = _option(checks.pattern)
