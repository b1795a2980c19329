"""Where keys of a template are written is told when somebody asks, in work that does not pile up."""

from collections.abc import Iterator

import pytest

from passrole.documents.nodes import Document, Making, Mapping, Node, Scalar
from passrole.stacks.cloudformation.generated import MadeScalar
from passrole.stacks.cloudformation.written_keys import WrittenKeys

NAMES = [f"k{number}" for number in range(50)]


class Pairs(tuple[tuple[Scalar, Node], ...]):  # noqa: SLOT001 - it counts
    """Pairs that count how often they are gone through."""

    rounds: list[str]

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        self.rounds.append("once")
        return super().__iter__()


def document() -> Document:
    return Document("t.json", "", None, "json")


def test_each_key_has_its_place_and_all_are_looked_through_once() -> None:
    pairs = Pairs(
        (Scalar(name, False, at, at + 1), Scalar("", True, 0, 0)) for at, name in enumerate(NAMES)
    )
    pairs.rounds = []
    keys = WrittenKeys(document(), Mapping(pairs, 0, 100))
    assert [keys[name].node.start for name in NAMES] == list(range(50))
    assert pairs.rounds == ["once"]
    assert list(keys) == NAMES
    assert len(keys) == len(NAMES)
    assert keys.get("other") is None


def test_a_key_that_a_transform_made_is_in_the_document_of_its_origin() -> None:
    own, other = document(), document()
    made = MadeScalar("k", False, 3, 4)
    made.made = Making(other, 1)
    keys = WrittenKeys(own, Mapping(((made, made),), 0, 9))
    assert keys["k"].document is other
    with pytest.raises(KeyError):
        keys["l"]
