"""What the value of a setting may be, on the command line and in a file alike.

Each check takes a text and gives the value; it raises ValueError that says what is wrong.
"""

from __future__ import annotations

import re

from passrole.documents.ignoring import is_tame, matcher
from passrole.errors import did_you_mean
from passrole.findings import Severity

SEVERITIES = tuple(each.value for each in Severity)
FAIL_ON = (*SEVERITIES, "unknown", "never")

REGION = r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}"
PARTITION = r"aws(-[a-z]+)*"


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or not int(text):
        raise ValueError(f"{text!r} is no whole number from 1 on")
    return int(text)


def account(text: str) -> str:
    """An account id."""
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"{text!r} is no account id, which has 12 digits")
    return text


def region(text: str) -> str:
    """A Region by its code."""
    if not re.fullmatch(REGION, text):
        raise ValueError(f"{text!r} is no Region, such as eu-central-1")
    return text


def partition(text: str) -> str:
    """A partition of AWS."""
    if not re.fullmatch(PARTITION, text):
        raise ValueError(f"{text!r} is no partition, such as aws or aws-cn")
    return text


def fail_on(text: str) -> str:
    """A severity, or one of two words."""
    if text not in FAIL_ON:
        hint = did_you_mean(text, FAIL_ON)
        raise ValueError(f"{text!r} is none of {', '.join(FAIL_ON)}{hint}")
    return text


def pattern(text: str) -> str:
    """A pattern as in a ``.gitignore``, not dear to match."""
    if not is_tame(text):
        raise ValueError(f"the pattern {text[:80]!r} has too many wildcards, or an empty part")
    try:
        matcher([text])
    except ValueError as error:
        raise ValueError(f"{text!r} is no pattern as in a .gitignore") from error
    return text
