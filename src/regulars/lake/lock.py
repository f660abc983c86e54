"""One writer at a time: an advisory lock that ends with its process, however that ends."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from regulars.errors import LakeBusy

LOCK_FILE = ".writer"
_POLL_SECONDS = 0.05


@contextlib.contextmanager
def writer_lock(lake: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the lake's writer lock; LakeBusy if another process still does after the wait."""
    descriptor = os.open(lake / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, lake, time.monotonic() + wait_seconds)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, lake: Path, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise LakeBusy(
                    f"Another process is writing to {lake}. "
                    "Wait until it has finished, then try again."
                ) from None
            time.sleep(_POLL_SECONDS)
