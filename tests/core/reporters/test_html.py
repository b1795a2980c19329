"""Pages: one file that loads nothing, whole, with nothing in it that a scanned file could bring."""

import base64
import hashlib
import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passrole import Category, Document, Location, Related, ReportOptions, Results, Severity
from passrole.findings import Counts, Diagnostic, Finding, Subject, UnknownDecision
from passrole.reporters.escaping import printable
from passrole.reporters.html import render
from passrole.reporters.html.anchors import RESERVED, Anchors
from passrole.reporters.html.markup import element, text
from passrole.reporters.map_data import MappedAction, MappedNeed, MappedPipeline, MappedStage
from passrole.reporters.map_html import render_html

MakeFinding = Callable[..., Finding]

HOSTILE = "a\"'><script>alert(1)</script></style><!--&lt;\u202eb\x1b[31m]]>\nc::error::##[x]"
PLACE = Location("pipeline.yaml", 3, 5, 4, 9, "Resources.Pipeline")
ACTION = PLACE._replace(line=5, end_line=5, pointer="Resources.Pipeline.Stages[0].Actions[0]")
ROLE = Location("roles.yaml", 7, 3, 7, 7, "Resources.Role")
STATEMENT = Location("roles.yaml", 2, 3, 3, 7, "Resources.Role.Policies[0]")
ROLES = Document("roles.yaml", "one\n  Action: s3:*\n  password: hunter22\n", None, "yaml")
INLINE = {"span", "a", "code", "mark"}
VOID = {"br", "hr", "input", "link", "meta"}

NEED = MappedNeed(
    principal="Role",
    why="the role of the pipeline",
    role=ROLE,
    iam_action="codebuild:StartBuild",
    alternatives=(),
    resource="arn:aws:codebuild:*",
    when="",
    certainty="high",
    basis="current documentation",
    note="",
    source="https://docs.aws.amazon.com/",
    documented_block=False,
    verdict="missing",
    world="",
    decided_by=(),
    blockers=(),
)
ALLOWED = NEED._replace(
    iam_action="s3:GetObject", verdict="allowed", decided_by=(("statement 1", STATEMENT),)
)


def pipeline(name: str = "shop", *needs: MappedNeed) -> MappedPipeline:
    action = MappedAction(name, f"Build/AWS/{name}", True, False, ACTION, "", needs or (NEED,))
    stages = (MappedStage(name, (action,)), MappedStage("Empty", ()))
    return MappedPipeline(name, PLACE, name, (ALLOWED,), stages, ())


class Page(HTMLParser):
    """What a browser would see: elements, ids, links, text; it checks that all that opens closes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.inside: dict[str, list[str]] = {"style": [], "script": []}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        last = self.open[-1] if self.open else ""
        self.inside.get(last, self.words).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]

    def values(self, name: str) -> list[str]:
        return [str(attributes[name]) for _, attributes in self.tags if name in attributes]


def report(*pipelines: MappedPipeline, **fields: object) -> str:
    return render(Results(pipelines=pipelines, **fields), ReportOptions())


def pages(name: str, make: MakeFinding) -> list[str]:
    """A map and a report in which all that a scanned file can bring is ``name``."""
    place = Location(name, 3, 5, 4, 9, name)
    need = NEED._replace(
        principal=name, why=name, role=place, iam_action=name, alternatives=(name,), resource=name,
        when=name, note=name, source=name, world=name, decided_by=((name, place),), blockers=(name,),
    )  # fmt: skip
    finding = make(
        message=name, symptom=name, remedy=name, location=place, category=Category.RISK,
        subject=Subject(name, name, name, name, name, name), related=(Related(name, place),),
        parameter_sets=(name,), snippet='{"Action": "s3:*", "Principal": "</script>"}',
    )  # fmt: skip
    mapped = pipeline(name, need)._replace(location=place, unresolved=(name,), sets=(name,))
    results = Results(
        findings=(finding,),
        pipelines=(mapped,),
        unknowns=(UnknownDecision(place, finding.subject, name),),
        diagnostics=(Diagnostic(name, name, place),),
        assumptions=(name,),
        passed_over=((name, name),),
        sources={name: Document(name, f"\n\n    {name}\n{name}", None, "yaml")},
    )
    return [render_html((mapped,), results), render(results, ReportOptions())]


def test_a_name_as_long_as_a_file_does_not_stand_in_the_page_again_and_again(
    finding: MakeFinding,
) -> None:
    for page in pages("n" * 1_000_000, finding):
        assert len(page) < 3_000_000
        assert "characters more)" in page


# A whole page


def sample(make: MakeFinding) -> list[str]:
    mapped = (pipeline("shop", NEED, ALLOWED), pipeline("shop"), pipeline("map"))
    results = Results(
        findings=(make(location=ACTION), make(location=ACTION, category=Category.RISK)),
        pipelines=mapped,
        sources={"roles.yaml": ROLES},
    )
    return [render_html(mapped, results), render(results, ReportOptions())]


def test_ids_are_unique_and_every_link_leads_to_one(finding: MakeFinding) -> None:
    for source in sample(finding):
        page = Page(source)
        assert len({each.lower() for each in page.ids}) == len(page.ids)
        targets = [each[1:] for each in page.values("href") if each.startswith("#")]
        assert set(targets) <= set(page.ids)
        assert set(page.ids) & set(RESERVED)


def test_what_a_page_gives_a_name_itself_is_reserved() -> None:
    fixed = Page(render(Results(incomplete=True, assumptions=("a",)), ReportOptions())).ids
    assert set(fixed) - {"open-all", "close-all", "close-panel", "panel-content"} <= set(RESERVED)


def test_a_page_loads_nothing_and_runs_nothing_but_its_own(finding: MakeFinding) -> None:
    for source in sample(finding):
        page = Page(source)
        assert not {tag for tag, _ in page.tags} & {
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
        }
        assert not page.values("src") and not page.values("style")
        assert not [
            name for _, attributes in page.tags for name in attributes if name.startswith("on")
        ]
        links = [each for each in page.values("href") if not each.startswith("#")]
        assert links and all(each.startswith("https://docs.aws.amazon.com/") for each in links)
        assert "url(" not in "".join(page.inside["style"])
        assert "@import" not in "".join(page.inside["style"])
        (policy,) = (a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
        assert str(policy).startswith("default-src 'none'; ")
        for part in ("style", "script"):
            digest = hashlib.sha256("".join(page.inside[part]).encode()).digest()
            assert f"{part}-src 'sha256-{base64.b64encode(digest).decode()}'" in str(policy)


def test_a_page_is_ascii(finding: MakeFinding) -> None:
    assert all(page.isascii() for page in pages("\u00fc\u4e2d\U0001f600", finding))


def test_the_same_results_give_the_same_page(finding: MakeFinding) -> None:
    assert sample(finding) == sample(finding)


def test_headings_skip_no_level(finding: MakeFinding) -> None:
    for source in sample(finding):
        levels = [int(tag[1]) for tag, _ in Page(source).tags if re.fullmatch("h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


# What a scanned file brings


def test_hostile_names_are_text(finding: MakeFinding) -> None:
    for source in pages(HOSTILE, finding):
        page = Page(source)
        assert [tag for tag, _ in page.tags].count("script") == 1
        assert "<script>alert(1)</script>" in page.text
        assert "\\u202e" in page.text and "\u202e" not in page.text
        assert "\\x1b[31m" in page.text
        assert "##[" not in source
        assert not re.search(r"^\s*::", source, re.MULTILINE)


@given(st.text(min_size=1))
def test_any_text_stays_text(words: str) -> None:
    page = Page(element("p", element("b", words, title=words), words))
    assert [tag for tag, _ in page.tags] == ["p", "b"]
    assert page.words[0] == page.values("title")[0] == printable(words)


def test_secrets_are_starred_out_in_statements() -> None:
    source = report(pipeline("shop", ALLOWED), sources={"roles.yaml": ROLES})
    assert "hunter22" not in source
    assert "password: ********" in Page(source).text


def test_a_line_as_long_as_a_file_is_cut(finding: MakeFinding) -> None:
    line = f"{'x' * 5000}{{HERE}}{'y' * 100_000}"
    sources = {"roles.yaml": Document("roles.yaml", line, None, "json")}
    place = Location("roles.yaml", 1, 5001, 1, 5007)
    need = ALLOWED._replace(decided_by=(("statement 1", place),))
    source = report(pipeline("shop", need), findings=(finding(location=place),), sources=sources)
    assert "{HERE}" in source and "yyy" in source
    assert source.count("x" * 200) == source.count("y" * 200) == 0


# What a page says


def test_a_map_shows_pipelines_stages_actions_roles_and_needs() -> None:
    page = Page(render_html((pipeline("shop", NEED, ALLOWED),), Results()))
    for words in (
        "shop pipeline.yaml:3 ✗ 1 missing ✓ 2 allowed",
        "The pipeline as a whole",
        "Role the role of the pipeline ✗ 1 missing ✓ 1 allowed",
        "✗ missing codebuild:StartBuild arn:aws:codebuild:*",
        "✗ missing; no statement allows it",
        "statement 1 roles.yaml:2",
    ):
        assert words in page.text, words


def test_what_is_not_met_stands_open_and_what_is_stands_closed() -> None:
    page = Page(render_html((pipeline("shop", NEED),), Results()))
    groups = [a for tag, a in page.tags if tag == "details" and a.get("class") == "group"]
    assert ["open" in each for each in groups] == [False, True]


def test_a_statement_is_quoted_with_its_lines() -> None:
    page = Page(report(pipeline("shop", ALLOWED), sources={"roles.yaml": ROLES}))
    assert "statement 1 roles.yaml:2 2 Action: s3:* 3 password:" in page.text


def test_one_need_of_two_actions_is_told_once() -> None:
    page = Page(render_html((pipeline("shop", NEED), pipeline("other", NEED)), Results()))
    assert [each for each in page.ids if each.startswith("need-Role-codebuild")] == [
        "need-Role-codebuild-StartBuild"
    ]
    assert "Needed by shop/shop, other/other" in page.text


def test_needs_that_look_alike_are_shown_once() -> None:
    page = Page(render_html((pipeline("shop", NEED, NEED),), Results()))
    assert page.text.count("✗ missing codebuild:StartBuild arn:aws:codebuild:*") == 1
    assert "✗ missing 1" in page.text and "✗ 1 missing" in page.text


def test_fragments_are_made_of_names() -> None:
    ids = Page(render_html((pipeline("my shop"), pipeline("my shop")), Results())).ids
    assert {"my-shop", "my-shop-my-shop-my-shop", "my-shop-2", "role-Role"} <= set(ids)


def test_a_report_says_what_was_found_and_leads_into_the_map(finding: MakeFinding) -> None:
    told = finding(location=ACTION, subject=NEED_SUBJECT, related=(Related("the role", ROLE),))
    counts = Counts(files=2, pipelines=1, roles=1, decided=3, unknown=1)
    page = Page(report(pipeline(), findings=(told,), counts=counts))
    assert "1 finding 1 critical" in page.text
    assert "2 files, 1 pipeline, 1 role; 3 needs decided, 1 unknown." in page.text
    assert "To add to a policy of role Role" in page.text
    name = "finding-codebuild-start-build-missing-Build-codebuild-StartBuild"
    assert name in page.ids
    hrefs = page.values("href")
    assert {f"#{name}", "#shop-shop-shop", "#role-Role", "#need-Role-codebuild-StartBuild"} <= set(
        hrefs
    )
    assert [a["data-at"] for tag, a in page.tags if "data-at" in a] == ["role-Role"]


def test_a_map_tells_of_risks_that_lead_through_it_and_of_no_other_findings(
    finding: MakeFinding,
) -> None:
    way = (Related("starts here", ACTION), Related("assumes", STATEMENT), Related("there", PLACE))
    risk = finding(rule="a-path", category=Category.RISK, severity=Severity.HIGH, related=way)
    page = Page(render_html((pipeline(),), Results(findings=(risk, finding(location=ACTION)))))
    assert "a-path" in page.text and "codebuild-start-build-missing" not in page.text
    assert [a["data-at"] for _, a in page.tags if "data-at" in a] == [
        "shop-shop-shop", "role-Role", "shop",
    ]  # fmt: skip
    assert "Show in the map" in page.text


def test_a_statement_in_a_policy_of_its_own_leads_to_the_only_role_that_it_serves() -> None:
    policy = Location("policies.yaml", 4, 1, 5, 1, "Resources.Policy.Statement[0]")
    shared = policy._replace(pointer="Resources.Policy.Statement[1]")
    mine = ALLOWED._replace(decided_by=(("statement 1", policy), ("statement 2", shared)))
    other = mine._replace(principal="Other", role=None, decided_by=(("statement 2", shared),))
    anchors = Anchors((pipeline("shop", mine, other),), ())
    assert anchors.at(policy._replace(pointer=f"{policy.pointer}.Action")) == "role-Role"
    assert anchors.at(shared) == anchors.at(policy._replace(pointer="Resources.Policy")) == ""


def test_the_matrix_has_a_row_for_each_permission_and_a_column_for_each_principal() -> None:
    denied = NEED._replace(principal="Other", role=None, verdict="denied")
    source = render_html((pipeline("shop", NEED, denied),), Results())
    rows = [Page(each).text for each in re.findall("<tr>.*?</tr>", source)]
    assert rows == [
        "IAM action Role Other", "codebuild:StartBuild ✗ missing ⊘ denied", "s3:GetObject ✓ allowed",
    ]  # fmt: skip


def test_an_incomplete_report_says_so() -> None:
    words = "The analysis is incomplete"
    assert words in report(incomplete=True)
    assert words not in report()


def test_what_is_not_known_is_listed_with_its_reason() -> None:
    subject = Subject("shop", "Build", "Build", "Role", "s3:GetObject", "arn")
    unknown = UnknownDecision(ACTION, subject, "the account is not given")
    page = Page(report(pipeline(), unknowns=(unknown,)))
    assert "--account may decide some of these." in page.text
    assert "s3:GetObject on arn" in page.text


@pytest.mark.parametrize("words", ["a\u2028b", "\ud800", "\x00"])
def test_nothing_invisible_is_left(words: str) -> None:
    assert "\\" in text(words)


NEED_SUBJECT = Subject(
    "shop", "Build", "Build", "Role", "codebuild:StartBuild", "arn:aws:codebuild:*"
)
