"""`U` undoes a write of this run: a new review in which each key is as it was before."""

from __future__ import annotations

import pytest

from tests.ui.person import Person, in_secret, sitting_at
from tui.embedded.users import Rule
from tui.model.draft.draft import Draft
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.model.settings.settings import Settings
from tui.session.writes import undo
from tui.ui.review import lines

OTHER, NEW = SecretRef("default", "feature-flags"), SecretRef("default", "made-up-new")


async def writes(person: Person, text: str) -> None:
    await person.edit_to_review("password", text)
    await person.presses("W", "Written: password of default/mysecret")


@pytest.mark.slow
async def test_a_draft_is_reviewed_first_and_what_others_wrote_since_is_asked_about() -> None:
    async with in_secret(size=(80, 24)) as person:
        await writes(person, "made-up")
        await person.edit("username", "other")
        await person.presses("U", "Undo a write")
        await person.presses("enter", "default/mysecret has a draft. Review it first (w).")
        await person.presses("u", "Undone: edited username.")
        person.others_set("password", b"theirs")
        await person.presses("U", "Undo a write")
        await person.presses("enter", "1 key to resolve")
        assert person.on_server()["password"] == b"theirs"


@pytest.mark.slow
async def test_the_writes_of_the_open_secret_come_first() -> None:
    async with in_secret(size=(120, 36)) as person:
        await writes(person, "made-up")
        await person.press("escape")
        await person.open(OTHER, key="flags.json")
        await person.edit("flags.json", "{}")
        await person.presses("w", "Review: feature-flags", "accepted at")
        await person.presses("W", "Written: flags.json of default/feature-flags")
        await person.presses("U", "▸ a  14:00  default/feature-flags: flags.json", "enter answers")
        await person.press("escape", "escape")
        await person.open()
        await person.presses("U", "▸ a  14:00  default/mysecret: password", "b  14:00  default/feature-flags")
        await person.presses("enter", "Review: mysecret", "accepted at")


async def test_nothing_is_kept_where_that_is_asked_for() -> None:
    async with in_secret(size=(80, 24), settings=Settings(no_undo=True)) as person:
        await person.presses("D", "Deleting cannot be undone: secret-tui keeps no copy of the values.")
        await person.press("escape")
        await person.edit_to_review("password", "made-up")
        await person.reads("#verdict", "cannot be undone: secret-tui keeps no old values")
        await person.presses("W", "Written: password of default/mysecret")
        assert "undoes it" not in person.text
        await person.presses("U", "This session has no write to undo.")


async def begins(person: Person) -> None:
    """Review one creation and one change."""
    secret = await person.session.cluster.open(OTHER)
    person.session.drafts.put(Draft.new(NEW).set(None, "a", Value(b"made-up")))
    person.session.drafts.put(Draft.of(secret).set(secret, "salt", Value(b"n3w-made-up")))
    await person.press("ctrl+p", *"all drafts", "enter")
    await person.sees("2 of 2 ready")


async def creates_and_changes(person: Person) -> None:
    """Write a creation and a change by one press."""
    await begins(person)
    await person.presses("W", "Written: 2 Secrets.", "U offers to undo all.")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_a_single_review_undoes_a_creation_and_a_change_that_one_press_wrote(
    size: tuple[int, int],
) -> None:
    async with sitting_at(size=size) as person:
        before = person.on_server(OTHER)
        await creates_and_changes(person)
        await person.presses("U", "A  14:00  all 2 written together", "▸ a  14:00")
        await person.presses("A", "Review: 1 draft, 1 deletion", "2 of 2 ready", "W write 1, delete 1")
        rows = [person.text.index(str(ref)) for ref in (OTHER, NEW)]
        assert rows == sorted(rows), "what is deleted comes last"
        await person.presses("G", "Created at 14:00.", "no reader known")
        await person.sees("  U can create the Secret again until you quit")
        await person.presses("W", "Written: 1 Secret, deleted: 1.", "U offers to undo all.")
        assert person.on_server(OTHER) == before
        assert str(NEW) not in person.cluster.store.by_resource["secrets"].records
        await person.presses("U A", "2 of 2 ready", "W write 2")
        rows = [person.text.index(str(ref)) for ref in (NEW, OTHER)]
        assert rows == sorted(rows), "what is created again comes first"
        await person.presses("W", "Written: 2 Secrets.")
        assert person.on_server(OTHER)["salt"] == b"n3w-made-up"
        assert person.on_server(NEW) == {"a": b"made-up"}


@pytest.mark.slow
async def test_undo_does_not_delete_a_secret_that_changed_since_its_creation_and_says_so() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await creates_and_changes(person)
        person.others_set("a", b"theirs", NEW)
        await person.presses("U A", "1 of 2 ready", "Secret changed")
        await person.presses(
            "G", "default/made-up-new was changed after you created it.", "The Secret is not"
        )
        await person.presses("W", "Written: salt of default/feature-flags")
        assert person.on_server(NEW) == {"a": b"theirs"}


@pytest.mark.slow
async def test_a_change_that_comes_while_it_is_deleted_is_not_lost() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await creates_and_changes(person)
        await person.presses("U A", "2 of 2 ready")
        await person.sends("W", "PATCH", "*/feature-flags")
        person.others_set("a", b"theirs", NEW)
        person.cluster.faults.clear()
        await person.sees("1 of 2 done · 1 not done", "Not deleted: default/made-up-new")
        assert person.on_server(NEW) == {"a": b"theirs"}


@pytest.mark.slow
async def test_nothing_is_deleted_after_a_value_that_could_not_be_put_back() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await creates_and_changes(person)
        await person.presses("U A", "2 of 2 ready")
        person.fault("status", method="PATCH", code=403, times=1)
        await person.presses("W", "0 of 2 done · 2 not done")
        said = [message.text for message in person.app.shared.messages]
        words = "default/feature-flags must be written first."
        assert any(words in text for text in said), said
        assert person.on_server(NEW) == {"a": b"made-up"}


@pytest.mark.slow
async def test_a_review_of_several_undos_that_is_left_can_be_opened_again() -> None:
    async with sitting_at(size=(80, 24)) as person:
        await creates_and_changes(person)
        await person.presses("U A", "2 of 2 ready")
        await person.presses("escape", "1 draft")
        await person.presses("U A", "Review: 1 draft, 1 deletion", "2 of 2 ready")
        await person.presses("enter", "Review: feature-flags")
        await person.presses("escape G enter", "Delete made-up-new", "type made-up-new to delete")
        await person.presses("escape W", "Written: 1 Secret, deleted: 1.")


@pytest.mark.slow
async def test_a_guarded_context_asks_once_for_all_that_is_undone() -> None:
    async with sitting_at(size=(80, 24), settings=Settings(guard=("payments-cluster",))) as person:
        await begins(person)
        await person.presses("W", "Type the context's name")
        await person.press(*"payments-cluster", "enter")
        await person.sees("Written: 2 Secrets.")
        await person.presses("U A", "2 of 2 ready")
        await person.presses("W", "Writes 1 Secret: default/feature-flags. Deletes 1 Secret:")
        await person.press(*"payments-cluster", "enter")
        await person.sees("Written: 1 Secret, deleted: 1.")


@pytest.mark.slow
async def test_a_missing_right_to_delete_is_named_before_a_creation_and_at_its_undo() -> None:
    rules = [Rule(("get", "list", "watch", "create", "patch"), ("*",))]
    async with sitting_at(size=(80, 24), rules=rules) as person:
        await begins(person)
        await person.sees("U cannot undo default/made-up-new: you may not delete these Secrets")
        await person.presses("W", "Written: 2 Secrets.")
        assert "to undo all" not in person.text
        await person.presses("U A", "1 of 1 ready · 1 without a draft", "not deletable")
        await person.presses("W", "Not written: default/made-up-new.")


@pytest.mark.slow
async def test_changes_too_large_to_be_undone_are_named_before_they_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(undo, "MOST_UNDO_BYTES", 1500)
    async with sitting_at(size=(80, 24)) as person:
        await begins(person)
        await person.reads("#head", "U can undo only the last 1 of 2: secret-tui keeps")
        await person.presses("W", "Written: 2 Secrets.")
        assert "to undo all" not in person.text
        await person.presses("U", "▸ a  14:00  default/made-up-new: created")
        assert "feature-flags: salt" not in person.text


@pytest.mark.slow
async def test_a_review_of_more_deletions_than_may_be_kept_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting_at(size=(80, 24)) as person:
        await creates_and_changes(person)
        await person.presses("U A", "2 of 2 ready")
        await person.sees_no("may undo only some deletions")
        await person.press("escape")
        monkeypatch.setattr(lines, "MOST_UNDO_BYTES", 0)
        await person.presses("U A", "2 of 2 ready")
        await person.reads("#head", "U may undo only some deletions: secret-tui keeps the last 0 MiB")
