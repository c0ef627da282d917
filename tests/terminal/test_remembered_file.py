"""What is kept from run to run: names alone, for nobody else's eyes, from nobody else's file."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tui.model.settings.remembered import MOST_OPENED, MOST_RECENT, Remembered
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


@pytest.mark.parametrize(
    "text", ['{"contexts": [made-up', '{"contexts": {"stage": {"starred": "web"}}}'], ids=["JSON", "shape"]
)
def test_a_broken_file_is_said_and_neither_used_nor_touched(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    file = folder / "remembered.json"
    file.write_text(text)
    file.chmod(0o600)
    memory = kept(folder, "stage", Remembered(("web",)))
    assert memory.problem == (
        f"{file} is ignored: it is unreadable, broken, a link, or writable by other users. "
        "Names of namespaces and Secrets are not remembered."
    )
    assert memory.of("stage") == Remembered(("web",)), "for this run it is remembered all the same"
    assert file.read_text() == text


def test_a_full_disk_is_said_and_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, "stage", Remembered(("web",)))
    monkeypatch.setattr(Path, "replace", _is_full)
    memory = kept(tmp_path, "stage", Remembered(("payments",)))
    why = "is not writable (No space left on device). Names of namespaces and Secrets are not remembered."
    assert memory.problem == f"{tmp_path / 'remembered.json'} {why}"
    assert [file.name for file in tmp_path.iterdir()] == ["remembered.json"]
    assert RememberedFile(tmp_path).of("stage") == Remembered(("web",))


def _is_full(self: Path, target: Path) -> Path:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_where_nothing_can_be_written_it_is_said_with_the_first_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # root may write everywhere

    monkeypatch.setattr(Path, "mkdir", refused)
    memory = kept(tmp_path / "deep" / "secret-tui", "stage", Remembered(("web",)))
    assert memory.problem is not None and "is not writable" in memory.problem
    assert list(tmp_path.iterdir()) == []


def test_the_latest_names_are_kept_by_namespace() -> None:
    kept = Remembered().opening("shop/db").opening("web/tls").opening("shop/smtp").opening("shop/db")
    assert kept.opened == ("shop/db", "shop/smtp", "web/tls")
    assert kept.opened_in("shop") == ("db", "smtp")
    for number in range(MOST_OPENED + 5):
        kept = kept.opening(f"shop/s{number}")
    assert len(kept.opened) == MOST_OPENED
