"""`ctrl+x` in a review or an open Secret discards a draft, after a question."""

from __future__ import annotations

import pytest

from tests.ui.person import MINE, Person, in_secret, sitting_at
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value

NEW, OTHER = (SecretRef("default", name) for name in ("made-up", "other"))


def drafts(person: Person, *refs: SecretRef) -> None:
    for ref in refs:
        person.session.drafts.put(Draft.new(ref).set(None, "a", Value(b"made-up")))


async def test_a_draft_of_several_is_thrown_away_and_the_others_are_written() -> None:
    async with sitting_at(size=(80, 24)) as person:
        drafts(person, NEW, OTHER)
        await person.presses("w", "2 of 2 ready", "ctrl+x discard")
        await person.press("ctrl+x")
        await person.sees(
            "Discard the draft of default/made-up?", "The draft would create the Secret with: a."
        )
        await person.press("escape")
        assert person.session.drafts.get(NEW) is not None
        await person.presses("ctrl+x y", "1 of 1 ready", "The draft of default/made-up is discarded.")
        await person.presses("W", "Created: ")
        assert not person.session.drafts.all()
        assert str(NEW) not in person.cluster.store.by_resource["secrets"].records


async def test_all_drafts_are_thrown_away_at_once() -> None:
    async with sitting_at(size=(80, 24)) as person:
        drafts(person, NEW, OTHER)
        await person.presses("w", "2 of 2 ready")
        await person.presses("ctrl+x", "A discard all 2")
        await person.presses("A", "2 drafts are discarded.")
        assert not person.session.drafts.all() and len(person.app.screen_stack) == 1
        assert not person.session.writes.reviews.targets


async def test_the_last_one_closes_the_list() -> None:
    async with sitting_at(size=(80, 24)) as person:
        drafts(person, NEW)
        await person.press("ctrl+p")
        await person.type("all drafts")
        await person.presses("enter", "Review: 1 draft", "accepted")
        await person.presses("ctrl+x y", "The draft of default/made-up is discarded.")
        assert len(person.app.screen_stack) == 1


@pytest.mark.slow
async def test_a_draft_is_discarded_from_its_own_review_and_from_the_open_secret() -> None:
    async with in_secret(size=(120, 36)) as person:
        await person.edit_to_review("password", "made-up")
        await person.presses("ctrl+x", "The draft's changes would be lost: password.")
        await person.presses("y", "The draft of default/mysecret is discarded.", "KEY", "password")
        assert person.session.open_ref == MINE
        await person.presses("ctrl+x", "No draft to discard.")
        await person.edit("password", "made-up")
        await person.presses("ctrl+x", "The draft's changes would be lost: password.")
        await person.presses("y", "The draft of default/mysecret is discarded.")
        await person.sees_no("draft, nothing sent yet")
        assert not person.session.drafts.all() and person.session.open_ref == MINE
        await person.presses("escape a", "New Secret in default")
        await person.type("made-up")
        await person.presses("enter o", "not created yet")
        await person.presses("ctrl+x y", "The draft of default/made-up is discarded.")
        await person.reads("#secrets", "mysecret")
        assert not person.session.drafts.all() and person.session.open_ref is None


@pytest.mark.slow
async def test_a_new_secret_is_left_with_its_draft() -> None:
    async with sitting_at(size=(120, 36)) as person:
        drafts(person, NEW)
        await person.presses("w", "Review: made-up")
        await person.presses("escape a", "New Secret in default")
        await person.type("made-up")
        await person.presses("enter", "not created yet")
        await person.reviewed()
        await person.presses("ctrl+x y", "The draft of default/made-up is discarded.")
        await person.sees_no("not created yet")
        assert person.session.open_ref is None


async def test_a_draft_discarded_in_its_own_review_is_not_written_with_the_others() -> None:
    async with sitting_at(size=(80, 24)) as person:
        drafts(person, NEW, OTHER)
        await person.presses("w", "2 of 2 ready")
        await person.presses("j enter", "Review: other", "accepted")
        await person.presses("ctrl+x y", "The draft of default/other is discarded.", "1 of 1 ready")
        await person.presses("W", "Created: ")
        assert str(OTHER) not in person.cluster.store.by_resource["secrets"].records


async def test_a_draft_discarded_while_it_waits_to_be_sent_is_not_sent() -> None:
    async with sitting_at(size=(80, 24)) as person:
        drafts(person, NEW, OTHER)
        await person.presses("w", "2 of 2 ready")
        await person.sends("W", "POST", "*/secrets")
        await person.presses("j enter", "Review: other")
        await person.presses("ctrl+x y", "The draft of default/other is discarded.")
        person.cluster.faults.clear()
        await person.sees("Created: default/made-up")
        await person.waits_for(lambda: person.session.writes.busy is None, "the end of the writes")
        assert str(OTHER) not in person.cluster.store.by_resource["secrets"].records


@pytest.mark.slow
async def test_to_throw_away_the_new_one_that_is_open_leaves_the_others_in_the_list() -> None:
    async with sitting_at(size=(80, 24)) as person:
        drafts(person, NEW, OTHER)
        await person.presses("a", "New Secret in default")
        await person.type("made-up")
        await person.presses("enter", "not created yet")
        await person.press("ctrl+p")
        await person.type("all drafts")
        await person.presses("enter", "2 of 2 ready")
        await person.presses("ctrl+x y", "The draft of default/made-up is discarded.", "1 of 1 ready")
        await person.presses("W", "Created: default/other")
