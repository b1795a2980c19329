"""An end for code of plugins that runs in this very process: their import, hooks and reporters."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_GRACE = 1.0
"""Seconds that what was interrupted may take to end, before the process does."""


@contextmanager
def ended_after(seconds: float | None, error: BaseException) -> Iterator[None]:
    """Raise ``error`` in what takes longer than so many seconds; None is for ever.

    What does not end by that (code of C, or a plugin that catches everything) ends the process,
    with its stack on standard error and exit code 1. Where the system has no timers (Windows), and
    outside of the main thread, that is all there is.
    """
    if seconds is None:
        yield
        return
    import faulthandler  # noqa: PLC0415 - few runs have a limit

    def late(_number: int, _frame: FrameType | None) -> None:
        raise error

    previous = None
    with suppress(AttributeError, ValueError):
        previous = signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_REAL, seconds)
    # This needs no interpreter that listens, and a stream that is a file of the system.
    if sys.__stderr__ is not None:
        with suppress(OSError, ValueError, RuntimeError):
            faulthandler.dump_traceback_later(seconds + _GRACE, exit=True, file=sys.__stderr__)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()
        if previous is not None:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)
