"""A changed value in the review: a diff by line, once it is shown; and the format that it lost."""

from __future__ import annotations

import pytest

from tests.promises.test_values_dropped import texts_held
from tests.ui.person import MINE, Person, sitting_at
from tui.model.draft.draft import Draft
from tui.model.secret.value import Value

LINES = [f"name-{number}: made-up-{number}" for number in range(40)]
BEFORE = "".join(f"{line}\n" for line in LINES)
AFTER = BEFORE.replace("made-up-20\n", "made-up-21 \n").replace("name-39: made-up-39\n", "name-39")


async def changed(person: Person, before: bytes, after: bytes, key: str = "password") -> None:
    """Draft a change of a key, and open its review."""
    person.others_set(key, before)
    await person.open()
    await person.waits_for(lambda: person.app.screen.secret.value(key) == Value(before), "it")  # type: ignore[attr-defined]
    draft = person.session.drafts
    secret = person.session.opened.secret  # type: ignore[union-attr]
    assert secret is not None
    draft.put(Draft.of(secret).set(secret, key, Value(after)))
    await person.reviewed()
    await person.put_cursor("#changes", f"{key}\0")


def marked(person: Person, selector: str) -> list[str]:
    """The texts that are drawn in reverse in a part of the screen."""
    x, y, width, height = person.app.screen.query_one(selector).region
    rows = person.app.screen._compositor.render_strips()[y : y + height]
    return [
        segment.text
        for strip in rows
        for segment in strip.crop(x, x + width)
        if segment.style is not None and segment.style.reverse
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_lines_that_differ_and_three_around_them(size: tuple[int, int]) -> None:
    async with sitting_at(size=size) as person:
        await changed(person, BEFORE.encode(), AFTER.encode())
        await person.sees("~ password", "final line break removed")
        assert "made-up" not in person.text
        await person.presses("r", "… 17 lines the same", "- name-20: made-up-20⏎")
        for line in ("name-17", "name-19"):
            await person.sees(f"│   {line}: made-up")
        assert "made-up-16" not in person.text
        await person.presses("j j j", "+ name-20: made-up-21␠⏎", "│   name-21: made-up")
        assert {"0", "1", "␠"} <= set(marked(person, "#changes")), "what differs is told without color"
        await person.press("r")
        await person.sees_no("made-up-20")


async def test_all_values_are_shown_whole_and_one_by_what_differs() -> None:
    async with sitting_at(size=(120, 60)) as person:
        await changed(person, BEFORE.encode(), AFTER.encode())
        await person.presses("R", "│   name-0: made-up-0", "│   name-16: made-up", "- name-20: made-up-20⏎")
        assert "the same" not in person.text
        await person.presses("R", "R show all")
        await person.presses("r", "… 17 lines the same")
        assert "name-16" not in person.text


async def test_enter_opens_the_whole_difference_masked_as_it_was() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await changed(person, BEFORE.encode(), AFTER.encode())
        await person.presses("enter", "********", "r shows it")
        await person.presses("r", "  name-17: made-up-17⏎", "- name-20: made-up-20⏎")
        assert "name-16" not in person.text, "it begins at what differs first"
        await person.presses("g", "  name-0: made-up-0⏎")
        await person.presses("G", "- name-39: made-up-39⏎", "+ name-39")
        await person.press("g")
        for _ in range(20):
            await person.press("j")
        await person.sees("+ name-20: made-up-21␠⏎", "- name-20")
        await person.presses("escape", "Review: mysecret")
        assert "made-up" not in person.text


async def test_changed_bytes_are_described_by_size_and_the_first_difference() -> None:
    async with sitting_at() as person:
        await changed(person, b"\xff\x00\x01", b"\xff\x00\x02\x03")
        await person.presses("r", "Not text: 3 B → 4 B", "the first difference is at byte 3 (offset 0x2)")
        await person.presses("enter", "ff 00 02 03")


@pytest.mark.slow
async def test_a_mebibyte_is_compared_beside_the_presses() -> None:
    before = b"made-up\n" * 60_000
    async with sitting_at() as person:
        await changed(person, before, before + b"last\n")
        await person.presses("r", "… 59,997 lines the same", "+ last⏎")
        await person.presses("enter", "+ last⏎")
        await person.press("g")
        await person.sees_no("+ last⏎")


@pytest.mark.slow
async def test_a_value_that_is_no_longer_json_or_differs_only_in_whitespace_is_mentioned() -> None:
    async with sitting_at() as person:
        await changed(person, b'{"made": "up"}', b'{"made": "up"\n', "config.json")
        await person.sees("config.json was valid JSON; now it is not (line 1).")
        await person.press("escape")
    async with sitting_at(size=(80, 24)) as person:
        await changed(person, b"made-up-1", b"made-up-1\n")
        await person.sees("Only whitespace changed in password.")


async def test_nothing_of_a_shown_difference_stays_when_it_is_left() -> None:
    async with sitting_at() as person:
        await changed(person, BEFORE.encode(), AFTER.encode())
        await person.presses("r", "made-up-21")
        await person.press("r")
        await person.sees_no("made-up-21")
        assert list(texts_held(person, "+ name-20")) == []
        assert person.session.drafts.get(MINE) is not None
