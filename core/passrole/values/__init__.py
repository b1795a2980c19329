"""What is known of a value before deployment: text with holes, choices under guards, unknowns."""

from passrole.values.guards import (
    EVERYWHERE,
    AllOf,
    AnyOf,
    Fact,
    Guard,
    Not,
    World,
    cover_everything,
    opposite,
    settled,
    simplest,
    split,
    worlds,
)
from passrole.values.secrets import MASK, names_secret
from passrole.values.structures import (
    ABSENT,
    Absent,
    Choice,
    Listing,
    Record,
    Unknown,
    Value,
    cases,
    choose,
    defaults_in,
    elements,
    facts_in,
    get,
    key_of,
    known,
    meant,
    over_facts,
    with_defaults,
    within,
    without_choices,
)
from passrole.values.texts import (
    ACCOUNT,
    ANYTHING,
    GENERATED,
    LITERAL,
    NAME,
    PARTITION,
    PATH,
    REGION,
    Alphabet,
    Hole,
    Origin,
    Part,
    Text,
    Veiled,
    hide,
    join,
    literal,
)
from passrole.values.truth import Truth, every, some
from passrole.values.veils import veiled, veiled_with
from passrole.values.walking import leaves, over_leaves, texts_in

__all__ = [
    "ABSENT", "ACCOUNT", "ANYTHING", "EVERYWHERE", "GENERATED", "LITERAL", "MASK", "NAME",
    "PARTITION", "PATH", "REGION", "Absent", "AllOf", "Alphabet", "AnyOf", "Choice", "Fact",
    "Guard", "Hole", "Listing", "Not", "Origin", "Part", "Record", "Text", "Truth", "Unknown",
    "Value", "Veiled", "World", "cases", "choose", "cover_everything", "defaults_in", "elements",
    "every", "facts_in", "get", "hide", "join", "key_of", "known", "leaves", "literal", "meant",
    "names_secret", "opposite", "over_facts", "over_leaves", "settled", "simplest", "some",
    "split", "texts_in", "veiled", "veiled_with", "with_defaults", "within", "without_choices",
    "worlds",
]  # fmt: skip
