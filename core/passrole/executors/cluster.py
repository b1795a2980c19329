"""Work on a Dask cluster that is there already: ``dask://HOST:PORT`` names its scheduler.

Its workers have passrole installed and see the same files under the same paths. A worker that dies
costs a retry elsewhere: that is Dask's own doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import import_module
from typing import Any

from passrole.errors import UsageError
from passrole.executors import Answer, Executor, Lost, Work, attempted

_SECONDS_TO_CONNECT = 10


def cluster(address: str) -> Executor:
    """An executor on the cluster whose scheduler is at ``HOST:PORT``."""
    return partial(_run, address=address)


def _run(work: Work, tasks: Sequence[Any], *, address: str) -> Iterator[Answer]:
    """Raises UsageError where the extra is not installed or the scheduler does not answer."""
    try:
        distributed = import_module("dask.distributed")  # an extra, and heavy
    except ImportError as error:
        message = "--executor dask://… needs the extra `dask`: pip install 'passrole[dask]'"
        raise UsageError(message) from error
    try:
        client = distributed.Client(
            f"tcp://{address}", timeout=_SECONDS_TO_CONNECT, set_as_default=False
        )
    except OSError as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        # Not pure: the files may have changed since the same call was made.
        futures = client.map(attempted, [work] * len(tasks), tasks, pure=False)
        positions = {future.key: position for position, future in enumerate(futures)}
        for future in distributed.as_completed(futures, loop=client.loop):
            failure = future.exception()
            position = positions[future.key]
            if failure is None:
                yield position, future.result()
            else:
                yield position, Lost(f"{type(failure).__name__}: {failure}")
