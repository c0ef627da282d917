"""Textual's driver for Unix terminals. It empties the screen at the end, and handles ctrl+z and SIGTSTP."""

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
"""Number of lines to clear if the terminal does not report its size."""

_POINTER: Final = "\x1b]22;"
"""Start of Textual's sequence for the shape of the mouse pointer.

The driver drops such a sequence, to save bytes over SSH.
"""

_INSTEAD: Final = {
    # Report mouse moves only while a button is pressed. If a report arrives after the program has ended, the
    # shell takes it for typed text.
    "\x1b[?1003h": "\x1b[?1002h",
    "\x1b[?1003l": "\x1b[?1002l",
    # Do not report letters as sequences (kitty's protocol). After a SIGKILL, the terminal would still send
    # these sequences, and the user could not type `reset`.
    "\x1b[>25u": "\x1b[>1u",
}

_END: Final = (
    "\x1b[?2026l"  # end a frame that the terminal holds back
    "\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?1015l\x1b[?1016l\x1b[?1004l\x1b[?2004l\x1b[?2048l"
    "\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
)
"""Sequences that undo every mode that Textual sets, in the same order as in Textual's driver."""

_MARK_PASTES: Final = "\x1b[?2004h"
_MOST_BYTES: Final = 4_096
_A_TENTH: Final = 0.1
"""Seconds without input after which a lone escape byte is the escape key."""
_GRACE: Final = 1.0
"""Seconds to wait for a SIGHUP after the end of the input, because SIGHUP ends the program properly."""
_A_WHILE: Final = 0.25
"""Delay in seconds before the process stops itself, if a shell has the terminal at the start or at SIGCONT.

During this delay, the process can handle a SIGTERM.
"""


class CleanExitDriver(LinuxDriver):
    """Driver that empties the screen before it restores the terminal: on quit, signal, crash and suspend.

    GNU screen, and tmux with `alternate-screen off`, have no alternate screen, so the last frame would stay.
    A screen that is cleared as a whole would stay in the history of tmux (scroll-on-clear), so each line is
    cleared separately.

    While a shell has the terminal, the driver does not use the terminal. Otherwise, the kernel would stop the
    process.
    """

    to_stop: Callable[[], object] = staticmethod(lambda: None)
    """Called at ctrl+z or SIGTSTP. The function must call `step_back`, clean up, and then call `stop`."""
    is_back: Callable[[], object] = staticmethod(lambda: None)
    """Called when the stopped program has continued and has the terminal again."""
    is_ending: Callable[[], bool] = staticmethod(lambda: False)
    input_ended: Callable[[Exception], object] = staticmethod(lambda error: None)
    """Called on the input thread with the error that ended the input."""

    _asks_nothing = os.environ.get("TERM_PROGRAM") == "Apple_Terminal"
    """True if the driver does not ask whether the terminal marks pastes.

    True in Apple's terminal, which would print a part of the query. Also True once the terminal is known to
    mark pastes.
    """
    _was_asked = False
    _is_lent = False
    """True if another program or a shell has the terminal, or if the driver is closed."""
    _is_behind = False
    """True if a shell has the terminal, so this process must not use it."""
    _comes_back = False
    """True if this process takes the terminal as soon as the shell gives it back."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._app_loop = asyncio.get_running_loop()
        # Textual's handlers are replaced, because they would take the terminal from a shell, and would stop
        # this process even while it ends.
        signal.signal(signal.SIGTSTP, self._hear_stop)
        signal.signal(signal.SIGCONT, self._hear_go_on)

    def write(self, data: str) -> None:
        """Write to the terminal.

        Write nothing while a shell has it. While another program has it, write through stderr, for example to
        clear a clipboard.
        """
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
        """End Textual's writer thread."""
        super().close()
        self._is_lent = True

    def start_application_mode(self) -> None:
        """Take the terminal. If a shell has the terminal, stop this process after `_A_WHILE` instead."""
        self._is_lent = self._is_behind = self._comes_back = not self._has_terminal()
        if self._is_behind:
            self._stay_behind_soon()
        else:
            self.exit_event.clear()
            super().start_application_mode()  # type: ignore[no-untyped-call]

    def run_input_thread(self) -> None:
        """Read input until the driver ends. Textual's own loop would end at a byte that is not UTF-8."""
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
                        raise EOFError  # a SIGHUP would have ended the program during the sleep
                    self._hand_on(found.feed(data))
                self._hand_on(found.tick())

    def _hand_on(self, messages: Iterator[Message]) -> None:
        for message in messages:
            self._asks_nothing |= isinstance(message, PastesMarked)
            self.process_message(message)

    def disable_input(self) -> None:
        """Stop reading input. Change the terminal's settings only if this program has the terminal."""
        if not self._is_lent and self._has_terminal():
            super().disable_input()
        else:
            self.exit_event.set()

    def stop_application_mode(self) -> None:
        if self._is_lent or not self._has_terminal():
            self._is_behind = True
            self.exit_event.set()
            return
        self.write(self._emptied)
        super().stop_application_mode()

    def give_back_at_once(self, sequences: str) -> None:
        """Restore the terminal and write `sequences`, in a signal handler before the process ends.

        The caller must first end a program to which the terminal was lent.
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
        try:
            rows = os.get_terminal_size(self.fileno).lines or _MOST_ROWS
        except OSError:
            rows = _MOST_ROWS
        empty = "".join(f"\x1b[{row};1H\x1b[2K" for row in range(1, rows + 1))
        return f"\x1b[0m{empty}\x1b[H"

    def step_back(self) -> None:
        """Restore the terminal, and leave it to the shell until the shell returns it."""
        if not self._is_lent:
            self.suspend_application_mode()
            self._comes_back = True

    def stop(self) -> None:
        """Stop this process."""
        self._is_behind = True  # until `_go_on` sees that the shell has returned the terminal
        os.kill(os.getpid(), signal.SIGSTOP)

    def _hear_stop(self, *_: object) -> None:
        if self._is_lent and os.getpgrp() == os.getsid(0):
            # Another program has the terminal, and ctrl+z was pressed in that program. No shell could resume
            # this process, which is a session leader.
            return
        self._app_loop.call_soon_threadsafe(self.to_stop)

    def _hear_go_on(self, *_: object) -> None:
        # Go on in the event loop, because the signal may have interrupted a write.
        self._app_loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        if self.is_ending():
            return
        self._is_behind = not self._has_terminal()
        if self._is_behind:
            self._stay_behind_soon()
            return
        if self._comes_back:
            self.resume_application_mode()
        self.is_back()

    def _stay_behind_soon(self) -> None:
        asyncio.get_running_loop().call_later(_A_WHILE, self._stay_behind)

    def _stay_behind(self) -> None:
        if self._is_behind and not self.is_ending():
            # `_has_terminal` is also True if the terminal is gone. The end of the input then ends the
            # program.
            if self._has_terminal():
                self._go_on()
            else:
                self.stop()

    def _has_terminal(self) -> bool:
        """True if this process is in the terminal's foreground process group, or if that is unknown."""
        try:
            return os.tcgetpgrp(self.fileno) in (0, os.getpgrp())
        except OSError:
            return True


class Suspend(App[Any]):
    """Mixin for an app that can be stopped and continued.

    `step_back` runs before the process stops, `come_back` when the continued process has the terminal again.
    """

    def stop_with(self, driver: CleanExitDriver) -> None:
        driver.to_stop = partial(self.call_later, self._stop, driver)
        driver.is_back = partial(self.call_later, self._is_back)
        driver.is_ending = lambda: self.return_code is not None

    async def step_back(self) -> None:
        """Clean up before the process is stopped."""

    def come_back(self) -> None:
        """Called when the program has the terminal again."""

    def leave(self, code: int) -> None:
        """End without asking the user, after a signal."""
        self.exit(code, return_code=code)

    async def _stop(self, driver: CleanExitDriver) -> None:
        self.app_suspend_signal.publish(self)
        with self.batch_update():
            driver.step_back()
            await self.step_back()
            driver.stop()

    def _is_back(self) -> None:
        self.come_back()
        self.app_resume_signal.publish(self)
