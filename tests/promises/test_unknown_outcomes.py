"""Promise 6: the screen says once and truly whether a write happened, and nothing is sent twice.

`tests/session/test_unknown_outcomes.py` tries each kind of write and of loss; here is what a person reads.
"""

from __future__ import annotations

from typing import Final

from tests.ui.person import Person, in_secret, sitting_at
from tui.model.secret.secret import SecretRef
from tui.session.writes.outcome import SURE_AFTER

DONE: Final = "Written: password of default/mysecret "
UNDONE: Final = "Not written: password of default/mysecret. No answer came"
DOUBT: Final = "Sent, outcome unknown since 14:00: password of default/mysecret."


async def send(person: Person, kind: str) -> None:
    """Edit, review and send a write whose answer is lost."""
    await person.open()
    await person.edit_to_review("password", "n3w-made-up")
    lost = person.fault(kind, method="PATCH", path="*/secrets*")
    await person.press("W")
    await person.waits_for(lambda: lost.seen, "a lost answer")


def message_count(person: Person, text: str) -> int:
    """Count the messages of the run that hold this text."""
    return sum(text in message.text for message in person.app.shared.messages)


def write_count(person: Person) -> int:
    """Count the writes that were sent, without dry runs."""
    return len([line for line in person.asked("PATCH", part="/secrets") if "dryRun" not in line])


async def test_a_write_whose_answer_was_lost_after_the_commit_is_confirmed_at_once() -> None:
    async with sitting_at() as person:
        await send(person, "drop_after")
        await person.sees(DONE + "at 14:00:00")
        assert person.on_server()["password"] == b"n3w-made-up"
        assert (
            message_count(person, DONE),
            message_count(person, "outcome unknown"),
            write_count(person),
        ) == (1, 0, 1)
        assert not person.session.drafts.all()


async def test_a_write_lost_before_the_commit_is_unknown_until_it_can_no_longer_happen() -> None:
    async with sitting_at(size=(120, 36)) as person:
        await send(person, "drop_before")
        await person.sees(DOUBT)
        await person.reads("#secret", "! sent, outcome unknown since 14:00: password of")
        assert "nothing sent yet" not in person.text
        await person.presses("w", "accepted at")
        await person.presses("W", "Wait for the write's result: sent, outcome unknown since 14:00")
        while person.clock.monotonic() + 5 < SURE_AFTER:
            person.clock.advance(5)
            await person.calm()
            assert message_count(person, UNDONE) == 0, "it can still happen"

        def is_known() -> bool:
            if person.clock.monotonic() < 3 * SURE_AFTER:
                person.clock.advance(5)
            return message_count(person, UNDONE) > 0

        await person.waits_for(is_known, "what became of it")
        await person.sees(UNDONE)
        assert person.on_server()["password"] == b"1f2d1e2e67df"
        assert (
            message_count(person, UNDONE),
            message_count(person, "Sent, outcome unknown"),
            write_count(person),
        ) == (1, 1, 1)
        assert person.session.drafts.all(), "the draft stays"
        await person.press("escape")
        await person.reads("#secret", "* draft, not written: edited password")
        await person.presses("d", "In the draft, not written")
        await person.press("escape")
        await person.presses("w", "not written", "1 changed")
        await person.press("escape", "escape")
        await person.open(SecretRef("default", "feature-flags"), key="flags.json")
        await person.edit("flags.json", "{}")
        await person.press("ctrl+p", *"several")
        await person.presses("enter", "2 of 2 ready · not all written")


async def test_an_outcome_stays_unknown_while_reads_fail_and_ctrl_r_checks_it_again() -> None:
    async with in_secret() as person:
        await person.writes_in_doubt()
        await person.reads("StatusLine", "outcome unknown since 14:00")
        await person.reads("#secret", "Cannot check now: The server failed (HTTP 503).")
        person.cluster.faults.clear()
        await person.presses("ctrl+r", DONE)
        assert person.on_server()["password"] == b"n3w-made-up"
