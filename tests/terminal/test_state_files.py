"""Threat 28: no state file is written through a link, for another user, or where others could replace it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tui.model.settings.remembered import ContextMemory
from tui.terminal.journal_file import JournalFile
from tui.terminal.remembered_file import RememberedFile

THEIRS: Final = b"theirs, made up\n"


def keep_journal(folder: Path) -> bool:
    try:
        JournalFile(folder).write(b"{}\n")
    except OSError:
        return False
    return True


def keep_names(folder: Path) -> bool:
    memory = RememberedFile(folder)
    memory.keep("home", ContextMemory(("web",)))
    memory.save("home")
    return RememberedFile(folder).of("home") == ContextMemory(("web",))


WRITERS: Final = {"journal.jsonl": keep_journal, "remembered.json": keep_names}
Plant = Callable[[Path, pytest.MonkeyPatch], None]


def a_link_to_a_file(file: Path, _: pytest.MonkeyPatch) -> None:
    file.symlink_to(file.parent.parent / "target")


def a_link_to_nothing(file: Path, _: pytest.MonkeyPatch) -> None:
    file.symlink_to(file.parent.parent / "nothing")


def a_pipe(file: Path, _: pytest.MonkeyPatch) -> None:
    os.mkfifo(file, 0o600)


def anothers_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_bytes(THEIRS)
    file.chmod(0o666)
    if os.geteuid() == 0:
        os.chown(file, 4711, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4711)


def anothers_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:
        os.chown(file.parent, 4711, -1)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 4711)


def a_folder_for_all(file: Path, _: pytest.MonkeyPatch) -> None:
    file.parent.chmod(0o777)


def a_link_for_a_folder(file: Path, _: pytest.MonkeyPatch) -> None:
    file.parent.rename(file.parent.parent / "elsewhere")
    file.parent.symlink_to("elsewhere")


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize(
    "plant",
    [
        a_link_to_a_file,
        a_link_to_nothing,
        a_link_for_a_folder,
        a_pipe,
        anothers_file,
        anothers_folder,
        a_folder_for_all,
    ],
)
def test_a_planted_state_file_or_folder_is_neither_written_nor_used(
    name: str, plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, target = tmp_path / "secret-tui", tmp_path / "target"
    folder.mkdir(mode=0o700)
    target.write_bytes(THEIRS)
    plant(folder / name, monkeypatch)
    before = (folder / name).lstat().st_ino if os.path.lexists(folder / name) else None
    assert not WRITERS[name](folder)
    assert target.read_bytes() == THEIRS and not (tmp_path / "nothing").exists()
    held = folder / name
    if held.is_file() and not held.is_symlink():
        assert held.read_bytes() in (THEIRS, b"")
    assert before is None or held.lstat().st_ino == before


@pytest.mark.parametrize("name", WRITERS)
def test_only_the_user_can_read_a_new_state_file(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "state" / "secret-tui"
    before = os.umask(0)
    try:
        assert WRITERS[name](folder)
    finally:
        os.umask(before)
    (file,) = folder.iterdir()
    assert file.name == name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and stat.S_IMODE(folder.stat().st_mode) == 0o700
