"""For plugin authors: pages that are tests, facts held against the reference, pytest fixtures.

    import acme_rules
    import pytest
    from passrole.testing import check_example, check_facts, examples_of

    @pytest.mark.parametrize("example", examples_of(acme_rules), ids=str)
    def test_example(example):
        check_example(example)

    def test_facts():
        check_facts(acme_rules)

A fenced ``yaml``, ``json`` or ``hcl`` block of a rule's page is an example. Each line that ends
with ``# finding`` must be the first line of a finding of *this* rule, and no other line may be. In
JSON, which has no comments, the mark stands in the fence: ``json finding=7``. A rule needs one
flagged and one accepted example. A ``json scp`` block is a service control policy for the examples
after it.

``passrole.testing.fixtures`` is a plugin of pytest. No entry point names it, so that pytest loads
it only where a project asks: ``addopts = ["-p", "passrole.testing.fixtures"]``.

``passrole.testing.misbehaving`` has plugins that do what no plugin should, and what runs
``passrole check`` beside each of them.
"""

from passrole.testing.examples import Example, check_example, examples_of
from passrole.testing.facts import check_facts, problems_in_facts
from passrole.testing.templates import check_text, contributions_of, findings_in, graph_of

__all__ = [
    "Example", "check_example", "check_facts", "check_text", "contributions_of", "examples_of",
    "findings_in", "graph_of", "problems_in_facts",
]  # fmt: skip
