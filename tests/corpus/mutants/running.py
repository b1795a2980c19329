"""Who notices: passrole on the templates of a case, with one permission removed."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from tests.corpus.cases import Case
from tests.corpus.mutants.conditions import WHEN
from tests.corpus.mutants.facts import (
    EVERY_PIPELINE,
    OVERRIDDEN,
    WHERE_IT_MOVES,
    Row,
    read_rows,
    read_table,
)
from tests.corpus.mutants.sites import Candidate, Finder
from tests.corpus.mutants.templates import Raw, overlap

from passrole.asking import check, read_entities
from passrole.contributions import Contributions
from passrole.documents.json import parse_json
from passrole.documents.limits import Limits
from passrole.documents.nodes import Document
from passrole.findings import Confidence, Finding
from passrole.graph.questions import Graph
from passrole.iam.decisions import Verdict
from passrole.rulesets.choosing import ActiveRule
from passrole.stacks.deployments import Deployment
from passrole.stacks.linking import read_stacks
from passrole.stacks.resources import ResourceTypes
from passrole.stamping import stamp
from passrole.values import Truth


class Runner:
    """passrole on the templates of one case, one of them replaced."""

    def __init__(self, documents: dict[str, Document], at: Deployment, all_: Contributions) -> None:
        self.documents, self.deployment, self.contributions = documents, at, all_
        self.types = ResourceTypes.of(all_.resource_types)
        self.rules = tuple(ActiveRule.alone(rule) for rule in all_.rules)

    def graphs(self, name: str, text: str) -> list[Graph]:
        document = parse_json(name, text, Limits())
        assert document.root is not None
        documents = list({**self.documents, name: document}.values())
        stacks = read_stacks(documents, self.types, self.deployment)
        graphs = []
        for _, component in groupby(
            sorted(stacks, key=lambda stack: stack.target.id), lambda stack: stack.target.id
        ):
            entities, crashes = read_entities(component)
            assert not crashes
            graphs.append(Graph(entities, self.contributions.providers))
        return graphs

    def findings(self, graphs: list[Graph]) -> tuple[Finding, ...]:
        reported, crashes = check(graphs, self.rules, self.contributions.owners)
        assert not crashes
        return stamp(reported)


Key = tuple[str | None, ...]


def _key(finding: Finding) -> Key:
    return finding.rule, *finding.subject


def _about(candidate: Candidate, raw: Raw, finding: Finding) -> bool:
    """Whether a finding is about the permission that the mutant lacks."""
    subject, lacking = finding.subject, candidate.permission
    role = raw.resources[lacking.role]["Properties"].get("RoleName", lacking.role)
    if subject.principal != role or subject.iam_action not in lacking.actions:
        return False
    if "/" in candidate.where and candidate.where != f"{subject.stage}/{subject.action}":
        return False
    return any(overlap(str(subject.resource), each) for each in lacking.resources)


def _verdicts(candidate: Candidate, raw: Raw, graphs: list[Graph]) -> Iterator[Verdict]:
    """What passrole says of the permission that the mutant lacks."""
    lacking = candidate.permission
    role = raw.resources[lacking.role]["Properties"].get("RoleName", lacking.role)
    for graph in graphs:
        for pipeline in graph.pipelines:
            here = [each for each in pipeline.actions if each.label == candidate.where]
            for subject in here or (pipeline, *pipeline.actions):
                for need in graph.requirements_of(subject):
                    if (
                        need.principal.label == role
                        and need.need.iam_action in lacking.actions
                        and any(overlap(str(need.resource), each) for each in lacking.resources)
                    ):
                        yield from (decision.verdict for decision in graph.decide(need))


class Outcome(NamedTuple):
    """What became of one mutant; ``confidence`` is None where nobody noticed.

    ``open`` says that the template does not tell whether another statement grants it: then
    ``verdicts`` are passrole's.
    """

    candidate: Candidate
    confidence: Confidence | None
    open: bool
    verdicts: frozenset[Verdict]


class Run(NamedTuple):
    """All mutants of the corpus."""

    outcomes: list[Outcome]
    certain: frozenset[tuple[str, int]]
    left_out: Counter[str]

    def of(self, *, certain: bool, overridden: bool = False) -> list[Outcome]:
        return [
            outcome
            for outcome in self.outcomes
            for row in [outcome.candidate.row]
            if not outcome.open
            and (row.identity in self.certain) is certain
            and (not certain or _overridden(outcome.candidate) is overridden)
        ]


def _overridden(candidate: Candidate) -> bool:
    key = candidate.row.key
    moves = WHERE_IT_MOVES.get(key)
    return key in OVERRIDDEN or (moves is not None and moves not in candidate.moves)


class _Work(NamedTuple):
    """One template with the places at which rows apply."""

    case: Case
    name: str
    raw: Raw
    candidates: list[Candidate]


def run_mutants(facts: Path, cases: list[Case], contributions: Contributions) -> Run:
    """Every mutant of the cases whose roles suffice, one permission removed from each."""
    rows = read_rows(facts)
    ours = {"/".join(provider.key) for provider in contributions.providers} | {EVERY_PIPELINE}
    left_out: Counter[str] = Counter()
    work = list(_find(rows, ours, [case for case in cases if case.sufficient], left_out))
    granted: dict[tuple[str, int], Counter[bool]] = defaultdict(Counter)
    for each in work:
        for candidate in each.candidates:
            granted[candidate.row.identity][candidate.granted] += 1
    table = read_table(facts)
    certain = frozenset(
        row.identity
        for row in rows
        if row.when in WHEN and row.certain(granted[row.identity], table)
    )
    siblings = {row.action for row in rows if not row.action.endswith(":*")}
    outcomes = [
        outcome
        for each in work
        for outcome in _of_template(each, contributions, siblings, left_out)
    ]
    return Run(outcomes, certain, left_out)


def _find(
    rows: list[Row], ours: set[str], cases: list[Case], left_out: Counter[str]
) -> Iterator[_Work]:
    by_provider: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_provider[row.provider].append(row)
    for case in cases:
        for name in case.templates:
            template = json.loads((case.folder / name).read_text(encoding="utf-8"))
            raw = Raw(template, case.deployment())
            finder = Finder(case.name, raw, by_provider, ours)
            candidates = list(dict.fromkeys(finder.candidates()))
            left_out.update(finder.left_out)
            if candidates:
                yield _Work(case, name, raw, candidates)


def _of_template(
    work: _Work, contributions: Contributions, siblings: set[str], left_out: Counter[str]
) -> Iterator[Outcome]:
    case, name, raw, candidates = work
    deployment = case.deployment()
    documents = {
        each: parse_json(each, (case.folder / each).read_text(encoding="utf-8"), Limits())
        for each in case.templates
    }
    runner = Runner(documents, deployment, contributions)
    as_it_is = runner.graphs(name, json.dumps(raw.template, indent=1))
    before = {_key(finding) for finding in runner.findings(as_it_is)}
    for candidate in candidates:
        label = f"{candidate.row.provider} {candidate.row.action}"
        if not candidate.granted:
            left_out[f"{label}: not granted in the first place"] += 1
            continue
        text = candidate.permission.removed(raw, siblings)
        left = candidate.permission.still_granted(Raw(json.loads(text), deployment))
        if left is Truth.TRUE:
            left_out[f"{label}: another statement grants it"] += 1
            continue
        graphs = runner.graphs(name, text)
        about = [
            finding.confidence
            for finding in runner.findings(graphs)
            if _key(finding) not in before and _about(candidate, raw, finding)
        ]
        best = min(about, key=lambda each: each.rank, default=None)
        is_open = left is Truth.UNKNOWN
        verdicts = frozenset(_verdicts(candidate, raw, graphs)) if is_open else frozenset()
        yield Outcome(candidate, best, is_open, verdicts)
