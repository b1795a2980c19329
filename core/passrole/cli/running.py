"""Runs a command and turns whatever goes wrong into words and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import FrameType

from passrole.cli import INCOMPLETE, USAGE
from passrole.cli.parser import build_parser
from passrole.errors import PassroleError

INTERRUPTED, TERMINATED = 130, 143


class _Terminated(BaseException):
    """SIGTERM, raised where the program is, so that ``finally`` clauses run."""


def run(arguments: Sequence[str]) -> int:
    """Parse the arguments, run the command, return the exit code; never a bare traceback."""
    _write_utf8()
    parser = build_parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help()
        return USAGE
    previous = _on_termination()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except PassroleError as error:
        print(f"passrole: error: {error}", file=sys.stderr)
        return USAGE
    except BrokenPipeError:
        # The reader of our output is gone; Python would complain again while it shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE if hasattr(signal, "SIGPIPE") else INCOMPLETE
    except KeyboardInterrupt:
        print("passrole: interrupted", file=sys.stderr)
        return INTERRUPTED
    except _Terminated:
        print("passrole: terminated", file=sys.stderr)
        return TERMINATED
    except Exception as error:  # noqa: BLE001 - the last line of defence
        traceback.print_exc(limit=-4, file=sys.stderr)
        print(
            f"passrole: internal error: {type(error).__name__}: {error}; this is a bug of "
            "passrole, and nothing of the output is complete",
            file=sys.stderr,
        )
        return INCOMPLETE
    finally:
        if previous is not None:
            signal.signal(signal.SIGTERM, previous)
    return code


def _write_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _on_termination() -> signal.Handlers | int | None:
    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise _Terminated

    try:
        previous = signal.signal(signal.SIGTERM, terminate)
    except ValueError:
        # Not in the main thread: whoever runs us there has to handle signals.
        return None
    return previous if isinstance(previous, (signal.Handlers, int)) else None
