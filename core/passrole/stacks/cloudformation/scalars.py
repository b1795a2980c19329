"""What CloudFormation makes of a scalar without quotes: it reads YAML 1.1, where some are no text.

Sources:
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html (YAML 1.1);
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/745 (octal numbers);
https://yaml.org/type/bool.html (of which ``y`` and ``n`` stay text).
"""

from __future__ import annotations

import re

from passrole.documents.nodes import Scalar

SPOILT = "spoilt-account-id"
"""The kind of the problem that an account id has become another number."""

_BOOLEANS = {
    spelt: meant
    for words, meant in ((("true", "yes", "on"), "true"), (("false", "no", "off"), "false"))
    for word in words
    for spelt in (word, word.capitalize(), word.upper())
}
_OCTAL = re.compile("0[0-7_]+")
_ZERO_FIRST = re.compile("0[0-9]+")
_LONGEST = 32


def text_of(node: Scalar) -> str | None:
    """The text that CloudFormation goes on with, None where nobody can say which.

    Words for true and false become ``true`` and ``false``. Digits after a zero are an octal number
    and become a decimal one; with an 8 or a 9 among them they become a number in a notation that
    is not documented.
    """
    text = node.text
    if not node.plain:
        return text
    if text[:1] != "0":
        return _BOOLEANS.get(text, text)
    if len(text) > _LONGEST:
        return text
    if _OCTAL.fullmatch(text):
        return str(int(text.replace("_", ""), 8))
    return None if _ZERO_FIRST.fullmatch(text) else text


def spoilt_account(node: Scalar) -> str | None:
    """What to say of an account id that is no longer one once CloudFormation has read it."""
    if not node.plain or len(node.text) != 12 or not _ZERO_FIRST.fullmatch(node.text):
        return None
    number = text_of(node)
    read = f"the octal number {number}" if number is not None else "a number"
    return f"CloudFormation reads {node.text} without quotes as {read}; write '{node.text}'"
