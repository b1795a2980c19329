"""The rules, each in a file of its own."""

from passrole_acme.rules.release_table_unprotected import release_table_unprotected

RULES = (release_table_unprotected,)
