"""Writes: reviewed, sent on the version that was reviewed, one at a time, each with a reported outcome."""

from __future__ import annotations

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import MINE, NEW, cluster_session, secret_object
from tui.cluster.api.resources import SECRETS
from tui.model.errors import Clash, Forbidden, ReadOnly
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.open_secret import HeldChanged


async def test_a_written_draft_is_on_the_server_in_the_list_and_no_draft_any_more() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        assert here.session.drafts.all() == [draft]
        outcome = await here.wrote(draft)
        assert outcome.sentence == "written: password of default/mysecret at 14:00:00"
        assert here.on_server() == {"username": b"admin", "password": b"n3w-made-up"}
        assert here.session.drafts.all() == []
        assert here.session.writes.reviews.targets == ()
        assert here.secret.data["password"] == Value(b"n3w-made-up")
        assert here.opened.changed == frozenset(), "what we wrote ourselves is no change by others"
        row = here.session.secrets.get(MINE)
        assert row is not None and row.resource_version == here.secret.resource_version


async def test_a_listener_of_a_written_secret_finds_draft_undo_changes_and_log_updated() -> None:
    async with cluster_session() as here:
        session, heard = here.session, list[dict[str, bool]]()

        def look(_: HeldChanged) -> None:
            heard.append(
                {
                    "no draft": session.drafts.get(MINE) is None,
                    "undo": bool(session.writes.undo.writes),
                    "changes": session.changes.written(MINE) is not None,
                    "log": bool(session.rollouts.writes.of(MINE)),
                }
            )

        review = await here.reviewed(await here.edited())
        session.events.on(HeldChanged, look)
        await here.sends(review)
        assert heard and all(all(found.values()) for found in heard), heard


async def test_the_row_of_an_answer_is_the_row_that_a_list_would_give() -> None:
    async with cluster_session() as here:
        here.others_label("team", "shop")
        await here.wrote(await here.edited())
        ours = here.session.secrets.get(MINE)
        here.session.refresh()
        listed = [page async for page in here.session.cluster.pages(SECRETS, "default")]
        assert ours in listed[0].rows


async def test_nothing_is_sent_by_a_review_and_the_dry_run_is_the_same_request() -> None:
    async with cluster_session() as here:
        review = await here.reviewed(await here.edited())
        assert (review.stage, review.dry_run.kind, review.can_write) == ("ready", "accepted", True)
        assert here.sent() == 0
        assert here.on_server()["password"] == b"1f2d1e2e67df"
        await here.sends(review)
        dry_run, wrote = here.asked("PATCH")
        assert wrote == dry_run.replace("&dryRun=All", "")


async def test_a_deletion_is_done_only_on_the_version_that_was_opened() -> None:
    async with cluster_session() as here:
        secret = await here.open()
        here.others_label("team", "shop")
        outcome = await here.deletes(secret)
        assert (outcome.kind, here.on_server() != {}) == ("not deleted", True)
        assert "The Secret changed on the server since you opened it." in outcome.sentence
        await eventually(lambda: here.session.opened and here.session.opened.secret is not secret)
        outcome = await here.deletes(here.secret)
        assert outcome.sentence == "deleted: default/mysecret at 14:00:00"
        assert here.opened.gone == "deleted"
        assert here.session.secrets.get(MINE) is None
        assert here.sent() == 2, "a delete is never repeated by itself"


@pytest.mark.parametrize("is_lost", [False, True])
async def test_a_deletion_that_waits_for_finalizers_says_so_and_the_row_stays(is_lost: bool) -> None:
    held = secret_object("held", {"a": b"1"}, metadata={"finalizers": ["example.com/hold"]})
    async with cluster_session(story=[held]) as here:
        ref = SecretRef("default", "held")
        secret = await here.open(ref)
        if is_lost:
            here.fault("drop_after", method="DELETE")
        outcome = await here.deletes(secret)
        assert outcome.sentence == (
            "deleted: default/held at 14:00:00, but it stays until its finalizers finish"
        )
        await eventually(lambda: (row := here.session.secrets.get(ref)) and row.is_terminating)
        here.home.store.delete("secrets", "default", "held")
        await eventually(lambda: here.session.opened and here.session.opened.gone == "deleted")


async def test_read_only_refuses_the_dry_run_and_the_write() -> None:
    async with cluster_session(read_only=True) as here:
        review = await here.reviewed(await here.edited())
        assert review.dry_run.kind == "refused" and isinstance(review.dry_run.error, ReadOnly)
        assert not review.can_write
        outcome = await here.deletes(here.secret)
        assert outcome.kind == "not deleted" and isinstance(outcome.error, ReadOnly)
        assert here.sent() == 0


@pytest.mark.parametrize(
    ("code", "dry_run", "can_write"),
    [(403, "refused", False), (422, "refused", False), (503, "unanswered", False)],
)
async def test_a_dry_run_that_is_refused_or_unanswered_prevents_the_write(
    code: int, dry_run: str, can_write: bool
) -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.fault("status", method="PATCH", code=code)
        review = await here.reviewed(draft)
        assert (review.stage, review.dry_run.kind, review.can_write) == ("ready", dry_run, can_write)


async def test_a_refused_write_is_not_written_says_why_and_can_be_sent_again() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        review = await here.reviewed(draft)
        here.fault("status", method="PATCH", code=403, message='secrets is forbidden: User "admin" cannot')
        outcome = await here.sends(review)
        assert outcome.kind == "not written" and isinstance(outcome.error, Forbidden)
        assert outcome.sentence.startswith("not written: password of default/mysecret. Refused: you may not")
        assert (await here.sends(review)).kind == "written"


async def test_a_version_that_moves_under_the_dry_run_is_read_again() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.fault("status", method="PATCH", code=409, times=2)
        review = await here.reviewed(draft)
        assert review.dry_run.kind == "accepted"
        here.fault("status", method="PATCH", code=409, times=99)
        here.session.writes.reviews.start(draft)
        await here.in_time(here.is_reviewed, "the review")
        (found,) = here.reviews
        assert found.dry_run.kind == "unanswered" and isinstance(found.dry_run.error, Clash)
        said = "The server reported a conflict over the Secret's version and wrote nothing."
        assert found.dry_run.error.sentence == said, "whether others changed it each time or not"
        assert not found.can_write, "nothing is sent without a dry run"


async def test_a_write_in_flight_blocks_others_and_no_command_cancels_it() -> None:
    async with cluster_session() as here:
        review = await here.reviewed(await here.edited())
        hang = here.fault("hang", method="PATCH")
        assert here.session.writes.write(review) is None
        await eventually(lambda: hang.seen)
        other = await here.open(SecretRef("default", "other"))
        assert here.session.writes.delete(other) == "Wait: default/mysecret is still being written."
        here.session.leave()
        here.session.choose_namespace("web")
        here.session.refresh()
        assert here.session.writes.problem(MINE) == here.session.writes.problem(NEW) is not None
        here.home.faults.released.set()
        await eventually(lambda: here.session.writes.blocked(MINE))
        assert here.session.writes.busy is None
        assert here.session.writes.delete(other) is None, "another Secret is not held up by a doubt"
        await eventually(lambda: here.session.writes.outcomes[-1].kind == "deleted")


async def test_a_draft_edited_while_it_is_written_keeps_the_newer_edits() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        review = await here.reviewed(draft)
        assert here.session.writes.write(review) is None
        secret = here.secret
        later = draft.set(secret, "password", Value(b"later")).set(secret, "username", Value(b"joe"))
        here.session.drafts.put(later)
        await here.ended()
        rest = here.session.drafts.get(MINE)
        assert rest is not None
        assert rest.changes().set == {"password": Value(b"later"), "username": Value(b"joe")}
        assert (await here.wrote(rest)).kind == "written"
        assert here.on_server() == {"password": b"later", "username": b"joe"}


async def test_no_sentence_and_no_repr_holds_a_value() -> None:
    async with cluster_session() as here:
        draft = await here.edited(value=b"hunter2-made-up")
        review = await here.reviewed(draft)
        here.fault("drop_before", method="PATCH")
        here.fault("status", method="GET", path="*/mysecret", code=503)
        assert here.session.writes.write(review) is None
        await eventually(lambda: here.session.writes.blocked(MINE))
        writes = here.session.writes
        shown = repr((draft, review, writes.outcomes, writes.unknown, here.session.opened, writes.busy))
        assert "hunter2" not in shown
        assert writes.outcomes[-1].sentence.startswith(
            "sent, outcome unknown since 14:00: password of default/mysecret. Cannot check now:"
        )
