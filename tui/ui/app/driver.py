"""Textual's driver for Unix terminals, which gives an empty one back; suspending (ctrl+z, SIGTSTP)."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, Final

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal.signals import write_at_once
from tui.ui.textual_fixes.terminal_answers import ASK, ASK_BACKGROUND
from tui.ui.textual_fixes.terminal_input import PastesMarked, TerminalInput

_MOST_ROWS: Final = 500
"""Used if the terminal does not report its size."""

_POINTER: Final = "\x1b]22;"
"""Textual's sequence for the mouse pointer's shape, sent at each move; dropped: bytes over SSH."""

_INSTEAD: Final = {
    # Movements of the mouse without a button: nothing here needs them, and those on their way when the
    # program ends are typed into the shell.
    "\x1b[?1003h": "\x1b[?1002h",
    "\x1b[?1003l": "\x1b[?1002l",
    # Letters as sequences (kitty's protocol): after SIGKILL nobody could type `reset`.
    "\x1b[>25u": "\x1b[>1u",
}
"""Sequences that replace modes that Textual asks for."""

_END: Final = (
    "\x1b[?2026l"  # a frame that is held back
    "\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1004l\x1b[?2004l\x1b[?2048l"
    "\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""Undoes each mode that Textual asks for, in the way that its driver ends."""

_MARK_PASTES: Final = "\x1b[?2004h"
"""Textual's sequence to have pastes marked."""
_MOST_BYTES: Final = 4_096
"""Bytes read at a time."""
_A_TENTH: Final = 0.1
"""Seconds without input after which a lone escape counts as a key."""
_GRACE: Final = 1.0
"""Seconds in which a SIGHUP ends the program after the end of its input."""
_A_WHILE: Final = 0.25
"""Seconds to run behind a shell after SIGCONT, because a signal that ends us may follow it."""


class CleanExitDriver(LinuxDriver):
    """Draws an empty screen before the terminal is given back: on quit, signal, crash and suspend.

    GNU screen, and tmux with `alternate-screen off`, have no alternate screen and would keep the last frame.
    Lines are cleared one by one: tmux puts a screen that is cleared as a whole into its history
    (scroll-on-clear).

    While a shell has the terminal, the program neither writes to it nor sets it: the kernel would stop it
    again.
    """

    to_stop: Callable[[], None] | None = None
    """Called on SIGTSTP; cleans up, then calls `step_back` and `stop`."""
    is_back: Callable[[], object] = staticmethod(lambda: None)
    """Called when the terminal is ours again after a stop."""
    is_ending: Callable[[], bool] = staticmethod(lambda: False)
    """True if the program ends."""
    input_ended: Callable[[Exception], object] = staticmethod(lambda error: None)
    """Called on the input thread with the error that ended it."""

    _asks_nothing = os.environ.get("TERM_PROGRAM") == "Apple_Terminal"
    """True if pastes are not asked about: one answer is enough, and Apple's terminal prints a part of it."""
    _was_asked = False
    """True if the terminal was asked for its background."""
    _is_lent = False
    """True if another program has the terminal. Textual's writer thread has stopped then."""
    _is_behind = False
    """True if a shell has the terminal."""
    _comes_back = False
    """Take the terminal back as soon as the shell gives it?"""
    _is_starting = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._app_loop = asyncio.get_running_loop()
        # Instead of Textual's handlers, which take the terminal back and stop a process that is to end.
        signal.signal(signal.SIGTSTP, self._hear_stop)
        signal.signal(signal.SIGCONT, self._hear_go_on)

    def write(self, data: str) -> None:
        """Write to the terminal; while another program has it, directly (to clear a clipboard)."""
        if self._is_starting:
            self._is_starting = self._is_lent = self._is_behind = self._comes_back = False
        if self._is_behind or data.startswith(_POINTER):
            return
        if not self._is_lent:
            super().write(_INSTEAD.get(data, data))
            if data == _MARK_PASTES:
                super().write("" if self._was_asked else ASK_BACKGROUND)
                super().write("" if self._asks_nothing else ASK)
                self._was_asked = True
        elif sys.__stderr__ is not None:
            with suppress(OSError, ValueError):
                sys.__stderr__.write(data)
                sys.__stderr__.flush()

    def close(self) -> None:
        """End Textual's writer, for good or until the terminal is taken back."""
        super().close()
        self._is_lent = True

    def start_application_mode(self) -> None:
        """Take the terminal, at the start or back."""
        if not self._is_lent or self._has_terminal():
            self._is_starting = True
            self.exit_event.clear()
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if not self._is_starting:
                return
            self._is_starting = False  # nothing was sent: a shell had it
        self._is_lent = self._is_behind = self._comes_back = True
        asyncio.get_running_loop().call_later(_A_WHILE, self._stay_behind)

    def run_input_thread(self) -> None:
        """Read the terminal until the driver stops; Textual's own loop ends at a byte that is not UTF-8."""
        try:
            self._read_input(TerminalInput())
        except Exception as error:
            self.input_ended(error)

    def _read_input(self, found: TerminalInput) -> None:
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_A_TENTH):
                    data = os.read(self.fileno, _MOST_BYTES)
                    if not data:
                        time.sleep(_GRACE)
                        raise EOFError  # past a SIGHUP, which would have ended the program
                    self._hand_on(found.feed(data))
                self._hand_on(found.tick())

    def _hand_on(self, messages: Iterator[Message]) -> None:
        for message in messages:
            self._asks_nothing |= isinstance(message, PastesMarked)
            self.process_message(message)

    def disable_input(self) -> None:
        """Stop reading; change no setting of a terminal that is not ours."""
        if not self._is_lent and self._has_terminal():
            super().disable_input()
        else:
            self.exit_event.set()

    def stop_application_mode(self) -> None:
        """Draw an empty screen and give the terminal back, unless another program has it."""
        if self._is_lent or not self._has_terminal():
            self._is_behind = True
            self.exit_event.set()
            return
        self.write(self._emptied)
        super().stop_application_mode()

    def give_back_at_once(self, sequences: str) -> None:
        """Give the terminal back from a signal handler, before the process ends; `sequences` are written too.

        A program that had the terminal has been ended.
        """
        is_given_back = self._is_lent and self.is_ending()
        if self._is_behind or is_given_back or not self._has_terminal():
            return
        write_at_once(f"\x1b\\{self._emptied}{_END}{sequences}")
        if self.attrs_before is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
                termios.tcflush(self.fileno, termios.TCIFLUSH)

    @property
    def _emptied(self) -> str:
        """The sequence that clears each line."""
        try:
            rows = os.get_terminal_size(self.fileno).lines or _MOST_ROWS
        except OSError:
            rows = _MOST_ROWS
        empty = "".join(f"\x1b[{row};1H\x1b[2K" for row in range(1, rows + 1))
        return f"\x1b[0m{empty}\x1b[H"

    # Stopped, and going on

    def step_back(self) -> None:
        """Give the terminal back until the shell gives it to us again."""
        if not self._is_lent:
            self.suspend_application_mode()
            self._comes_back = True

    def stop(self) -> None:
        """Stop this process. After SIGCONT it is unknown whether the terminal is ours."""
        self._is_behind = True
        os.kill(os.getpid(), signal.SIGSTOP)

    def _hear_stop(self, *_: object) -> None:
        if self._is_lent and os.getpgrp() == os.getsid(0):
            return  # by a key in an editor, and no shell could resume this program
        if self.to_stop is not None:
            self._do_soon(self.to_stop)
        else:
            self.step_back()
            self.stop()

    def _hear_go_on(self, *_: object) -> None:
        # Later, on the loop: the signal may interrupt a write.
        self._do_soon(self._go_on)

    def _do_soon(self, what: Callable[[], None]) -> None:
        """Run on the event loop; after its end do nothing, because the terminal was given back."""
        if not self._app_loop.is_closed():
            self._app_loop.call_soon_threadsafe(what)

    def _go_on(self) -> None:
        if self.is_ending():
            return
        if not os.isatty(self.fileno):  # gone with its shell: the kernel tells only those that stand still
            os.kill(os.getpid(), signal.SIGHUP)
        elif not self._has_terminal():
            self._is_behind = True
            asyncio.get_running_loop().call_later(_A_WHILE, self._stay_behind)
        elif self._is_lent and not self._comes_back:
            self._is_behind = False  # whose it was goes on with it
            self.is_back()
        else:
            if not self._is_lent:  # stopped without a word before: what Textual reads and writes with runs
                self.suspend_application_mode()
            self.resume_application_mode()
            if not self._is_behind:
                self.is_back()

    def _stay_behind(self) -> None:
        if self._is_behind and not self.is_ending():
            if self._has_terminal() or not os.isatty(self.fileno):
                self._go_on()
            else:
                self.stop()

    def _has_terminal(self) -> bool:
        """True if this process is in the terminal's foreground group, or if that is unknown."""
        try:
            return os.tcgetpgrp(self.fileno) in (0, os.getpgrp())
        except OSError:
            return True


class Suspend(App[Any]):
    """Mixed into the App: cleans up before the shell has the terminal, draws all again when it returns."""

    _is_stopping = False

    def stop_with(self, driver: CleanExitDriver) -> None:
        """Use this driver to stop the program and to continue it."""
        driver.to_stop = lambda: self._stop_soon(driver)
        driver.is_back = partial(self.call_later, self._is_back)
        driver.is_ending = lambda: self.return_code is not None

    async def step_back(self) -> None:
        """Clean up before the stop. Nothing is shown or read any more."""

    def come_back(self) -> None:
        """Called when the terminal is ours again."""

    def leave(self, code: int) -> None:
        """End without a question, after a signal."""
        self.exit(code, return_code=code)

    def _stop_soon(self, driver: CleanExitDriver) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            self.call_later(self._stop, driver)

    async def _stop(self, driver: CleanExitDriver) -> None:
        try:
            if driver.is_ending():
                return
            self.app_suspend_signal.publish(self)
            with self.batch_update():
                driver.step_back()
                await self.step_back()
                if not driver.is_ending():  # a signal may have come meanwhile
                    driver.stop()
        finally:
            self._is_stopping = False

    def _is_back(self) -> None:
        self.come_back()
        self.app_resume_signal.publish(self)
