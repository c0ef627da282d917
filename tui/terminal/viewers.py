"""Find viewers of this terminal: tmux pipes, tmux clients, and recorders among the parent processes.

Recorders on other hosts (a gateway, a bastion) and outer multiplexers cannot be found.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tui.model.viewers import Viewers
from tui.terminal.clipboard.multiplexer import ask_tmux

RECORDERS: Final = ("script", "scriptlive", "tlog-rec", "tlog-rec-session", "asciinema", "ttyrec")
_KERNEL_KEEPS: Final = 15
"""Number of characters to which Linux cuts the name of a process."""
_BY_NAME: Final = {name[:_KERNEL_KEEPS]: name for name in RECORDERS}
_MOST_PARENTS: Final = 64
_ASKED: Final = (
    *("list-panes", "-a", "-F", "pane #{pane_id} #{session_id} #{pane_pipe}"),
    ";",
    *("list-clients", "-F", "client #{session_id} #{client_pid}"),
)


def look(
    env: Mapping[str, str],
    proc: Path = Path("/proc"),
    tmux: Callable[[], str] = lambda: (ask_tmux(*_ASKED) or b"").decode(errors="replace"),
) -> Viewers:
    """Find the current viewers. Takes some milliseconds, or two seconds if tmux does not answer."""
    signs: dict[str, None] = {}
    if env.get("ASCIINEMA_REC"):
        signs["asciinema (ASCIINEMA_REC is set)"] = None
    signs |= dict.fromkeys(f"{name}, a parent process" for name in _recorders_above(os.getpid(), proc))
    is_known, pids = True, list[int]()
    if env.get("TMUX"):
        is_known, is_piped, pids = _of_pane(env.get("TMUX_PANE", ""), tmux())
        if is_piped:
            signs["tmux pipe-pane"] = None
        for pid in pids:
            signs |= dict.fromkeys(
                f"{name}, a parent process of a tmux client" for name in _recorders_above(pid, proc)
            )
    return Viewers(tuple(signs), max(1, len(pids)), tuple(sorted(pids)), is_known)


def _of_pane(pane: str, reply: str) -> tuple[bool, bool, list[int]]:
    """Parse tmux's reply.

    Return whether the reply names the pane, whether the pane is piped, and the pids of the pane's clients.
    """
    rows = [line.split() for line in reply.splitlines()]
    pane_rows = [row for row in rows if row[:2] == ["pane", pane] and len(row) == 4]
    sessions = {row[2] for row in pane_rows}
    clients = [row for row in rows if row[:1] == ["client"] and len(row) == 3 and row[1] in sessions]
    is_piped = any(row[3] == "1" for row in pane_rows)
    return bool(pane_rows), is_piped, [int(row[2]) for row in clients if row[2].isdecimal()]


def _recorders_above(pid: int, proc: Path) -> Iterator[str]:
    for _ in range(_MOST_PARENTS):
        try:
            stat = (proc / str(pid) / "stat").read_text(errors="replace")
        except OSError:
            return
        name, _, tail = stat.partition("(")[2].rpartition(")")
        if name in _BY_NAME:
            yield _BY_NAME[name]
        fields = tail.split()
        if len(fields) < 2 or not fields[1].isdecimal() or int(fields[1]) < 1:
            return
        pid = int(fields[1])
