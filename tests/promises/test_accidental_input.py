"""Accidental keys are ignored with a message: pieces of keys, and pastes that arrive as presses."""

from __future__ import annotations

import pytest

from tests.app_pilot import NORMAL, SMALL
from tests.ui.person import MASK, PASSWORD, Person, in_secret, sitting_at
from tui.model.secret.secret import SecretRef
from tui.terminal.settings_file import Settings
from tui.ui.command_types import Where
from tui.ui.commands import COMMANDS
from tui.ui.keymap import DEFAULT, keys_under
from tui.ui.textual_fixes.terminal_input import PastesMarked
from tui.ui.widgets.value.value_editor import ValueEditor

BURST = ("r", "D", "w", "enter", "d")
IGNORED = "Ignored 5 characters that look like a paste."
PLACES = {
    "list": (),
    "secret": ("enter",),
    "value": ("enter", "enter"),
    "name": ("enter", "a"),
    "deletion": ("enter", "D"),
    "pods": ("P",),
    "contexts": ("X",),
    "help": ("question_mark",),
    "palette": ("ctrl+p",),
    "editor": ("enter", "e"),
    "unseen": ("enter", "s"),
}


async def go(person: Person, place: str) -> None:
    """Press the keys that lead from the list to this place."""
    await person.put_cursor("#secret-table", "default/mysecret")
    for key in PLACES[place]:
        await person.press(key)
        if key == "enter":
            await person.waits_for(lambda: person.session.opened and person.session.opened.secret, "it")
            await person.calm()


def state_of(person: Person) -> tuple[object, ...]:
    """Return screens, shown values, drafts and writes, none of which an ignored key may change."""
    return (
        [type(screen).__name__ for screen in person.app.screen_stack],
        person.session.open_ref,
        person.shown,
        [str(draft.changes()) for draft in person.session.drafts.all()],
        person.session.namespace,
        person.asked("PATCH", "POST", "DELETE", "PUT"),
    )


async def comes(person: Person, *keys: str, apart: float) -> None:
    """Hand over presses so many seconds apart, and wait until the app has handled all of them."""
    await person.waits_for(lambda: not person.app.is_answering, "what is pressed at to be painted")
    person.hands.press(person.app, *keys, apart=apart)
    await person.calm()
    await person.waits_for(lambda: not person.app.is_answering and not person.app.has_waiting, "answers")
    await person.calm()


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
async def test_a_paste_without_brackets_and_pieces_of_keys_do_nothing_anywhere(place: str) -> None:
    async with sitting_at(size=SMALL) as person:
        await go(person, place)
        before = state_of(person)
        for keys, apart in (
            (BURST, 0.001),
            (("left_square_bracket", "D"), 0.15),
            (("alt+shift+o", "R"), 0.15),
            (("left_square_bracket", "1", "semicolon", "5", "D"), 0.15),
        ):
            await comes(person, *keys, apart=apart)
            assert state_of(person) == before, keys
        person.hands.ahead += 2


@pytest.mark.parametrize("key", ["left_square_bracket", "O"])
async def test_the_rest_of_a_split_key_after_an_escape_is_ignored_with_a_message(key: str) -> None:
    async with in_secret(size=SMALL) as person:
        order = person.listed.choice
        await comes(person, "escape", key, "D", apart=0.15)
        assert person.status == "Ignored a key that arrived in pieces. If you pressed O, press it again."
        assert len(person.app.screen_stack) == 1 and person.session.open_ref is None
        assert person.listed.choice == order
        person.hands.ahead += 2
        await person.press("O")
        assert person.listed.choice != order, "pressed again it is taken"


@pytest.mark.slow
async def test_keys_in_a_burst_are_ignored_and_work_at_a_persons_pace() -> None:
    async with in_secret(key="password") as person:
        await comes(person, *BURST, apart=0.001)
        assert person.status == IGNORED
        assert PASSWORD not in person.text and len(person.app.screen_stack) == 1
        await comes(person, "r", apart=0.6)
        await person.sees(PASSWORD)
        await comes(person, "D", apart=0.08)
        await person.sees("type mysecret to delete")
        await comes(person, "w", "enter", "d", apart=0.08)
        assert person.app.screen.query_one("#name").value == "wd"  # type: ignore[attr-defined]
        assert person.asked("DELETE") == []


@pytest.mark.slow
async def test_a_line_pasted_as_presses_is_not_kept_by_its_own_line_break() -> None:
    async with in_secret(key="password") as person:
        await person.presses("e", "/ password")
        await comes(person, *"x1", "enter", *"rDw", apart=0.001)
        assert type(person.app.screen).__name__ == "EditorScreen"
        assert person.app.screen.query_one(ValueEditor).text == PASSWORD + "x1"
        message = "Ignored 4 characters that look like a paste. Check the text in the field."
        assert person.status == message
        await person.press("ctrl+z", "ctrl+z")
        assert person.app.screen.query_one(ValueEditor).text == PASSWORD
        await person.presses("x enter", "password kept in the draft")


@pytest.mark.slow
async def test_a_filter_and_its_enter_that_arrive_together_filter_the_list_and_open_nothing() -> None:
    """A slow connection delivers keys so; keys typed afterwards are no part of the filter."""
    async with sitting_at(size=SMALL) as person:
        await comes(person, "slash", *"mysec", "enter", "enter", apart=0.001)
        await person.sees("filter: mysec")
        assert person.session.open_ref is None
        assert person.status == "Ignored 1 character that looks like a paste."
        await comes(person, "j", "enter", apart=0.6)
        await person.sees("password", MASK)


@pytest.mark.slow
@pytest.mark.parametrize("size", [(48, 20), SMALL])
async def test_characters_ignored_in_a_paste_into_the_unseen_field_are_reported(
    size: tuple[int, int],
) -> None:
    async with in_secret(key="password", size=size) as person:
        await person.presses("s", "nothing yet")
        await comes(person, *"one", "enter", *"two", "enter", apart=0.001)
        await person.reads(
            "StatusLine", "Ignored 5 characters that look like a paste. Check the text in the field."
        )
        await person.presses("ctrl+u", "nothing yet")


@pytest.mark.slow
async def test_a_guarded_write_is_not_confirmed_by_a_pasted_name_and_its_line_break() -> None:
    async with in_secret(settings=Settings(guard=("payments-cluster",))) as person:
        await person.edit_to_review("password", "n3w-made-up")
        await person.presses("W", "Type the context's name")
        writes = len(person.asked("PATCH"))
        await comes(person, *"payments-cluster", "enter", apart=0.001)
        assert len(person.asked("PATCH")) == writes
        await person.sees("Type the context's name")
        await person.presses("enter", "Written: password")


@pytest.mark.slow
async def test_an_escape_that_begins_a_split_key_loses_no_typed_text() -> None:
    """The escape cancels the edit, even one of incomplete hexadecimal, and e brings it back."""
    async with in_secret(key="password") as person:
        await person.press("e", "ctrl+b", "a")
        for _ in range(3):
            await comes(person, "escape", "left_square_bracket", "D", apart=0.15)
            await person.sees("Read by: password", MASK)
            await person.presses("e enter", "Line 1 has half a byte")
            assert person.app.screen.query_one(ValueEditor).text.startswith("a")


def test_commands_that_show_write_or_copy_are_declared_as_acting() -> None:
    """A command declares whether it acts; these must."""
    quick = [command for command in COMMANDS if not command.acts]
    assert not [command.id for command in quick if command.shows or command.writes or command.needs]
    words = ("copy", "write", "delete", "drop", "show", "edit", "set", "keep", "make", "undo", "take")
    assert not [command.id for command in quick if command.id.startswith(words)]
    assert {"next_pane", "go_back", "hide_all", "quit_program"} <= {command.id for command in quick}


@pytest.mark.slow
def test_keys_of_a_keymap_act_as_those_of_their_command() -> None:
    for command, place in ((command, place) for command in COMMANDS if command.keys for place in Where):
        plain, mapped = DEFAULT.acting(place), keys_under({command.id: "f9,f10"}).acting(place)
        assert plain - mapped <= DEFAULT.pressed(command.id)
        assert ({"f9", "f10"} <= mapped) is (command.acts and place in command.where)


SWAPPED = {"quit_program": "ctrl+x", "write_changes": "ctrl+q"}


@pytest.mark.slow
async def test_a_remapped_quit_key_acts_even_in_a_burst_and_its_old_key_does_not() -> None:
    async with in_secret(SecretRef("default", "mysecret"), settings=Settings(keymap=SWAPPED)) as person:
        await person.edit_to_review("password", "n3w-made-up")
        sent = person.asked("PUT", "PATCH", part="/secrets")
        await comes(person, "j", "ctrl+q", "ctrl+q", apart=0.001)
        assert person.status.endswith("Ignored 2 characters that look like a paste.")
        assert person.asked("PUT", "PATCH", part="/secrets") == sent
        await comes(person, "d", "d", "ctrl+x", apart=0.001)
        await person.sees("Quit and lose")


@pytest.mark.slow
@pytest.mark.parametrize("size", [SMALL, NORMAL])
async def test_keys_in_a_burst_act_in_a_terminal_that_marks_pastes(
    size: tuple[int, int],
) -> None:
    async with in_secret(key="password", size=size) as person:
        person.app.post_message(PastesMarked())
        await person.calm()
        await comes(person, *"ewx", "enter", apart=0.004)
        await person.sees("password kept in the draft")
        await comes(person, "colon", *"ns web", "enter", apart=0.0)
        await person.waits_for(lambda: person.session.namespace == "web", "the namespace web")
        await comes(person, "N", "slash", *"cart", apart=0.0)
        await person.sees("/ cart")
        assert person.status == ""


async def test_a_bracket_alone_is_a_key() -> None:
    async with sitting_at(size=SMALL) as person:
        await comes(person, "left_square_bracket", apart=0.0)
        await person.reads("StatusLine", "[ does nothing here; ? shows the keys.")


A_PACE = pytest.mark.parametrize("apart", [0.08, 0.2, 0.4])
AT_TWO_SIZES = pytest.mark.parametrize("size", [SMALL, NORMAL])


@A_PACE
@AT_TWO_SIZES
async def test_words_to_find_in_a_masked_value_open_no_editor(size: tuple[int, int], apart: float) -> None:
    async with in_secret(key="password", size=size) as person:
        await person.presses("enter", "r shows it")
        await comes(person, "slash", *"needle7", apart=apart)
        masked = "Nothing to search while the value is masked; r shows it."
        await person.reads("StatusLine", f"{masked} Ignored 7 more keys.")
        await person.sees("mysecret / password", MASK)
        await person.presses("r", PASSWORD)


@A_PACE
@AT_TWO_SIZES
async def test_the_rest_of_a_word_whose_first_letter_closed_a_question_is_no_command(
    size: tuple[int, int], apart: float
) -> None:
    async with sitting_at(size=size) as person:
        await person.put_cursor("#secret-table", "default/mysecret")
        await comes(person, "Y", *"default", "enter", apart=apart)
        await person.reads("StatusLine", "The kubeconfig has no other context. Ignored 7 more keys.")
        assert len(person.app.screen_stack) == 1 and person.session.open_ref is None


@pytest.mark.slow
@A_PACE
@AT_TWO_SIZES
async def test_a_yes_to_a_paste_sets_the_keys_and_opens_no_editor(
    size: tuple[int, int], apart: float
) -> None:
    async with in_secret(key="password", size=size) as person:
        await person.paste("password=made-up-1\nusername=made-up-2")
        await person.sees("Paste into mysecret")
        await comes(person, *"yes", "enter", apart=apart)
        await person.reads("StatusLine", "Ignored 3 more keys.")
        assert len(person.app.screen_stack) == 1 and PASSWORD not in person.text
        assert len(person.session.drafts.all()) == 1


@pytest.mark.slow
async def test_keys_that_follow_an_answer_at_once_are_taken() -> None:
    async with in_secret(key="password") as person:
        await person.presses("C", "v  a valueFrom snippet")
        await comes(person, "v", "j", "C", apart=0.08)
        await person.sees("Copy username of mysecret")


@pytest.mark.slow
async def test_keys_that_follow_an_answer_which_opens_a_field_are_taken() -> None:
    async with in_secret(key="password") as person:
        await person.presses("t", "o  new value; ")
        await comes(person, "o", "ctrl+g", "enter", apart=0.08)
        await person.sees("Review", "password_previous")


@pytest.mark.slow
@A_PACE
@AT_TWO_SIZES
async def test_a_word_with_an_answer_in_it_is_no_answer(size: tuple[int, int], apart: float) -> None:
    async with in_secret(key="password", size=size) as person:
        await person.presses("Y", "some of its keys")
        await comes(person, *"banks", apart=apart)
        await person.sees("b does nothing here; press enter, n, s, x, c, d or esc. Ignored 4 more keys.")
        await person.presses("s", "Which keys?")


async def test_arrows_help_and_the_cover_act_right_after_a_refused_key() -> None:
    async with in_secret(key="password", size=SMALL) as person:
        await comes(person, "v", "r", "down", apart=0.1)
        await person.sees("▸   username")
        assert not person.shown, "the r is ignored"
        await comes(person, "v", "question_mark", apart=0.1)
        await person.sees("Keys that work")
        await comes(person, "escape", "v", "ctrl+l", apart=0.1)
        await person.sees("covered since")


async def test_a_click_right_after_a_refused_key_acts() -> None:
    async with in_secret(key="password", size=NORMAL) as person:
        await comes(person, "v", apart=0.1)
        await person.sees("v does nothing here")
        await person.click("p readers")
        await person.sees("Readers of")
