"""A program in a real pseudo-terminal: presses go in, and its stream is read as a terminal would."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Final, Self

import pyte

from tests.typing_pace import Pace

PATIENCE = 30.0
"""Seconds until a condition that does not come true fails its test."""


_TIOCGPTPEER: Final = 0x5441
"""Opens the program's side of a pseudo-terminal; Source: ioctl_tty(2)."""


def _begin_as_a_login_does() -> None:
    """Take the terminal; ignore no signal that the tests ignore (under nohup, in the background)."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)


class Terminal:
    """A context manager around one program in its own terminal of `size` (columns, rows)."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        size: tuple[int, int] = (80, 24),
        cwd: str | None = None,
    ) -> None:
        self._command = command
        self._env = dict(os.environ if env is None else env)
        self._size = size
        self._cwd = cwd
        self._pace = Pace()
        self._screen = pyte.Screen(*size)
        self._reader = pyte.ByteStream(self._screen)
        self._lines: dict[int, str] = {}
        self.stream = bytearray()
        """Every byte that the program sent to the terminal."""

    def __enter__(self) -> Self:
        columns, rows = self._size
        self._terminal, program = pty.openpty()
        fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            self._command,
            stdin=program,
            stdout=program,
            stderr=program,
            env=self._env,
            cwd=self._cwd,
            start_new_session=True,
            preexec_fn=_begin_as_a_login_does,
        )
        os.close(program)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """Hang up the terminal's side."""
        os.close(self._terminal)
        self._terminal = os.open(os.devnull, os.O_RDWR)

    def ends(self, seconds: float) -> int:
        """Return the exit code of a program whose terminal is gone, waiting so long at most."""
        return self._process.wait(seconds)

    @property
    def settings(self) -> list[object]:
        """Settings of the terminal, as termios returns them."""
        return termios.tcgetattr(self._terminal)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Take nothing that the program writes, as after ctrl+s."""
        program = fcntl.ioctl(self._terminal, _TIOCGPTPEER, os.O_RDWR | os.O_NOCTTY)
        termios.tcflow(program, termios.TCOOFF)
        try:
            yield
        finally:
            termios.tcflow(program, termios.TCOON)
            os.close(program)

    @property
    def lines(self) -> list[str]:
        """The screen, a line per row. Only changed rows are read: pyte's `display` reads each cell."""
        for y in self._screen.dirty:
            row = self._screen.buffer[y]
            self._lines[y] = "".join(row[x].data for x in range(self._screen.columns))
        self._screen.dirty.clear()
        return [self._lines[y] for y in range(self._screen.lines)]

    def press(self, *keys: str) -> None:
        """Type these keys one after the other: letters, or sequences such as "\\x11" for ctrl+q."""
        for key in keys:
            self._pace.keep(key)
            os.write(self._terminal, key.encode())

    def presses(self, key: str, text: str) -> None:
        """Type one key, and read until this text is on the screen."""
        self.press(key)
        self.until_shown(text)

    def send(self, data: bytes) -> None:
        """Send any bytes at once, such as a terminal's answers, which are no keys."""
        os.write(self._terminal, data)

    def resizes(self, columns: int, rows: int) -> None:
        """Resize the terminal of the program and the screen that is read."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def shows(self, text: str) -> bool:
        """True if a line on the screen holds this text."""
        return any(text in line for line in self.lines)

    def until(self, is_true: Callable[[], object], what: str) -> None:
        """Read until the condition holds; fails if the program ends before, or if it never does."""
        end = time.monotonic() + PATIENCE
        while not is_true():
            is_open = self._read(0.1)
            assert is_open or is_true(), f"ended before {what}:\n{self._picture()}"
            assert time.monotonic() < end, f"waited {PATIENCE:g} s in vain for {what}:\n{self._picture()}"

    def until_shown(self, text: str) -> None:
        """Read until this text is on the screen."""
        self.until(lambda: self.shows(text), repr(text))

    def watch(self, seconds: float) -> int:
        """Read for so long; return how many bytes came."""
        before, end = len(self.stream), time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._read(left):
            pass
        return len(self.stream) - before

    def type(self, keys: Sequence[str], *, between: float) -> None:
        """Type these keys as a hand does: `between` seconds apart, whatever comes meanwhile."""
        for key in keys:
            self.press(key)
            self.watch(between)

    def until_end(self) -> int:
        """Read until the program has ended; return its exit code, negative for a signal."""
        end = time.monotonic() + PATIENCE
        while self._read(0.1) or self._process.poll() is None:
            assert time.monotonic() < end, f"did not end within {PATIENCE:g} s:\n{self._picture()}"
        return self._process.wait()

    def _read(self, seconds: float) -> bool:
        """Take the bytes that have come, waiting so long at most; False if no more can come."""
        ready, _, _ = select.select([self._terminal], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._terminal, 65536)
        except OSError:
            # Linux says so when the last one on the other side has gone.
            return False
        self.stream += data
        self._reader.feed(data)
        return bool(data)

    def _picture(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines)
