"""The end of a run: what is told of writes after the screen is gone, and of drafts unasked."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, NEW, ClusterSession, cluster_session
from tui.model.draft.draft import Draft
from tui.model.secret.value import Value
from tui.session import shutdown

WAITED: Final = "default/mysecret is still being written; waiting up to 5 s for the answer."


async def writes(here: ClusterSession, code: int | None) -> Draft:
    """The password leaves; it is answered once the faults are cleared, with that refusal if one is given."""
    draft = await here.edited()
    review = await here.reviewed(draft)
    hang = here.fault("delay", method="PATCH", seconds=3600)
    if code is not None:
        here.fault("status", method="PATCH", code=code)
    assert here.session.writes.write(review) is None
    await eventually(lambda: hang.seen, "a write on its way")
    return draft


async def ends(here: ClusterSession, *, is_asked: bool = True) -> tuple[list[str], int]:
    """End the run, and let the answer come; what was told, and the exit code."""
    told: list[str] = []
    end = asyncio.create_task(shutdown.end([here.session], told.append, is_asked=is_asked))
    await eventually(lambda: 5.0 in here.clock.waits, "the grace")
    here.home.faults.clear()
    return told, await end


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (403, "not written: password of default/mysecret. Rejected by an admission check: "),
        (422, "not written: password of default/mysecret. "),
    ],
)
async def test_a_refusal_that_comes_after_the_screen_is_gone_is_told(code: int, said: str) -> None:
    async with cluster_session() as here:
        await writes(here, code)
        told, end = await ends(here)
        assert end == 1
        waited, outcome = told
        assert waited == WAITED
        assert outcome.startswith(said) and outcome.endswith(" The draft is lost: secret-tui has ended.")


async def test_a_conflict_at_the_end_does_not_say_that_the_draft_is_kept() -> None:
    async with cluster_session() as here:
        await writes(here, None)
        here.others_set("password", b"theirs-made-up")
        told, end = await ends(here)
        assert end == 1
        assert told[1:] == [
            "not written: password of default/mysecret. Someone else changed the same keys since you "
            "opened the Secret. The draft is lost: secret-tui has ended."
        ]
        assert here.on_server()["password"] == b"theirs-made-up"


async def test_a_write_that_succeeds_after_the_screen_is_gone_is_told() -> None:
    async with cluster_session() as here:
        await writes(here, None)
        told, end = await ends(here)
        assert (told, end) == ([WAITED, "written: password of default/mysecret at 14:00:00"], 0)


async def test_a_delete_is_not_called_a_write() -> None:
    async with cluster_session() as here:
        secret = await here.open()
        hang = here.fault("delay", method="DELETE", seconds=3600)
        assert here.session.writes.delete(secret) is None
        await eventually(lambda: hang.seen, "a delete on its way")
        doing = "default/mysecret is still being deleted"
        assert here.session.writes.problem(NEW) == f"Wait: {doing}."
        told, end = await ends(here)
        assert end == 0
        waited = f"{doing}; waiting up to 5 s for the answer."
        assert told == [waited, "deleted: default/mysecret at 14:00:00"]


async def test_who_was_not_asked_is_told_which_drafts_are_lost() -> None:
    async with cluster_session() as here:
        draft = await writes(here, None)
        here.session.drafts.put(draft.set(here.secret, "username", Value(b"made-up")))
        here.session.drafts.put(Draft.new(NEW).set(None, "a", Value(b"made-up")))
        told, _ = await ends(here, is_asked=False)
        lost, waited, outcome = told
        assert lost == ("Drafts lost, not written: default/brand-new, username of default/mysecret.")
        assert waited == WAITED and outcome.startswith("written: ")
        assert "made-up" not in "".join(told)


async def test_what_stays_unknown_counts_more_than_a_refusal() -> None:
    async with cluster_session() as here:
        await writes(here, None)
        told: list[str] = []
        end = asyncio.create_task(shutdown.end([here.session], told.append, is_asked=False))
        await eventually(lambda: 5.0 in here.clock.waits, "the grace")
        here.clock.advance(5.0)
        assert await end == 3
        unknown = "sent, outcome unknown since 14:00: password of default/mysecret."
        assert told == [WAITED, unknown], "a draft that is as it was sent is told of once"
        assert here.session.drafts.get(MINE) is not None
