"""The driver: Textual's own for Unix terminals, which leaves nothing on the screen that it gives back."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from textual.drivers.linux_driver import LinuxDriver

_MOST_ROWS: Final = 500
"""Where the terminal does not tell its size."""

_POINTER: Final = "\x1b]22;"
"""Textual's wish for another shape of the mouse's pointer: no sequence but those we need goes out."""


class LeavingNothing(LinuxDriver):
    """Paints an empty screen before every leave: quit, signal, crash and suspend.

    GNU screen, and tmux with `alternate-screen off`, have no second screen to come back from and would keep
    the last frame. Line by line: a whole screen that is cleared goes into tmux's history (scroll-on-clear).
    """

    frame_sent: Callable[[], None] = staticmethod(lambda: None)
    """Told of everything that is sent."""

    _is_lent = False
    """Has another program the terminal? Then what Textual would write with has stopped, and would wait."""

    def write(self, data: str) -> None:
        """Send to the terminal; past Textual while another has it: a clipboard's time comes then too."""
        if data.startswith(_POINTER):
            return
        if not self._is_lent:
            self.frame_sent()
            super().write(data)
        elif sys.__stderr__ is not None:
            with suppress(OSError, ValueError):
                sys.__stderr__.write(data)
                sys.__stderr__.flush()

    def close(self) -> None:
        """The end of what Textual writes with, for good or until the terminal is taken back."""
        super().close()
        self._is_lent = True

    def start_application_mode(self) -> None:
        """Take the terminal, at the start or back."""
        self._is_lent = False
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Empty the screen, and give the terminal back."""
        try:
            rows = os.get_terminal_size(self.fileno).lines
        except OSError:
            rows = _MOST_ROWS
        empty = "".join(f"\x1b[{row};1H\x1b[2K" for row in range(1, rows + 1))
        self.write(f"\x1b[0m{empty}\x1b[H")
        super().stop_application_mode()
