"""Repeat a function on a thread beside a test, as controllers do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

BEAT: Final = 0.1
"""Seconds between two calls."""


@contextmanager
def repeated(do: Callable[[], None], name: str) -> Iterator[None]:
    """Call `do` on a thread of that name until the block ends; an error is raised after the block."""
    end, errors = threading.Event(), list[Exception]()

    def run() -> None:
        try:
            while not end.wait(BEAT):
                do()
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
        if errors:
            raise errors[0]
