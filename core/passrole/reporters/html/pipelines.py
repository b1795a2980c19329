"""The pipelines from left to right: stages, actions, the role each runs as, how its needs stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from passrole.reporters.html.anchors import Anchors
from passrole.reporters.html.frames import place_of
from passrole.reporters.html.markup import Markup, element, joined, link
from passrole.reporters.map_data import MappedAction, MappedNeed, MappedPipeline, MappedStage
from passrole.reporters.map_drawing import SIGNS, Principal, principal_of, standing

_OF_NOTE = frozenset(("missing", "denied"))


def pipelines(mapped: tuple[MappedPipeline, ...], anchors: Anchors) -> Markup:
    """The section with the map."""
    parts = [_Drawn(anchors, number, each).section() for number, each in enumerate(mapped)]
    return element(
        "section",
        element("h2", "Map"),
        legend(),
        *(parts or [element("p", "No pipelines found.")]),
        id="map",
        aria_label="Map",
    )


def legend() -> Markup:
    """The signs and what each says."""
    words = {
        "missing": "no statement allows it",
        "denied": "a statement or a boundary forbids it",
        "unknown": "a value that is not known decides",
        "disputed": "not allowed, but it may not be needed: sources disagree, or AWS documents a "
        "whole block of permissions",
        "allowed": "a statement allows it",
    }
    rows = [joined((tag(each), element("span", f" {words[each]}"))) for each in SIGNS]
    listed = element("ul", *(element("li", row) for row in rows), class_="legend")
    return element("details", element("summary", "What the signs say"), listed)


def tag(how: str, count: int = 0) -> Markup:
    """The sign and the word of a standing, with a number where there is one."""
    sign = element("span", SIGNS[how], class_="sign", aria_hidden="true")
    words = f" {count} {how}" if count else f" {how}"
    return element("span", sign, words, class_=f"tag {how}")


def counts(needs: Iterable[MappedNeed]) -> Markup:
    """How many needs stand how, the worst first."""
    found = Counter(map(standing, needs))
    tags = joined((tag(each, found[each]) for each in SIGNS if found[each]), " ")
    return element("span", tags, class_="counts")


class _Drawn:
    """One pipeline."""

    def __init__(self, anchors: Anchors, number: int, pipeline: MappedPipeline) -> None:
        self._anchors = anchors
        self._number = number
        self._pipeline = pipeline

    def section(self) -> Markup:
        pipeline = self._pipeline
        name = self._anchors.pipelines[self._number]
        every = [*_once(pipeline.needs)]
        for stage in pipeline.stages:
            every += [need for action in stage.actions for need in _once(action.needs)]
        sets = f" with {', '.join(pipeline.sets)}" if pipeline.sets else ""
        stages = [self._stage(index, stage) for index, stage in enumerate(pipeline.stages)]
        if pipeline.needs:
            stages.insert(0, self._whole())
        return element(
            "section",
            element("h3", element("span", pipeline.name, class_="name")),
            element(
                "p", place_of(pipeline.location), sets, " ", counts(every),
                class_="about",
            ),
            *(element("p", tag("unknown"), f" {each}") for each in pipeline.unresolved),
            element(
                "div", element("ol", *stages, class_="stages"),
                class_="flow", role="region", tabindex="0",
                aria_label=f"Stages of {pipeline.name}",
            ),
            class_="pipeline", id=name, aria_label=f"Pipeline {pipeline.name}",
        )  # fmt: skip

    def _whole(self) -> Markup:
        """What the pipeline needs that is no single action's."""
        name = self._anchors.pipelines[self._number]
        card = element("div", *self._groups(self._pipeline.needs), class_="card", data_user=name)
        return element("li", element("h4", "The pipeline as a whole"), card, class_="stage whole")

    def _stage(self, index: int, stage: MappedStage) -> Markup:
        cards = [
            self._card(self._anchors.action(self._number, index, position), action)
            for position, action in enumerate(stage.actions)
        ]
        heading = element("h4", element("span", stage.name, class_="name"))
        return element("li", heading, *cards, class_="stage")

    def _card(self, name: str, action: MappedAction) -> Markup:
        found = self._anchors.findings.get(name, ())
        words = f"{len(found)} finding{'s' if len(found) > 1 else ''}"
        about = [
            element("p", element("span", action.provider, class_="name"), class_="provider"),
            element("p", place_of(action.location)),
        ]
        if action.world:
            about.append(element("p", f"when {action.world}", class_="when"))
        if found:
            about.append(element("p", link(found[0][0], words, class_="to-findings")))
        if not action.known:
            about.append(element("p", tag("unknown"), " no plugin knows this action provider"))
        return element(
            "article",
            element("h5", link(name, element("span", action.name, class_="name"))),
            *about, *self._groups(action.needs),
            class_="card", id=name, data_user=name,
        )  # fmt: skip

    def _groups(self, needs: tuple[MappedNeed, ...]) -> Iterator[Markup]:
        """The needs under the principal whose permission each is."""
        groups: dict[tuple[Principal, str], list[MappedNeed]] = {}
        for need in _once(needs):
            groups.setdefault((principal_of(need), need.why), []).append(need)
        worst = list(SIGNS)
        for (principal, why), group in groups.items():
            group.sort(key=lambda need: worst.index(standing(need)))
            yield element(
                "details",
                element(
                    "summary",
                    element("span", principal.name, class_="role name"), " ",
                    element("span", why, class_="why"), " ", counts(group),
                ),
                element("ul", *map(self._need, group), class_="needs"),
                class_="group",
                data_principal=self._anchors.principals[principal],
                open=not _OF_NOTE.isdisjoint(map(standing, group)),
            )  # fmt: skip

    def _need(self, need: MappedNeed) -> Markup:
        how = standing(need)
        actions = " or ".join((need.iam_action, *need.alternatives))
        return element(
            "li",
            link(
                self._anchors.needs[need],
                tag(how), " ", element("span", actions, class_="name iam"), " ",
                element("span", need.resource, class_="name resource"),
                class_="need",
            ),
            class_=how, data_standing=how,
        )  # fmt: skip


def _once(needs: Iterable[MappedNeed]) -> Iterable[MappedNeed]:
    """Needs without those that a reader cannot tell from one before them."""
    return dict.fromkeys(needs)
