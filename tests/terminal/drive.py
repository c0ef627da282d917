"""The installed command in a tmux of its own: keys are pressed, and the screen is read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.typing_pace import Pace

PATIENCE: Final = 30.0
"""Seconds until a condition that does not come true fails its test."""
PROGRAM: Final = str(Path(sys.executable).with_name("secret-tui"))
"""The command as it was installed beside this interpreter."""

ROOT: Final = Path(__file__).parents[2]
"""Root of the repository."""

_BETWEEN_LOOKS: Final = 0.05
_EQUAL_LOOKS: Final = 6
"""Equal looks in a row that make a screen count as still."""
_SESSION: Final = "program"
_OF_SESSION: Final = frozenset(
    ("capture-pane", "display-message", "paste-buffer", "pipe-pane", "resize-window", "send-keys")
)
_SETTINGS: Final = """
set -g status off
set -g default-terminal screen-256color
"""


class Tmux:
    """A context manager around one command in a tmux of its own; `size` is columns, rows.

    `settings` are lines for its tmux.conf.
    """

    def __init__(
        self, command: Sequence[str], *, size: tuple[int, int] = (80, 24), settings: str = ""
    ) -> None:
        self._command = command
        self._lines = _SETTINGS + settings
        self._size = size
        self._pace = Pace()
        folder = Path(os.environ["TMPDIR"])
        self._socket, self._settings = folder / "tmux", folder / "tmux.conf"
        self._ended = folder / "exit-code"

    def __enter__(self) -> Self:
        columns, rows = map(str, self._size)
        self._settings.write_text(self._lines)
        options = ["-S", str(self._socket), "-f", str(self._settings)]
        # Its session is none of the program's, which counts the clients that see its own.
        self._control = subprocess.Popen(
            ["tmux", *options, "-C", "new-session", "-s", "control", "cat"],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            self._reply()
            command = ended(self._ended, self._command)
            self._tmux("new-session", "-d", "-s", _SESSION, "-x", columns, "-y", rows, *command)
            self._server = int(self._ask("#{pid}"))
        except BaseException:
            self._ends()
            self._settings.unlink()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._ends()
        until(lambda: has_ended(self._server), lambda: "tmux to end")
        for file in (self._socket, self._settings, self._ended, self._ended.with_suffix(".part")):
            file.unlink(missing_ok=True)

    @property
    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    @property
    def pid(self) -> int:
        return child_of(int(self._ask("#{pane_pid}")))

    @property
    def title(self) -> str:
        """The title that the program gave its terminal."""
        return self._ask("#{pane_title}")

    @property
    def history(self) -> str:
        """Text on the screen and in its scrollback."""
        return self._tmux("capture-pane", "-p", "-S", "-")

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names: "r", "Enter", "Escape", "C-q"."""
        for key in keys:
            self._pace.keep(key)
            self._tmux("send-keys", key)

    def type(self, text: str) -> None:
        self._pace.keep(text)
        self._tmux("send-keys", "-l", "--", text)

    def resizes(self, columns: int, rows: int) -> None:
        """Resize the terminal while the program runs, and wait until the screen is still."""
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))
        self.rests()

    def pipes_to(self, file: Path) -> None:
        """Append all that the program sends from now on to a file, too."""
        self._tmux("pipe-pane", "-o", f"cat >> '{file}'")

    def attaching(self) -> list[str]:
        """Command line of one more client."""
        return ["tmux", "-S", str(self._socket), "attach"]

    def rests(self) -> None:
        """Wait until the screen has text and some looks in a row show the same."""
        looks: list[str] = []

        def is_still() -> bool:
            looks.append(self.screen)
            last = looks[-_EQUAL_LOOKS:]
            return len(last) == _EQUAL_LOOKS and last[0].strip() != "" and len(set(last)) == 1

        until(is_still, lambda: f"a screen that stands still\n{self.screen}")

    def sees(self, *texts: str, gone: Sequence[str] = ()) -> str:
        """Wait until all of these texts are on the screen and none of `gone`; return the screen.

        Case is ignored: a text may begin a sentence or stand within one.
        """

        def is_so() -> bool:
            screen = _unwrapped(self.screen)
            return all(_unwrapped(text) in screen for text in texts) and not any(
                _unwrapped(text) in screen for text in gone
            )

        until(is_so, lambda: f"{texts} without {tuple(gone)} in\n{self.screen}")
        return self.screen

    def presses(self, key: str, *texts: str, gone: Sequence[str] = ()) -> str:
        """Press a key and wait for what it does."""
        self.press(key)
        return self.sees(*texts, gone=gone)

    @property
    def cursor(self) -> str:
        """The name on the row that the cursor of the focused list is on; "" if there is none."""
        row = next((row for row in self._focused if row.startswith("▸")), "")
        return next(iter(row.strip("▸ ~+-*!").split(" ")), "")

    def go_to(self, name: str) -> None:
        """Move down from the first row of the focused list until the cursor is on this name."""
        self.press("g")
        until(self._is_on_first, lambda: f"the cursor on the first row of\n{self.screen}")
        while not _is_name(here := self.cursor, name):
            self.press("j")
            self._leaves(here)

    def _leaves(self, name: str) -> None:
        until(lambda: self.cursor not in ("", name), lambda: f"the cursor to leave {name} in\n{self.screen}")

    def _is_on_first(self) -> bool:
        rows = self._focused
        marked = [number for number, row in enumerate(rows) if row.startswith("▸")]
        return bool(marked) and " SIZE" in rows[marked[0] - 1]

    @property
    def _focused(self) -> list[str]:
        """The rows of the focused pane: the heavy frame where there are several, else the whole screen."""
        rows = self.screen.splitlines()
        corner = next((row for row in rows if "┏" in row and "┓" in row), "")
        left, right = (corner.index("┏") + 1, corner.index("┓")) if corner else (0, None)
        return [row[left:right].strip() for row in rows]

    @property
    def exit_code(self) -> int:
        """Wait until the command has ended; return its exit code."""
        until(lambda: not self.is_running, lambda: f"the end of\n{self.screen}")
        return int(self._ended.read_text())

    @property
    def is_running(self) -> bool:
        return not self._ended.exists()

    def _ask(self, what: str) -> str:
        return self._tmux("display-message", "-p", what).strip()

    def _ends(self) -> None:
        self._control.communicate(b"kill-server\n", timeout=PATIENCE)

    def _tmux(self, name: str, *words: str) -> str:
        """Run a tmux command, on the program's session if it needs one; return what it prints.

        In tmux's control mode a look takes 0.05 ms of processor time; in a process of its own 5 ms.
        """
        target = ["-t", _SESSION] if name in _OF_SESSION else []
        assert self._control.stdin is not None
        self._control.stdin.write(f"{' '.join(map(_quoted, (name, *target, *words)))}\n".encode())
        self._control.stdin.flush()
        succeeded, lines = self._reply()
        assert succeeded, f"tmux {name}: {lines}"
        return lines

    def _reply(self) -> tuple[bool, str]:
        """Read the next reply: True for success, and its lines. Notifications are skipped."""
        assert self._control.stdout is not None
        end, lines = b"", list[bytes]()
        for line in self._control.stdout:
            if end and line.partition(b" ")[2] == end and line.startswith((b"%end ", b"%error ")):
                return line.startswith(b"%end "), b"".join(lines).decode("utf-8", "replace")
            if end:
                lines.append(line)
            elif line.startswith(b"%begin "):
                end = line.partition(b" ")[2]
        raise AssertionError("tmux has ended")


def _quoted(word: str) -> str:
    """Quote a word for tmux's parser; control characters become octal numbers."""
    chars = (f"\\{ord(char):03o}" if char < " " else f"\\{char}" if char in '"\\$' else char for char in word)
    return f'"{"".join(chars)}"'


def _is_name(shown: str, name: str) -> bool:
    """True if the name is shown, whole or cut in its middle."""
    head, cut, tail = shown.partition("…")
    return name.startswith(head) and name.endswith(tail) if cut else shown == name


def ended(file: Path, command: Sequence[str]) -> list[str]:
    """Wrap a command in a shell that writes its exit code to a file (tmux may miss it) and keeps the pane."""
    return ["sh", "-c", '"$@"; echo $? > "$0.part"; mv "$0.part" "$0"; read end', str(file), *command]


def until(is_true: Callable[[], object], what: Callable[[], str]) -> None:
    """Look again and again until the condition holds; fail after PATIENCE."""
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end, f"waited {PATIENCE:g} s in vain for {what()}"
        threading.Event().wait(_BETWEEN_LOOKS)


def environment() -> dict[str, str]:
    """Environment of the test as Python knows it: readline puts COLUMNS and LINES into the real one."""
    return dict(os.environ)


def _unwrapped(screen: str) -> str:
    """Put the screen on one line in lower case, each run of blanks as one: a sentence may be wrapped."""
    return re.sub(r"\s+", " ", screen).lower()


def child_of(pid: int) -> int:
    """Find the first process that this one started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def state_of(pid: int) -> str:
    """State letter of a process, as in /proc: "T" for stopped. Raises OSError once the process has gone."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def has_ended(pid: int) -> bool:
    """True for a zombie too: a container's first process may take two seconds to reap it."""
    try:
        return state_of(pid) in "ZX"
    except OSError:
        return True
