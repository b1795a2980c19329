"""The examples of the documentation run, and give what they show."""

import doctest
from pathlib import Path


def test_the_examples_of_the_library_page_run(repository: Path) -> None:
    page = repository / "docs" / "library.md"
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert result.attempted > 20
    assert result.failed == 0


def test_every_name_of_the_library_is_there() -> None:
    from passrole import iam  # noqa: PLC0415 - asked for as a user would

    for name in iam.__all__:
        assert getattr(iam, name) is not None
