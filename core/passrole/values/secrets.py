"""Which names promise a secret, so that what stands behind them is not printed."""

from __future__ import annotations

import re

MASK = "****"
_SECRET = re.compile(
    r"token|oauth|passw(or)?d|passphrase|secret|api_?key|credential", re.IGNORECASE
)
_ABOUT = re.compile(
    r"(name|arn|id|path|ref|uri|url|region|version|days|type|parameter)$", re.IGNORECASE
)
"""What ends the name of something about a secret, such as where it is kept."""


def names_secret(name: str) -> bool:
    """Whether a parameter of this name holds a secret, to judge by the name alone."""
    return bool(_SECRET.search(name)) and not _ABOUT.search(name)
