"""Jobs: find a command by its name in other programs, choose a theme, use a custom keymap."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.jobs.conftest import AT_TWO_SIZES
from tests.jobs.person import JOB, Person
from tests.terminal.drive import PROGRAM, environment
from tests.terminal.server import Server

pytestmark = [*JOB, AT_TWO_SIZES]

SETTINGS = "secret-tui/config.yaml"


def test_find_commands_by_other_words_and_save_a_theme(person: Person) -> None:
    person.opens("legacy-db")
    for words, title, gone_titles in (
        ("yaml", "as YAML", ["Who reads", "Delete the"]),
        ("export", "as YAML", ["Delete the"]),
        ("decode", "Show or hide the value", ["as YAML"]),
        ("restart", "", ["as YAML", "Delete the"]),
    ):
        person.press(":")
        person.type(words)
        person.sees(words, title, gone=gone_titles)
        person.goes_back("pass", gone=[f"🔎 {words}"])
    person.press("C-p")
    person.type("colour")
    person.sees("Choose the colors")
    person.presses("Enter", "▸ a  auto", "t  terminal", "h  high-contrast", "esc back", gone=["🔎"])
    person.presses("Down", "▸ d  dark")
    person.presses("Down", "▸ l  light")
    person.presses("Enter", "theme: light", gone=["enter answers"])
    assert "theme: light" in (Path(os.environ["XDG_CONFIG_HOME"]) / SETTINGS).read_text()
    person.presses("v", "v does nothing here", "?")
    person.quits()


def test_use_a_custom_keymap(server: Server, size: tuple[int, int]) -> None:
    printed = subprocess.run(
        [PROGRAM, "--print-keymap"], env=environment(), capture_output=True, text=True, check=True
    ).stdout
    assert '  reveal_key: "r,x"' in printed
    file = Path(os.environ["XDG_CONFIG_HOME"]) / SETTINGS
    file.parent.mkdir(mode=0o700)
    file.write_text(printed.replace('  reveal_key: "r,x"', '  reveal_key: "f8"'))
    with Person(server, "-n", "payments", size=size) as person:
        person.opens("legacy-db")
        person.go_to("pass")
        person.sees("f8 show")
        person.presses("r", "r does nothing here", gone=["made-up-password-0"])
        person.press("F8")
        person.reads("made-up-password-0")
        person.presses("?", "Keys that work here", "f8 ")
        person.goes_back("pass")
        person.quits()
