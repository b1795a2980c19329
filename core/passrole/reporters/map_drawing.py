"""The map as a drawing: what is inside what, which role each action needs, and how that stands."""

from __future__ import annotations

from collections.abc import Iterable

from passrole.documents.locations import Location
from passrole.records import NamedTuple
from passrole.reporters.escaping import xml_text
from passrole.reporters.map_data import MappedAction, MappedNeed, MappedPipeline

SIGNS = {"missing": "✗", "denied": "⊘", "unknown": "?", "disputed": "~", "allowed": "✓"}
"""How a need can stand, the worst first, and its sign: colour alone tells not everybody."""
LONGEST_LABEL = 200
_NAMED = 4


class Principal(NamedTuple):
    """A role, or a service by its name, and where it is defined if it is in the scanned tree."""

    name: str
    place: Location | None


class Line(NamedTuple):
    """The needs of one action, or of a pipeline as a whole, of one principal that stand alike."""

    source: str
    target: str
    standing: str
    needs: tuple[MappedNeed, ...]

    @property
    def words(self) -> str:
        """The standing in words; what is allowed is counted, all else is named."""
        sign = SIGNS[self.standing]
        if self.standing == "allowed":
            return f"{sign} {len(self.needs)} allowed"
        actions = list(dict.fromkeys(need.iam_action for need in self.needs))
        more = len(actions) - _NAMED
        named = ", ".join(actions[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        return f"{sign} {self.standing}: {named}"


class DrawnStage(NamedTuple):
    """A stage and its actions, each with the name of its node."""

    node: str
    name: str
    actions: tuple[tuple[str, MappedAction], ...]


class DrawnPipeline(NamedTuple):
    """A pipeline and its stages, with the names of their nodes."""

    node: str
    mapped: MappedPipeline
    stages: tuple[DrawnStage, ...]


class Drawing(NamedTuple):
    """Pipelines, the principals they need, each with the name of its node, and the lines."""

    pipelines: tuple[DrawnPipeline, ...]
    principals: dict[Principal, str]
    lines: tuple[Line, ...]


def drawing_of(pipelines: Iterable[MappedPipeline]) -> Drawing:
    """The drawing of a map; nodes are named by their position (``p1s2a1``)."""
    drawn = []
    principals: dict[Principal, str] = {}
    lines: list[Line] = []
    for number, pipeline in enumerate(pipelines, 1):
        node = f"p{number}"
        stages = []
        lines += _lines(node, pipeline.needs, principals)
        for place, stage in enumerate(pipeline.stages, 1):
            inside = f"{node}s{place}"
            actions = tuple((f"{inside}a{n}", each) for n, each in enumerate(stage.actions, 1))
            stages.append(DrawnStage(inside, stage.name, actions))
            for name, action in actions:
                lines += _lines(name, action.needs, principals)
        drawn.append(DrawnPipeline(node, pipeline, tuple(stages)))
    return Drawing(tuple(drawn), principals, tuple(lines))


def standing(need: MappedNeed) -> str:
    """How a need stands: its verdict, or ``disputed`` where it is not met, but maybe not needed."""
    doubtful = need.certainty == "low" or need.documented_block
    return "disputed" if doubtful and need.verdict in ("missing", "denied") else need.verdict


def principal_of(need: MappedNeed) -> Principal:
    """Whose permission a need is."""
    return Principal(need.principal, need.role)


def label(text: str) -> str:
    """``text`` as one line that is no longer than a label may be and holds nothing invisible."""
    shown = xml_text(text)
    return shown if len(shown) <= LONGEST_LABEL else f"{shown[:LONGEST_LABEL]}…"


def place_words(place: Location | None) -> str:
    """``file:line``, empty for what is not in the scanned tree."""
    return f"{place.path}:{place.line}" if place else ""


def _lines(
    source: str, needs: Iterable[MappedNeed], principals: dict[Principal, str]
) -> Iterable[Line]:
    groups: dict[tuple[str, str], list[MappedNeed]] = {}
    for need in needs:
        target = principals.setdefault(principal_of(need), f"r{len(principals) + 1}")
        groups.setdefault((target, standing(need)), []).append(need)
    worst = list(SIGNS)
    ordered = sorted(groups.items(), key=lambda group: (group[0][0], worst.index(group[0][1])))
    return (Line(source, target, each, tuple(group)) for (target, each), group in ordered)
