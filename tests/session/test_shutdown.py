"""End of a run: messages about writes after the screen is gone, and about lost drafts."""

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
    """Send the password; the answer, with `code` a refusal, comes once the faults are cleared."""
    draft = await here.edited()
    review = await here.reviewed(draft)
    hang = here.fault("delay", method="PATCH", seconds=3600)
    if code is not None:
        here.fault("status", method="PATCH", code=code)
    assert here.session.writes.write(review) is None
    await eventually(lambda: hang.seen, "a write on its way")
    return draft


async def ends(here: ClusterSession, *, is_asked: bool = True) -> tuple[list[str], int]:
    """End the run, and let the answer come; return the messages and the exit code."""
    messages: list[str] = []
    end = asyncio.create_task(shutdown.end([here.session], messages.append, is_asked=is_asked))
    await eventually(lambda: 5.0 in here.clock.waits, "the grace")
    here.home.faults.clear()
    return messages, await end


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (403, "not written: password of default/mysecret. Rejected by an admission check: "),
        (422, "not written: password of default/mysecret. "),
    ],
)
async def test_a_refusal_that_comes_after_the_screen_is_gone_is_printed(code: int, said: str) -> None:
    async with cluster_session() as here:
        await writes(here, code)
        messages, end = await ends(here)
        assert end == 1
        waited, outcome = messages
        assert waited == WAITED
        assert outcome.startswith(said) and outcome.endswith(" The draft is lost: secret-tui has ended.")


async def test_a_conflict_at_the_end_does_not_say_that_the_draft_is_kept() -> None:
    async with cluster_session() as here:
        await writes(here, None)
        here.others_set("password", b"theirs-made-up")
        messages, end = await ends(here)
        assert end == 1
        assert messages[1:] == [
            "not written: password of default/mysecret. Someone else changed the same keys since you "
            "opened the Secret. The draft is lost: secret-tui has ended."
        ]
        assert here.on_server()["password"] == b"theirs-made-up"


async def test_a_write_that_succeeds_after_the_screen_is_gone_is_printed() -> None:
    async with cluster_session() as here:
        await writes(here, None)
        messages, end = await ends(here)
        assert (messages, end) == ([WAITED, "written: password of default/mysecret at 14:00:00"], 0)


async def test_a_deletion_is_not_called_a_write() -> None:
    async with cluster_session() as here:
        secret = await here.open()
        hang = here.fault("delay", method="DELETE", seconds=3600)
        assert here.session.writes.delete(secret) is None
        await eventually(lambda: hang.seen, "a delete on its way")
        doing = "default/mysecret is still being deleted"
        assert here.session.writes.problem(NEW) == f"Wait: {doing}."
        messages, end = await ends(here)
        assert end == 0
        waited = f"{doing}; waiting up to 5 s for the answer."
        assert messages == [waited, "deleted: default/mysecret at 14:00:00"]


async def test_drafts_that_are_lost_without_a_question_are_named() -> None:
    async with cluster_session() as here:
        draft = await writes(here, None)
        here.session.drafts.put(draft.set(here.secret, "username", Value(b"made-up")))
        here.session.drafts.put(Draft.new(NEW).set(None, "a", Value(b"made-up")))
        messages, _ = await ends(here, is_asked=False)
        lost, waited, outcome = messages
        assert lost == ("Drafts lost, not written: default/brand-new, username of default/mysecret.")
        assert waited == WAITED and outcome.startswith("written: ")
        assert "made-up" not in "".join(messages)


async def test_a_write_that_stays_unknown_at_the_end_gives_exit_code_3() -> None:
    async with cluster_session() as here:
        await writes(here, None)
        messages: list[str] = []
        end = asyncio.create_task(shutdown.end([here.session], messages.append, is_asked=False))
        await eventually(lambda: 5.0 in here.clock.waits, "the grace")
        here.clock.advance(5.0)
        assert await end == 3
        unknown = "sent, outcome unknown since 14:00: password of default/mysecret."
        assert messages == [WAITED, unknown], "a draft that is as it was sent is told of once"
        assert here.session.drafts.get(MINE) is not None
