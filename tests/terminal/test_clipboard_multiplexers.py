"""Copies in real tmux and GNU screen: the terminal outside gets a value once, and they keep nothing of it."""

from __future__ import annotations

import base64
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import ROOT, environment, until
from tests.terminal.steps import OLD
from tests.value_search import traces

pytestmark = pytest.mark.pty

OPENS: Final = (*COMMAND, "--demo", "default/mysecret")
COPIED: Final = re.compile(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]*)(?:\x07|\x1b\\\\)")
SETTINGS: Final = [("off", "off"), ("external", "off"), ("on", "on")]


class InTmux(Terminal):
    """The program in a tmux of its own, whose client is in this terminal."""

    def __init__(self, settings: str, seconds: int) -> None:
        folder = Path(os.environ["TMPDIR"])
        self.socket, self._file = folder / "tmux", folder / "tmux.conf"
        self._file.write_text(f"set -g status off\n{settings}")
        env = {**environment(), "SECRET_TUI_CLIPBOARD_SECONDS": str(seconds)}
        super().__init__(self.words("new-session", *OPENS), env=env, cwd=str(ROOT))

    def words(self, *words: str) -> list[str]:
        """Command line of a command to that tmux."""
        return ["tmux", "-u", "-S", str(self.socket), "-f", str(self._file), *words]

    def ask(self, *words: str) -> str:
        """Run a tmux command and return what it prints."""
        return subprocess.run(
            self.words(*words), env=environment(), capture_output=True, text=True, check=False
        ).stdout

    @property
    def program(self) -> int:
        return int(self.ask("display-message", "-p", "#{pane_pid}"))

    def end(self) -> None:
        """End tmux and remove its files."""
        self.ask("kill-server")
        self._file.unlink()
        self.socket.unlink(missing_ok=True)


@contextmanager
def in_tmux(settings: str, seconds: int = 300) -> Iterator[InTmux]:
    with InTmux(settings, seconds) as terminal:
        try:
            yield terminal
        finally:
            terminal.end()


def copied(terminal: Terminal) -> list[bytes]:
    """Values put on this terminal's clipboard, in order."""
    return [base64.b64decode(data) for data in COPIED.findall(bytes(terminal.stream))]


def copies(terminal: Terminal) -> None:
    """Copy the value under the cursor without showing it."""
    terminal.until_shown("password")
    terminal.press("c")
    terminal.until(lambda: copied(terminal), "something on the clipboard")


def visible_to_everybody() -> bytes:
    """Command lines and environments of all processes but this one."""
    seen = b""
    for place in Path("/proc").glob("[0-9]*"):
        if place.name != str(os.getpid()):
            for name in ("cmdline", "environ"):
                try:
                    seen += (place / name).read_bytes() + b"\n"
                except OSError:
                    continue
    return seen


@pytest.mark.parametrize(("clipboard", "passes"), SETTINGS)
def test_through_tmux_one_client_gets_the_copy_once_and_nothing_of_it_stays(
    clipboard: str, passes: str
) -> None:
    settings = f"set -s set-clipboard {clipboard}\nset -g allow-passthrough {passes}\n"
    with in_tmux(settings) as terminal:
        terminal.until_shown("password")
        with Terminal(terminal.words("attach"), env=environment()) as other:
            other.until_shown("password")
            terminal.presses("c", "2 tmux clients")
            terminal.presses("y", "through tmux")
            terminal.until(lambda: copied(terminal), "something on the clipboard")
            assert copied(terminal) == [OLD]
            assert terminal.ask("list-buffers") == ""
            seen = visible_to_everybody()
            assert b"mysecret" not in seen.replace(b"default/mysecret", b""), "but what started it"
            assert traces(seen, OLD.decode()) == []
            os.kill(terminal.program, signal.SIGTERM)
            terminal.until_end()
            other.until_end()
            assert copied(terminal) == [OLD, b" "]
            assert copied(other) == []


def test_through_tmux_the_copy_is_cleared_when_its_time_is_over() -> None:
    with in_tmux("", seconds=2) as terminal:
        copies(terminal)
        terminal.until(lambda: len(copied(terminal)) == 2, "the clipboard to be emptied")
        assert copied(terminal) == [OLD, b" "]
        assert terminal.ask("list-buffers") == ""


def copies_into_tmuxs_own_buffer(terminal: InTmux, key: str) -> None:
    """Copy the value under the cursor."""
    terminal.presses("C", f"Copy {key} of mysecret")
    terminal.presses("t", f"{key}: ")
    terminal.until_shown("copied to the tmux buffer")


def buffers(terminal: InTmux) -> list[str]:
    return terminal.ask("list-buffers", "-F", "#{buffer_name}").split()


@pytest.mark.parametrize("ends", ["time", "cover", "quit"])
def test_neither_of_two_copies_into_tmux_buffers_stays(ends: str) -> None:
    with in_tmux("set -g remain-on-exit on\n", 3 if ends == "time" else 300) as terminal:
        terminal.until_shown("password")
        copies_into_tmuxs_own_buffer(terminal, "password")
        (first,) = buffers(terminal)
        terminal.press("j")
        copies_into_tmuxs_own_buffer(terminal, "username")
        until(lambda: first not in buffers(terminal), lambda: "the first to be deleted by the second")
        if ends != "time":
            assert len(buffers(terminal)) == 1
            terminal.press("\x0c" if ends == "cover" else "\x11")
        until(lambda: buffers(terminal) == [], lambda: "no buffer to be left")


def test_a_copy_from_another_tmux_client_clears_the_first_clients_clipboard() -> None:
    with in_tmux("") as terminal:
        terminal.until_shown("password")
        with Terminal(terminal.words("attach"), env=environment()) as other:
            other.until_shown("password")
            terminal.presses("c", "2 tmux clients")
            terminal.press("y")
            terminal.until(lambda: copied(terminal), "something on the clipboard")
            other.until_shown("through tmux")
            other.press("c")
            other.until(lambda: copied(other), "something on the other clipboard")
            terminal.until(lambda: len(copied(terminal)) == 2, "the first clipboard to be emptied")
            assert (copied(terminal), copied(other)) == ([OLD, b" "], [OLD])
            assert terminal.ask("list-buffers") == ""
            os.kill(terminal.program, signal.SIGTERM)
            other.until_end()
            assert copied(other) == [OLD, b" "]


def test_through_tmux_the_copy_is_cleared_when_its_pane_is_closed() -> None:
    with in_tmux("") as terminal:
        copies(terminal)
        terminal.ask("split-window", "-d", "cat")  # the client stays when the other pane is closed
        terminal.ask("kill-pane", "-t", "0")
        terminal.until(lambda: len(copied(terminal)) == 2, "the clipboard to be emptied")
        until(lambda: terminal.ask("list-buffers") == "", lambda: "no buffer to be left")


def test_through_screen_the_terminal_gets_the_copy_once_and_screen_keeps_nothing_of_it() -> None:
    folder = Path(os.environ["TMPDIR"]) / "screen"
    folder.mkdir(mode=0o700)
    settings = folder / "screenrc"
    settings.write_text("startup_message off\ndefutf8 on\n")
    env = {**environment(), "SCREENDIR": str(folder), "SECRET_TUI_CLIPBOARD_SECONDS": "2"}
    command = ["screen", "-U", "-c", str(settings), "-S", "made-up", *OPENS]
    with Terminal(command, env=env, cwd=str(ROOT)) as terminal:
        copies(terminal)
        assert copied(terminal) == [OLD]
        history, buffer, next_copy = (folder / name for name in ("history", "buffer", "next"))
        for do, file in (("writebuf", buffer), ("hardcopy -h", history), ("hardcopy", next_copy)):
            subprocess.run(["screen", "-S", "made-up", "-X", *do.split(), str(file)], env=env, check=True)
        terminal.until(next_copy.exists, "screen's copies")  # it makes one after the other
        assert not buffer.exists(), "screen's paste buffer is empty"
        assert b"password" in history.read_bytes()
        assert traces(history.read_bytes(), OLD.decode()) == []
        terminal.until(lambda: len(copied(terminal)) == 2, "the clipboard to be emptied")
        assert copied(terminal) == [OLD, b""]
        history.unlink()
        next_copy.unlink()
        terminal.press("\x11")
        terminal.until_end()
        until(lambda: list(folder.iterdir()) == [settings], lambda: "screen to end")
    settings.unlink()
    folder.rmdir()
