"""Rename a Secret: a copy, then a deletion. An immutable one: a changed copy under a new name."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, pod_object, secret_object, sitting_at
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

NEW = SecretRef("default", "renamed")
ENV = {"env": [{"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "mysecret", "key": "password"}}}]}
STORY = [
    secret_object("mysecret", {"password": b"made-up-1", "username": b"admin"}),
    secret_object("frozen-v2", {"key": b"made-up-2", "salt": b"s"}, immutable=True),
    pod_object("mypod", ENV),
    pod_object(
        "web-5d9c7-x",
        {"env": [{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "frozen-v2", "key": "key"}}}]},
    ),
]
STORY[-1]["metadata"]["ownerReferences"] = [
    {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d9c7", "uid": "u", "controller": True}
]


async def renamed(person: Person) -> None:
    """Rename mysecret as far as the copy's review."""
    await person.acts_on(MINE, "n")
    await person.sees("Rename default/mysecret", "Read by 1 pod; it still names mysecret.")
    await person.fills("renamed", "enter")
    await person.sees("Review: renamed", "accepted at", "Creates in")
    await person.reads(
        "#verdict", "This is a copy; mysecret is not deleted. Read by 1 pod; it still names mysecret."
    )


async def test_both_can_be_kept_and_a_review_that_is_left_offers_no_deletion() -> None:
    async with sitting_at(story=STORY) as person:
        await renamed(person)
        await person.presses("escape", "1 draft")
        assert len(person.app.screen_stack) == 1
        await person.presses("w", "accepted at")
        await person.presses("W", "renamed is created")
        await person.press("escape")
        assert person.on_server() and person.on_server(NEW)


async def test_a_secret_that_cannot_be_read_is_not_copied_and_the_reason_is_shown() -> None:
    async with sitting_at(story=STORY) as person:
        await person.acts_on(MINE, "n")
        person.fault("status", method="GET", code=403)
        await person.fills("renamed", "enter")
        await person.sees("Not copied. Refused: you may not get secrets mysecret")


async def test_a_name_that_is_none_or_taken_is_refused() -> None:
    async with sitting_at(story=STORY) as person:
        await person.acts_on(MINE, "n")
        await person.fills("Bad_Name", "enter")
        await person.reads("#problem", "A name has only lowercase letters")
        await person.fills("frozen-v2", "enter")
        await person.reads("#problem", "A Secret or draft frozen-v2 already exists.")


async def test_a_mutable_secret_needs_no_changed_copy_and_one_with_a_draft_is_not_renamed() -> None:
    async with in_secret(story=STORY) as person:
        await person.presses("V", "This Secret is not immutable: edit its keys instead.")
        assert "V changed copy" not in person.text
        await person.edit("password", "n3w-made-up")
        await person.presses("escape down n", "default/mysecret has a draft. Review it first (w).")


async def test_another_secret_of_that_name_offers_no_deletion() -> None:
    async with sitting_at(story=STORY) as person:
        await renamed(person)
        await person.press("escape")
        person.session.drafts.drop(NEW)
        person.session.drafts.begin(NEW)
        await person.presses("w", "Review: renamed", "accepted at")
        await person.presses("W", "Created: default/renamed with 0 keys")
        assert len(person.app.screen_stack) == 1


async def test_changes_since_the_copy_are_shown_and_taken_over_before_the_old_secret_is_deleted() -> None:
    async with sitting_at(story=STORY, size=(80, 24)) as person:
        await renamed(person)
        await person.sends("W", "POST", "*/secrets")
        person.others_set("password", b"made-up-theirs")
        person.cluster.faults.clear()
        await person.sees("renamed is created", "mysecret changed since it was copied: password.")
        assert "D delete" not in person.text
        await person.presses("t", "Review: renamed", "password", "accepted at")
        await person.presses("W", "renamed is written", "mysecret still exists, unchanged.", "D delete")
        assert person.on_server(NEW) == person.on_server()
        await person.presses("D", "type mysecret to delete", "keys: password")
        await person.fills("mysecret", "enter")
        await person.sees("Deleted: default/mysecret")
        assert person.on_server(NEW)["password"] == b"made-up-theirs"


async def test_a_secret_changed_while_its_deletion_is_confirmed_is_not_deleted() -> None:
    async with sitting_at(story=STORY, size=(80, 24)) as person:
        await renamed(person)
        await person.presses("W", "mysecret still exists, unchanged.")
        await person.presses("D", "type mysecret to delete", "keys: password, username")
        person.others_set("password", b"made-up-theirs")
        await person.sees("key password was changed")
        await person.fills("mysecret", "enter")
        await person.sees("mysecret changed since it was copied: password.", "t add 1 change to the copy")
        assert person.on_server()["password"] == b"made-up-theirs" and not person.asked("DELETE")


async def test_the_review_of_a_renamed_copy_takes_what_changed_and_keeps_what_was_edited() -> None:
    async with in_secret(SecretRef("default", "frozen-v2"), story=STORY, size=(80, 24)) as person:
        await person.presses("V", "frozen-v3")
        await person.presses("enter", "frozen-v3 is a new draft")
        await person.edit("key", "made-up-mine")
        await person.presses("w", "Review: frozen-v3", "accepted at")
        frozen = SecretRef("default", "frozen-v2")
        person.others_delete(frozen)
        person.others_make(frozen, {"key": b"made-up-theirs", "salt": b"other"})
        await person.reads(
            "#verdict", "frozen-v2 changed since it was copied: immutable/true, key, salt (ctrl+r"
        )
        await person.reads("#verdict", "takes the new values, your edit of key stays")
        await person.press("ctrl+r")
        await person.sees_no("changed since it was copied")
        await person.presses("W", "frozen-v3 is created", "frozen-v2 still exists, unchanged.")
        made = person.on_server(SecretRef("default", "frozen-v3"))
        assert made == {"key": b"made-up-mine", "salt": b"other"}
