"""The page of each rule flags what it says, and nothing else."""

import passrole_acme
import pytest

from passrole.testing import check_example, examples_of


@pytest.mark.parametrize("example", examples_of(passrole_acme), ids=str)
def test_example(example):
    check_example(example)
