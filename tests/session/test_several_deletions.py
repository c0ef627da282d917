"""Several Secrets deleted by one press: each is read first, and each has its own end."""

from __future__ import annotations

import asyncio
import json

from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession, cluster_session, secret_object
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.session.writes.audit import Journal
from tui.session.writes.queue import GRACE

NAMES = ("a", "b", "c", "d")
A, B, C, D = (SecretRef("default", name) for name in NAMES)
STORY = tuple(secret_object(name, {"key": b"old"}) for name in NAMES)


def rows_of(here: ClusterSession, *refs: SecretRef) -> list[SecretSummary]:
    """Rows of these Secrets in the list."""
    rows = [here.session.secrets.get(ref) for ref in refs]
    return [row for row in rows if row is not None]


def names_on_server(here: ClusterSession) -> list[str]:
    return sorted(
        record.obj["metadata"]["name"] for record in here.home.store.by_resource["secrets"].records.values()
    )


async def test_each_of_several_deletions_has_its_own_end_and_one_undo_covers_all() -> None:
    lines: list[bytes] = []
    rights = [
        Rule(("get", "list", "watch"), ("secrets",)),
        Rule(("delete",), ("secrets",), names=("a", "b", "d")),
    ]
    journal = Journal(lines.append)
    async with cluster_session(story=STORY, user="oncall", users={"oncall": rights}, journal=journal) as here:
        rows = rows_of(here, A, B, C, D)
        here.fault("delay", path="*/secrets/a", seconds=3600)
        assert here.session.writes.delete_all(rows) is None
        await eventually(lambda: here.asked("GET", "/secrets/a"), "the first is read")
        here.others_set("key", b"theirs", B)
        here.home.faults.clear()
        await here.all_ended(4)
        said = [(end.ref.name, end.kind, end.sentence) for end in here.session.writes.outcomes]
        assert [(name, kind) for name, kind, _ in said] == [
            ("a", "deleted"),
            ("b", "not deleted"),
            ("c", "not deleted"),
            ("d", "deleted"),
        ]
        assert "The Secret changed on the server since you opened it." in said[1][2]
        assert "may not delete" in said[2][2]
        assert names_on_server(here) == ["b", "c"]
        assert here.on_server(B)["key"] == b"theirs"
        assert len(here.asked("DELETE")) == 4
        together = here.session.writes.undo.latest_together
        assert [one.ref for one in together] == [A, D]
        assert [one.draft.changes().set["key"].reveal() for one in together] == [
            b"old",
            b"old",
        ]
        noted = [json.loads(line) for line in lines]
        ends = [(one["secret"], one["outcome"]) for one in noted if one["what"] == "deleted"]
        assert ends == [
            (str(ref), end)
            for ref, last in ((A, "confirmed"), (B, "refused"), (C, "refused"), (D, "confirmed"))
            for end in ("sent", last)
        ]
        assert [one["secret"] for one in noted if one["what"] == "opened"] == list(map(str, (A, B, C, D)))


async def test_a_secret_that_cannot_be_read_is_not_deleted_as_that_could_not_be_undone() -> None:
    rights = [Rule(("list", "watch", "delete"), ("secrets",)), Rule(("get",), ("secrets",), names=("b",))]
    async with cluster_session(story=STORY, user="oncall", users={"oncall": rights}) as here:
        assert here.session.writes.delete_all(rows_of(here, A, B)) is None
        await here.all_ended(2)
        first, second = here.session.writes.outcomes
        assert (first.kind, second.kind) == ("not deleted", "deleted")
        assert (
            "The Secret could not be read, so you could not undo its deletion." in first.sentence
            and "may not get" in first.sentence
        )
        assert len(here.asked("DELETE")) == 1


async def test_a_deletion_whose_answer_is_lost_is_never_sent_again_and_the_others_go_on() -> None:
    async with cluster_session(story=STORY) as here:
        here.fault("drop_after", method="DELETE", path="*/secrets/a")
        assert here.session.writes.delete_all(rows_of(here, A, B)) is None
        await here.all_ended(2)
        assert [end.kind for end in here.session.writes.outcomes] == ["deleted", "deleted"]
        assert len(here.asked("DELETE")) == 2


async def test_a_deletion_that_was_not_sent_before_the_end_is_reported_as_not_deleted() -> None:
    async with cluster_session(story=STORY) as here:
        here.fault("delay", method="GET", path="*/secrets/a", seconds=3600)
        assert here.session.writes.delete_all(rows_of(here, A, B)) is None
        await eventually(lambda: here.asked("GET", "/secrets/a"), "the first is read")
        closing = asyncio.create_task(here.session.writes.close())
        await eventually(lambda: GRACE in here.clock.waits, "the grace")
        here.clock.advance(GRACE)
        assert await closing == ()
        sentence = here.session.writes.outcomes[-1].sentence
        assert sentence == "not deleted: default/a. The write was not sent."
        assert here.asked("DELETE") == []


async def test_deletions_that_wait_at_the_end_are_not_sent_though_the_one_in_flight_is_answered() -> None:
    async with cluster_session(story=STORY) as here:
        slow = here.fault("delay", method="DELETE", path="*/secrets/a", seconds=3600)
        assert here.session.writes.delete_all(rows_of(here, A, B)) is None
        await eventually(lambda: slow.seen, "the first on its way")
        closing = asyncio.create_task(here.session.writes.close())
        await eventually(lambda: GRACE in here.clock.waits, "the grace")
        here.home.faults.clear()
        assert await closing == ()
        assert names_on_server(here) == ["b", "c", "d"]


async def test_deletions_that_wait_can_be_stopped() -> None:
    async with cluster_session(story=STORY) as here:
        slow = here.fault("delay", method="DELETE", seconds=3600)
        assert here.session.writes.delete_all(rows_of(here, A, B, C)) is None
        await eventually(lambda: slow.seen, "the first on its way")
        assert here.session.writes.stop_following() == 2
        here.home.faults.clear()
        await here.all_ended(1)
        assert names_on_server(here) == ["b", "c", "d"]
