"""A program in a pty that notes when each byte came, and what each whole frame showed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from benchmarks.surroundings import COLUMNS, ROWS

PATIENCE: Final = 120.0
"""Seconds after which a condition that did not come true is a failure."""

_ASKS_FOR_SYNC: Final = b"\x1b[?2026$p"
_HAS_SYNC: Final = b"\x1b[?2026;2$y"
FRAME_ENDS: Final = b"\x1b[?2026l"
_FRAME: Final = re.compile(rb"\x1b\[%d(?:;1)?H.*?\x1b\[\?2026l" % ROWS, re.DOTALL)
"""The last line of the terminal, and the rest of its frame."""
_TOKEN: Final = re.compile(
    r"\x1b\[(?P<row>\d+)(?:;(?P<column>\d+))?H|\x1b\[(?P<in_row>\d+)G"
    r"|\x1b(?:\[[0-9;?>$]*[A-Za-z]|\][^\x07]*\x07)|(?P<text>[^\x00-\x1f]+)"
)


class Terminal:
    """A context manager around one program. The terminal knows synchronized output, so frames have ends."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command, self._env = command, dict(env)
        self.stream = bytearray()
        """Every byte that came."""
        self.arrivals: list[tuple[int, float]] = []
        """Bytes that had come after each read, and its time (seconds, monotonic)."""
        self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self._drawn = 0
        """Bytes of the stream that are in `_rows`."""

    def __enter__(self) -> Self:
        self._fd, program = pty.openpty()
        fcntl.ioctl(program, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.began = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            stdin=program,
            stdout=program,
            stderr=program,
            env=self._env,
            start_new_session=True,
        )
        os.close(program)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._fd)

    # Reading

    def read(self, seconds: float) -> bool:
        """Take what has come, waiting so long at most; return False if nothing will come any more."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._fd, 1 << 20)
        except OSError:
            return False
        now = time.monotonic()
        if _ASKS_FOR_SYNC in data:
            os.write(self._fd, _HAS_SYNC)
        self.stream += data
        self.arrivals.append((len(self.stream), now))
        return bool(data)

    def until(self, is_true: Callable[[], object], what: str) -> float:
        """Read until the condition holds; return when that was."""
        end = time.monotonic() + PATIENCE
        while not is_true():
            if not self.read(0.2) or time.monotonic() > end:
                raise AssertionError(f"in vain for {what}:\n{self.screen}")
        return self.arrivals[-1][1] if self.arrivals else time.monotonic()

    def until_seen(self, text: str) -> float:
        """Read until a whole frame shows this on one line; return when that was."""
        return self.until(lambda: text in self.screen, text)

    @property
    def screen(self) -> str:
        """Text of the last whole frame; no object here has letters of two cells."""
        end = self.stream.rfind(FRAME_ENDS, self._drawn)
        if end >= 0:
            drawn, self._drawn = self.stream[self._drawn : end], end
            row = column = 0
            for match in _TOKEN.finditer(drawn.decode(errors="replace")):
                if match["row"]:
                    row, column = int(match["row"]) - 1, int(match["column"] or 1) - 1
                elif match["in_row"]:
                    column = int(match["in_row"]) - 1
                elif text := match["text"]:
                    self._rows[row][column : column + len(text)] = text
                    column += len(text)
        return "\n".join("".join(row) for row in self._rows)

    def until_at_rest(self, seconds: float = 2.0) -> None:
        """Read until for so long neither a byte came nor the program had work to do."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            came, worked = len(self.stream), self.worked
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0:
                self.read(left)
            if len(self.stream) == came and self.worked - worked < 0.01 * seconds + 0.01:
                return
        raise AssertionError("the program does not come to rest")

    def painted_at(self) -> float:
        """Time of the first full frame, in which the last line of the terminal was painted."""
        return self.until(lambda: _FRAME.search(self.stream), "a first frame")

    # Pressing, and the process

    def press(self, key: str) -> float:
        """Type this; return when that was."""
        at = time.monotonic()
        os.write(self._fd, key.encode())
        return at

    def until_end(self) -> float:
        """Read until the program has ended; return when that was."""
        while self.read(0.01) or self._process.poll() is None:
            if self._process.poll() is not None and not self.read(0.01):
                break
        self._process.wait()
        return time.monotonic()

    @property
    def resident(self) -> int:
        """Bytes of memory that the program has now."""
        return self._memory("VmRSS")

    @property
    def peak(self) -> int:
        """The most bytes of memory that it had."""
        return self._memory("VmHWM")

    def _memory(self, name: str) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split(f"{name}:")[1].split()[0]) * 1024

    @property
    def worked(self) -> float:
        """Seconds of processor time that the program took so far."""
        return worked(self._process.pid)


def worked(pid: int) -> float:
    """Seconds of processor time that a process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
