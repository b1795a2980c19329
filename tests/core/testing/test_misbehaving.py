"""The kit of bad plugins: a run survives every one of them, in a process as users start it."""

from pathlib import Path

import pytest

from passrole.testing.misbehaving import BAD_PLUGINS, BadPlugin, check_beside

pytestmark = pytest.mark.faults

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "missing-start-build"
OURS = "codebuild-start-build-missing"


def is_worth_a_process(bad: BadPlugin) -> bool:
    """Whether it matters that it is a process; the others are tried within one elsewhere."""
    return bad.moment in ("import", "report") or bad.limit or bad.misdeed in ("raises", "prints")


@pytest.mark.parametrize("bad", [*filter(is_worth_a_process, BAD_PLUGINS)], ids=str)
def test_a_run_survives(bad: BadPlugin, tmp_path: Path) -> None:
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "pipeline.yaml").write_text((TEMPLATE / "pipeline.yaml").read_text("utf-8"), "utf-8")
    done = check_beside(bad, folder)
    if bad.moment in ("read", "rule"):
        assert done.report is not None
        assert done.report["summary"]["incomplete"] == (bad.code == 3)
        assert OURS in [each["rule"] for each in done.report["findings"]]
    elif bad.code:
        assert done.out == "", "no report of a run that failed"


def test_every_moment_has_its_misdeeds() -> None:
    assert len({str(each) for each in BAD_PLUGINS}) == len(BAD_PLUGINS)
    moments = {each.moment for each in BAD_PLUGINS}
    assert moments == {"import", "registration", "read", "rule", "report"}


def test_a_run_that_is_not_what_it_should_be_is_an_error(tmp_path: Path) -> None:
    good = BadPlugin("rule", "nothing", lambda *_: (), 3, "")
    with pytest.raises(AssertionError, match="rule: nothing: exit code"):
        check_beside(good, tmp_path)
