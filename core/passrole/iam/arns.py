"""ARNs against patterns of ARNs: segment by segment, as IAM compares them.

Sources: IAM user guide, *IAM JSON policy elements: Resource*, *Amazon Resource Names*, and for
``ArnLike`` *Condition operators*. Where the documentation leaves a case open, so does the answer.
"""

from __future__ import annotations

import re
from functools import lru_cache

from passrole.iam.arn_segments import SEGMENTS
from passrole.iam.patterns import covers, matches
from passrole.iam.quoting import quoted_like
from passrole.records import NamedTuple
from passrole.values import Hole, Text, Truth, every, join, some

FLAT_SERVICES = frozenset(
    ("s3", "sqs", "sns", "codecommit", "codepipeline", "execute-api", "apigateway")
)
"""Services whose ARNs have no resource type before the name (service authorization reference)."""

_SEPARATOR = re.compile("[:/]")


def resource_matches(pattern: Text, subject: Text, *, subject_is_pattern: bool = False) -> Truth:
    """Whether a Resource pattern covers a resource.

    With ``subject_is_pattern`` the subject stands for all that it matches: true then means all of
    them, false none.
    """
    known_pattern = pattern.known()
    if known_pattern == "*":
        return Truth.TRUE
    if not subject_is_pattern:
        subject = quoted_like(pattern, subject)
        known_subject = subject.known()
        if known_pattern is not None and known_subject is not None:
            return known_resource_matches(known_pattern, known_subject)
        if pattern == subject and not _has_wildcard(pattern):
            return Truth.TRUE
    return _held_against(pattern, subject, subject_is_pattern)


def _has_wildcard(pattern: Text) -> bool:
    return any(isinstance(part, str) and ("*" in part or "?" in part) for part in pattern.parts)


@lru_cache(maxsize=2048)
def known_resource_matches(pattern: str, subject: str) -> Truth:
    """The same for a known pattern and a known resource."""
    wanted, given = pattern.split(":", SEGMENTS - 1), subject.split(":")
    if len(given) < SEGMENTS:
        # The resource "*": an action without resource-level permissions.
        return Truth.of(pattern != "" and not pattern.strip("*"))
    if _expands(wanted, given):
        if len(wanted) == SEGMENTS and _wild_type(wanted[2], wanted[5], given[2]):
            return Truth.UNKNOWN
        return Truth.TRUE
    # Whether the case of these segments counts is not documented (INVALID_ARN_PREFIX,
    # INVALID_ARN_SERVICE_CASE); that of the resource does count.
    folded = [part.lower() for part in wanted[:5]] + wanted[5:]
    if _expands(folded, [part.lower() for part in given[:5]] + given[5:]):
        return Truth.UNKNOWN
    return Truth.FALSE


def _expands(wanted: list[str], given: list[str]) -> bool:
    """Segment by segment, where a ``*`` that ends its segment may run on past colons."""
    last = len(wanted) - 1
    if last < SEGMENTS - 1 and not wanted[last].endswith("*"):
        return False
    return _from(wanted, given, 0, 0)


def _from(wanted: list[str], given: list[str], i: int, j: int) -> bool:
    if j >= len(given):
        return False
    if i == SEGMENTS - 1:
        return matches(wanted[i], ":".join(given[j:]))
    if not matches(wanted[i], given[j]):
        return False
    if not wanted[i].endswith("*"):
        return _from(wanted, given, i + 1, j + 1)
    if i == len(wanted) - 1:
        return True
    return any(_from(wanted, given, i + 1, k) for k in range(j + 1, len(given)))


def _wild_type(service: str, resource: str, given_service: str) -> bool:
    """Whether the resource type itself has a wildcard (``proj*/x``), which the ARN page forbids."""
    if given_service in FLAT_SERVICES or service in FLAT_SERVICES:
        return False
    separator = _SEPARATOR.search(resource)
    if separator is None:
        return False
    head = resource[: separator.start()]
    return "*" in head or "?" in head


def _held_against(pattern: Text, subject: Text, subject_is_pattern: bool) -> Truth:
    wanted = pattern.split(":", SEGMENTS - 1)
    given = subject.split(":", SEGMENTS - 1)
    if wanted is None or given is None or len(given) < SEGMENTS:
        return _as_whole(pattern, subject, subject_is_pattern)
    if len(wanted) < SEGMENTS and not _ends_with_star(wanted[-1]):
        # A hole at the end may bring the star, or be empty behind one.
        may_end_so = _may_end_with_star(wanted[-1])
        return _as_whole(pattern, subject, subject_is_pattern) if may_end_so else Truth.FALSE
    if any(map(_ends_with_star, wanted[: SEGMENTS - 1])):
        answer = _running_on(wanted, subject.split(":") or given, subject_is_pattern)
    else:
        answer = _one_by_one(wanted, given, subject_is_pattern)
    if answer is Truth.TRUE and len(wanted) == SEGMENTS and _texts_wild_type(wanted, given):
        return Truth.UNKNOWN
    if answer is Truth.FALSE and _may_run_on(pattern, subject, wanted, given, subject_is_pattern):
        return Truth.UNKNOWN
    return answer


def _one_by_one(wanted: list[Text], given: list[Text], patterns: bool) -> Truth:
    """Six segments against six, each in its place; unknown where only the case tells them apart."""
    *pairs, resource = zip(wanted, given, strict=True)
    heads = [(one, other) for one, other in pairs if one.parts != other.parts]  # as most are not
    same = every(covers(one, other, subject_is_pattern=patterns) for one, other in heads)
    if same is Truth.FALSE:
        folded = (
            covers(one, other, subject_is_pattern=patterns, ignoring_case=True)
            for one, other in heads
        )
        same = min(every(folded), Truth.UNKNOWN)
    if same is Truth.FALSE:
        return same
    return every((same, covers(*resource, subject_is_pattern=patterns)))


def _running_on(wanted: list[Text], given: list[Text], patterns: bool) -> Truth:
    """The same where a star that ends a segment may run on past colons."""
    answer = _Segments(wanted, given, patterns).answer()
    if answer is Truth.FALSE:
        folded = _Segments(wanted, given, patterns, ignoring_case=True).answer()
        return min(folded, Truth.UNKNOWN)
    return answer


class _Segments(NamedTuple):
    """A pattern and a subject, both cut at their colons, the pattern into six at the most."""

    wanted: list[Text]
    given: list[Text]
    patterns: bool
    ignoring_case: bool = False
    """Of all segments but the last."""

    def answer(self, i: int = 0, j: int = 0) -> Truth:
        """Whether the pattern from segment ``i`` on covers the subject from piece ``j`` on."""
        if j >= len(self.given):
            return Truth.FALSE
        wanted = self.wanted[i]
        if i == SEGMENTS - 1:
            return self._resource_part(wanted, j)
        here = covers(
            wanted,
            self.given[j],
            subject_is_pattern=self.patterns,
            ignoring_case=self.ignoring_case,
        )
        if here is Truth.FALSE:
            return here
        if not _ends_with_star(wanted):
            return every((here, self.answer(i + 1, j + 1)))
        if i == len(self.wanted) - 1:
            return here
        onward = some(self.answer(i + 1, k) for k in range(j + 1, len(self.given)))
        return every((here, onward))

    def _resource_part(self, wanted: Text, j: int) -> Truth:
        rest = self.given[j] if j == len(self.given) - 1 else join(self.given[j:], ":")
        if self.patterns and j >= SEGMENTS and _colons(wanted) > _colons(rest):
            # A wildcard in the resource part of a subject stands for names without colons.
            return Truth.FALSE
        return covers(wanted, rest, subject_is_pattern=self.patterns)


def _may_run_on(
    pattern: Text, subject: Text, wanted: list[Text], given: list[Text], patterns: bool
) -> bool:
    """Whether a star at the end of a segment may run on, where it was not seen to do so.

    A hole may bring the star, or a colon for it to run past.
    """
    heads = wanted[: SEGMENTS - 1]
    stars = any(map(_ends_with_star, heads))
    if not any(map(_may_end_with_star, heads)):
        if not stars:
            return False
        # A wildcard in the resource part of a subject stands for names, which have no colons.
        *given_heads, resource = given
        if not (
            _may_hide_colon(resource, patterns=False)
            or any(_may_hide_colon(piece, patterns) for piece in given_heads)
        ):
            return False
    return covers(pattern, subject, subject_is_pattern=patterns) is not Truth.FALSE


def _texts_wild_type(wanted: list[Text], given: list[Text]) -> bool:
    first = wanted[5].parts[0] if wanted[5].parts else ""
    if not isinstance(first, str):
        return False
    return _wild_type(wanted[2].known() or "", first, given[2].known() or "")


def _ends_with_star(segment: Text) -> bool:
    if not segment.parts:
        return False
    last = segment.parts[-1]
    return last.endswith("*") if isinstance(last, str) else False


def _may_end_with_star(segment: Text) -> bool:
    """Whether a hole at the end decides if the segment ends with a star."""
    for part in reversed(segment.parts):
        if isinstance(part, str):
            return part.endswith("*") and part is not segment.parts[-1]
        if part.alphabet.wildcards:
            return True
        if not part.alphabet.admits_text(""):
            return False
    return False


def _colons(text: Text) -> int:
    return sum(part.count(":") for part in text.parts if isinstance(part, str))


def _may_hide_colon(text: Text, patterns: bool) -> bool:
    return any(
        part.alphabet.admits(":")
        if isinstance(part, Hole)
        else patterns and ("*" in part or "?" in part)
        for part in text.parts
    )


def _as_whole(pattern: Text, subject: Text, subject_is_pattern: bool) -> Truth:
    """For texts that cannot be split, as a hole may hold colons.

    Without the segments a star may seem to run further than it does: what does not match so does
    not match at all; what does match is certain only where no colon was run over.
    """
    answer = covers(pattern, subject, subject_is_pattern=subject_is_pattern)
    if answer is not Truth.TRUE:
        if answer is Truth.FALSE and _differs_in_case_only(pattern, subject, subject_is_pattern):
            return Truth.UNKNOWN
        return answer
    return answer if _piecewise(pattern, subject, subject_is_pattern) else Truth.UNKNOWN


def _piecewise(pattern: Text, subject: Text, patterns: bool) -> bool:
    """Whether the texts match between colons, wherever the resource part begins.

    What both begin with, down to a hole that holds an unknown number of colons, is left out.
    """
    same = 0
    for one, other in zip(pattern.parts, subject.parts, strict=False):
        if Text((one,)) != Text((other,)) or (isinstance(one, str) and ("*" in one or "?" in one)):
            break
        same += 1
    wanted = Text(pattern.parts[same:]).split(":")
    given = Text(subject.parts[same:]).split(":")
    if wanted is None or given is None or len(wanted) != len(given):
        return False
    return all(
        covers(one, other, subject_is_pattern=patterns) is Truth.TRUE
        for one, other in zip(wanted, given, strict=True)
    )


def _differs_in_case_only(pattern: Text, subject: Text, subject_is_pattern: bool) -> bool:
    return (
        covers(pattern, subject, subject_is_pattern=subject_is_pattern, ignoring_case=True)
        is not Truth.FALSE
    )


def arn_matches(pattern: Text, subject: Text) -> Truth:
    """``ArnLike``: six parts held against each other, ``*`` never leaving its part but the last.

    A pattern that has too few parts matches nothing. What is no ARN at all, on either side, is not
    documented: unknown.
    """
    known_pattern, known_subject = pattern.known(), subject.known()
    if known_pattern is not None and known_subject is not None:
        return _known_arn_matches(known_pattern, known_subject)
    wanted, given = pattern.split(":", SEGMENTS - 1), subject.split(":", SEGMENTS - 1)
    if wanted is None or given is None:
        if pattern == subject:
            return Truth.TRUE
        return Truth.UNKNOWN
    if len(wanted) < SEGMENTS or len(given) < SEGMENTS:
        return Truth.UNKNOWN
    return every(covers(one, other) for one, other in zip(wanted, given, strict=True))


@lru_cache(maxsize=2048)
def _known_arn_matches(pattern: str, subject: str) -> Truth:
    wanted, given = pattern.split(":", SEGMENTS - 1), subject.split(":", SEGMENTS - 1)
    if len(given) < SEGMENTS:
        return Truth.UNKNOWN
    if len(wanted) < SEGMENTS:
        cut_short = wanted[0] == "arn" and not pattern.endswith("*")
        return Truth.FALSE if cut_short else Truth.UNKNOWN
    return Truth.of(all(map(matches, wanted, given)))
