"""A command in a GNU screen of its own, detached: keys are pressed, and all that it keeps is read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.terminal.drive import PATIENCE, ROOT, child_of, ended, environment, until

_NAME: Final = "made-up"
_KEYS: Final = {"C-q": "\x11", "Enter": "\r", "Escape": "\x1b"}


class GnuScreen:
    """A context manager, used as `Tmux` is. Without settings GNU screen has no alternate screen."""

    def __init__(self, command: Sequence[str], *, settings: str = "") -> None:
        self._command, self._lines = command, settings
        self._folder = Path(os.environ["TMPDIR"]) / "screen"
        self._env = {**environment(), "SCREENDIR": str(self._folder)}
        self._ended, self._copy = self._folder / "exit-code", self._folder / "hardcopy"
        self._settings = self._folder / "screenrc"
        self._options = ["-c", str(self._settings), "-S", _NAME]

    def __enter__(self) -> Self:
        self._folder.mkdir(mode=0o700)
        self._settings.write_text("defscrollback 1000\ndefutf8 on\n" + self._lines)
        self._server = subprocess.Popen(
            ["screen", "-D", "-m", *self._options, *ended(self._ended, self._command)],
            env=self._env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        subprocess.run(["screen", "-S", _NAME, "-X", "quit"], env=self._env, capture_output=True, check=False)
        self._server.wait(PATIENCE)
        for file in self._folder.iterdir():
            file.unlink()
        self._folder.rmdir()

    @property
    def history(self) -> str:
        """Text on the screen and in its scrollback."""
        next_copy = self._copy.with_suffix(".next")
        next_copy.unlink(missing_ok=True)
        self._do("hardcopy", "-h", str(self._copy))
        # Screen writes one copy after the other: with the second there, the first is complete.
        self._do("hardcopy", str(next_copy))
        until(next_copy.exists, lambda: "screen's hardcopy")
        return self._copy.read_bytes().decode("utf-8", "replace")

    @property
    def pid(self) -> int:
        return child_of(child_of(self._server.pid))

    def press(self, key: str) -> None:
        """Press a key, by tmux's names."""
        self._do("stuff", _KEYS.get(key, key))

    def presses(self, key: str, *texts: str) -> None:
        """Press a key and wait for what it does."""
        self.press(key)
        self.sees(*texts)

    def sees(self, *texts: str) -> None:
        """Wait until all of these texts are on the screen or in its scrollback."""
        until(lambda: all(text in self.history for text in texts), lambda: f"{texts} in\n{self.history}")

    @property
    def exit_code(self) -> int:
        """Wait until the command has ended; return its exit code."""
        until(self._ended.exists, lambda: f"the end of\n{self.history}")
        return int(self._ended.read_text())

    def _do(self, *words: str) -> None:
        # Screen refuses commands until it has begun.
        command = ["screen", "-S", _NAME, "-p", "0", "-X", *words]

        def is_done() -> bool:
            return subprocess.run(command, env=self._env, capture_output=True, check=False).returncode == 0

        until(is_done, lambda: f"screen to {words[0]}")
