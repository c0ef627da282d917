"""Keymap of the settings: footer, help and messages name the keys that work."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.ui.person import MASK, PASSWORD, Person, in_secret, sitting_at
from tests.ui.test_pages import page
from tests.ui.test_palette import row
from tui.embedded.users import Rule
from tui.terminal.settings_file import Settings
from tui.ui.keymap import problem
from tui.ui.widgets.bars.footer import KeyFooter

pytestmark = pytest.mark.slow

OTHER: Final = {
    "reveal_key": "v,f4",
    "refresh_now": "f5",
    "log_in": "f6",
    "quit_program": "f12",
    "show_access": "f7",
    "review_changes": "f8",
    "keep_copied": "f9",
    "cover_screen": "ctrl+n",
    "undo_step": "z",
    "add_key": "f3",
    "add_secret": "f3",
    "toggle_helm": "f2",
    "show_readers": "y",
    "take_server": "3",
    "take_yours": "4",
    "take_both": "5",
    "generate_value": "ctrl+o",
    "start_over": "ctrl+e",
    "leave_editor": "ctrl+o",
    "show_help": "=,f10",
    "go_back": "f11",
    "open_named": "t",
}
MAPPED: Final = Settings(keymap=OTHER)


def footer(person: Person) -> dict[str, str]:
    """Keys of the footer, with their labels."""
    return dict(person.app.screen.query_one(KeyFooter).items)


def last_words(person: Person) -> str:
    return person.text.splitlines()[-1].strip()


def test_the_settings_would_take_it() -> None:
    assert problem(OTHER) is None


async def test_footer_help_and_palette_name_the_keys_that_hold() -> None:
    async with in_secret(settings=MAPPED) as person:
        assert footer(person)["v"] == "show"
        assert footer(person)["f3"] == "add"
        assert footer(person)["f11"] == "back"
        assert footer(person)["y"] == "readers"
        assert not {"r", "a", "esc", "p"} & set(footer(person))
        assert last_words(person).endswith("= all keys")
        await person.presses("equals_sign enter", "Keys and more")
        told = await page(person)
        for keys, words in (
            ("v f4", "Show or hide the value under the cursor"),
            ("f5", "Read from the cluster again now"),
            ("f7", "Show missing rights"),
            ("f8", "Review the draft"),
            ("ctrl+n", "Cover the screen"),
            ("f12", "Quit; asks about"),
            ("t", "Open a Secret by its name"),
        ):
            assert re.search(rf"^  {re.escape(keys)} +{re.escape(words)}", told, re.MULTILINE), words
        assert re.search(r"^By name only \(:\)$", told, re.MULTILINE)
        assert re.search(r"^  Compare the value with a text", told, re.MULTILINE)
        await person.press("f11", "ctrl+p")
        await person.press(*"hide")
        await person.sees(row("show", "v f4"))
        await person.press("escape")
        await person.sees_no("Find a command")
        await person.press("ctrl+p")
        await person.press(*"compare")
        await person.sees("check", "Compare the value with a text")
        assert re.search(r"check {20,}Compare", person.text)


async def test_messages_about_a_draft_name_the_remapped_keys() -> None:
    async with in_secret(settings=MAPPED) as person:
        await person.edit("username", "r00t-made-up")
        await person.sees("username kept in the draft, 5 B → 12 B. f8 reviews it.")
        await person.reads("#warnings", "z undoes")
        await person.put_cursor("#key-table", "password")
        await person.presses("delete", "password dropped in the draft. z restores it, f8 reviews the draft.")
        await person.presses("v", "password is dropped in the draft; z restores it.")
        await person.press("z", "e")
        assert footer(person)["ctrl+o"] == "cancel"
        assert last_words(person).endswith("f10 help")
        await person.presses("ctrl+o z s", "ctrl+o generates")
        await person.presses("ctrl+o a", "Not typed: the field is filled already. ctrl+e clears it.")


async def test_messages_about_a_refusal_name_the_remapped_keys() -> None:
    rules = Rule(("get",), ("secrets",), names=("mysecret",))
    async with sitting_at(settles=False, rules=[rules], settings=MAPPED, size=(200, 60)) as person:
        await person.reads(
            "#secrets", "Everything else still works. f5 refreshes. f7 shows the missing right."
        )
        await person.open()
        await person.waits_for(lambda: person.session.access.rights("default") is not None)
        await person.press("e")
        await person.waits_for(lambda: person.status.startswith("Not allowed (f7 says more): patch"))
        await person.presses("f7", "Access", "add (f3)", "drop key (del)", "rename (n)")


async def test_a_command_that_lost_its_key_is_not_in_the_footer_and_is_found_by_its_words() -> None:
    async with sitting_at(settings=Settings(keymap={"reveal_key": "e", "check_value": "c"})) as person:
        await person.sees("mysecret", "Commands without a key: ", "edit_value")
        await person.open()
        assert footer(person)["e"] == "show"
        assert footer(person)["c"] == "check"
        assert not {"edit", "copy"} & set(footer(person).values())
        await person.presses("e", PASSWORD)
        await person.press("e")
        await person.sees_no(PASSWORD)
        await person.presses("question_mark enter", "Keys and more")
        assert re.search(r"^  Edit the value under the cursor", await page(person), re.MULTILINE)
        await person.press("escape", "ctrl+p")
        await person.press(*"Edit the value")
        await person.presses("enter", "Edit mysecret / password")
        await person.press("escape", "escape", "N")
        assert footer(person)["c"] == "copy name", "in the namespaces nothing else was given that key"
        await person.press("c")
        await person.waits_for(lambda: person.status.startswith("the name default"))
        assert MASK not in person.text


async def test_a_sentence_calls_what_has_no_key_by_its_words() -> None:
    async with sitting_at(settings=Settings(keymap={"add_key": "w", "show_pods": "ctrl+q"})) as person:
        await person.presses("ctrl+c", "Nothing to stop here; :quit quits.")
        await person.open()
        await person.edit("password", "n3w-made-up")
        await person.sees(". :review reviews ")
        await person.presses("ctrl+k ctrl+l", "covered since")
        assert last_words(person) == "enter return"
