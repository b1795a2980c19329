"""Actions exist, resources fit them, ARNs have the form of their service, facts have sources."""

import passrole_acme

from passrole.testing import check_facts


def test_facts():
    check_facts(passrole_acme)
