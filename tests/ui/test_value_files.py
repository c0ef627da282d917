"""`F` loads values from files into the draft, `S` saves one."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.ui.person import in_secret
from tui.terminal import value_files
from tui.ui.dialogs import path


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Folder in which others may write."""
    tmp_path.chmod(0o1777)
    return tmp_path


async def test_a_file_for_another_key_and_one_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "pw").write_bytes(b"made up")
    async with in_secret(size=(80, 24)) as person:
        await person.press("F")
        await person.fills(str(tmp_path / "nosuch"))
        await person.reads("#problem", "nosuch does not exist.")
        await person.presses("enter", "Load password from a file")
        await person.fills(f"api.token={tmp_path}/p")
        await person.presses("tab", "api.token: 7 B")
        await person.presses("enter", "Loaded into the draft: api.token (7 B).")
        await person.press("F")
        await person.fills(f"..bad={tmp_path}/pw")
        await person.sees("A key cannot start with “..”.")
        await person.presses("escape", "1 draft", "api.token")


async def test_tab_completes_a_path_and_shows_at_once_what_it_can_go_on_with(tmp_path: Path) -> None:
    for name in ("site.crt", "site.key", "other"):
        (tmp_path / name).write_bytes(b"made up")
    async with in_secret(size=(80, 24)) as person:
        await person.press("F")
        await person.fills(f"{tmp_path}/si")
        await person.presses("tab", "site.crt  site.key")
        await person.sees_no("does not exist")
        await person.presses("k tab", "7 B")


async def test_a_file_is_opened_when_enter_is_pressed_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read may change what is read: of /proc/kmsg each byte is read once."""
    file = tmp_path / "password"
    file.write_bytes(b"made up")
    opened, real_open = [], os.open

    def note(path: Any, *given: Any, **how: Any) -> int:
        opened.append(path)
        return real_open(path, *given, **how)

    monkeypatch.setattr(os, "open", note)
    async with in_secret(key="password", size=(80, 24)) as person:
        await person.press("F")
        await person.fills(f"{tmp_path}/pass")
        await person.presses("tab", "password: 7 B")
        assert file not in opened
        await person.presses("enter", "Loaded into the draft: password (7 B).")
        assert file in opened


def answers_wait(monkeypatch: pytest.MonkeyPatch) -> Event:
    """File system that answers once the event is set; the dialog says at once that it is slow."""
    answers = Event()

    def slow(*given: Any, **how: Any) -> Any:
        answers.wait(30)
        return value_files.find(*given, **how)

    monkeypatch.setattr(path, "LONGEST_WORK", 0.05)
    monkeypatch.setattr("tui.ui.dialogs.value_files.find", slow)
    return answers


async def test_a_slow_file_system_is_reported_until_it_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pw").write_bytes(b"made up")
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.press("F")
        answers = answers_wait(monkeypatch)
        await person.fills(str(tmp_path / "pw"))
        await person.reads("#problem", "The file system does not answer.")
        answers.set()
        await person.reads("#problem", "password: 7 B")


async def test_a_folder_that_others_may_write_is_asked_about(shared: Path) -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.press("S")
        await person.fills(str(shared / "saved"))
        await person.presses("enter", "Other users may delete or replace files in this folder", "y save")
        await person.press("escape")
        assert not os.listdir(shared)  # noqa: PTH208


ENV = """# made up
export username=admin
password="two
lines"
API_URL='https://made-up.test'
"""


@pytest.mark.slow
async def test_an_env_file_may_be_one_value(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(ENV)
    async with in_secret(key="password", size=(120, 36)) as person:
        await person.press("F")
        await person.fills(str(tmp_path / ".env"))
        await person.sees(".env: 84 B. If the file contains keys, you can set all of them.")
        await person.presses("enter", "3 keys in .env: set them all?", "f  set password to the whole file")
        await person.press("escape")
        assert not person.session.drafts.all()
        await person.press("F")
        await person.fills(str(tmp_path / ".env"))
        await person.presses("enter", "set them all?")
        await person.presses("f", "Loaded into the draft: password (84 B).")
        await person.press("F")
        await person.fills(f"config={tmp_path}/.env")
        await person.sees("config: 84 B")
        await person.presses("enter", "Loaded into the draft: config (84 B).")


MANIFEST = """apiVersion: v1
kind: Secret
metadata: {name: saved, namespace: elsewhere}
data: {password: bjN3LW1hZGUtdXA=}
stringData: {host: made-up.example.test}
"""


async def test_the_keys_of_a_manifest_are_set_like_those_of_an_env_file(tmp_path: Path) -> None:
    (tmp_path / "saved.yaml").write_text(MANIFEST)
    async with in_secret(key="password") as person:
        await person.press("F")
        await person.fills(str(tmp_path / "saved.yaml"))
        await person.sees("If the file contains keys, you can set all of them.")
        await person.presses("enter", "2 keys in saved.yaml: set them all?", "new: host", "changed: password")
        await person.sees("Type, labels and annotations are ignored.")
        await person.presses("y", "Loaded into the draft: password (11 B), host (20 B).")
        (draft,) = person.session.drafts.all()
        assert draft.changes().set["password"].reveal() == b"n3w-made-up"


async def test_the_question_for_an_env_file_names_the_keys_that_it_leaves_alone(tmp_path: Path) -> None:
    (tmp_path / "app.env").write_bytes(b"username=admin\nNEW=made-up\n")
    async with in_secret(size=(80, 24)) as person:
        await person.press("F")
        await person.fills(str(tmp_path / "app.env"))
        await person.presses("enter", "2 keys in app.env: set them all?", "new: NEW", "same value: username")
        await person.sees("not in the file, unchanged: password")
