"""Runs a command and turns whatever goes wrong into words and an exit code."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from passrole.cli import INCOMPLETE, INTERRUPTED, TERMINATED, USAGE
from passrole.cli.parser import build_parser
from passrole.errors import IncompleteError, PassroleError, told
from passrole.reporters.escaping import printable

_OBJECTS = 1_000_000
"""How many objects are made before garbage is looked for: more than most runs make."""


class _Terminated(KeyboardInterrupt):
    """SIGTERM, raised where the program is, so that ``finally`` clauses run.

    Whoever runs code of plugins catches all that it raises but for KeyboardInterrupt.
    """

    code = TERMINATED


class Leaving:
    """Ends the process when all is done, with ``code``; where that is None, Python ends it.

    Python would free all that it holds, piece by piece, before the system takes it as a whole.
    """

    def __init__(self) -> None:
        self.code: int | None = None
        # What is registered first is called last, and after all threads have ended.
        atexit.register(self._leave)

    def _leave(self) -> None:
        if self.code is None:
            return
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            return  # Python says so in its own way
        os._exit(self.code)


def run(arguments: Sequence[str]) -> int:
    """Parse the arguments, run the command, return the exit code; never a bare traceback.

    Raises SystemExit where argparse has answered by itself: for ``--help`` and for an error.
    """
    _prepare_streams()
    # Trees and values live as long as the run: looking for garbage among them is time lost.
    gc.set_threshold(_OBJECTS, 20, 50)
    parser = build_parser(arguments[0] if arguments else "")
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return USAGE
    previous = _on_termination()
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except IncompleteError as error:
        _say(f"error: {error}; nothing of the output is complete")
        return INCOMPLETE
    except PassroleError as error:
        _say(f"error: {error}")
        return USAGE
    except BrokenPipeError:
        _drop_output()
        return 128 + signal.SIGPIPE if hasattr(signal, "SIGPIPE") else INCOMPLETE
    except KeyboardInterrupt as error:
        words = "terminated" if isinstance(error, _Terminated) else "interrupted"
        _say(" ".join((words, *getattr(error, "__notes__", ()))))
        return getattr(error, "code", INTERRUPTED)
    except OSError as error:
        _drop_output()
        _say(f"error: the system refuses: {error}; nothing of the output is complete")
        return INCOMPLETE
    except BaseException as error:  # noqa: BLE001 - the last line of defence
        _say_what_crashed(error)
        return INCOMPLETE
    finally:
        if previous is not None:
            signal.signal(signal.SIGTERM, previous)
    return code


def _say(text: str) -> None:
    print(f"passrole: {printable(text)}", file=sys.stderr)


def _say_what_crashed(error: BaseException) -> None:
    import traceback  # noqa: PLC0415 - only where there is a bug

    if os.environ.get("PASSROLE_TRACEBACK"):
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    _say(
        f"internal error: {told(error)} ({frame.name}, line {frame.lineno} of "
        f"{os.path.basename(frame.filename)}); this is a bug of passrole or of a plugin, and "  # noqa: PTH119 - a name, no file
        "nothing of the output is complete; PASSROLE_TRACEBACK=1 shows more"
    )


def _prepare_streams() -> None:
    """Write UTF-8 whatever the locale; a stream that is closed swallows what is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - as long as the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _drop_output() -> None:
    """Nobody can read our output any more; Python would complain again while it shuts down."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return  # it is no file of the system
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)


def _on_termination() -> signal.Handlers | int | None:
    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise _Terminated

    try:
        previous = signal.signal(signal.SIGTERM, terminate)
    except ValueError:
        # Not in the main thread: whoever runs us there has to handle signals.
        return None
    return previous if isinstance(previous, (signal.Handlers, int)) else None
