"""The journal's file: for nobody else's eyes, in nobody else's file, whole with several programs at it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from syslog import LOG_AUTHPRIV, LOG_NOTICE
from typing import Any

import pytest

from tui.model.errors import OwnAlone
from tui.terminal import journal_file
from tui.terminal.journal_file import NAME, OLD, JournalFile

LINE = b'{"made": "up"}\n'


def lines(folder: Path) -> list[bytes]:
    return list(journal_file.read(folder))


def test_only_the_user_reads_it_and_lines_are_added(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "secret-tui"
    for _ in range(2):
        JournalFile(folder).write(LINE)
    file = folder / NAME
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert lines(folder) == [LINE, LINE]


def test_what_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    (folder / NAME).write_bytes(LINE)
    (folder / NAME).chmod(0o644)
    JournalFile(folder).write(LINE)
    assert ((folder / NAME).stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_full_one_is_put_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, most=40)
    made = [b"%d\n" % number for number in range(10_000, 10_200)]
    for line in made:
        file.write(line)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([NAME, *(f"journal.{number}.jsonl" for number in range(1, OLD + 1))])
    assert all(path.stat().st_size <= 40 and path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    kept = lines(tmp_path)
    assert kept == made[-len(kept) :] and len(kept) > 6 * OLD


def test_a_line_longer_than_a_file_is_kept_all_the_same(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, most=4)
    file.write(LINE)
    file.write(LINE)
    assert lines(tmp_path) == [LINE, LINE]


def test_several_programs_lose_no_line_and_break_none(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tui.terminal.journal_file import JournalFile\n"
        "file = JournalFile(Path(sys.argv[1]), most=3_000)\n"
        "for number in range(150): file.write(f'{sys.argv[2]} {number:04} {\"x\" * 90}\\n'.encode())"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abc"]
    assert [child.wait() for child in started] == [0, 0, 0]
    found = [line.split() for line in lines(tmp_path)]
    assert all(len(parts) == 3 and len(parts[2]) == 90 for parts in found)
    numbers = {name: [int(parts[1]) for parts in found if parts[0] == name.encode()] for name in "abc"}
    assert all(told == list(range(150))[150 - len(told) :] for told in numbers.values())
    assert len(found) >= OLD * 25


def test_one_that_is_put_aside_while_it_is_opened_gets_no_more_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    JournalFile(tmp_path).write(b"before\n")
    real, others = journal_file._open, [tmp_path / "journal.1.jsonl"]

    def opened(name: str, flags: int, folder: int) -> int:
        held = real(name, flags, folder)
        if others:
            (tmp_path / NAME).rename(others.pop())
        return held

    monkeypatch.setattr(journal_file, "_open", opened)
    JournalFile(tmp_path).write(LINE)
    assert (tmp_path / NAME).read_bytes() == LINE


def _a_link(folder: Path) -> None:
    (folder / NAME).symlink_to(folder.parent / "target")


def _a_dangling_link_for_a_folder(folder: Path) -> None:
    folder.rmdir()
    folder.symlink_to(folder.parent)


def _a_pipe(folder: Path) -> None:
    os.mkfifo(folder / NAME, 0o600)


def _a_folder(folder: Path) -> None:
    (folder / NAME).mkdir()


def _of_a_folder_for_all(folder: Path) -> None:
    folder.chmod(0o777)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_a_link, "journal.jsonl is a link"),
        (_a_dangling_link_for_a_folder, "is not a directory, or is a link"),
        (_a_pipe, "device"),
        (_a_folder, "directory"),
        (_of_a_folder_for_all, "writable by others"),
    ],
)
def test_what_somebody_planted_is_refused_and_not_touched(make: object, says: str, tmp_path: Path) -> None:
    folder, target = tmp_path / "state", tmp_path / "target"
    folder.mkdir(mode=0o700)
    target.write_bytes(b"theirs")
    assert callable(make)
    make(folder)
    with pytest.raises(OSError) as caught:
        JournalFile(folder).write(LINE)
    assert says in str(caught.value.strerror)
    assert target.read_bytes() == b"theirs" and not (tmp_path / NAME).exists()


def test_anothers_is_neither_written_nor_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    JournalFile(tmp_path).write(LINE)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    for work in (lambda: JournalFile(tmp_path).write(LINE), lambda: lines(tmp_path)):
        with pytest.raises(PermissionError) as caught:
            work()
        assert "belongs to another user" in str(caught.value.strerror)
    monkeypatch.undo()
    assert lines(tmp_path) == [LINE]


def test_a_file_that_another_program_holds_is_given_up_soon(tmp_path: Path) -> None:
    import fcntl

    JournalFile(tmp_path).write(LINE)
    with (tmp_path / NAME).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OSError, match="another program has locked it"):
            JournalFile(tmp_path).write(LINE)


def test_a_full_disk_leaves_no_half_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    JournalFile(tmp_path).write(LINE)
    real, sizes = os.write, iter((5, -1))

    def write(held: int, data: bytes) -> int:
        size = next(sizes)
        if size < 0:
            raise OSError(28, "No space left on device")
        return real(held, data[:size])

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        JournalFile(tmp_path).write(LINE)
    monkeypatch.undo()
    assert lines(tmp_path) == [LINE]


def test_a_signal_in_the_middle_of_a_line_writes_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, real = JournalFile(tmp_path), os.write

    def interrupted(held: int, data: bytes) -> int:
        monkeypatch.setattr(os, "write", real)
        file.write(b"by a signal\n")
        return real(held, data)

    monkeypatch.setattr(os, "write", interrupted)
    file.write(LINE)
    assert lines(tmp_path) == [b"by a signal\n", LINE]


@pytest.mark.parametrize("name", ["_is_current", "_has_room", "_put_aside"])
def test_a_signal_while_a_line_is_on_its_way_waits_for_no_lock_of_its_own(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    JournalFile(tmp_path).write(b"before\n")
    file, real = JournalFile(tmp_path, most=20), getattr(journal_file, name)

    def interrupted(*given: Any) -> Any:
        monkeypatch.setattr(journal_file, name, real)
        file.write(b"by a signal\n")
        return real(*given)

    monkeypatch.setattr(journal_file, name, interrupted)
    monkeypatch.setattr(time, "sleep", None)
    file.write(LINE)
    assert sorted(lines(tmp_path)) == sorted([b"before\n", b"by a signal\n", LINE])


def test_without_a_folder_it_says_so() -> None:
    with pytest.raises(OSError, match="no directory"):
        JournalFile(None).write(LINE)


def test_where_there_is_none_there_are_no_lines(tmp_path: Path) -> None:
    assert lines(tmp_path / "never") == lines(tmp_path) == []


def test_the_hosts_log_hears_it_by_its_own_facility(tmp_path: Path) -> None:
    address = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(address)
        JournalFile(tmp_path / "state", to_syslog=True, syslog=address).write(LINE)
        head, _, said = log.recv(1000).partition(b": ")
    assert head == f"<{LOG_AUTHPRIV | LOG_NOTICE}>secret-tui[{os.getpid()}]".encode()
    assert said + b"\n" == LINE
    assert lines(tmp_path / "state") == [LINE]


@pytest.mark.parametrize(("is_required", "kept"), [(False, [LINE, LINE]), (True, [LINE])])
def test_a_host_that_has_no_log_is_said_and_what_must_be_there_is_nowhere(
    is_required: bool, kept: list[bytes], tmp_path: Path
) -> None:
    JournalFile(tmp_path).write(LINE)
    file = JournalFile(tmp_path, to_syslog=True, is_required=is_required, syslog=str(tmp_path / "none"))
    with pytest.raises(OSError) as caught:
        file.write(LINE)
    assert ("the host's log" in str(caught.value), isinstance(caught.value, OwnAlone)) == (
        is_required,
        not is_required,
    )
    assert lines(tmp_path) == kept
