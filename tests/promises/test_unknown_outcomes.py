"""Promise 6: of every write the screen says whether it happened: once, truly, and nothing is sent twice."""

from __future__ import annotations

from typing import Any, Final, Literal

import pytest
from msgspec.structs import replace

from tests.faulty_cluster.faults import Fault
from tests.ui.person import MINE, PASSWORD, Person, sitting_at
from tui.embedded.status import ApiError
from tui.model.secret.secret import SecretRef
from tui.session.writes.outcome import SURE_AFTER

Verb = Literal["PATCH", "POST", "DELETE"]
NEW: Final = SecretRef("default", "made-by-hand")
REF: Final = {"PATCH": MINE, "POST": NEW, "DELETE": MINE}
DONE: Final = {
    "PATCH": "Written: password of default/mysecret ",
    "POST": "Created: default/made-by-hand with 1 key ",
    "DELETE": "Deleted: default/mysecret ",
}
UNDONE: Final = {
    "PATCH": "Not written: password of default/mysecret. No answer came",
    "POST": "Not there: default/made-by-hand. No answer came",
    "DELETE": "Not deleted: default/mysecret. No answer came",
}
DOUBT: Final = {
    "PATCH": "Sent, outcome unknown since 14:00: password of default/mysecret.",
    "POST": "Sent, outcome unknown since 14:00: creating default/made-by-hand.",
    "DELETE": "Sent, outcome unknown since 14:00: deleting default/mysecret.",
}


async def send(
    person: Person, verb: Verb, kind: str, *, seconds: float = 1.0, patience: float | None = None
) -> Fault:
    """Everything up to the press that sends it; no answer comes, or none within `patience` seconds."""
    if verb == "POST":
        await person.press("a")
        field: Any = person.app.screen.query_one("#name")
        field.value = NEW.name
        await person.press("enter", "a")
        field = person.app.screen.query_one("#name")
        field.value = "token"
        await person.press("enter")
        await person.sees("edit  made-by-hand / token")
        await person.press("t", "enter")
    else:
        await person.open()
    if verb == "PATCH":
        await person.edit("password", "n3w-made-up")
    if verb == "DELETE":
        await person.press("D")
        await person.sees("keys: password, username")
        field = person.app.screen.query_one("#name")
        field.value = MINE.name
        await person.calm()
    else:
        await person.reviewed()
    lost = person.fault(kind, method=verb, path="*/secrets*", seconds=seconds)
    transport: Any = person.session.cluster._transport
    usual = transport._call
    if patience is not None:
        transport._call = replace(usual, headers=patience)
    await person.press("enter" if verb == "DELETE" else "W")
    await person.waits_for(lambda: lost.seen, "a lost answer")
    transport._call = usual
    return lost


def happened(person: Person, verb: Verb) -> bool:
    """Did it, on the server?"""
    try:
        held = person.on_server(REF[verb])
    except (ApiError, KeyError):
        held = {}
    if verb == "PATCH":
        return held["password"] == b"n3w-made-up"
    return bool(held) == (verb == "POST")


def said(person: Person, text: str) -> int:
    """How often this stands among the messages of the run."""
    return sum(text in message.text for message in person.app.desk.messages)


def sent(person: Person, verb: Verb) -> int:
    """How often it was sent in earnest."""
    return len([line for line in person.asked(verb, part="/secrets") if "dryRun" not in line])


async def passes(person: Person, seconds: float) -> None:
    """The clock moves on, and whoever waited for it does what is due."""
    person.clock.advance(seconds)
    await person.calm()


VERBS: Final = pytest.mark.parametrize("verb", ["PATCH", "POST", "DELETE"])


@VERBS
async def test_an_answer_lost_after_the_commit_is_cleared_up_at_once(verb: Verb) -> None:
    async with sitting_at() as person:
        await send(person, verb, "drop_after")
        await person.sees(DONE[verb] + "at 14:00:00")
        assert happened(person, verb)
        assert (said(person, DONE[verb]), said(person, "outcome unknown"), sent(person, verb)) == (1, 0, 1)
        assert not person.session.drafts.all()
        if verb == "POST":
            await person.reads("#secret", "Opaque 1 key", "token ********")


@VERBS
async def test_a_write_lost_before_the_commit_is_in_doubt_until_it_can_happen_no_more(verb: Verb) -> None:
    async with sitting_at(size=(120, 36)) as person:
        await send(person, verb, "drop_before")
        await person.sees(DOUBT[verb])
        if verb == "POST":
            await person.reads("#secret", "! sent, outcome unknown since 14:00: creating")
            assert "not created yet" not in person.text
        if verb == "PATCH":
            await person.reads("#secret", "! sent, outcome unknown since 14:00: password of")
            assert "nothing sent yet" not in person.text
            await person.press("w")
            await person.sees("accepted at")
            await person.press("W")
            await person.sees("Wait for this result first: sent, outcome unknown since 14:00")
            assert sent(person, verb) == 1, "what is not known is not sent again"
        while person.clock.monotonic() + 5 < SURE_AFTER:
            await passes(person, 5)
            assert said(person, UNDONE[verb]) == 0, "it can still happen"

        def is_known() -> bool:
            if person.clock.monotonic() < 3 * SURE_AFTER:
                person.clock.advance(5)
            return said(person, UNDONE[verb]) > 0

        await person.waits_for(is_known, "what became of it")
        await person.sees(UNDONE[verb])
        assert not happened(person, verb)
        assert (said(person, UNDONE[verb]), said(person, "Sent, outcome unknown")) == (1, 1)
        assert sent(person, verb) == 1
        assert bool(person.session.drafts.all()) == (verb != "DELETE"), "the draft stays"


@pytest.mark.slow
@VERBS
async def test_a_write_that_times_out_and_lands_later_is_found_when_it_has_landed(verb: Verb) -> None:
    async with sitting_at() as person:
        late = await send(person, verb, "late", seconds=1.0, patience=0.1)
        assert late.seen == 1
        await person.sees(DOUBT[verb])
        assert not happened(person, verb), "not yet"
        await passes(person, 1)
        assert said(person, DONE[verb]) == 0
        await person.waits_for(lambda: happened(person, verb), "that it lands")
        while not said(person, DONE[verb]):
            assert person.clock.monotonic() < SURE_AFTER, person.text
            await passes(person, 1)
        counted = (said(person, DONE[verb]), said(person, "Sent, outcome unknown"), sent(person, verb))
        assert counted == (1, 1, 1)
        assert not person.session.drafts.all()


async def test_while_nothing_can_be_read_it_stays_unknown_and_ctrl_r_looks_at_once() -> None:
    async with sitting_at() as person:
        await send(person, "PATCH", "drop_after")
        await person.sees("Written: password of default/mysecret")
        person.cluster.faults.clear()
        await person.edit("password", PASSWORD)
        await person.reviewed()
        person.fault("drop_after", method="PATCH", path="*/secrets*")
        person.fault("status", code=503, method="GET", path="*/secrets/mysecret", times=None)
        await person.press("W")
        await person.reads("StatusLine", "outcome unknown since 14:00")
        await person.reads("#secret", "Cannot check now: The server failed (HTTP 503).")
        assert "nothing sent yet" not in person.text
        person.cluster.faults.clear()
        await person.press("ctrl+r")
        await person.waits_for(lambda: said(person, "Written: ") == 2, "an end")
        assert person.on_server()["password"] == PASSWORD.encode()
