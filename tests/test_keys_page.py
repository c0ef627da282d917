"""The list of keys: docs/keys.md is up to date, and --print-keymap prints what a settings file takes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
import yaml

from tui.cli import main
from tui.terminal import locations, settings_file
from tui.ui.commands import COMMANDS
from tui.ui.keymap import DEFAULT, keyless, keys_under, problem
from tui.ui.keys_page import keymap_section, keys_page

PAGE: Final = Path(__file__).parent.parent / "docs" / "keys.md"


def test_the_page_of_keys_is_up_to_date() -> None:
    today = "".join(f"{line}\n" for line in keys_page())
    assert PAGE.read_text() == today, "python -m tui.ui.keys_page > docs/keys.md"


def test_the_page_has_every_command() -> None:
    page = PAGE.read_text()
    assert [one.id for one in COMMANDS if f"{one.help} | `{one.id}` |" not in page] == []


@pytest.mark.parametrize("words", ["all marked", "ns: type: key:"])
def test_the_page_explains_marks_and_filter_words_in_the_list_of_secrets_alone(words: str) -> None:
    tables = PAGE.read_text().split("\n## ")
    assert [table.splitlines()[0] for table in tables if words in table] == ["List of Secrets"]


@pytest.mark.parametrize(
    "keymap", [{}, {"reveal_key": "e"}, {"reveal_key": "v,slash", "copy_value": ",f4", "log_in": ""}], ids=str
)
def test_a_printed_keymap_is_taken_unchanged_and_gives_the_same_keys(
    keymap: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("".join(f"{line}\n" for line in keymap_section(keys_under(keymap))))
    file.chmod(0o600)
    taken = settings_file.load(file, {}, {}).keymap
    assert list(taken) == [command.id for command in COMMANDS]
    assert problem(taken) is None
    assert keys_under(taken).by_id == keys_under(keymap).by_id


def test_the_printed_keymap_can_be_the_settings_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert main.main(["--print-keymap"]) == 0
    printed, err = capsys.readouterr()
    assert err == ""
    assert list(yaml.safe_load(printed)) == ["keymap"]
    assert '  filter_list: "/" ' in printed and "# Edit the value under the cursor" in printed
    file = tmp_path / "config.yaml"
    file.write_text(printed)
    file.chmod(0o600)
    monkeypatch.setattr(locations, "settings_file", lambda env: file)
    assert main.main(["--print-keymap"]) == 0
    assert capsys.readouterr() == (printed, "")


@pytest.mark.parametrize("flag", ["--print-keymap", "--print-config"])
def test_a_keymap_that_leaves_a_command_without_a_key_says_so(
    flag: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text('keymap: {reveal_key: "e", log_in: "", delete_secret: "n"}\n')
    file.chmod(0o600)
    monkeypatch.setattr(locations, "settings_file", lambda env: file)
    assert main.main([flag]) == 0
    printed, err = capsys.readouterr()
    lost = "open_draft, edit_value, rename_key, rename_secret"
    gives = "The keymap gives their keys to other commands."
    assert err == f"secret-tui: Commands without a key: {lost}. {gives}\n"
    if flag == "--print-keymap":
        assert "# No key. Edit the value under the cursor" in printed


def test_the_ids_are_printed_although_the_keymap_has_an_unknown_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("keymap: {made_up: f4}\n")
    file.chmod(0o600)
    monkeypatch.setattr(locations, "settings_file", lambda env: file)
    assert main.main(["--print-keymap"]) == 2
    printed, err = capsys.readouterr()
    assert "unknown command id: made_up; secret-tui --print-keymap lists all ids." in err
    assert list(yaml.safe_load(printed)["keymap"]) == [command.id for command in COMMANDS]


def test_a_command_without_a_key_on_purpose_is_not_reported() -> None:
    assert (
        keyless({})
        == ""
        == keyless({command.id: ",".join(DEFAULT.by_id[command.id]) for command in COMMANDS})
    )
    assert keyless({"log_in": "", "show_pods": "", "open_named": "f4"}) == ""
