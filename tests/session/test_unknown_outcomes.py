"""Writes whose answer is lost: each is known in the end, reported once and truly, and never sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, NEW, ClusterSession, cluster_session
from tests.session.samples import START
from tui.model.draft.draft import Draft
from tui.model.secret.value import Value
from tui.session.writes.outcome import SURE_AFTER, Outcome

Verb = Literal["PATCH", "POST", "DELETE"]
Kind = Literal["drop_before", "drop_after", "late"]
VERBS: tuple[Verb, ...] = ("PATCH", "POST", "DELETE")
REF = {"PATCH": MINE, "POST": NEW, "DELETE": MINE}
DONE = {
    "PATCH": "written: password of default/mysecret {}",
    "POST": "created: default/brand-new with 1 key {}",
    "DELETE": "deleted: default/mysecret {}",
}
UNDONE = {
    "PATCH": "not written: password of default/mysecret. No answer came, and more than a minute later the "
    "server still has the old version.",
    "POST": "not there: default/brand-new. No answer came, and more than a minute later the server has no "
    "such Secret.",
    "DELETE": "not deleted: default/mysecret. No answer came, and more than a minute later the server still "
    "has the Secret.",
}


async def send(
    here: ClusterSession, verb: Verb, kind: Kind, *, blind: int = 0, seconds: float = 0.05
) -> None:
    """Send a write and lose its answer; the first `blind` reads to find its outcome fail."""
    writes = here.session.writes
    if verb == "DELETE":
        secret = await here.open()
    else:
        draft = await here.edited() if verb == "PATCH" else Draft.new(NEW).set(None, "a", Value(b"1"))
        here.session.drafts.put(draft)
        review = await here.reviewed(draft)
    lost = here.fault(kind, method=verb, path="*/secrets*", seconds=seconds)
    if blind:
        here.fault("status", method="GET", path=f"*/secrets/{REF[verb].name}", times=blind)
    assert (writes.delete(secret) if verb == "DELETE" else writes.write(review)) is None
    await eventually(
        lambda: lost.seen and (known_outcomes(here) or writes.blocked(REF[verb])), "a lost answer"
    )


def happened(here: ClusterSession, verb: Verb) -> bool:
    """True if the write took effect on the server."""
    held = here.home.store.by_resource["secrets"].records
    if verb == "POST":
        return "default/brand-new" in held
    return (
        "default/mysecret" not in held if verb == "DELETE" else here.on_server()["password"] == b"n3w-made-up"
    )


def pauses() -> set[asyncio.Task[object]]:
    """Tasks that wait for the next read."""
    return {task for task in asyncio.all_tasks() if task.get_name() == "pause"}


async def step(here: ClusterSession, seconds: float) -> None:
    """Move the clock to the next read, which is due in so many seconds, and wait for that read."""
    await eventually(pauses, "a pause")
    for _ in range(5):
        await asyncio.sleep(0)  # until it has asked the clock
    assert any(abs(wait - seconds) < 1e-6 for wait in here.clock.waits), f"{seconds} s"
    before = pauses()
    here.clock.advance(seconds)
    await eventually(lambda: not here.session.writes.unknown or pauses() - before, "a look")


def known_outcomes(here: ClusterSession) -> list[Outcome]:
    return [outcome for outcome in here.session.writes.outcomes if outcome.kind != "unknown"]


def count_sent(here: ClusterSession, verb: Verb) -> int:
    """Count the requests that were sent, without dry runs."""
    return sum(
        seen.method == verb and "/secrets" in seen.path and "dryRun" not in seen.query
        for seen in here.home.requests
    )


def is_reported_once(here: ClusterSession, verb: Verb, sentence: str) -> bool:
    """Check for one known outcome, no doubt left, and nothing sent again."""
    (end,) = known_outcomes(here)
    assert end.sentence == sentence
    assert here.session.writes.blocked(REF[verb]) is None
    assert count_sent(here, verb) == 1
    return True


@pytest.mark.parametrize("verb", VERBS)
async def test_a_write_lost_after_the_commit_is_reported_as_done_without_doubt(verb: Verb) -> None:
    async with cluster_session() as here:
        await send(here, verb, "drop_after")
        await here.ended()
        assert happened(here, verb)
        assert is_reported_once(here, verb, DONE[verb].format("at 14:00:00"))
        assert len(here.session.writes.outcomes) == 1
        assert here.session.drafts.all() == []


@pytest.mark.parametrize("verb", VERBS)
async def test_a_write_lost_before_the_commit_is_looked_for_until_it_cannot_happen_any_more(
    verb: Verb,
) -> None:
    async with cluster_session() as here:
        await send(here, verb, "drop_before")
        doubt = here.session.writes.blocked(REF[verb])
        assert doubt is not None and doubt.sentence.startswith("sent, outcome unknown since 14:00: ")
        passed = 0.0
        for wait in (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, SURE_AFTER - 61.0):
            assert known_outcomes(here) == [], f"{passed} s after it was sent it can still happen"
            await step(here, wait)
            passed += wait
        assert passed == SURE_AFTER
        await here.ended()
        assert not happened(here, verb)
        assert is_reported_once(here, verb, UNDONE[verb])
        assert here.session.drafts.all() or verb == "DELETE", "the draft stays"


@pytest.mark.slow
@pytest.mark.parametrize("verb", VERBS)
async def test_a_write_that_takes_effect_later_is_found_when_it_does(verb: Verb) -> None:
    """Let the server go on with a write whose answer did not come in time."""
    async with cluster_session(request_timeout=0.25) as here:
        await send(here, verb, "late", seconds=0.6)
        assert here.session.writes.blocked(REF[verb]) is not None
        assert not happened(here, verb)
        await step(here, 1.0)
        assert here.session.writes.blocked(REF[verb]) is not None
        await eventually(lambda: happened(here, verb), "the write landed")
        await step(here, 2.0)
        await here.ended()
        assert is_reported_once(here, verb, DONE[verb].format("between 14:00:00 and 14:00:03"))


@pytest.mark.parametrize("verb", VERBS)
async def test_a_lost_write_stays_unknown_and_blocks_others_while_nothing_can_be_read(verb: Verb) -> None:
    async with cluster_session() as here:
        await send(here, verb, "drop_after", blind=99)
        writes = here.session.writes
        doubt = writes.blocked(REF[verb])
        assert doubt is not None and doubt.kind == "unknown" and doubt.error is not None
        assert "sent, outcome unknown since 14:00: " in doubt.sentence
        assert len(writes.outcomes) == 1
        if here.session.opened is not None and here.session.opened.secret is not None:
            why_not = writes.delete(here.session.opened.secret)
            assert (why_not or "").startswith(
                "Wait for the write's result: sent, outcome unknown since 14:00"
            )
        await step(here, 1.0)
        await step(here, 2.0)
        assert writes.blocked(REF[verb]) is not None
        here.home.faults.clear()
        await step(here, 4.0)
        await here.ended()
        assert is_reported_once(here, verb, DONE[verb].format("between 14:00:00 and 14:00:07"))
        assert writes.outcomes[0].kind == "unknown"


async def test_an_unreachable_server_keeps_a_write_unknown_and_a_refresh_looks_at_once() -> None:
    async with cluster_session() as here:
        await send(here, "PATCH", "drop_after", blind=99)
        for wait in (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, SURE_AFTER - 61.0, 30.0):
            await step(here, wait)
        assert here.session.writes.blocked(MINE) is not None, "not seen is not the same as not written"
        here.home.faults.clear()
        here.session.refresh()
        await here.ended()
        assert is_reported_once(here, "PATCH", DONE["PATCH"].format("between 14:00:00 and 14:01:35"))


Meanwhile = Callable[[ClusterSession], None]
WAS_NOT_KNOWN = "Your change may have been written before that. The draft is kept."
ON_MINE = "password of default/mysecret"


def theirs(here: ClusterSession) -> None:
    here.others_set("password", b"theirs")


OTHERS: dict[str, tuple[Verb, Kind, Meanwhile, bool | None, str]] = {
    "others wrote the same key first": (
        *("PATCH", "drop_before", theirs, None),
        f"changed by someone else: {ON_MINE}. No answer came, and the Secret changed on the server. "
        f"{WAS_NOT_KNOWN}",
    ),
    "others wrote a label after ours": (
        *("PATCH", "drop_after", lambda here: here.others_label("team", "shop"), True),
        f"written: {ON_MINE} between 14:00:00 and 14:00:01",
    ),
    "others wrote the same": (
        *("PATCH", "drop_before", lambda here: here.others_set("password", b"n3w-made-up"), None),
        f"there already: {ON_MINE}. No answer came, and controller wrote the same values. Your write "
        "may have been done too.",
    ),
    "others deleted it after ours": (
        *("PATCH", "drop_after", lambda here: here.home.store.delete("secrets", "default", "mysecret"), None),
        f"changed by someone else: {ON_MINE}. The Secret no longer exists. {WAS_NOT_KNOWN}",
    ),
    "others recreated it": (
        *("PATCH", "drop_before", lambda here: here.others_recreate({"password": b"n3w-made-up"}), None),
        f"changed by someone else: {ON_MINE}. The Secret was deleted and created again. {WAS_NOT_KNOWN}",
    ),
    "others changed what is deleted": (
        *("DELETE", "drop_before", theirs, False),
        "not deleted: default/mysecret. The Secret changed on the server since you opened it.",
    ),
    "others recreated what was deleted": (
        *("DELETE", "drop_before", lambda here: here.others_recreate({"a": b"1"}), True),
        "deleted: default/mysecret between 14:00:00 and 14:00:01. A new Secret with that name exists now.",
    ),
    "others took the name": (
        *("POST", "drop_before", lambda here: here.others_make(NEW, {"a": b"other"}), None),
        "not there: default/brand-new. A Secret with that name exists, but is not the one "
        "that you sent. Yours may have been created first, and then changed or replaced. The draft is kept.",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
async def test_changes_by_others_are_told_apart_from_our_lost_write(case: str) -> None:
    verb, kind, meanwhile, is_done, sentence = OTHERS[case]
    async with cluster_session() as here:
        await send(here, verb, kind, blind=1)
        meanwhile(here)
        await step(here, 1.0)
        outcome = await here.ended()
        assert (outcome.sentence, outcome.is_done) == (sentence, is_done)
        assert count_sent(here, verb) == 1
        assert bool(here.session.drafts.all()) == sentence.endswith("The draft is kept.")


async def test_quitting_in_mid_write_waits_five_seconds_and_names_the_unknown_write() -> None:
    async with cluster_session() as here:
        await here.edited()
        review = await here.reviewed(here.session.drafts.all()[0])
        hang = here.fault("hang", method="PATCH")
        assert here.session.writes.write(review) is None
        await eventually(lambda: hang.seen)
        closing = asyncio.create_task(here.session.close())
        await eventually(lambda: 5.0 in here.clock.waits, "the grace")
        await eventually(lambda: not any(stored.feeds for stored in here.home.store.by_resource.values()))
        assert not closing.done(), "the watches ended at once, the write has its time"
        here.clock.advance(5.0)
        (left,) = await closing
        assert (left.kind, left.ref, left.at) == ("unknown", MINE, START)
        assert left.sentence == "sent, outcome unknown since 14:00: password of default/mysecret."


async def test_quitting_at_once_names_a_deletion_whose_outcome_is_unknown() -> None:
    async with cluster_session() as here:
        await send(here, "DELETE", "drop_before")
        (left,) = await here.session.close()
        assert left.sentence == "sent, outcome unknown since 14:00: deleting default/mysecret."
