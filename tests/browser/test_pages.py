"""What a reader can do with a map and a report, in a real browser, in two windows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.browser.conftest import Open
from tests.browser.templates import HOSTILE, gated, hostile, many

from passrole import Category, Related, Severity
from passrole.analysis import analyse
from passrole.cli import main
from passrole.contributions import gather
from passrole.plugin_loading import find_plugins, load_plugins
from passrole.reporters.map_data import map_of
from passrole.reporters.map_html import render_html
from passrole.settings import Settings
from passrole.stacks.deployments import Deployment

pytestmark = pytest.mark.browser

REPOSITORY = Path(__file__).resolve().parents[2]
SHOP = REPOSITORY / "examples" / "shop"
MISSING = "li[data-standing=missing] a.need"
ALLOWED = "li[data-standing=allowed] a.need"
NEED = "#need-PipelineRole-codebuild-StartBuild"

# The contrast of text with what is behind it, by the formula of WCAG 2.
CONTRAST = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number)
      .map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const colour = getComputedStyle(element).backgroundColor;
    if (!/, 0\\)$/.test(colour) || !element.parentElement) return colour;
    return behind(element.parentElement);
  };
  const shown = [...document.querySelectorAll("body *")].filter((element) =>
    element.checkVisibility() && [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  return shown.map((element) => {
    const pair = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    return [ratio, element.tagName + "." + element.className];
  }).filter(([ratio]) => ratio < 4.5);
}"""


def written(command: str, source: Path, folder: Path) -> Path:
    page = folder / f"{command}.html"
    main([command, str(source), "--format", "html", "-o", str(page), "--no-third-party"])
    return page


@pytest.fixture(scope="session")
def shop_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("map", SHOP, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def shop_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written("check", SHOP, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sixty")
    (folder / "pipeline.json").write_text(many())
    return written("map", folder, folder)


@pytest.fixture(scope="session")
def gated_map(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gated")
    (folder / "pipeline.json").write_text(gated())
    return written("map", folder, folder)


@pytest.fixture(scope="session")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("strange")
    (folder / "pipeline.json").write_text(hostile())
    return written("check", folder, folder)


@pytest.fixture(scope="session")
def with_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the shop with a risk that goes from its source to the role of the build."""
    settings = Settings(paths=(SHOP,), root=REPOSITORY, deployment=Deployment(), ruleset="default")
    plugins = gather(load_plugins(p for p in find_plugins() if p.distribution == "passrole"))
    analysis = analyse(settings, plugins)
    (pipeline,) = map_of(analysis.graphs)
    source, build = pipeline.stages[0].actions[0], pipeline.stages[1].actions[0]
    role = next(need.role for need in build.needs if need.principal == "BuildRole")
    assert role is not None
    steps = (
        Related("whoever writes the repository", source.location),
        Related("starts the build", build.location),
        Related("which runs as this role", role),
    )
    way = replace(
        analysis.results.findings[0], rule="way-to-admin", category=Category.RISK,
        severity=Severity.HIGH, location=source.location, related=steps,
    )  # fmt: skip
    page = tmp_path_factory.mktemp("path") / "map.html"
    page.write_text(render_html((pipeline,), replace(analysis.results, findings=(way,))), "ascii")
    return page


def shown(page: Any, selector: str) -> int:
    count: int = page.locator(selector).locator("visible=true").count()
    return count


def is_in_view(locator: Any) -> bool:
    box = locator.bounding_box()
    size = locator.page.viewport_size
    return box is not None and -1 < box["y"] < size["height"] and -1 < box["x"] < size["width"]


# A page as a whole


@pytest.mark.parametrize("name", ["shop_map", "shop_report", "sixty", "strange", "with_path"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_fits_the_window_and_can_be_read(
    open_page: Open, request: pytest.FixtureRequest, name: str, scheme: str
) -> None:
    page = open_page(request.getfixturevalue(name), color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#open-all")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(CONTRAST) == []


def test_its_parts_have_names(open_page: Open, shop_report: Path) -> None:
    page = open_page(shop_report)
    for role, name in (
        ("banner", None), ("main", None), ("search", None), ("navigation", "On this page"),
        ("region", "Findings"), ("region", "Map"), ("heading", "Permissions"),
        ("searchbox", "Search findings and needs"), ("group", "Needs that are"),
    ):  # fmt: skip
        assert page.get_by_role(role, **({"name": name} if name else {})).first.is_visible(), name


# Search and filters


def test_search_shows_what_has_all_words_and_tells_how_much(
    open_page: Open, shop_map: Path
) -> None:
    page = open_page(shop_map)
    total = page.locator("li[data-standing]").count()
    status = page.locator("#shown")
    assert status.text_content() == f"{total} of {total} needs shown, in 4 places"
    page.locator("#search").fill("BEANSTALK describeevents")
    assert shown(page, "li[data-standing]") == 1
    assert shown(page, ".stage") == 1
    assert status.text_content() == f"1 of {total} needs shown, in 1 place"
    page.locator("#search").fill("nothing has this")
    assert shown(page, "li[data-standing]") == 0
    page.locator("#search").press("Escape")
    assert page.locator("#search").input_value() == ""
    assert status.text_content() == f"{total} of {total} needs shown, in 4 places"


def test_search_finds_what_is_closed_and_closes_it_again(open_page: Open, shop_map: Path) -> None:
    page = open_page(shop_map)
    assert shown(page, f"{ALLOWED}:has-text('s3:GetBucketAcl')") == 0
    page.locator("#search").fill("GetBucketAcl")
    assert shown(page, f"{ALLOWED}:has-text('s3:GetBucketAcl')") == 1
    page.locator("#search").fill("")
    assert shown(page, f"{ALLOWED}:has-text('s3:GetBucketAcl')") == 0


def test_needs_are_filtered_by_verdict(open_page: Open, shop_map: Path) -> None:
    page = open_page(shop_map)
    button = page.get_by_role("button", name="missing 3")
    assert shown(page, MISSING) == 3
    button.click()
    assert button.get_attribute("aria-pressed") == "false"
    assert shown(page, MISSING) == 0 and shown(page, ".stage") > 0
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    assert shown(page, MISSING) == 3


def test_findings_are_searched_and_filtered_by_severity(open_page: Open, shop_report: Path) -> None:
    page = open_page(shop_report)
    assert shown(page, ".finding") == 3
    page.locator("#search").fill("hangs")
    assert shown(page, ".finding") == 1
    assert page.locator("#shown").text_content().endswith("; 1 of 3 findings")
    page.locator("#search").fill("")
    page.get_by_role("button", name="3 critical").click()
    assert shown(page, ".finding") == 0
    assert shown(page, ".of-role > h3") == 0


def test_search_brings_the_first_result_into_view(open_page: Open, sixty: Path) -> None:
    page = open_page(sixty, "#roles")
    page.locator("#search").fill("7x1 invoke")
    assert shown(page, ".stage .card") == 1
    assert is_in_view(page.locator(".stage .card").locator("visible=true"))


def test_all_can_be_opened_and_closed(open_page: Open, sixty: Path) -> None:
    page = open_page(sixty)
    groups = page.locator(".group").count()
    assert page.locator("article.card .group").count() >= 60
    page.click("#open-all")
    assert page.locator(".group[open]").count() == groups
    page.click("#close-all")
    assert page.locator(".group[open]").count() == 0


# The panel


def test_a_click_shows_the_statement_with_its_lines(open_page: Open, shop_map: Path) -> None:
    page = open_page(shop_map)
    page.click("#open-all")
    need = page.locator(f"{ALLOWED}:has-text('codecommit:GetBranch')")
    need.click()
    panel = page.get_by_role("complementary")
    assert panel.is_visible()
    words = panel.inner_text()
    assert "codecommit:GetBranch" in words and "statement 2 of policy pipeline" in words
    assert "examples/shop/pipeline.yaml:63" in words and "Action:" in words
    assert need.get_attribute("aria-expanded") == "true"
    assert is_in_view(need)
    assert page.evaluate("location.hash") == "#need-PipelineRole-codecommit-GetBranch"
    page.click("#close-panel")
    assert not panel.is_visible()
    assert need.get_attribute("aria-expanded") == "false"
    assert page.evaluate("location.hash") == ""


def test_it_all_works_by_keyboard(open_page: Open, shop_map: Path) -> None:
    page = open_page(shop_map)
    focused = "document.activeElement."
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}className") == "skip"
    assert is_in_view(page.locator(".skip"))
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.keyboard.press("/")
    assert page.evaluate(f"{focused}id") == "search"
    page.keyboard.type("StartBuild")
    page.keyboard.press("Tab")
    for _ in range(30):
        if page.evaluate(f"{focused}className") == "need":
            break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate(f"{focused}outerHTML")
        page.keyboard.press("Tab")
    assert "codebuild:StartBuild" in page.evaluate(f"{focused}textContent")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{focused}id") == "panel-title"
    assert is_in_view(page.locator("#panel-title"))
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()
    assert page.evaluate(f"{focused}className") == "need"


def test_summaries_open_by_keyboard(open_page: Open, shop_map: Path) -> None:
    page = open_page(shop_map)
    page.locator(".group:not([open]) > summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".whole .group[open]").count() == 1


# Links from elsewhere


def test_a_fragment_opens_what_it_names(open_page: Open, shop_map: Path, sixty: Path) -> None:
    page = open_page(shop_map, NEED)
    assert "codebuild:StartBuild" in page.locator("#panel").inner_text()
    assert is_in_view(page.locator(f"{MISSING}:has-text('codebuild:StartBuild')"))
    page = open_page(sixty, "#sixty-Stage6-Invoke-6x3")
    card = page.locator("#sixty-Stage6-Invoke-6x3")
    assert is_in_view(card)
    assert card.locator(".group").count() == card.locator(".group[open]").count() > 0


def test_findings_lead_into_the_map_and_back(open_page: Open, shop_report: Path) -> None:
    page = open_page(shop_report)
    finding = page.locator(".finding", has_text="DescribeEvents")
    finding.get_by_role("link", name="in the map").click()
    card = page.locator("#shop-Deploy-Beanstalk")
    assert is_in_view(card)
    card.get_by_role("link", name="1 finding").click()
    assert is_in_view(finding)
    finding.get_by_role("link", name="how it is decided").click()
    assert "no statement allows it" in page.locator("#panel").inner_text()


# Attack paths


def test_a_path_is_marked_step_by_step_and_unmarked(open_page: Open, with_path: Path) -> None:
    page = open_page(with_path)
    button = page.get_by_role("button", name="Show in the map")
    button.click()
    steps = page.locator(".stages .step")
    assert steps.all_text_contents() == ["step 1", "step 2", "step 3"]
    assert page.locator("#shop-Source-CodeCommit.on-path").count() == 1
    assert page.locator("#shop-Build-CodeBuild .on-path").inner_text().startswith("step 3")
    assert is_in_view(steps.first)
    assert page.locator("#shown").text_content() == "3 steps of the path marked in the map."
    button.click()
    assert page.locator(".step, .on-path").count() == 0


def test_an_approval_on_a_path_is_a_step_of_it(open_page: Open, gated_map: Path) -> None:
    page = open_page(gated_map)
    path = page.locator("article", has_text="source-to-admin-path")
    approval = path.locator(".steps > li").nth(2)
    assert approval.inner_text().startswith("somebody approves Review/Approve (whoever has")
    path.get_by_role("button", name="Show in the map").click()
    assert page.locator("#gated-Review-Approve.on-path .step").text_content() == "step 3"


# Dress


def test_dark_and_light_follow_the_system_until_the_reader_chooses(
    open_page: Open, shop_map: Path
) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light, page = open_page(shop_map), open_page(shop_map, color_scheme="dark")
    dark = page.evaluate(ground)
    assert light.evaluate(ground) != dark
    theme = page.get_by_role("button", name="Dark")
    assert theme.get_attribute("aria-pressed") == "true"
    theme.click()
    assert page.evaluate(ground) == light.evaluate(ground)
    page.wait_for_timeout(500)  # a browser under load keeps what it is told to keep a little later
    page.reload()
    assert page.evaluate(ground) == light.evaluate(ground)
    light.get_by_role("button", name="Dark").click()
    assert light.evaluate(ground) == dark


def test_nothing_moves_for_those_who_want_it_so(open_page: Open, shop_map: Path) -> None:
    behaviour = "getComputedStyle(document.documentElement).scrollBehavior"
    assert open_page(shop_map).evaluate(behaviour) == "auto"
    assert open_page(shop_map, reduced_motion="no-preference").evaluate(behaviour) == "smooth"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_paper_everything_is_open_and_no_button_is_left(
    open_page: Open, shop_map: Path, scheme: str
) -> None:
    page = open_page(shop_map, color_scheme=scheme)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    assert shown(page, "button, input") == 0
    assert shown(page, ".statement pre") > 0
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details:not([open])").count() > 0


def test_it_works_without_scripts(open_page: Open, shop_map: Path) -> None:
    page = open_page(shop_map, java_script_enabled=False)
    assert shown(page, "button") == shown(page, "input") == 0
    page.locator(MISSING).first.click()
    entry = page.locator(NEED)
    assert entry.is_visible() and is_in_view(entry)
    assert shown(page, ".statement pre") > 0


# Strangers


def test_hostile_names_are_shown_as_text(open_page: Open, strange: Path) -> None:
    page = open_page(strange)
    page.click("#open-all")
    name = HOSTILE.replace("\u202e", "\\u202e")
    assert page.locator(".stage h4", has_text=name).count() == 1
    assert page.locator(".stage h5", has_text=name).is_visible()
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0
    page.locator("a.need").locator("visible=true").first.click()
    assert name in page.locator("#panel").inner_text()
    page.locator("#search").fill("<script>")
    assert shown(page, ".stage .card") > 0
