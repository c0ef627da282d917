"""Help lists what each key would do here and now; a key without a meaning says so."""

from __future__ import annotations

import re

import pytest

from tests.promises.test_accidental_input import comes
from tests.ui.person import PASSWORD, Person, in_secret, sitting_at
from tests.ui.test_pages import page
from tui.terminal.settings_file import Settings
from tui.ui.pages.help import HelpScreen

pytestmark = pytest.mark.slow


async def groups(person: Person) -> dict[str, str]:
    """Lines of the help page by heading."""
    await person.waits_for(lambda: isinstance(person.app.screen, HelpScreen))
    await person.sees("/ find")
    if "enter more" in person.text:
        await person.presses("enter", "Keys and more")
    parts = re.split(r"^(\S.*)\n", await page(person), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def keys_of(group: str) -> set[str]:
    return {key for line in group.splitlines() if line for key in line[2:].split("  ")[0].split(" ")}


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_where_a_text_is_typed_help_names_no_key_that_types(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await person.press("slash", "f1")
        found = await groups(person)
        assert {"Here", "In the text", "Anywhere"} <= found.keys()
        listed = keys_of(found["Here"] + found["In the text"] + found["Anywhere"])
        assert {"enter", "backspace", "esc", "ctrl+r", "f1"} <= listed
        assert list(found)[:3] == ["The filter", "In the text", "Here"]
        assert {
            "word",
            "ns:word",
            "type:word",
            "key:word",
            "label:word",
            "by:word",
            "by:none",
            "!word",
        } == keys_of(found["The filter"])
        assert "ctrl+w ctrl+backspace alt+backspace  Delete the word before the cursor" in re.sub(
            "   *", "  ", found["In the text"]
        )
        assert not [key for key in listed if len(key) == 1]
        await person.press("f1", "escape")
        await person.open()
        await person.presses("e", "/ password")
        await person.press("f1")
        found = await groups(person)
        listed = keys_of(found["Here"] + found["In the text"] + found["Anywhere"])
        assert {"ctrl+s", "backspace", "ctrl+l", "f1"} <= listed
        assert not [key for key in listed if len(key) == 1]
        assert "ctrl+p" not in listed, "the palette does not open over an editor"
        assert "Select to the end of the line" in found["In the text"]
        assert not re.search(r"Cursor|\bselect$|left to", found["In the text"]), "Textual's own words"
        await person.presses("f1", "Edit mysecret / password", PASSWORD)


async def test_help_of_a_list_explains_the_marks_in_a_line_and_then_in_full() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("question_mark", "Marks  ✓ marked  * draft  X broken")
        await person.presses("enter", "Marks before a name")
        await person.sees("A certificate or token expires soon, or a renewal is due", "Here")
        found = await groups(person)
        assert keys_of(found["Marks before a name"]) == {"✓", "*", "X", "!", "·"}
        assert "or all marked" in found["Here"]
        await person.presses("escape N question_mark enter", "Copy the name under the cursor")
        assert "or all marked" not in (await groups(person))["Here"]


@pytest.mark.parametrize("key", ["question_mark", "f1", "escape", "q"])
async def test_help_closes_by_the_keys_that_opened_it_too(key: str) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("question_mark", "Keys that work here", "esc back", "? close help")
        await person.press(key)
        assert len(person.app.screen_stack) == 1


async def test_help_separates_keys_that_work_keys_without_effect_now_and_refused_keys() -> None:
    async with in_secret(settings=Settings(no_reveal=True)) as person:
        await person.press("question_mark")
        found = await groups(person)
        assert {"del", "d", "y"} <= keys_of(found["Here"])
        assert {"u", "w"} <= keys_of(found["Not possible now"])
        assert "Undo the last step of this draft. No drafted change to undo." in found["Not possible now"]
        assert {"r", "c", "e"} <= keys_of(found["Refused"])
        assert "No reveal: values cannot be edited here, but can be set unseen." in found["Refused"]
        assert not {"u", "w", "r", "c", "e"} & keys_of(found["Here"])


async def test_a_key_that_does_nothing_here_says_so_and_which_key_shows_the_others() -> None:
    async with sitting_at(size=(80, 24), settings=Settings(keymap={"show_help": "f9"})) as person:
        await person.presses("v", "v does nothing here; it works in health (B opens it).")
        assert "!" not in person.line_of("does nothing")
        await person.presses("r", "r does nothing here; it works in an open Secret (enter opens one).")
        await person.presses("u", "u does nothing here; p shows who reads the Secret.")
        await person.presses("B", "Health of default")
        await person.presses("a", "a does nothing here; it works in the list of Secrets (esc goes back).")
        await person.press("escape")
        await person.press("j", "left_shift", "caps_lock")
        assert person.status == "", "it goes with the next key; moving, and modifiers alone, say nothing"
        assert not person.app.shared.messages, "it is no message of the run"
        await person.open()
        await person.presses("Z", "Z does nothing here")
        await person.presses("L", "You are logged in.")
        await person.presses("enter u", "u does nothing here; it works in an open Secret (esc goes back).")


async def test_typed_and_dropped_keys_are_not_reported_as_keys_without_a_meaning() -> None:
    async with sitting_at() as person:
        await person.press("slash", "v", "Z", "escape")
        assert "does nothing" not in person.status
        await comes(person, "D", "r", "v", "Z", apart=0.001)
        assert person.status == "Ignored 4 characters that look like a paste."
        await comes(person, "escape", "left_square_bracket", "D", apart=0.15)
        assert "does nothing" not in person.status
        person.hands.ahead += 2


async def test_while_a_filter_is_typed_the_footer_names_what_works_in_it() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("slash", "enter keep  esc clear  f1 help")
        await person.press(*"mys", "enter")
        await person.sees("enter open  / filter", "? all keys")


async def test_help_of_a_dialog_says_what_enter_does_there() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await person.presses("D", "Readers, worst first")
        await person.press("f1")
        found = await groups(person)
        assert "enter  Delete, after you typed the requested word" in found["Here"]
        assert "enter" not in keys_of(found["In the text"])
        await person.presses("v", "v does nothing here; ? closes this page.")


async def test_a_page_of_keys_that_goes_on_says_so() -> None:
    async with in_secret(size=(80, 20)) as person:
        await person.press("question_mark")
        await person.sees("Keys that work here", "more lines (down scrolls)")
        await person.press("G")
        await person.sees("explains why", "above (up scrolls)")


@pytest.mark.parametrize("presses", ["", "delete", "delete w", "p", "P", "B", "d", "N", "enter", "escape"])
async def test_the_keys_of_a_screen_fit_the_smallest_usual_terminal(presses: str) -> None:
    async with in_secret(size=(80, 24), key="password") as person:
        before = person.text
        if presses:
            await person.press(*presses.split())
            await person.waits_for(lambda: person.text != before, "another screen")
        await person.presses("question_mark", "Keys that work here", "Go")
        assert "more lines" not in person.text and "… " not in person.text


async def test_the_keys_by_job_are_in_sight_after_the_end_of_the_other_page() -> None:
    async with in_secret(size=(80, 24)) as person:
        await person.presses("question_mark", "Keys that work here")
        await person.presses("enter", "Keys and more")
        await person.presses("G", "above (up scrolls)")
        await person.presses("enter", "Keys that work here", "Who reads a Secret", "ctrl+q quit")
