"""The floor: the files of a tree found, read, prefiltered and parsed in C, and no more.

``python -m benchmarks.floor PATH``. It keeps nothing of what is parsed, as no reader could.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator


def floor(path: str) -> int:
    """How many files are ours; each of them is parsed by the C parser of its format."""
    # Imported here so that a run of this module pays for its parsers and nothing else.
    import tree_sitter  # noqa: PLC0415
    import tree_sitter_hcl  # noqa: PLC0415
    from yaml._yaml import CParser  # noqa: PLC0415

    from passrole.documents.recognition import format_of, may_be_root  # noqa: PLC0415

    hcl = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    found = 0
    for name in _files(path):
        kind = format_of(name)
        if kind is None:
            continue
        with open(name, "rb") as file:  # noqa: PTH123 - as fast as can be
            data = file.read()
        if not may_be_root(name, data):
            continue
        found += 1
        try:
            if kind == "hcl":
                hcl.parse(data)
            elif kind == "json" or data.lstrip().startswith(b"{"):
                json.loads(data)
            else:
                CParser(data).raw_parse()
        except Exception:  # noqa: BLE001, S112 - what cannot be parsed has cost its time
            continue
    return found


def _files(path: str) -> Iterator[str]:
    if os.path.isfile(path):  # noqa: PTH113 - as fast as can be
        yield path
    for folder, _, names in os.walk(path):
        for name in names:
            yield f"{folder}/{name}"


if __name__ == "__main__":
    floor(sys.argv[1])
