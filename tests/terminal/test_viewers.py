"""Other viewers of the terminal: only those that the kernel and tmux report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from tui.model.viewers import Viewers
from tui.terminal.viewers import look

IN_TMUX: Final = {"TMUX": "/tmp/made-up,7,0", "TMUX_PANE": "%3"}


def processes(proc: Path, *chain: tuple[int, str]) -> None:
    """Write /proc entries of processes, each started by the next one."""
    for (pid, name), (parent, _) in zip(chain, (*chain[1:], (0, "")), strict=True):
        (proc / str(pid)).mkdir(exist_ok=True)
        (proc / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0 -1 made up")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("script", "script"),
        ("tlog-rec-sessio", "tlog-rec-session"),
        ("bash", ""),
        ("scripted", ""),
        ("a) S 1 (script", ""),
    ],
)
def test_a_recorder_is_found_among_the_parents_by_its_name(name: str, found: str, tmp_path: Path) -> None:
    processes(tmp_path, (os.getpid(), "secret-tui"), (20, "bash"), (10, name), (1, "init"))
    seen = look({}, tmp_path)
    assert seen.recorders == ((f"{found}, a parent process",) if found else ())
    assert seen.badges == (("RECORDED",) if found else ())


def test_asciinema_is_known_by_its_variable_and_a_cycle_of_parents_ends(tmp_path: Path) -> None:
    processes(tmp_path, (os.getpid(), "secret-tui"), (20, "bash"))
    (tmp_path / "20" / "stat").write_text(f"20 (bash) S {os.getpid()} 1")
    assert look({"ASCIINEMA_REC": "1"}, tmp_path).badges == ("RECORDED",)
    assert look({}, tmp_path) == look({}, tmp_path / "none") == Viewers()


ROWS: Final = {
    "one client": ("pane %3 $0 0\nclient $0 71\n", (), (71,)),
    "two clients": ("pane %3 $0 0\nclient $0 72\nclient $0 71\n", (), (71, 72)),
    "a group of sessions": (
        "pane %3 $0 0\npane %3 $1 0\nclient $0 71\nclient $1 72\nclient $1 73\n",
        (),
        (71, 72, 73),
    ),
    "clients of others": ("pane %3 $0 0\npane %4 $1 1\nclient $0 71\nclient $1 72\n", (), (71,)),
    "piped": ("pane %3 $0 1\nclient $0 71\n", ("tmux pipe-pane",), (71,)),
    "a client that is recorded": (
        "pane %3 $0 0\nclient $0 80\n",
        ("script, a parent process of a tmux client",),
        (80,),
    ),
}
UNTOLD: Final = {
    "nothing said": "",
    "nonsense": "pane\nclient x\npane %3 $0\nclient $0 y z\n\n",
    "another server's pane": "pane %4 $0 0\nclient $0 71\n",
}


@pytest.mark.parametrize("row", ROWS)
def test_only_viewers_of_this_tmux_pane_count(row: str, tmp_path: Path) -> None:
    said, recorders, pids = ROWS[row]
    processes(tmp_path, (80, "tmux: client"), (79, "script"))
    assert look(IN_TMUX, tmp_path, lambda: said) == Viewers(recorders, max(1, len(pids)), pids)
    assert look({}, tmp_path, lambda: said) == Viewers(), "tmux is not asked where it is not"


@pytest.mark.parametrize("said", UNTOLD.values(), ids=UNTOLD)
def test_viewers_of_a_pane_that_tmux_does_not_know_are_unknown(said: str, tmp_path: Path) -> None:
    assert look(IN_TMUX, tmp_path, lambda: said) == Viewers(is_known=False)
    without = {"TMUX": IN_TMUX["TMUX"]}
    assert look(without, tmp_path, lambda: ROWS["one client"][0]) == Viewers(is_known=False)


def test_a_tmux_that_does_not_answer_is_reported_as_a_failed_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path in (str(tmp_path), os.environ["PATH"]):
        monkeypatch.setenv("PATH", path)
        monkeypatch.setenv("TMUX", f"{tmp_path}/no-socket,1,0")
        found = look({**IN_TMUX}, tmp_path)
        assert found == Viewers(is_known=False) and not found.badges
        assert found.sentences == ("The check for viewers failed: others may see this terminal.",)


@pytest.mark.parametrize(
    ("before", "found", "after"),
    [
        (Viewers(), Viewers(is_known=False), Viewers()),
        (Viewers(("pipe",), 2, (1, 2)), Viewers(is_known=False), Viewers(("pipe",), 2, (1, 2))),
        (Viewers(("pipe",)), Viewers(("script",), is_known=False), Viewers(("pipe", "script"))),
        (Viewers(is_known=False), Viewers(is_known=False), Viewers(is_known=False)),
    ],
)
def test_known_viewers_are_kept_if_the_next_check_fails(
    before: Viewers, found: Viewers, after: Viewers
) -> None:
    assert found.after(before) == after
