"""How CodeBuild reads sources that a pipeline does not hand over."""

from dataclasses import dataclass

from passrole import ABSENT, Entity, Value


@dataclass(frozen=True, slots=True, eq=False)
class SourceCredential(Entity):
    """How every project of the account reads sources of one ``server`` (``GITHUB``).

    ``kind`` says what ``token`` is: of kind ``CODECONNECTIONS`` it is the ARN of a connection.
    """

    server: Value = ABSENT
    kind: Value = ABSENT
    token: Value = ABSENT
