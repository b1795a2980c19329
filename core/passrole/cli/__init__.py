"""The command line: arguments in, exit code out.

Exit codes: 0 clean, 1 findings at or above ``--fail-on``, 2 usage or configuration error,
3 incomplete, 130 and 143 on signals.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from passrole._version import __version__

CLEAN, FOUND, USAGE, INCOMPLETE = 0, 1, 2, 3
INTERRUPTED, TERMINATED = 130, 143


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Without ``argv`` the process is for it alone."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]) and sys.stdout is not None:
        # Asked for by every wrapper and hook, so it loads nothing.
        sys.stdout.write(f"passrole {__version__}\n")
        return CLEAN
    try:
        from passrole.cli.running import Leaving, run  # noqa: PLC0415 - see above

        leaving = Leaving() if argv is None else None
        code = run(arguments)
        if leaving is not None:
            leaving.code = code
    except KeyboardInterrupt as error:
        return getattr(error, "code", INTERRUPTED)
    return code
