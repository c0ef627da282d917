"""Names remembered from run to run, in a file that only the user can read and write."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from tui.model.settings.remembered import MOST_OPENED, MOST_RECENT, ContextMemory
from tui.terminal.remembered_file import RememberedFile


def kept(folder: Path, context: str, remembered: ContextMemory) -> RememberedFile:
    """Remember these names as one run does."""
    memory = RememberedFile(folder)
    memory.keep(context, remembered)
    memory.save(context)
    return memory


def test_the_latest_namespaces_come_first_and_stars_go_on_and_off() -> None:
    latest = ContextMemory()
    for name in ("a", "b", "a", *"cdefg"):
        latest = latest.at(name)
    assert latest.recent == ("g", "f", "e", "d", "c") and len(latest.recent) == MOST_RECENT
    assert latest.starring("z").starring("b").starred == ("b", "z")
    assert latest.starring("z").starring("z").starred == ()


def test_another_run_knows_the_names_and_only_the_user_can_read_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "secret-tui"
    kept(folder, "stage", ContextMemory(("web",), ("payments", "default")))
    kept(folder, "prod-eu", ContextMemory((), ("default",)))
    again = RememberedFile(folder)
    assert again.of("stage") == ContextMemory(("web",), ("payments", "default"))
    assert again.of("prod-eu") == ContextMemory((), ("default",)) and again.of("other") == ContextMemory()
    (file,) = folder.iterdir()
    assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    assert set(json.loads(file.read_text())) == {"contexts"}


def test_two_runs_at_once_keep_each_others_contexts(tmp_path: Path) -> None:
    first, second = RememberedFile(tmp_path), RememberedFile(tmp_path)
    for memory, name in ((first, "stage"), (second, "other")):
        memory.keep(name, ContextMemory(("web",)))
        memory.save(name)
    again = RememberedFile(tmp_path)
    assert again.of("stage") == again.of("other") == ContextMemory(("web",))


@pytest.mark.parametrize(
    "text", ['{"contexts": [made-up', '{"contexts": {"stage": {"starred": "web"}}}'], ids=["JSON", "shape"]
)
def test_a_broken_file_is_reported_and_neither_used_nor_changed(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    file = folder / "remembered.json"
    file.write_text(text)
    file.chmod(0o600)
    memory = kept(folder, "stage", ContextMemory(("web",)))
    assert memory.problem == (
        f"{file} is ignored: it is unreadable, broken, a link, or writable by other users. "
        "Names of namespaces and Secrets are not remembered."
    )
    assert memory.of("stage") == ContextMemory(("web",)), "for this run it is remembered all the same"
    assert file.read_text() == text


def test_a_full_disk_is_reported_and_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(tmp_path, "stage", ContextMemory(("web",)))
    monkeypatch.setattr(Path, "replace", _is_full)
    memory = kept(tmp_path, "stage", ContextMemory(("payments",)))
    why = "is not writable (No space left on device). Names of namespaces and Secrets are not remembered."
    assert memory.problem == f"{tmp_path / 'remembered.json'} {why}"
    assert [file.name for file in tmp_path.iterdir()] == ["remembered.json"]
    assert RememberedFile(tmp_path).of("stage") == ContextMemory(("web",))


def _is_full(self: Path, target: Path) -> Path:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_an_unwritable_folder_is_reported_when_the_first_name_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **more: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # root may write everywhere

    monkeypatch.setattr(Path, "mkdir", refused)
    memory = kept(tmp_path / "deep" / "secret-tui", "stage", ContextMemory(("web",)))
    assert memory.problem is not None and "is not writable" in memory.problem
    assert list(tmp_path.iterdir()) == []


def test_the_latest_opened_secrets_are_remembered_by_namespace() -> None:
    kept = ContextMemory().opening("shop/db").opening("web/tls").opening("shop/smtp").opening("shop/db")
    assert kept.opened == ("shop/db", "shop/smtp", "web/tls")
    assert kept.opened_in("shop") == ("db", "smtp")
    for number in range(MOST_OPENED + 5):
        kept = kept.opening(f"shop/s{number}")
    assert len(kept.opened) == MOST_OPENED
