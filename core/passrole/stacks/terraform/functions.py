"""Terraform's functions: one table of all, and how one is called.

A function gets values none of which is a choice or a failure and answers None where it cannot say:
its result is then unknown, under the name of the call. A function that is not in the table is
unknown as well. Source: https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

from collections.abc import Mapping

from passrole.stacks.terraform.collection_functions import COLLECTION_FUNCTIONS
from passrole.stacks.terraform.encoding_functions import ENCODING_FUNCTIONS
from passrole.stacks.terraform.function_rows import Arguments, Row
from passrole.stacks.terraform.json_functions import KIND_FUNCTIONS
from passrole.stacks.terraform.number_functions import NUMBER_FUNCTIONS
from passrole.stacks.terraform.operands import Failure, as_text, lifted, not_computed
from passrole.stacks.terraform.set_functions import SET_FUNCTIONS
from passrole.stacks.terraform.text_functions import TEXT_FUNCTIONS
from passrole.values import Unknown, Value, veiled_with

TABLE: Mapping[str, Row] = {
    **TEXT_FUNCTIONS, **NUMBER_FUNCTIONS, **COLLECTION_FUNCTIONS, **SET_FUNCTIONS,
    **KIND_FUNCTIONS, **ENCODING_FUNCTIONS,
}  # fmt: skip
TEXTS = frozenset(
    {"base64gzip", "base64sha256", "base64sha512", "cidrhost", "cidrnetmask", "cidrsubnet",
     "formatdate", "indent", "md5", "regex", "rsadecrypt", "sha1", "sha256", "sha512",
     "textdecodebase64", "textencodebase64", "timeadd", "uuidv5"}
)  # fmt: skip
"""Functions that are not computed, and give a text."""


def call(name: str, arguments: Arguments) -> Value:
    """What a function gives; never raises.

    ``try`` and ``can`` see the failures among their arguments, all others hand them on.
    """
    row = TABLE.get(name)
    if row is None:
        failed = next((each for each in arguments if isinstance(each, Failure)), None)
        unknown = _not_computed(name, arguments, f"{name}() is not computed")
        return failed or (as_text(unknown) if name in TEXTS else None) or unknown
    if len(arguments) < row.least or (row.most is not None and len(arguments) > row.most):
        return Failure(f"{name}() has the wrong number of arguments")
    if row.choices:
        return _run(name, row, arguments)
    return lifted(arguments, lambda values: _run(name, row, values), row.deep)


def _run(name: str, row: Row, arguments: Arguments) -> Value:
    if name not in ("try", "can"):
        failed = next((each for each in arguments if isinstance(each, Failure)), None)
        if failed is not None:
            return failed
    result = row.run(arguments)
    if result is not None:
        return veiled_with(result, arguments)
    unknown = _not_computed(name, arguments, f"the result of {name}() is not known")
    return (as_text(unknown) or unknown) if row.text else unknown


IMPURE = frozenset({"bcrypt", "plantimestamp", "timestamp", "uuid"})


def _not_computed(name: str, arguments: Arguments, reason: str) -> Unknown:
    if name in IMPURE:
        return Unknown(reason)
    return not_computed(f"{name}({{}})", arguments, reason)
