"""Answers to questions: enter takes the line under the cursor, letters take theirs, arrows move."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app_pilot import SMALL
from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.ui.base.job import ask, start_job
from tui.ui.dialogs.prompt import Question

ANSWERS = (("a", "apple"), ("p", "plum"), ("c", "cherry"))
TAKES = "enter answers"
NEW = SecretRef("default", "made-up-new")


async def asks(person: Person, default: str) -> list[str | None]:
    """Ask a question; the list gets its answer."""
    screen: Any = person.app.screen
    answers: list[str | None] = []

    async def question() -> None:
        answers.append(await ask(screen, Question("Fruit", ("Which one?",), ANSWERS, default=default)))

    start_job(screen, question())
    await person.sees("Which one?")
    return answers


async def answered(person: Person, presses: str, default: str = "a") -> str | None:
    """The answer that these presses give to a question."""
    answers = await asks(person, default)
    await person.press(*presses.split())
    await person.waits_for(lambda: answers, f"an answer to {presses}")
    await person.sees_no("Which one?")
    return answers.pop()


async def test_enter_takes_the_line_under_the_cursor_which_begins_at_the_default() -> None:
    async with sitting_at(size=SMALL) as person:
        assert await answered(person, "enter") == "a"
        assert await answered(person, "enter", "c") == "c"
        assert await answered(person, "down enter", "p") == "c"
        assert await answered(person, "down k j enter") == "p", "j and k move in every list of answers"
        assert await answered(person, "end up enter") == "p"


async def test_a_letter_takes_its_line_at_once_and_a_number_only_moves_to_one() -> None:
    async with sitting_at(size=SMALL) as person:
        assert await answered(person, "c") == "c"
        assert await answered(person, "p") == "p"
        assert await answered(person, "3 enter") == "c"
        assert await answered(person, "3 1 enter") == "a"
        assert await answered(person, "down escape") is None


@pytest.mark.parametrize("size", [(80, 24), (40, 10)])
async def test_without_a_default_enter_and_arrows_answer_nothing(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        answers = await asks(person, "")
        await person.presses("enter", "enter does nothing here; press a, p,")
        await person.presses("down enter", "Which one?")
        assert not answers
        await person.press("c")
        await person.waits_for(lambda: answers == ["c"], "the answer")


CHOICES = {
    "what to copy of a value": ("C", "▸ c  as it is"),
    "what to copy of a Secret": ("Y", "▸ n  the whole Secret, to other namespaces"),
    "which keys": ("Y s enter", "▸ n  password, to other namespaces"),
    "the form of a copy": ("y C", "▸ m  manifest for kubectl apply"),
    "the form of a file": ("y S", "▸ m  manifest for kubectl apply"),
    "how to rotate": ("t", "▸ n  new value"),
    "the theme": ("", "▸ a  auto  (now)"),
    "the write to undo": ("U", "▸ a  14:00  default/mysecret: username"),
}


@pytest.mark.parametrize("name", CHOICES)
async def test_every_choice_has_a_line_under_the_cursor_and_is_left_by_escape(name: str) -> None:
    presses, line = CHOICES[name]
    async with in_secret(key="password", size=SMALL) as person:
        if name == "the write to undo":
            await person.edit_to_review("username", "made-up")
            await person.presses("W", "Written: username")
            await person.put_cursor("#key-table", "password")
        if presses:
            await person.presses(presses, line, TAKES)
        else:
            screen: Any = person.app.screen
            start_job(screen, screen.go_on_with("choose_theme"))
            await person.sees(line, TAKES)
        await person.presses("2 1", line)
        await person.press("j", "k")
        await person.sees(line)
        await person.press("escape")
        await person.sees_no(TAKES)


async def test_a_type_is_taken_by_enter_on_its_line() -> None:
    async with sitting_at(size=SMALL) as person:
        await person.presses("a", "New Secret")
        await person.type("made-up")
        await person.presses("enter", "▸ o  Opaque: any keys", TAKES)
        await person.presses("down down down enter", "User and password  made-up")


async def test_discarding_a_draft_has_no_default() -> None:
    async with in_secret(key="password", size=SMALL) as person:
        await person.edit("username", "made-up")
        await person.presses("ctrl+x", "Discard the draft of default/mysecret?")
        await person.presses("enter", "enter does nothing here; press y or esc.")
        await person.presses("down enter escape", "1 draft")
        assert person.session.drafts.get(MINE) is not None


async def test_quitting_with_a_draft_has_no_default() -> None:
    async with in_secret(key="password", size=SMALL) as person:
        await person.edit("username", "made-up")
        await person.presses("ctrl+q", "Quit and lose unwritten drafts?")
        await person.presses("enter", "enter does nothing here; press Q or esc.")
        assert person.app.is_running


async def test_a_write_that_leaves_an_old_value_has_no_default() -> None:
    held = {"password": b"S3cret-made-up-1", "url": b"postgres://app:S3cret-made-up-1@db.test"}
    async with in_secret(key="password", size=SMALL) as person:
        for key, value in held.items():
            person.others_set(key, value)
        await person.presses("ctrl+r", "url")
        secret = await person.session.cluster.open(MINE)
        person.session.drafts.put(Draft.of(secret).set(secret, "password", Value(b"made-up-2")))
        await person.presses("w", "accepted at")
        await person.presses("W", "An old value remains")
        await person.presses("enter", "enter does nothing here; press i, y or esc.")
        assert person.on_server()["password"] == held["password"]
        await person.presses("y", "Written: password")
