"""Signals that end the program: SIGINT and SIGTERM quit, SIGHUP ends at once.

Source for the codes: a shell tells an end by signal n as 128 + n.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import _exit
from typing import Final, NoReturn

BY_SIGNAL: Final = 128
_QUITTING: Final = (signal.SIGINT, signal.SIGTERM)


_instead: Final[list[Callable[[], None]]] = []
"""Handlers for ctrl+c while another program has the terminal; the last one counts."""
_afterwards: Final[list[Callable[[], None]]] = []
"""Calls deferred until the terminal is ours again."""


def is_ending() -> bool:
    """Does the program end as soon as the terminal is ours again?"""
    return bool(_afterwards)


@contextmanager
def interrupt_calls(what: Callable[[], None]) -> Iterator[None]:
    """Inside, SIGINT calls this instead of ending the program: it was meant for whoever has the terminal.

    SIGTERM calls it too, and ends the program once the terminal is ours again: it could not be given back
    in order before.
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
    """While a screen is drawn. `leave(code)` ends the program in order; `let_go` is called by SIGHUP.

    After a SIGHUP nobody reads the terminal: whoever writes to it may hang for ever, with every value in
    memory. So it paints nothing and awaits nothing.
    """

    def hang_up(*_: object) -> NoReturn:
        with suppress(Exception):
            let_go()
        _exit(BY_SIGNAL + signal.SIGHUP)

    loop = asyncio.get_running_loop()
    for number in _QUITTING:
        loop.add_signal_handler(number, _quit, number, leave)
    former = signal.signal(signal.SIGHUP, hang_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, former)
        for number in _QUITTING:
            loop.remove_signal_handler(number)


def _quit(number: int, leave: Callable[[int], None]) -> None:
    if not _instead:
        leave(BY_SIGNAL + number)
        return
    if number != signal.SIGINT:
        _afterwards.append(lambda: leave(BY_SIGNAL + number))
    _instead[-1]()
