"""Setting a value unseen: typed, pasted or generated; only facts about the value are drawn."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import PASSWORD, Person, sitting_at
from tui.model.secret.generate import ALPHABETS

pytestmark = pytest.mark.slow

NEW = "n3w-made-up"


async def begin(person: Person, key: str = "password") -> None:
    """Open mysecret, and press s on one of its keys."""
    await person.open(key=key)
    await person.presses("s", f"Set unseen: mysecret / {key}", "now    nothing yet")


def drafted(person: Person) -> dict[str, bytes]:
    (draft,) = person.session.drafts.all()
    return {key: value.reveal() for key, value in draft.changes().set.items()}


@pytest.mark.parametrize(
    ("pasted", "then", "kept", "told"),
    [
        ("pw\n", (), b"pw", "2 B, one line, no final line break"),
        ("pw", ("ctrl+t",), b"pw\n", "3 B, one line, final line break"),
        ("a\r\nb\n", (), b"a\nb\n", "4 B, 2 lines, final line break"),
        (" pw", (), b" pw", "no final line break, starts or ends with a space or tab"),
    ],
)
async def test_size_line_breaks_and_blanks_of_an_unseen_value_are_shown_once_it_is_kept(
    pasted: str, then: tuple[str, ...], kept: bytes, told: str
) -> None:
    async with sitting_at() as person:
        await begin(person)
        await person.paste(pasted)
        await person.press(*then, "enter")
        await person.sees(told)
        assert drafted(person) == {"password": kept}
        await person.presses("u", "Undone: edited password.")
        assert not person.session.has_drafts


async def test_generated_by_the_length_and_the_characters_chosen_and_never_shown() -> None:
    async with sitting_at(size=SMALL) as person:
        await begin(person)
        await person.sees("ctrl+g generates 24 letters and digits, 142 bits")
        await person.presses("up right right down up", "ctrl+g generates 32 letters, digits and symbols")
        await person.presses("ctrl+g", "now    generated: 32 letters, digits and symbols")
        await person.presses("x", "Not typed: the field is filled already. ctrl+u clears it.")
        await person.presses("enter", "password set unseen: 32 B")
        made = drafted(person)["password"].decode()
        assert len(made) == 32 and set(made) <= set(ALPHABETS["letters, digits and symbols"])
        assert made not in person.text


@pytest.mark.parametrize(
    ("press", "words", "length"),
    [
        ("up", "32 letters and digits", 32),
        ("down", "20 letters and digits", 20),
        ("right", "24 letters, digits and -_.~", 24),
    ],
)
async def test_a_generated_value_follows_the_length_and_the_characters(
    press: str, words: str, length: int
) -> None:
    async with sitting_at(size=SMALL) as person:
        await begin(person)
        await person.press("ctrl+g", press)
        await person.sees(f"now    generated: {words}")
        await person.presses("enter", f"password set unseen: {length} B")
        assert len(drafted(person)["password"]) == length


async def test_going_back_sets_nothing_and_emptiness_is_kept_only_on_purpose() -> None:
    async with sitting_at() as person:
        await begin(person)
        await person.presses("escape", "password was not set.")
        assert not person.session.has_drafts
        await person.presses("s enter", "The field is empty. enter again keeps an empty value.")
        await person.press("y")
        await person.sees_no("The field is empty")
        await person.presses("ctrl+u", "The field is empty.")
        await person.presses("x backspace enter", "The field is empty. enter again keeps an empty value.")
        await person.presses("enter", "password set unseen: 0 B")
        assert drafted(person) == {"password": b""}


async def test_the_same_again_is_no_step_and_a_value_shown_is_left_for_it() -> None:
    async with sitting_at() as person:
        await begin(person)
        await person.press(*PASSWORD, "enter")
        await person.sees("password is unchanged.")
        await person.presses("enter", "r shows it")
        await person.presses("s", "Set unseen: mysecret / password")


async def test_a_canceled_unseen_value_is_restored_undrawn_until_the_secret_is_left() -> None:
    async with sitting_at() as person:
        await begin(person)
        await person.press(*NEW, "ctrl+t")
        field: Any = person.app.screen.query_one("#unseen")
        assert field.typed == NEW
        await person.press("escape")
        await person.waits_for(lambda: field.typed == "", "a field that forgot")
        await person.sees("Setting password canceled. e brings it back until you leave the Secret.")
        assert not person.session.has_drafts
        await person.presses(
            "e enter",
            "Set unseen: mysecret / password",
            "now    typed",
            "a final line break",
        )
        assert NEW not in person.text
        await person.presses("ctrl+s", "password set unseen: 12 B")
        assert drafted(person) == {"password": f"{NEW}\n".encode()}
        await person.press("s", "x", "escape", "escape")
        await person.open()
        await person.presses("e", "Edit mysecret / password")


async def test_quitting_names_what_is_typed_and_not_what_is_generated() -> None:
    async with sitting_at() as person:
        await begin(person)
        await person.press(*NEW)
        await person.presses("ctrl+q", "Quit and lose unwritten drafts?", "default/mysecret / password.")
        await person.presses("escape", "typed; its size is shown once you keep it")
        await person.presses("ctrl+g", "generated: ")
        await person.press("ctrl+q")
        await person.waits_for(lambda: not person.app.is_running, "the end")
