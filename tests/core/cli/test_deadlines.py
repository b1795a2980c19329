"""What plugins do in the process itself ends in time, and leaves no alarm behind."""

import signal
import threading
import time

import pytest

from passrole.cli.deadlines import ended_after
from passrole.testing.misdeeds import loops

LATE = TimeoutError("too late")

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")


def test_what_takes_longer_is_ended() -> None:
    with pytest.raises(TimeoutError, match="too late"), ended_after(0.05, LATE):
        loops()


def test_what_sleeps_is_ended() -> None:
    with pytest.raises(TimeoutError, match="too late"), ended_after(0.05, LATE):
        time.sleep(60)


@pytest.mark.parametrize("seconds", [None, 30.0])
def test_nothing_is_left_of_it(seconds: float | None) -> None:
    before = signal.getsignal(signal.SIGALRM)
    with ended_after(seconds, LATE):
        pass
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_another_thread_has_no_alarm_and_goes_on() -> None:
    done: list[str] = []

    def work() -> None:
        with ended_after(30.0, LATE):
            done.append("whole")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["whole"]
