"""Conflicts: changes by others elsewhere are kept, and those of the same key are never overwritten unseen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faulty_cluster.faults import Fault
from tests.helpers import eventually
from tests.session.cluster_session import MINE, NEW, ClusterSession, cluster_session
from tui.model.draft.draft import Draft
from tui.model.errors import AlreadyExists, Clash, NotFound
from tui.model.secret.value import Value
from tui.session.writes.send import RESENDS


class Meddler(Fault):
    """Fault that lets somebody write just before each of our writes arrives."""

    def __init__(self, what: Callable[[int], None], times: int) -> None:
        super().__init__("delay", times=times)
        self.what = what

    def fits(self, method: str, path: str, query: str, user: str) -> bool:
        """Let somebody write, and never be a fault itself."""
        if method == "PATCH" and "dryRun" not in query and self.seen < (self.times or 0):
            self.seen += 1
            self.what(self.seen)
        return False


def meddle(here: ClusterSession, what: Callable[[int], None], times: int = 1) -> None:
    """Call `what` before each of our next writes."""
    here.home.faults.add(Meddler(what, times))


async def test_a_three_way_merge_leaves_a_controllers_keys_and_labels_alone() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.others_set("username", b"root")
        here.others_label("team", "shop")
        review = await here.reviewed(draft)
        assert (review.stage, review.collisions) == ("ready", ())
        meddle(here, lambda turn: here.others_set("replica", f"{turn}".encode()), times=2)
        outcome = await here.sends(review)
        assert outcome.merged == 2
        assert outcome.sentence == (
            "written: password of default/mysecret at 14:00:00, "
            "on top of newer changes elsewhere in the Secret"
        )
        assert here.on_server() == {"username": b"root", "password": b"n3w-made-up", "replica": b"2"}
        assert here.home.store.get("secrets", "default", "mysecret")["metadata"]["labels"] == {"team": "shop"}
        opened = here.opened
        assert opened.changed == {"username", "replica"}


async def test_a_write_that_conflicts_on_every_attempt_is_given_up_and_its_draft_stays() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        review = await here.reviewed(draft)
        meddle(here, lambda turn: here.others_label("turn", str(turn)), times=RESENDS + 1)
        assert here.session.writes.write(review) is None
        await here.in_time(lambda: here.session.writes.outcomes, "an outcome")
        (outcome,) = here.session.writes.outcomes
        assert (outcome.kind, here.sent()) == ("not written", 1 + RESENDS)
        assert outcome.sentence == (
            "not written: password of default/mysecret. The server reported a conflict on each of 21 "
            "attempts. The draft is kept."
        )
        assert here.session.drafts.all() == [draft]
        assert here.on_server()["password"] == b"1f2d1e2e67df"


async def test_a_secret_that_is_being_deleted_is_not_written_and_its_next_review_says_so() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        review = await here.reviewed(draft)
        here.others_begin_to_delete()
        outcome = await here.sends(review)
        assert (outcome.kind, outcome.sentence) == (
            "not written",
            "not written: password of default/mysecret. default/mysecret is being deleted, so it cannot be "
            "changed. The draft is kept.",
        )
        assert here.on_server()["password"] == b"1f2d1e2e67df" and here.session.drafts.all() == [draft]
        review = await here.reviewed(draft)
        said = "Not sent: default/mysecret is being deleted, so it cannot be changed."
        assert not review.can_write and here.session.writes.write(review) == said


@pytest.mark.parametrize(
    ("done", "why"),
    [
        (lambda here: here.others_label("a", "1"), "The Secret changed on the server since you opened it."),
        (
            lambda here: here.others_recreate({"password": b"x"}),
            "The Secret was deleted and created again since you opened it.",
        ),
        (
            lambda here: here.home.store.delete("secrets", "default", "mysecret"),
            "The Secret was already gone.",
        ),
        (lambda here: None, "The server reported a conflict, but the Secret is unchanged."),
        (
            lambda here: here.fault(
                "status", method="GET", code=403, message='is forbidden: User "admin"', times=None
            ),
            "The server reported a conflict, and the Secret could not be read: Refused: you may not get "
            "secrets mysecret in namespace default.",
        ),
    ],
)
async def test_a_conflict_on_a_deletion_is_looked_into_and_explained(
    done: Callable[[ClusterSession], object], why: str
) -> None:
    async with cluster_session() as here:
        secret = await here.open()
        here.fault("status", method="DELETE", code=409)
        done(here)
        outcome = await here.deletes(secret)
        assert outcome.sentence == f"not deleted: default/mysecret. {why}"


async def test_a_creation_that_conflicts_is_not_done_and_can_be_sent_again() -> None:
    async with cluster_session() as here:
        review = await here.reviewed(Draft.new(NEW).set(None, "a", Value(b"1")))
        here.fault("status", method="POST", path="*/secrets", code=409)
        assert (await here.sends(review)).sentence == f"not created: default/brand-new. {Clash().sentence}"
        assert (await here.sends(review)).kind == "written"


async def test_an_unseen_change_of_the_same_key_is_not_overwritten() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        review = await here.reviewed(draft)
        meddle(here, lambda _: here.others_set("password", b"theirs"))
        outcome = await here.sends(review)
        assert (outcome.kind, here.sent(), here.on_server()["password"]) == ("conflict", 1, b"theirs")
        assert outcome.sentence == (
            "not written: password of default/mysecret. Someone else changed the same keys since you "
            "opened the Secret. The draft is kept."
        )
        assert here.session.drafts.all() == [draft]
        await eventually(lambda: here.reviews[0].collisions)
        (again,) = here.reviews
        assert again.secret is not None
        assert (again.stage, again.can_write) == ("conflict", False)
        (collision,) = again.collisions
        assert collision.base == Value(b"1f2d1e2e67df")
        assert (collision.server, collision.mine) == (Value(b"theirs"), Value(b"n3w-made-up"))
        assert here.session.writes.write(again) is not None, "what collides is asked, not written"
        resolved = again.draft.resolve("password", again.secret, "mine")
        assert (await here.wrote(resolved)).kind == "written"
        assert here.on_server()["password"] == b"n3w-made-up"


@pytest.mark.parametrize("before_review", [True, False])
async def test_a_secret_that_was_deleted_and_created_again_is_not_written(before_review: bool) -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        if before_review:
            here.others_recreate({"password": b"1f2d1e2e67df"})
            review = await here.reviewed(draft)
            assert (review.stage, review.gone, review.can_write) == ("broken", "recreated", False)
            assert review.why_not.startswith("Not written: secret default/mysecret changed on the server")
        else:
            review = await here.reviewed(draft)
            meddle(here, lambda _: here.others_recreate({"password": b"1f2d1e2e67df"}))
            assert (await here.sends(review)).kind == "not written"
        assert here.on_server() == {"password": b"1f2d1e2e67df"}
        assert here.session.drafts.get(MINE, draft.uid) == draft


async def test_a_secret_that_was_deleted_is_not_written() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        review = await here.reviewed(draft)
        here.home.store.delete("secrets", "default", "mysecret")
        outcome = await here.sends(review)
        assert outcome.kind == "not written" and isinstance(outcome.error, NotFound)
        review = await here.reviewed(draft)
        assert (review.stage, review.gone) == ("broken", "deleted")
        assert here.session.drafts.all() == [draft]


async def test_a_name_that_is_taken_meanwhile_is_not_written_over() -> None:
    async with cluster_session() as here:
        draft = Draft.new(NEW).set(None, "a", Value(b"1"))
        review = await here.reviewed(draft)
        here.home.store.put({"kind": "Secret", "metadata": {"name": "brand-new"}, "data": {}})
        outcome = await here.sends(review)
        assert (outcome.kind, here.on_server(NEW)) == ("not written", {})
        assert outcome.sentence.startswith("not created: default/brand-new. The Secret already exists.")
        review = await here.reviewed(draft)
        assert review.stage == "broken" and isinstance(review.error, AlreadyExists)
