"""What users see when a permission is missing: the words of error texts, as data beside the rules.

AWS often names another thing than the one that is wrong, so a symptom says which words lead to a
rule and why they do. Words are compared, not punctuation, but for ``*``: ``s3:GetObject`` is
``s3 getobject``.
"""

from __future__ import annotations

import re

from passrole.records import NamedTuple

_BETWEEN_WORDS = re.compile(r"[^a-z0-9*]+")


class Symptom(NamedTuple):
    """An error text that a rule explains: it has every one of ``phrases``, in any order.

    ``because`` says how the text and the cause belong together; empty where the rule's page says
    it. ``add`` is the statement that mends it, as JSON, and ``where`` the policy it goes to, where
    they are others than those of the rule's needs.
    """

    phrases: tuple[str, ...]
    because: str = ""
    add: str = ""
    where: str = ""

    def likeness(self, words: str) -> int:
        """How much of a text it explains, 0 where a phrase is not there. ``words`` as folded."""
        phrases = [folded(phrase) for phrase in self.phrases]
        if not phrases or not all(phrase in words for phrase in phrases):
            return 0
        return sum(len(phrase) for phrase in phrases)


def folded(text: str) -> str:
    """The words of a text in lower case, one blank between and around them."""
    return _BETWEEN_WORDS.sub(" ", f" {text.lower()} ")
