"""Set the terminal's title, and lend the terminal to another program."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from textual.app import App, SuspendNotSupported

from tui.model.text.printable import ascii_only
from tui.terminal.signals import interrupt_calls

_EMPTY = "\x1b[2J\x1b[H"


@contextmanager
def lent(
    app: App[Any], write: Callable[[str], None], says: str, interrupt: Callable[[], None]
) -> Iterator[None]:
    """Lend the terminal to another program. The event loop still runs, but the app draws nothing.

    The screen is emptied first, because some terminals keep the last frame.
    """
    failure: BaseException | None = None
    with app.batch_update(), ExitStack() as lending:
        write(_EMPTY)
        with suppress(SuspendNotSupported):  # raised if no terminal can be lent, as in tests
            lending.enter_context(app.suspend())
            lending.enter_context(interrupt_calls(interrupt))
            lending.enter_context(_as_it_was())
            if (stream := sys.__stderr__) is not None:
                stream.write(f"{says}\n")
                stream.flush()
        try:
            yield
        except BaseException as error:
            # `failure` is raised after the `with` block, because Textual must first take the terminal back
            failure = error
    app.refresh(layout=True)
    if failure is not None:
        raise failure


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Restore the terminal's settings after the `with` block, and discard unread input."""
    terminal = sys.__stdin__.fileno() if sys.__stdin__ is not None else None
    former = termios.tcgetattr(terminal) if terminal is not None and os.isatty(terminal) else None
    try:
        yield
    finally:
        if terminal is not None and former is not None and _is_ours(terminal):
            termios.tcsetattr(terminal, termios.TCSAFLUSH, former)


def _is_ours(terminal: int) -> bool:
    """True if this process is in the terminal's foreground process group, or if that group is unknown.

    The kernel stops a background process that changes the terminal.
    """
    try:
        return os.isatty(terminal) and os.tcgetpgrp(terminal) in (0, os.getpgrp())
    except OSError:
        return True


_LONGEST: Final = 100
KEEP: Final = "\x1b[22;2t"
"""Escape sequence to save the terminal's title."""
GIVE_BACK: Final = "\x1b[23;2t"
"""Escape sequence to restore the title that `KEEP` saved."""


def title(context: str) -> str:
    """Escape sequence (OSC 2) that sets the terminal's title.

    The context's name is reduced to printable ASCII, so that the name cannot end the sequence.
    """
    return f"\x1b]2;secret-tui {ascii_only(context)[:_LONGEST]}\x1b\\"
