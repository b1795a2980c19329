"""What the text of an option may be; each check gives the value or says what is expected."""

from __future__ import annotations

import argparse
import re


def positive(text: str) -> int:
    """A whole number from 1 on."""
    if not (text.isascii() and text.isdigit()) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def account(text: str) -> str:
    """An account id."""
    if len(text) != 12 or not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no account id, which has 12 digits")
    return text


def region(text: str) -> str:
    """A Region by its code."""
    if not re.fullmatch(r"[a-z]{2,5}(-[a-z]+)+-[0-9]{1,2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no Region, such as eu-central-1")
    return text


def partition(text: str) -> str:
    """A partition of AWS."""
    if not re.fullmatch(r"aws(-[a-z]+)*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no partition, such as aws or aws-cn")
    return text
