"""Watch over a written Secret for 90 s: a writer that undoes it is named, and nothing unknown is claimed."""

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


async def write_key(here: ClusterSession, key: str = "password", value: bytes = b"n3w-made-up") -> None:
    """Write one key, so that the Secret is watched."""
    assert (await here.wrote(await here.edited(key, value))).kind == "written"


async def finding_after(here: ClusterSession) -> AfterWrite:
    """Wait for the one finding after the write."""
    await eventually(lambda: here.session.writes.later, "what became of it")
    (later,) = here.session.writes.later
    return later


def count_reads(here: ClusterSession) -> int:
    """Count the reads of its metadata after the write."""
    asked = [seen.method for seen in here.home.requests if seen.path.endswith("/mysecret")]
    return len(asked) - 1 - max(at for at, method in enumerate(asked) if method == "PATCH")


async def wait_for_read(here: ClusterSession, before: int) -> None:
    """Wait until its metadata was read once more."""
    await eventually(lambda: count_reads(here) > before, "a look")


async def waits(here: ClusterSession, seconds: float) -> None:
    """Wait until something sleeps for so many seconds."""
    await eventually(lambda: any(abs(wait - seconds) < 1e-6 for wait in here.clock.waits), f"{seconds} s")


async def test_a_controller_that_resets_the_key_is_named_with_its_time() -> None:
    async with cluster_session() as here:
        await write_key(here)
        here.session.leave()
        here.clock.advance(29)
        here.others_set("password", b"1f2d1e2e67df", manager="external-secrets")
        later = await finding_after(here)
        assert later == AfterWrite(
            "undone",
            MINE,
            "changed again at 14:00:29 by external-secrets: password of default/mysecret",
            did="changed again by external-secrets",
            at=START + 29,
            keys=frozenset({"password"}),
        )
        assert here.session.opened is None and count_reads(here) == 1


async def test_a_tool_sets_a_managed_key_again_and_a_person_only_changes_it() -> None:
    for manager, is_reset in (("external-secrets", True), ("kubectl-edit", False)):
        managed = secret_object(
            MINE.name,
            {"password": b"1f2d1e2e67df"},
            metadata={"labels": {"reconcile.external-secrets.io/managed": "true"}},
        )
        async with cluster_session(story=[managed]) as here:
            await write_key(here)
            here.others_set("password", b"1f2d1e2e67df", manager=manager)
            assert (await finding_after(here)).is_reset is is_reset


async def test_a_change_beside_our_write_is_no_revert_and_a_last_read_confirms_that_it_stayed() -> None:
    async with cluster_session() as here:
        await write_key(here)
        here.session.leave()
        await waits(here, WATCHED)
        here.others_label("team", "shop")
        await waits(here, WRITES_APART)
        here.clock.advance(WRITES_APART)
        await waits(here, WATCHED - WRITES_APART)
        assert count_reads(here) == 1
        here.clock.advance(WATCHED - WRITES_APART)
        later = await finding_after(here)
        assert later.sentence == "your write is still in place after 90 s: password of default/mysecret"
        assert count_reads(here) == 2, (
            "at the end it is looked at: a watch over a dead link tells of nothing too"
        )


async def test_a_secret_that_is_written_all_the_time_is_read_at_intervals() -> None:
    async with cluster_session() as here:
        await write_key(here)
        here.session.leave()
        for turn in range(30):
            here.others_label("beat", str(turn))
            before = count_reads(here)
            await wait_for_read(here, before)
            await waits(here, WRITES_APART)
            for beat in range(9):  # told of meanwhile, and not asked for
                here.others_label("beat", f"{turn} {beat}")
            here.clock.advance(WRITES_APART)
        assert count_reads(here) <= 31
        here.clock.advance(WATCHED)
        assert (await finding_after(here)).kind == "kept"


async def test_a_written_secret_that_no_watch_covers_is_read_at_intervals() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.session.choose_namespace("web")
        await here.listed()
        await here.wrote(draft)
        for _ in range(3):
            await waits(here, PROVENANCE_APART)
            before = count_reads(here)
            here.clock.advance(PROVENANCE_APART)
            await wait_for_read(here, before)
            await waits(here, WRITES_APART)
            here.clock.advance(WRITES_APART)
        await waits(here, PROVENANCE_APART)
        here.others_set("password", b"1f2d1e2e67df", manager="sealed-secrets")
        here.clock.advance(PROVENANCE_APART)
        assert (await finding_after(here)).sentence.startswith(
            "changed again at 14:00:36 by sealed-secrets: password"
        )


async def test_a_removed_key_and_a_deleted_secret_are_reported_after_a_write() -> None:
    async with cluster_session() as here:
        await write_key(here)
        obj = here.home.store.get("secrets", "default", "mysecret")
        del obj["data"]["password"]
        obj["metadata"].pop("managedFields")
        here.home.store.put(obj, manager="cleaner")
        said = "changed again at 14:00:00 by an unnamed writer: password of default/mysecret"
        assert (await finding_after(here)).sentence == said
    async with cluster_session() as here:
        await write_key(here)
        here.home.store.delete("secrets", "default", "mysecret")
        said = "Secret deleted after your write, seen at 14:00:00: password of default/mysecret"
        assert (await finding_after(here)).sentence == said


async def test_a_write_that_cannot_be_checked_at_the_end_is_unknown() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.session.choose_namespace("web")
        await here.listed()
        await here.wrote(draft)
        here.fault("status", method="GET", path="*/mysecret", code=503, times=None)
        await waits(here, PROVENANCE_APART)
        here.clock.advance(WATCHED)
        assert (await finding_after(here)).sentence == (
            "unknown whether your write is still in place: password of default/mysecret. "
            "The server failed (HTTP 503)."
        )


async def test_only_the_latest_write_is_watched_and_our_own_deletion_is_no_revert() -> None:
    async with cluster_session() as here:
        await write_key(here)
        await waits(here, WATCHED)
        here.clock.advance(50)
        await write_key(here, "username", b"r00t-made-up")
        # Where the watch tells of it after the answer it was looked at once, and the next look is waited for.
        await eventually(lambda: {WATCHED, WRITES_APART} & set(here.clock.waits), "it to be looked after")
        here.clock.advance(50)
        assert here.session.writes.later == ()
        await waits(here, 40)
        assert here.session.writes.delete(await here.open()) is None
        await eventually(lambda: here.session.writes.outcomes[-1].kind == "deleted")
        assert here.session.writes.aftermath.watched == (), "nothing is followed any more"
        assert here.session.writes.later == ()


async def test_a_write_by_a_colleague_with_the_same_program_leaves_ours_unknown() -> None:
    async with cluster_session() as here:
        await write_key(here)
        here.session.leave()
        here.clock.advance(29)
        here.others_set("username", b"made up by a colleague", manager=OURS)
        assert (await finding_after(here)).sentence == (
            "unknown whether your write is still in place: password of default/mysecret. secret-tui wrote "
            "to this Secret again at 14:00:29."
        )
