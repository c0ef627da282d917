"""The same change in Secrets of the same name in other namespaces: compared on request, one review."""

from __future__ import annotations

import pytest

from tests.promises.test_values_dropped import values_held
from tests.ui.person import MINE, PASSWORD, Person, in_secret, secret_object, sitting_at
from tui.model.secret.secret import SecretRef

pytestmark = pytest.mark.slow

OLD = PASSWORD.encode()
STORY = [
    secret_object("mysecret", {"password": OLD, "username": b"admin"}),
    secret_object("mysecret", {"password": OLD}, namespace="payments"),
    secret_object("mysecret", {"password": b"another-made-up"}, namespace="monitoring"),
    secret_object("mysecret", {"other": b"x"}, namespace="kube-public"),
    secret_object("mysecret", {"password": OLD}, namespace="web"),
    *(
        {"kind": "Namespace", "metadata": {"name": name}}
        for name in ("default", "payments", "monitoring", "kube-public", "web")
    ),
]


async def edited(person: Person) -> None:
    await person.open(MINE)
    await person.edit("password", "n3w-made-up")


async def test_without_a_change_or_other_namespaces_it_says_so() -> None:
    async with in_secret(story=STORY) as person:
        await person.presses("I", "First change this key's value in the draft")
        await person.edit("password", "n3w-made-up")
        assert "also in" not in person.status
        await person.presses("I", "Other namespaces are not listed: press 0 in the list of Secrets first.")


async def test_a_secret_elsewhere_that_changed_before_the_review_has_its_own_conflict() -> None:
    async with sitting_at(story=STORY, namespace=None) as person:
        await edited(person)
        await person.presses("I enter", "2 marked")
        person.others_set("password", b"theirs-made-up", SecretRef("web", "mysecret"))
        await person.presses("enter", "2 of 3 ready", "1 key to resolve")


@pytest.mark.parametrize("key", ["escape", "ctrl+l"])
async def test_values_read_to_compare_are_dropped_on_escape_and_under_the_cover(key: str) -> None:
    async with sitting_at(story=STORY, namespace=None) as person:
        await edited(person)
        await person.presses("I enter", "2 marked")
        assert values_held("another-made-up"), "the base of a draft that may be wanted"
        await person.press(key)
        await person.sees_no("2 marked")
        await person.waits_for(lambda: not values_held("another-made-up"), "values that are let go of")
        assert [draft.ref for draft in person.session.drafts.all()] == [MINE]
