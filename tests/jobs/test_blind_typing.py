"""Jobs: type a word while no field is open; its letters run no commands."""

from __future__ import annotations

import pytest

from tests.jobs.conftest import SIZES
from tests.jobs.person import JOB, MASK, Person
from tests.terminal.server import Server

AT_ANY_PACE = pytest.mark.parametrize(
    ("size", "pace"), [(SIZES[0], 0.08), (SIZES[1], 0.4)], indirect=["size"], ids=str
)
"""Terminal size, and seconds between two letters: of a fast typist and of a slow one."""

pytestmark = [*JOB, AT_ANY_PACE]


def test_a_search_typed_on_a_masked_value_is_ignored_as_a_whole(pace: float, person: Person) -> None:
    person.opens("legacy-db")
    person.go_to("pass")
    person.presses("Enter", "legacy-db / pass", "r shows it")
    person.types_at(pace, "/needle7")
    person.sees("Nothing to search while the value is masked; r shows it.", "Ignored 7 more keys.", MASK)
    assert "edit" not in person.title_row
    person.press("r")
    person.reads("made-up-password-0")
    person.quits()


def test_only_the_first_letter_of_a_word_answers_a_question_that_takes_one_letter(
    pace: float, server: Server, size: tuple[int, int]
) -> None:
    with Person(server, "-n", "payments", size=size) as person:
        person.finds("legacy-db")
        person.presses("Y", "enter answers", "only compare it with other contexts")
        person.types_at(pace, "default")
        person.sees("The kubeconfig has no other context. Ignored 6 more keys.", gone=["enter answers"])
        assert "Secrets" in person.title_row
        person.presses("Enter", MASK)
        person.quits()


def test_only_the_y_of_yes_answers_the_question_about_a_paste(pace: float, person: Person) -> None:
    person.opens("legacy-db")
    person.pastes("pass=made-up-1\nuser=made-up-2\n")
    person.sees("Paste into legacy-db")
    person.types_at(pace, "yes")
    person.sees("1 draft", "Ignored 2 more keys.", gone=["Paste into legacy-db"])
    assert "edit" not in person.title_row
    person.presses("w", "Review", "accepted")
    person.presses("C-q", "Quit and lose")
    person.press("Q")
    assert person.exit_code == 0
