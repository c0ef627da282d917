"""Vim has the terminal while the program is killed, ended, hung up or stopped: no disk holds the text."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
from pathlib import Path
from typing import Final

import pytest

from tests.jobs.test_external_editor import VIMRC
from tests.pseudo_terminal import PATIENCE, Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import PROGRAM, ROOT, Tmux, child_of, environment, until
from tests.terminal.server import Server
from tests.terminal.steps import OLD, open_mysecret
from tests.terminal.test_ended_while_stopped import is_there, mode, shell
from tests.terminal.test_files_written import CALLS, written
from tests.terminal.test_hangup import of_session
from tests.value_search import traces_in_files

pytestmark = pytest.mark.pty

NEW: Final = "made-up-and-new"
DEMO: Final = [*COMMAND, "--demo", "default/mysecret"]
FOLDERS: Final = ("HOME", "TMPDIR", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")


@pytest.fixture(autouse=True)
def vim(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make vim the editor, with settings that keep as many copies as vim can."""
    (Path.home() / "kept").mkdir()
    (Path.home() / ".vimrc").write_text(VIMRC)
    monkeypatch.setenv("EDITOR", "vim")
    monkeypatch.setenv("TERM", "screen-256color")  # what vim asks of an xterm pyte does not know


def goes_out(terminal: Terminal) -> None:
    terminal.until_shown("password")
    terminal.presses("\x0f", "stringData:")


@pytest.mark.timeout(120)  # strace makes it slow
def test_after_sigkill_only_memory_holds_the_edited_file_and_the_next_start_removes_it(
    memory: Path, tmp_path: Path
) -> None:
    log, strace = tmp_path / "strace", shutil.which("strace")
    assert strace is not None, "strace is not installed"
    with Server("--demo") as server:
        arguments = ["--trust", "--kubeconfig", str(server.kubeconfig)]
        command = [strace, "-f", "-qq", "-e", f"trace={CALLS}", "-o", str(log), PROGRAM, *arguments]
        with Tmux(command) as tmux:
            open_mysecret(tmux)
            tmux.presses("C-o", "stringData:", OLD.decode())
            tmux.type(f":%s/{OLD.decode()}/{NEW}/")
            tmux.presses("Enter", f'password: "{NEW}"')
            tmux.type(":w")
            tmux.presses("Enter", "written")
            (left,) = memory.rglob("secret.yaml")
            assert NEW in left.read_text()
            program = child_of(tmux.pid)
            os.kill(program, signal.SIGKILL)
            until(lambda: not is_there(program), lambda: "the program to end")
            tmux.type(":q")
            tmux.press("Enter")
            assert tmux.exit_code == 128 + signal.SIGKILL
        with Tmux([PROGRAM, *arguments]) as tmux:
            tmux.sees(f"Removed editor files that a killed secret-tui left in {memory}.")
            tmux.press("C-q")
            assert tmux.exit_code == 0
    assert list(memory.iterdir()) == []
    state = Path(os.environ["XDG_STATE_HOME"]) / "secret-tui"
    paths = {state / path for path in written(log)}
    assert any(path.is_relative_to(memory) for path in paths)
    assert [path for path in paths if not path.is_relative_to(memory) and path.parent != state != path] == []
    assert traces_in_files([Path(os.environ[name]) for name in FOLDERS], NEW) == []


def test_a_closed_terminal_ends_vim_too_and_leaves_no_file(memory: Path) -> None:
    with Terminal(DEMO, env=environment(), cwd=str(ROOT)) as terminal:
        goes_out(terminal)
        terminal.close()
        assert terminal.ends(PATIENCE) == 128 + signal.SIGHUP
        assert of_session(terminal.pid) == []
    assert list(memory.iterdir()) == []


def test_sigterm_ends_vim_first_and_gives_the_terminal_back(memory: Path) -> None:
    with Terminal(DEMO, env=environment(), cwd=str(ROOT)) as terminal:
        goes_out(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        assert terminal.until_end() == 128 + signal.SIGTERM
        assert of_session(terminal.pid) == []
        stream = bytes(terminal.stream)
    assert stream.rfind(b"\x1b[?1049l") > stream.rfind(b"\x1b[?1049h"), "the terminal is given back"
    assert list(memory.iterdir()) == []


def test_a_killed_vim_leaves_the_terminal_as_it_was() -> None:
    with shell() as terminal:
        before = mode(terminal)
        terminal.press(f"{shlex.join(DEMO)}\r")
        goes_out(terminal)
        (editor,) = (
            int(pid)
            for listing in Path(f"/proc/{terminal.job}/task").glob("*/children")  # a thread started it
            for pid in listing.read_text().split()
        )
        os.kill(editor, signal.SIGKILL)
        terminal.until_shown("Nothing taken: vim was ended by signal 9.")
        terminal.presses("\x11", "made-up>")
        assert mode(terminal) == before


def test_vim_is_stopped_and_continued_with_the_program(memory: Path) -> None:
    with shell() as terminal:
        terminal.press(f"{shlex.join(DEMO)}\r")
        goes_out(terminal)
        terminal.presses("\x1a", "Stopped")
        assert len(list(memory.iterdir())) == 1
        terminal.presses("fg\r", "stringData:")
        terminal.presses(":q!\r", "Nothing changed in vim.")
        terminal.presses("\x11", "made-up>")
    assert list(memory.iterdir()) == []


def test_ctrl_z_does_not_stop_a_vim_that_no_shell_could_continue(memory: Path) -> None:
    with Terminal(DEMO, env=environment(), cwd=str(ROOT)) as terminal:
        goes_out(terminal)
        terminal.press("\x1a")
        terminal.presses(":q!\r", "Nothing changed in vim.")
        terminal.press("\x11")
        assert terminal.until_end() == 0
    assert list(memory.iterdir()) == []
