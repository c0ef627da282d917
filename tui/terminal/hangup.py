"""Detect that the terminal is gone when SIGHUP does not arrive (blocked, or missed).

Textual then reads the end of its input again and again, with every value in memory.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_GRACE: Final = 1.0
"""Seconds in which `say` may end the process, before `end` does."""


@contextmanager
def noticed(terminal: int, say: Callable[[], None], end: Callable[[], None]) -> Iterator[None]:
    """Inside, both are called on a thread of their own when the other side of the terminal is closed.

    Nothing wakes that thread before: poll(2) tells of a hang-up where no event is asked for.
    """
    leaving, left = os.pipe()
    watch = select.poll()
    watch.register(terminal, 0)
    watch.register(leaving, 0)

    def wait() -> None:
        found = dict(watch.poll())
        if leaving not in found and found.get(terminal, 0) & select.POLLHUP:
            say()
            time.sleep(_GRACE)
            end()

    thread = threading.Thread(target=wait, name="secret-tui gone", daemon=True)
    thread.start()
    try:
        yield
    finally:
        os.close(left)
        thread.join(_GRACE)
        os.close(leaving)
