"""Lines of a question that do not fit are announced, and scrolled by the keys that a person tries."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.ui.person import Person, sitting_at
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

SMALL = pytest.mark.parametrize("size", [(80, 20), (48, 20)], ids=("80x20", "48x20"))
BUSY = SecretRef("payments", "db-credentials")
"""Read by many pods, through many ways."""
HEADING = "Affected readers, worst first"
FIRST_OF_READERS = "ledger-api 3 env DB_PASSWORD"
LAST_OF_READERS = "pods only; p reads all kinds"
ON, BACK = ("down", "pagedown", "end", "ctrl+d", "G"), ("up", "pageup", "home", "ctrl+u", "g")
_MOST_PRESSES = 60


async def asked_to_write(person: Person) -> None:
    """Open the review of a key that many pods read."""
    await person.open(BUSY)
    await person.edit_to_review("password", "n3w-made-up")
    await person.reads("#text-pane", HEADING)


async def pressed_until(person: Person, key: str, text: str, where: str = "#about") -> None:
    """Press this key until the text is in that part of the screen."""
    for _ in range(_MOST_PRESSES):
        if text in person.read(where):
            return
        await person.press(key)
    raise AssertionError(f"{key} never led to {text!r}:\n{person.text}")


def marked(person: Person) -> str:
    """Message about the lines out of sight."""
    return person.read("LinesBelow")


async def all_read(person: Person, key: str, texts: Iterable[str], focused: str) -> None:
    """Scroll with this key until each text was in sight and no more lines are announced below."""
    for text in texts:
        await pressed_until(person, key, text)
    for _ in range(_MOST_PRESSES):
        if "down" not in marked(person):
            break
        await person.press(key)
    assert marked(person).endswith("above (up scrolls)")
    assert person.app.focused is person.app.screen.query_one(focused)


@SMALL
@pytest.mark.parametrize(("on", "back"), zip(ON, BACK, strict=True))
async def test_the_review_is_read_to_its_end_from_the_last_row_of_the_changes(
    size: tuple[int, int], on: str, back: str
) -> None:
    async with sitting_at(size=size, namespace="payments") as person:
        await asked_to_write(person)
        await person.reads("LinesBelow", "more lines (down scrolls)")
        # The end is one press away, all that lies between it and the start is not.
        between = () if on in ("end", "G") else ("file changes within 2 min", LAST_OF_READERS)
        await all_read(person, on, between, "#changes")
        await pressed_until(person, back, FIRST_OF_READERS)
        await pressed_until(person, back, "more lines (down scrolls)", "LinesBelow")
        assert "above" not in marked(person)
        await person.presses("W", "Written: password")


@pytest.mark.parametrize("size", [(80, 24), (48, 20), (120, 36), (200, 60)])
@pytest.mark.parametrize("context", ["payments-cluster", "prod-eu"])
async def test_a_reader_the_dry_run_and_where_it_goes_are_in_sight_at_every_size(
    size: tuple[int, int], context: str
) -> None:
    async with sitting_at(size=size, namespace="payments", context=context) as person:
        await asked_to_write(person)
        await person.reads("#about", FIRST_OF_READERS, "old value until a restart")
        await person.reads("#verdict", "4 pods keep the old value", "accepted at")
        await person.reads("#verdict", "Writes to", "› payments", "as admin")
        if context == "prod-eu":
            await person.reads("#verdict", "PROD: W asks for the context's name")
        await person.waits_for(
            lambda: bool(marked(person)) != (LAST_OF_READERS in person.read("#about")),
            "the mark where more is",
        )
        if size[0] != 80:  # where a guarded context's question takes the line that the last of them needs
            assert (LAST_OF_READERS in person.read("#about")) == (size[0] >= 120)
        await person.press("end")
        there = person.read("#about") + person.read("#verdict")
        assert "! ExternalSecret/db writes password: an edit lasts" in there
        assert "of 1 MiB" in there


@SMALL
@pytest.mark.parametrize(("on", "back"), [("down", "up"), ("pagedown", "pageup")])
async def test_readers_of_a_secret_can_be_scrolled_while_its_name_is_typed_to_delete_it(
    size: tuple[int, int], on: str, back: str
) -> None:
    async with sitting_at(size=size, namespace="payments") as person:
        await person.acts_on(BUSY, "D")
        await person.reads("#about", "6 pods read the Secret; all would fail", "fraud-check")
        await person.reads("#verdict", "Deletes in", "as admin")
        await person.reads("LinesBelow", "more lines (down scrolls)")
        await person.press("d", "b")
        texts = (
            "next start FAILS",
            "ledger-api",
            "pods only; esc, then p twice, reads all kinds",
            "keys: ca.p12, password, username",
        )
        await all_read(person, on, texts, "#name")
        everything = person.read("#about") + person.read("#verdict")
        assert (
            "U can create the Secret again until you quit or change context; its owner references are lost."
            in everything
        )
        await pressed_until(person, back, "Opaque · 3 keys")
        await person.press("-", "c")
        assert person.app.screen.query_one("#name").value == "db-c"  # type: ignore[attr-defined]
