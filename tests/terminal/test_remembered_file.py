"""What is kept from run to run: names alone, for nobody else's eyes, from nobody else's file."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tui.model.settings.remembered import MOST_RECENT, Remembered
from tui.terminal.remembered_file import RememberedFile


def kept(folder: Path, context: str, remembered: Remembered) -> RememberedFile:
    """A run that remembers this."""
    memory = RememberedFile(folder)
    memory.keep(context, remembered)
    memory.save(context)
    return memory


def test_the_latest_come_first_and_stars_go_on_and_off() -> None:
    found = Remembered()
    for name in ("a", "b", "a", *"cdefg"):
        found = found.at(name)
    assert found.recent == ("g", "f", "e", "d", "c") and len(found.recent) == MOST_RECENT
    assert found.starring("z").starring("b").starred == ("b", "z")
    assert found.starring("z").starring("z").starred == ()


def test_another_run_knows_it_and_only_the_user_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "secret-tui"
    kept(folder, "stage", Remembered(("web",), ("payments", "default")))
    kept(folder, "prod-eu", Remembered((), ("default",)))
    again = RememberedFile(folder)
    assert again.of("stage") == Remembered(("web",), ("payments", "default"))
    assert again.of("prod-eu") == Remembered((), ("default",)) and again.of("other") == Remembered()
    (file,) = folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert set(json.loads(file.read_text())) == {"contexts"}


def test_two_runs_at_once_keep_each_others_contexts(tmp_path: Path) -> None:
    first, second = RememberedFile(tmp_path), RememberedFile(tmp_path)
    for memory, name in ((first, "stage"), (second, "other")):
        memory.keep(name, Remembered(("web",)))
        memory.save(name)
    again = RememberedFile(tmp_path)
    assert again.of("stage") == again.of("other") == Remembered(("web",))


def test_without_a_folder_it_is_remembered_for_this_run_alone(tmp_path: Path) -> None:
    memory = RememberedFile(None)
    memory.keep("stage", Remembered(("web",)))
    memory.save("stage")
    assert memory.of("stage") == Remembered(("web",)) and memory.problem is None


def test_what_is_no_name_of_a_namespace_is_left_out(tmp_path: Path) -> None:
    names = ["web", "\x1b]0;x\x07", "Not-One", "a/b", "", "x" * 64]
    (tmp_path / "remembered.json").write_text(json.dumps({"contexts": {"stage": {"starred": names}}}))
    (tmp_path / "remembered.json").chmod(0o600)
    assert RememberedFile(tmp_path).of("stage") == Remembered(("web",))


def _broken(file: Path) -> None:
    file.write_text('{"contexts": [made-up')


def _of_another_shape(file: Path) -> None:
    file.write_text('{"contexts": {"stage": {"starred": "web"}}}')


def _writable(file: Path) -> None:
    file.write_text('{"contexts": {}}')
    file.chmod(0o622)


def _a_link(file: Path) -> None:
    other = file.with_name("other")
    other.write_text('{"contexts": {}}')
    file.symlink_to(other)


def _a_pipe(file: Path) -> None:
    os.mkfifo(file, 0o600)


def _of_a_folder_for_all(file: Path) -> None:
    file.write_text('{"contexts": {}}')
    file.chmod(0o600)
    file.parent.chmod(0o777)


@pytest.mark.parametrize(
    "make", [_broken, _of_another_shape, _writable, _a_link, _a_pipe, _of_a_folder_for_all]
)
def test_a_file_that_cannot_be_trusted_is_said_and_neither_used_nor_touched(
    make: object, tmp_path: Path
) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    file = folder / "remembered.json"
    assert callable(make)
    make(file)
    before = file.lstat()
    memory = kept(folder, "stage", Remembered(("web",)))
    assert (
        memory.problem
        == f"{file} is ignored: it is broken, a link, or writable by others. Names are not remembered."
    )
    assert memory.of("stage") == Remembered(("web",)), "for this run it is remembered all the same"
    after = file.lstat()
    assert (before.st_ino, before.st_mtime_ns, before.st_size) == (
        after.st_ino,
        after.st_mtime_ns,
        after.st_size,
    )


def test_anothers_file_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(tmp_path, "stage", Remembered(("web",)))
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    memory = RememberedFile(tmp_path)
    assert memory.of("stage") == Remembered() and memory.problem is not None


def test_where_nothing_can_be_written_nothing_fails_and_it_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "secret-tui"
    memory = RememberedFile(folder)
    folder.write_text("in the way")
    memory.keep("stage", Remembered(("web",)))
    memory.save("stage")
    assert memory.of("stage") == Remembered(("web",))
    assert memory.problem is not None and str(folder / "remembered.json") in memory.problem


def test_a_full_disk_is_said_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, "stage", Remembered(("web",)))
    monkeypatch.setattr(Path, "replace", _is_full)
    memory = kept(tmp_path, "stage", Remembered(("payments",)))
    why = "is not writable (No space left on device): names are not remembered."
    assert memory.problem == f"{tmp_path / 'remembered.json'} {why}"
    assert [file.name for file in tmp_path.iterdir()] == ["remembered.json"]
    assert RememberedFile(tmp_path).of("stage") == Remembered(("web",))


def _is_full(self: Path, target: Path) -> Path:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_where_nothing_can_be_written_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write everywhere.
    monkeypatch.setattr("tui.terminal.remembered_file.os.access", lambda place, mode: place != tmp_path)
    memory = RememberedFile(tmp_path / "deep" / "secret-tui")
    assert memory.problem is not None and "is not writable" in memory.problem
    memory.keep("stage", Remembered(("web",)))
    memory.save("stage")
    assert list(tmp_path.iterdir()) == []
