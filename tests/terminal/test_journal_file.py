"""The journal's file: private, and whole with several programs writing it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from syslog import LOG_AUTHPRIV, LOG_NOTICE

import pytest

from tui.model.errors import HostLogFailed
from tui.terminal import journal_file
from tui.terminal.journal_file import JOURNAL_NAME, OLD, JournalFile

LINE = b'{"made": "up"}\n'


def lines(folder: Path) -> list[bytes]:
    return list(journal_file.read(folder))


def test_only_the_user_can_read_the_journal_and_lines_are_appended(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "secret-tui"
    for _ in range(2):
        JournalFile(folder).write(LINE)
    file = folder / JOURNAL_NAME
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert lines(folder) == [LINE, LINE]


def test_a_journal_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    (folder / JOURNAL_NAME).write_bytes(LINE)
    (folder / JOURNAL_NAME).chmod(0o644)
    JournalFile(folder).write(LINE)
    assert ((folder / JOURNAL_NAME).stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_full_journal_is_rotated_and_the_oldest_file_is_deleted(tmp_path: Path) -> None:
    file = JournalFile(tmp_path, most=40)
    made = [b"%d\n" % number for number in range(10_000, 10_200)]
    for line in made:
        file.write(line)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted([JOURNAL_NAME, *(f"journal.{number}.jsonl" for number in range(1, OLD + 1))])
    assert all(path.stat().st_size <= 40 and path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    kept = lines(tmp_path)
    assert kept == made[-len(kept) :] and len(kept) > 6 * OLD


def test_several_programs_that_write_one_journal_lose_and_break_no_line(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tui.terminal.journal_file import JournalFile\n"
        "file = JournalFile(Path(sys.argv[1]), most=3_000)\n"
        "for number in range(150): file.write(f'{sys.argv[2]} {number:04} {\"x\" * 90}\\n'.encode())"
    )
    started = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name]) for name in "abc"]
    assert [child.wait() for child in started] == [0, 0, 0]
    parsed = [line.split() for line in lines(tmp_path)]
    assert all(len(parts) == 3 and len(parts[2]) == 90 for parts in parsed)
    numbers = {name: [int(parts[1]) for parts in parsed if parts[0] == name.encode()] for name in "abc"}
    assert all(told == list(range(150))[150 - len(told) :] for told in numbers.values())
    assert len(parsed) >= OLD * 25


def test_a_journal_that_another_program_has_locked_is_an_error(tmp_path: Path) -> None:
    import fcntl

    JournalFile(tmp_path).write(LINE)
    with (tmp_path / JOURNAL_NAME).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(OSError, match="another program has locked the file"):
            JournalFile(tmp_path).write(LINE)


def test_a_full_disk_leaves_no_part_of_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_journal_without_a_folder_is_an_error() -> None:
    with pytest.raises(OSError, match="no directory"):
        JournalFile(None).write(LINE)


def test_a_missing_journal_has_no_lines(tmp_path: Path) -> None:
    assert lines(tmp_path / "never") == lines(tmp_path) == []


def test_the_hosts_log_gets_each_line_with_the_authpriv_facility(tmp_path: Path) -> None:
    address = str(tmp_path / "log")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.bind(address)
        JournalFile(tmp_path / "state", to_syslog=True, syslog=address).write(LINE)
        head, _, message = log.recv(1000).partition(b": ")
    assert head == f"<{LOG_AUTHPRIV | LOG_NOTICE}>secret-tui[{os.getpid()}]".encode()
    assert message + b"\n" == LINE
    assert lines(tmp_path / "state") == [LINE]


@pytest.mark.parametrize(("is_required", "kept"), [(False, [LINE, LINE]), (True, [LINE])])
def test_a_missing_host_log_is_an_error_and_no_line_is_kept_if_that_log_is_required(
    is_required: bool, kept: list[bytes], tmp_path: Path
) -> None:
    JournalFile(tmp_path).write(LINE)
    file = JournalFile(tmp_path, to_syslog=True, is_required=is_required, syslog=str(tmp_path / "none"))
    with pytest.raises(OSError) as caught:
        file.write(LINE)
    assert ("the host's log" in str(caught.value), isinstance(caught.value, HostLogFailed)) == (
        is_required,
        not is_required,
    )
    assert lines(tmp_path) == kept
