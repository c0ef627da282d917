"""Ask the terminal what it supports; only for `secret-tui doctor`, since nothing else reads the input then.

Sources: xterm's ctlseqs (DECRQM and DECRPM, DA1); VT510.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from typing import Final, Literal

_PATIENCE: Final = 1.0
"""Seconds for the terminal to answer, also over a slow line."""
_FOCUS: Final = b"\x1b[?1004$p"
_WHO_ARE_YOU: Final = b"\x1b[c"
"""DA1: every terminal answers it, in order, so a missing answer before it will not come."""
_ANSWERED: Final = re.compile(rb"\x1b\[\?[0-9;]*c")
_MODE: Final = re.compile(rb"\x1b\[\?1004;([0-4])\$y")


def reports_focus(inside: int, out: int) -> Literal["yes", "no", "unsaid"]:
    """Can the terminal at these two descriptors tell when it loses the focus? "unsaid": it did not answer."""
    if not (os.isatty(inside) and os.isatty(out)):
        return "unsaid"
    mode = _MODE.search(_asked(inside, out, _FOCUS + _WHO_ARE_YOU))
    if mode is None:
        return "unsaid"
    return "yes" if mode[1] in b"123" else "no"


def _asked(inside: int, out: int, question: bytes) -> bytes:
    """The terminal's answer, not echoed; the terminal's settings are restored."""
    former = termios.tcgetattr(inside)
    said, end = b"", time.monotonic() + _PATIENCE
    try:
        tty.setcbreak(inside, termios.TCSAFLUSH)
        os.write(out, question)
        while not _ANSWERED.search(said) and (left := end - time.monotonic()) > 0:
            if select.select([inside], [], [], left)[0]:
                said += os.read(inside, 1024)
    finally:
        termios.tcsetattr(inside, termios.TCSAFLUSH, former)
    return said
