"""Admission that changes a write: shown in the review, and reported once it is written."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from tests.session.cluster_session import MINE, NEW, cluster_session
from tui.model.draft.admission import AlteredKeys
from tui.model.draft.draft import Draft
from tui.model.secret.value import Value

Obj = dict[str, Any]
OLD, NEW_VALUE = b"1f2d1e2e67df", b"n3w-made-up"


def sets(key: str, value: bytes) -> Callable[[Obj, Obj | None], None]:
    """A policy that sets one key of each Secret."""

    def mutate(new: Obj, old: Obj | None) -> None:
        new["data"] = new["data"] | {key: base64.b64encode(value).decode()}

    return mutate


def keeps(key: str) -> Callable[[Obj, Obj | None], None]:
    """A policy that puts the old value back."""

    def mutate(new: Obj, old: Obj | None) -> None:
        if old is not None and key in old["data"]:
            new["data"] = new["data"] | {key: old["data"][key]}

    return mutate


def removes(key: str) -> Callable[[Obj, Obj | None], None]:
    """A policy that takes one key away."""

    def mutate(new: Obj, old: Obj | None) -> None:
        new["data"] = {name: value for name, value in new["data"].items() if name != key}

    return mutate


@pytest.mark.parametrize(
    ("policy", "altered", "said"),
    [
        (
            sets("password", b"from-policy"),
            AlteredKeys(changed=("password",)),
            "written, but the cluster changed: password. Sent at 14:00:00: password of default/mysecret",
        ),
        (
            sets("stamp", b"1"),
            AlteredKeys(added=("stamp",)),
            "written, but the cluster added: stamp. Sent at 14:00:00: password of default/mysecret",
        ),
        (
            removes("username"),
            AlteredKeys(removed=("username",)),
            "written, but the cluster removed: username. Sent at 14:00:00: password of default/mysecret",
        ),
    ],
)
async def test_changes_by_admission_are_shown_in_the_review_and_in_the_outcome(
    policy: Callable[[Obj, Obj | None], None], altered: AlteredKeys, said: str
) -> None:
    async with cluster_session() as here:
        here.home.store.admission.append(policy)
        review = await here.reviewed(await here.edited())
        assert review.dry_run.altered == altered
        outcome = await here.sends(review)
        assert (outcome.kind, outcome.altered, outcome.sentence) == ("written", altered, said)
        assert here.session.drafts.all() == [], "it was told before W"


async def test_a_value_that_the_cluster_puts_back_is_reported_as_not_written() -> None:
    async with cluster_session() as here:
        draft = await here.edited()
        here.home.store.admission.append(keeps("password"))
        review = await here.reviewed(draft)
        assert review.dry_run.altered == AlteredKeys(kept=("password",))
        outcome = await here.sends(review)
        assert (outcome.kind, outcome.sentence) == (
            "not written",
            "not written: password of default/mysecret. The cluster accepted the write, but "
            "kept the old value of: "
            "password (an admission policy or webhook). The draft is kept.",
        )
        assert here.on_server()["password"] == OLD
        assert here.session.drafts.all() == [draft]


async def test_a_new_key_that_the_cluster_drops_is_reported_as_removed() -> None:
    async with cluster_session() as here:
        secret = await here.open()
        draft = Draft.of(secret).set(secret, "added", Value(NEW_VALUE))
        here.session.drafts.put(draft)
        here.home.store.admission.append(removes("added"))
        review = await here.reviewed(draft)
        assert review.dry_run.altered == AlteredKeys(removed=("added",))
        outcome = await here.sends(review)
        assert "The cluster accepted the write, but removed: added" in outcome.sentence


async def test_a_value_that_admission_replaces_after_the_review_stays_a_draft() -> None:
    async with cluster_session() as here:
        review = await here.reviewed(await here.edited())
        here.home.store.admission.append(sets("password", b"from-policy"))
        assert (await here.sends(review)).altered == AlteredKeys(changed=("password",))
        (left,) = here.session.drafts.all()
        assert left.changes().set == {"password": Value(NEW_VALUE)}, "no edit is lost"


async def test_a_creation_that_admission_changes_is_reported_with_the_changed_key() -> None:
    async with cluster_session() as here:
        here.home.store.admission.append(sets("a", b"from-policy"))
        review = await here.reviewed(Draft.new(NEW).set(None, "a", Value(b"1")))
        assert review.dry_run.altered == AlteredKeys(changed=("a",))
        assert here.session.writes.write(review) is None
        said = "created, but the cluster changed: a. Sent at 14:00:00: default/brand-new"
        assert (await here.ended()).sentence == said


async def test_no_change_is_reported_if_admission_makes_none() -> None:
    async with cluster_session() as here:
        review = await here.reviewed(await here.edited())
        assert not review.dry_run.altered
        assert not (await here.sends(review)).altered
        assert here.opened.ref == MINE
