"""Several drafts in one review: each is prepared, sent and ended on its own, one after the other."""

from __future__ import annotations

import json

import pytest

from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession, cluster_session, secret_object
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.session.writes.audit import Journal
from tui.session.writes.review import Review, WriteTarget

NAMES = ("a", "b", "c", "d")
A, B, C, D = (SecretRef("default", name) for name in NAMES)
STORY = tuple(secret_object(name, {"key": b"old"}) for name in NAMES)
READS = Rule(("get", "list", "watch"), ("secrets",))


async def reviewed(here: ClusterSession, *refs: SecretRef) -> list[WriteTarget]:
    """Review a draft of each of these Secrets, and wait for the dry runs."""
    targets = [here.session.writes.reviews.start(await edited(here, ref)) for ref in refs]
    await eventually(here.is_reviewed, "the reviews")
    return targets


async def edited(here: ClusterSession, ref: SecretRef) -> Draft:
    """Open the Secret, and draft a change of its key."""
    secret = await here.open(ref)
    draft = Draft.of(secret).set(secret, "key", Value(b"new"))
    here.session.drafts.put(draft)
    return draft


def reviews_of(targets: list[WriteTarget]) -> list[Review]:
    """Reviews of these targets."""
    return [target.review for target in targets if target.review is not None]


async def test_each_of_several_drafts_has_its_own_end_and_those_that_failed_stay() -> None:
    lines: list[bytes] = []
    rules = [Rule(("*",), ("secrets",))]
    journal = Journal(lines.append)
    async with cluster_session(story=STORY, user="oncall", users={"oncall": rules}, journal=journal) as here:
        targets = await reviewed(here, A, B, C, D)
        assert here.sent() == 0
        here.others_set("key", b"theirs", B)
        here.home.users.set_rules("oncall", [READS, Rule(("patch",), ("secrets",), names=("a", "b", "d"))])
        here.fault("drop_after", method="PATCH", path="*/d")
        here.fault("status", method="GET", path="*/secrets/d")
        assert here.session.writes.write(*reviews_of(targets)) is None
        await here.all_ended(4)

        ends = [target.outcome.kind for target in targets if target.outcome is not None]
        assert ends == ["written", "conflict", "not written", "unknown"]
        assert [here.on_server(ref)["key"] for ref in (A, B, C, D)] == [b"new", b"theirs", b"old", b"new"]
        assert [draft.ref for draft in here.session.drafts.all()] == [B, C, D]
        await eventually(lambda: reviews_of([targets[1]])[0].collisions, "what collides is asked")
        assert targets[0].review is None and targets[2].review is not None
        told = [json.loads(line) for line in lines]
        assert [(line["secret"], line["outcome"]) for line in told if line["what"] == "written"] == [
            ("default/a", "sent"),
            ("default/a", "confirmed"),
            ("default/b", "sent"),
            ("default/b", "refused"),
            ("default/c", "sent"),
            ("default/c", "refused"),
            ("default/d", "sent"),
            ("default/d", "unknown"),
        ]
        assert here.sent() == 4, "each is sent once"
        await here.in_time(lambda: targets[3].outcome and targets[3].outcome.kind == "written", "a look")
        assert [draft.ref for draft in here.session.drafts.all()] == [B, C]


async def test_a_new_secret_and_a_changed_one_are_written_in_one_review() -> None:
    async with cluster_session(story=STORY[:1]) as here:
        (changed,) = await reviewed(here, A)
        new = Draft.new(B).set(None, "key", Value(b"new"))
        here.session.drafts.put(new)
        created = here.session.writes.reviews.start(new)
        await eventually(here.is_reviewed)
        assert here.session.writes.write(*reviews_of([changed, created])) is None
        await here.all_ended(2)
        assert (here.on_server(A), here.on_server(B)) == ({"key": b"new"}, {"key": b"new"})
        assert here.session.drafts.all() == []


async def test_a_draft_whose_secret_cannot_be_read_does_not_hold_up_the_others() -> None:
    async with cluster_session(story=STORY) as here:
        drafts = [await edited(here, ref) for ref in (A, B, C, D)]
        hang = here.fault("hang", method="GET", path="*/secrets/a")
        first, *others = map(here.session.writes.reviews.start, drafts)
        await eventually(lambda: all(review.can_write for review in reviews_of(others)), "the others")
        assert hang.seen and first.review is not None and first.review.stage == "loading"


@pytest.mark.parametrize("how", ["left", "replaced", "stopped", "quit"])
async def test_a_waiting_write_is_dropped_when_its_review_is(how: str) -> None:
    async with cluster_session(story=STORY) as here:
        targets = await reviewed(here, A, B)
        hang = here.fault("delay", method="PATCH", path="*/a", seconds=3600)
        assert here.session.writes.write(*reviews_of(targets)) is None
        await eventually(lambda: hang.seen, "the first on its way")
        assert here.session.writes.following == tuple(reviews_of(targets[1:]))
        if how == "left":
            here.session.writes.reviews.leave(*targets)
        elif how == "stopped":
            assert here.session.writes.stop_following() == 1
        elif how == "quit":
            closed = here.session.writes.close()
            here.home.faults.clear()
            assert await closed == ()
        else:
            here.session.writes.reviews.start(targets[1].draft)
            await eventually(here.is_reviewed)
        here.home.faults.clear()
        await here.all_ended(1)
        assert (here.on_server(A)["key"], here.on_server(B)["key"]) == (b"new", b"old")
        assert [draft.ref for draft in here.session.drafts.all()] == [B]


async def test_only_the_draft_whose_secret_others_delete_is_reviewed_again() -> None:
    async with cluster_session(story=STORY) as here:
        targets = await reviewed(here, A, B)
        kept = targets[0].review
        here.home.store.delete("secrets", B.namespace, B.name)
        await eventually(lambda: targets[1].review and targets[1].review.gone == "deleted")
        assert targets[0].review is kept
        assert "default/b does not exist" in (here.session.writes.write(*reviews_of(targets)) or "")
        assert here.sent() == 0, "what cannot be written keeps the others from being sent unseen"
