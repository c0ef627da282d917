"""Signals that end the program: SIGINT and SIGTERM quit, the others end it at once.

Source for the codes: a shell tells an end by signal n as 128 + n.
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
"""A crash inside C (SIGSEGV, SIGBUS, abort()) runs no Python any more."""
_LAST_WRITE: Final = 0.2
"""Seconds in which a terminal must take the last bytes."""
_LOOK: Final = 0.01

_instead: Final[list[Callable[[], None]]] = []
"""Handlers for ctrl+c while another program has the terminal; the last one counts."""
_afterwards: Final[list[Callable[[], None]]] = []
"""Calls deferred until the terminal is ours again."""


def is_ending() -> bool:
    """True if the program ends as soon as it has the terminal again."""
    return bool(_afterwards)


@contextmanager
def interrupt_calls(what: Callable[[], None]) -> Iterator[None]:
    """Call this for SIGINT inside: the key was meant for the program that has the terminal.

    SIGTERM calls it too, and ends the program once the terminal is ours again: it could not be given back in
    order before.
    """
    _instead.append(what)
    try:
        yield
    finally:
        _instead.remove(what)
        while _afterwards and not _instead:
            _afterwards.pop()()


@contextmanager
def heard(leave: Callable[[int], None], let_go: Callable[[], None]) -> Iterator[None]:
    """Handle signals while a screen is drawn: `leave(code)` ends the program in order, others call `let_go`.

    After a SIGHUP the terminal may have no reader: a write to it may hang for ever, with every value in
    memory. So `let_go` draws nothing and awaits nothing.
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
            # None: it was not set from Python, as by PYTHONFAULTHANDLER.
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
    """Write to the terminal from a signal handler, and let no other code write to it any more.

    Does not wait for a terminal that takes nothing, and takes no lock: any thread may hold it.
    """
    data = text.encode()
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)  # what a thread still has to draw
        # An open file of its own: the shell would find its terminal as O_NONBLOCK.
        terminal = os.open("/dev/tty", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        end = time.monotonic() + _LAST_WRITE
        while data:
            try:
                data = data[os.write(terminal, data) :]
            except BlockingIOError:
                if time.monotonic() > end:
                    return
                time.sleep(_LOOK)
