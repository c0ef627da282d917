"""A written Secret is looked after for 90 s: who undid it is named, and what is not known is not claimed."""

from __future__ import annotations

from tests.helpers import eventually
from tests.session.cluster_session import MINE, ClusterSession, cluster_session, secret_object
from tests.session.samples import START
from tui.model.managers.registry import OURS
from tui.session.writes.revert_watch import (
    PROVENANCE_APART,
    WATCHED,
    WRITES_APART,
    AfterWrite,
)


async def looked_after(here: ClusterSession, key: str = "password", value: bytes = b"n3w-made-up") -> None:
    """Write one key."""
    assert (await here.wrote(await here.edited(key, value))).kind == "written"


async def told(here: ClusterSession) -> AfterWrite:
    """The one thing that became known afterwards."""
    await eventually(lambda: here.session.writes.later, "what became of it")
    (later,) = here.session.writes.later
    return later


def looks(here: ClusterSession) -> int:
    """How often it was asked for after the write, by its metadata alone."""
    asked = [seen.method for seen in here.home.requests if seen.path.endswith("/mysecret")]
    return len(asked) - 1 - max(at for at, method in enumerate(asked) if method == "PATCH")


async def looked(here: ClusterSession, before: int) -> None:
    """Until it was asked for once more."""
    await eventually(lambda: looks(here) > before, "a look")


async def waits(here: ClusterSession, seconds: float) -> None:
    """Until somebody waits for so long."""
    await eventually(lambda: any(abs(wait - seconds) < 1e-6 for wait in here.clock.waits), f"{seconds} s")


async def test_a_controller_that_resets_the_key_is_named_with_its_time() -> None:
    async with cluster_session() as here:
        await looked_after(here)
        here.session.leave()
        here.clock.advance(29)
        here.others_set("password", b"1f2d1e2e67df", manager="external-secrets")
        later = await told(here)
        assert later == AfterWrite(
            "undone",
            MINE,
            "changed again at 14:00:29 by external-secrets: password of default/mysecret",
            did="changed again by external-secrets",
            at=START + 29,
            keys=frozenset({"password"}),
        )
        assert here.session.opened is None and looks(here) == 1


async def test_a_tool_sets_a_managed_key_again_and_a_person_only_changes_it() -> None:
    for manager, is_reset in (("external-secrets", True), ("kubectl-edit", False)):
        managed = secret_object(
            MINE.name,
            {"password": b"1f2d1e2e67df"},
            metadata={"labels": {"reconcile.external-secrets.io/managed": "true"}},
        )
        async with cluster_session(story=[managed]) as here:
            await looked_after(here)
            here.others_set("password", b"1f2d1e2e67df", manager=manager)
            assert (await told(here)).is_reset is is_reset


async def test_what_others_write_beside_it_is_no_undoing_and_a_last_look_tells_that_it_stayed() -> None:
    async with cluster_session() as here:
        await looked_after(here)
        here.session.leave()
        await waits(here, WATCHED)
        here.others_label("team", "shop")
        await waits(here, WRITES_APART)
        here.clock.advance(WRITES_APART)
        await waits(here, WATCHED - WRITES_APART)
        assert looks(here) == 1
        here.clock.advance(WATCHED - WRITES_APART)
        later = await told(here)
        assert later.sentence == "your write is still in place after 90 s: password of default/mysecret"
        assert looks(here) == 2, "at the end it is looked at: a watch over a dead link tells of nothing too"


async def test_one_that_is_written_all_the_time_is_looked_at_now_and_then() -> None:
    async with cluster_session() as here:
        await looked_after(here)
        here.session.leave()
        for turn in range(30):
            here.others_label("beat", str(turn))
            before = looks(here)
            await looked(here, before)
            await waits(here, WRITES_APART)
            for beat in range(9):  # told of meanwhile, and not asked for
                here.others_label("beat", f"{turn} {beat}")
            here.clock.advance(WRITES_APART)
        assert looks(here) <= 31
        here.clock.advance(WATCHED)
        assert (await told(here)).kind == "kept"


async def test_where_no_watch_tells_of_it_it_is_asked_for() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.session.choose_namespace("web")
        await here.listed()
        await here.wrote(draft)
        for _ in range(3):
            await waits(here, PROVENANCE_APART)
            before = looks(here)
            here.clock.advance(PROVENANCE_APART)
            await looked(here, before)
            await waits(here, WRITES_APART)
            here.clock.advance(WRITES_APART)
        await waits(here, PROVENANCE_APART)
        here.others_set("password", b"1f2d1e2e67df", manager="sealed-secrets")
        here.clock.advance(PROVENANCE_APART)
        assert (await told(here)).sentence.startswith("changed again at 14:00:36 by sealed-secrets: password")


async def test_a_key_that_somebody_removed_and_a_secret_that_is_gone_are_told() -> None:
    async with cluster_session() as here:
        await looked_after(here)
        obj = here.home.store.get("secrets", "default", "mysecret")
        del obj["data"]["password"]
        obj["metadata"].pop("managedFields")
        here.home.store.put(obj, manager="cleaner")
        said = "changed again at 14:00:00 by an unnamed writer: password of default/mysecret"
        assert (await told(here)).sentence == said
    async with cluster_session() as here:
        await looked_after(here)
        here.home.store.delete("secrets", "default", "mysecret")
        said = "Secret deleted after your write, seen at 14:00:00: password of default/mysecret"
        assert (await told(here)).sentence == said


async def test_what_cannot_be_asked_at_the_end_is_not_known() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.session.choose_namespace("web")
        await here.listed()
        await here.wrote(draft)
        here.fault("status", method="GET", path="*/mysecret", code=503, times=None)
        await waits(here, PROVENANCE_APART)
        here.clock.advance(WATCHED)
        assert (await told(here)).sentence == (
            "unknown whether your write is still in place: password of default/mysecret. "
            "The server failed (HTTP 503)."
        )


async def test_the_next_write_is_the_one_that_is_looked_after_and_a_deletion_is_no_undoing() -> None:
    async with cluster_session() as here:
        await looked_after(here)
        await waits(here, WATCHED)
        here.clock.advance(50)
        await looked_after(here, "username", b"r00t-made-up")
        # Where the watch tells of it after the answer it was looked at once, and the next look is waited for.
        await eventually(lambda: {WATCHED, WRITES_APART} & set(here.clock.waits), "it to be looked after")
        here.clock.advance(50)
        assert here.session.writes.later == ()
        await waits(here, 40)
        assert here.session.writes.delete(await here.open()) is None
        await eventually(lambda: here.session.writes.outcomes[-1].kind == "deleted")
        here.clock.advance(WATCHED)
        await eventually(lambda: not here.clock.waits or here.clock.waits)
        assert here.session.writes.later == ()


async def test_a_colleague_with_the_same_program_leaves_it_unknown() -> None:
    async with cluster_session() as here:
        await looked_after(here)
        here.session.leave()
        here.clock.advance(29)
        here.others_set("username", b"made up by a colleague", manager=OURS)
        assert (await told(here)).sentence == (
            "unknown whether your write is still in place: password of default/mysecret. secret-tui wrote "
            "to this Secret again at 14:00:29."
        )
