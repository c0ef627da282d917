"""Signals that end the program: SIGINT and SIGTERM quit normally; SIGHUP, SIGQUIT and SIGABRT end it at once.

The exit code after signal n is 128 + n, as in shells.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import _exit
from typing import Final, NoReturn

BY_SIGNAL: Final = 128
_QUITTING: Final = (signal.SIGINT, signal.SIGTERM)
_AT_ONCE: Final = (signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT)
"""Signals that end the process without the event loop."""
_LAST_WRITE: Final = 0.2
"""Maximum seconds for the last write to the terminal."""
_LOOK: Final = 0.01
"""Seconds between two attempts to write."""

_instead: Final[list[Callable[[], None]]] = []
"""Functions to call at SIGINT or SIGTERM while another program has the terminal.

A signal calls only the last function of this list.
"""
_afterwards: Final[list[Callable[[], None]]] = []
"""Functions to call when this program has the terminal again.

A SIGTERM inside an `interrupt_calls` block adds a function that ends the program.
"""


def is_ending() -> bool:
    """True if a SIGTERM has come, so that this program will end when it has the terminal again."""
    return bool(_afterwards)


@contextmanager
def interrupt_calls(what: Callable[[], None]) -> Iterator[None]:
    """Let SIGINT and SIGTERM call `what` while another program has the terminal.

    A SIGTERM ends this program as soon as it has the terminal again.
    """
    _instead.append(what)
    try:
        yield
    finally:
        _instead.remove(what)
        while _afterwards and not _instead:
            _afterwards.pop()()


@contextmanager
def signals_handled(leave: Callable[[int], None], let_go: Callable[[], None]) -> Iterator[None]:
    """Handle signals while the Textual app runs.

    SIGINT and SIGTERM call `leave`. Inside an `interrupt_calls` block, both call the function of that block.
    SIGHUP, SIGQUIT and SIGABRT call `let_go` and then end the process at once.

    `let_go` must not draw or await: after a SIGHUP, a write to the terminal could hang forever, and
    all Secret values would stay in memory.
    """

    def end(number: int, _: object) -> NoReturn:
        with suppress(Exception):
            let_go()
        if number != signal.SIGHUP:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        _exit(BY_SIGNAL + number)

    loop = asyncio.get_running_loop()
    for number in _QUITTING:
        loop.add_signal_handler(number, _quit, number, leave)
    former = {number: signal.signal(number, end) for number in _AT_ONCE}
    try:
        yield
    finally:
        for at_once, handler in former.items():
            # the handler is None if C code set it, as PYTHONFAULTHANDLER does
            signal.signal(at_once, signal.SIG_DFL if handler is None else handler)
        for number in _QUITTING:
            loop.remove_signal_handler(number)


def _quit(number: int, leave: Callable[[int], None]) -> None:
    if not _instead:
        leave(BY_SIGNAL + number)
        return
    if number != signal.SIGINT:
        _afterwards.append(lambda: leave(BY_SIGNAL + number))
    _instead[-1]()


def write_at_once(text: str) -> None:
    """Write to the terminal from a signal handler, without locks. Prevent all later writes to stderr."""
    data = text.encode()
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)  # Textual's writer thread may still draw on stderr
        # open the terminal again: O_NONBLOCK on the inherited file would also affect the shell
        terminal = os.open("/dev/tty", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        end = time.monotonic() + _LAST_WRITE
        while data:
            try:
                data = data[os.write(terminal, data) :]
            except BlockingIOError:
                if time.monotonic() > end:
                    return
                time.sleep(_LOOK)
