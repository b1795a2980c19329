"""Which actions make the artifacts that an action works on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from passrole.model.pipelines import Action, Pipeline
from passrole.values import Absent, Text, Unknown, Value

MAKERS = 32
"""So many makers of one artifact are told. CodePipeline allows one; more are alternatives, of which
each is there in other deployments (user guide, *Input and output artifacts*)."""


class Sources:
    """The actions of one pipeline by the artifacts that they make."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._actions = pipeline.actions
        self._makers: dict[Value, list[int]] = defaultdict(list)
        for place, action in enumerate(pipeline.actions):
            for output in _names(action.outputs):
                makers = self._makers[output]
                if len(makers) < MAKERS:
                    makers.append(place)

    def of(self, action: Action) -> list[Action]:
        """The actions whose output artifacts are inputs of ``action``, in their order."""
        places = {place for each in _names(action.inputs) for place in self._makers.get(each, ())}
        return [self._actions[place] for place in sorted(places)]


def _names(artifacts: Iterable[Value]) -> Iterator[Value]:
    """Those that may be names; a record or a list is none."""
    return (each for each in artifacts if isinstance(each, (Text, Unknown, Absent)))
