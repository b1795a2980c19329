"""Words are compared, not how a text is written down."""

import pytest

from passrole import Symptom
from passrole.symptoms import folded

SYMPTOM = Symptom(("Unable to use Connection", "s3:GetObject"))


@pytest.mark.parametrize(
    "text",
    [
        "Unable to use Connection; s3:GetObject",
        "“UNABLE to use\n\tconnection” … [s3:GetObject]",
        "s3.getObject failed: unable to use connection: arn",
    ],
)
def test_case_order_and_punctuation_do_not_count(text: str) -> None:
    assert SYMPTOM.likeness(folded(text)) > 0


@pytest.mark.parametrize(
    "text",
    ["", "Unable to use Connection", "Unable to use Connections s3:GetObject", "s3:GetObjectAcl"],
)
def test_every_phrase_has_to_be_there_in_whole_words(text: str) -> None:
    assert SYMPTOM.likeness(folded(text)) == 0


def test_what_says_more_is_more_alike() -> None:
    words = folded("Unable to use Connection s3:GetObject")
    assert SYMPTOM.likeness(words) > Symptom(("Unable to use Connection",)).likeness(words)
    assert Symptom(()).likeness(words) == 0


def test_a_star_is_a_word() -> None:
    assert Symptom(("iam:PassRole on *",)).likeness(folded("`iam:PassRole` on `*`"))
    assert not Symptom(("ec2:*",)).likeness(folded("ec2:RunInstances"))
