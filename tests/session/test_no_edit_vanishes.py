"""Edits of a person: the last one of each key stays until it is on the server, whoever else writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.samples import RecordedEvents
from tui.model.draft.draft import Draft
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.cache.events import Events, Notice
from tui.session.writes.drafts import Drafts

REF = SecretRef("default", "mysecret")
A, B, C = (Value(letter) for letter in (b"A", b"B", b"C"))
Deed = Literal["edit", "open the editor", "keep", "others", "look", "send", "lands", "fails", "unclear"]


@dataclass
class World:
    """A Secret on the server, as it is on screen, and one person's drafts of it."""

    server: dict[str, Value]
    version: int = 1
    drafts: Drafts = field(default_factory=lambda: Drafts(RecordedEvents()))
    wishes: dict[str, Value] = field(default_factory=dict)
    """Last value that the person gave a key, if it was not seen on the server since."""
    sent: Draft | None = None
    editor: tuple[str, Value | None, Secret] | None = None

    def __post_init__(self) -> None:
        self.look()

    def held(self) -> Secret:
        return Secret(REF, "uid-a", str(self.version), "Opaque", dict(self.server))

    def look(self) -> None:
        """Show the newest version on screen."""
        self.screen = self.held()

    def others(self, key: str, value: Value) -> None:
        self.server[key] = value
        self.version += 1

    def open_editor(self, key: str) -> None:
        """Open the editor on the value on screen; the screen behind it may change."""
        draft = self.drafts.get(REF, "uid-a")
        seen = draft.value(self.screen, key) if draft is not None else self.screen.data.get(key)
        self.editor = (key, seen, self.screen)

    def keep(self, value: Value) -> None:
        """Keep the typed value."""
        if self.editor is None:
            return
        (key, seen, screen), self.editor = self.editor, None
        if value == seen:
            return
        draft = self.drafts.get(REF, "uid-a") or Draft.of(screen)
        self.drafts.put(draft.edit(screen, key, seen, value))
        self.wishes[key] = value
        base = draft.base.get(key, seen)
        if key not in self.flying and value == base and key in draft.changes().keys:
            del self.wishes[key]  # it was taken back by hand: it is what it was before the draft

    @property
    def flying(self) -> tuple[str, ...]:
        """Keys whose write is in flight."""
        return self.sent.changes().keys if self.sent is not None else ()

    def send(self) -> None:
        """Send the draft if it can be written without a question."""
        draft = self.drafts.get(REF, "uid-a")
        if draft is None or self.sent is not None:
            return
        rebased = draft.rebase(self.held())
        if not rebased.collisions and not rebased.draft.is_empty:
            self.sent = rebased.draft
            self.drafts.sent(rebased.draft)

    def ends(self, how: Deed) -> None:
        """End the write: answered, refused, or looked into when others have written too."""
        sent, self.sent = self.sent, None
        if sent is None:
            return
        changes = sent.changes()
        may_land = all(self.server.get(key) == sent.base[key] for key in changes.keys)
        if how == "lands" and may_land:
            self.server.update(changes.set)
            self.version += 1
            self.drafts.written(sent, self.held())
            for key, value in changes.set.items():
                if self.wishes.get(key) == value:
                    del self.wishes[key]
        else:
            self.drafts.not_written(sent, is_sure=how == "fails")

    def is_kept(self, key: str, wish: Value) -> bool:
        """True if the value is on the server, on its way, or shown by a review."""
        if self.server.get(key) == wish or key in self.flying:
            return True
        draft = self.drafts.get(REF, "uid-a")
        if draft is None:
            return False
        rebased = draft.rebase(self.held())
        collides = {collision.key: collision.mine for collision in rebased.collisions}
        return rebased.draft.changes().set.get(key) == wish or collides.get(key) == wish


keys, values = st.sampled_from("ab"), st.sampled_from([A, B, C])
deeds = st.tuples(
    st.sampled_from(
        ["edit", "edit", "open the editor", "keep", "others", "look", "send", "lands", "unclear"]
    ),
    keys,
    values,
)


@pytest.mark.slow
@given(st.lists(deeds, max_size=14))
@settings(max_examples=300)
def test_an_edit_is_written_or_asked_about_or_already_on_the_server(
    done: list[tuple[Deed, str, Value]],
) -> None:
    world = World({"a": A, "b": A})
    for deed, key, value in done:
        if deed == "others":
            world.others(key, value)
        elif deed == "look":
            world.look()
        elif deed in ("edit", "open the editor"):
            if world.editor is None:
                world.open_editor(key)
            if deed == "edit":
                world.keep(value)
        elif deed == "keep":
            world.keep(value)
        elif deed == "send":
            world.send()
        else:
            world.ends(deed)
        for wished, wish in world.wishes.items():
            assert world.is_kept(wished, wish), f"{wished} after {deed}"


def in_flight(events: Events | None = None) -> tuple[Drafts, Draft, Secret]:
    """Change a key from A to B, with the write in flight."""
    drafts = Drafts(events or RecordedEvents())
    secret = Secret(REF, "uid-a", "1", "Opaque", {"a": A})
    draft = Draft.of(secret).set(secret, "a", B)
    drafts.put(draft)
    drafts.sent(draft)
    return drafts, draft, secret


def taken_back(draft: Draft, secret: Secret, how: str) -> Draft:
    return draft.undo() if how == "undone" else draft.set(secret, "a", A)


@pytest.mark.parametrize("how", ["undone", "typed"])
def test_an_edit_taken_back_while_it_is_written_is_the_next_draft(how: str) -> None:
    drafts, draft, secret = in_flight()
    drafts.put(taken_back(draft, secret, how))
    drafts.written(draft, Secret(REF, "uid-a", "2", "Opaque", {"a": B}))
    rest = drafts.get(REF, "uid-a")
    assert rest is not None and (rest.base, rest.changes().set) == ({"a": B}, {"a": A})


@pytest.mark.parametrize("how", ["undone", "typed"])
def test_an_edit_taken_back_and_not_written_leaves_no_draft(how: str) -> None:
    drafts, draft, secret = in_flight()
    drafts.put(taken_back(draft, secret, how))
    assert len(drafts) == 1
    drafts.not_written(draft, is_sure=True)
    assert len(drafts) == 0


@pytest.mark.parametrize("how", ["undone", "typed"])
def test_an_edit_taken_back_that_may_have_been_written_is_asked_about(how: str) -> None:
    drafts, draft, secret = in_flight()
    drafts.put(taken_back(draft, secret, how))
    drafts.not_written(draft, is_sure=False)
    rest = drafts.get(REF, "uid-a")
    assert rest is not None
    (collision,) = rest.rebase(Secret(REF, "uid-a", "3", "Opaque", {"a": C})).collisions
    assert (collision.server, collision.mine) == (C, A)


def test_undo_restores_the_former_edit_and_the_value_it_was_compared_with() -> None:
    _, draft, _ = in_flight()
    newer = Secret(REF, "uid-a", "2", "Opaque", {"a": C})
    back = draft.set(newer, "a", A)
    assert (back.base, back.changes().set) == ({"a": C}, {"a": A}), "A was typed while C was there"
    assert back.undo() == draft
    assert back.undo().rebase(newer).collisions != ()


def test_a_creation_that_was_begun_goes_on() -> None:
    drafts = Drafts(RecordedEvents())
    assert drafts.begin(REF)
    drafts.put(Draft.new(REF).set(None, "a", B))
    assert not drafts.begin(REF)
    found = drafts.get(REF)
    assert found is not None and found.data(None) == {"a": B}


def test_a_draft_made_into_a_new_secret_overwrites_no_key_of_another_draft() -> None:
    drafts = Drafts(RecordedEvents())
    secret = Secret(REF, "uid-a", "1", "Opaque", {"a": A, "b": A})
    former = Draft.of(secret).set(secret, "a", B)
    drafts.put(former)
    drafts.put(Draft.new(REF).set(None, "a", C))
    assert drafts.make_new(former) is None
    assert drafts.all() == [Draft.new(REF).set(None, "a", C), former]
    drafts.put(Draft.new(REF).set(None, "b", C))
    made = drafts.make_new(former)
    assert made is not None and made.data(None) == {"a": B, "b": C}
    assert drafts.all() == [made]


def test_a_draft_made_into_a_new_secret_keeps_the_type_of_the_deleted_one() -> None:
    drafts = Drafts(RecordedEvents())
    secret = Secret(REF, "uid-a", "1", "kubernetes.io/basic-auth", {"a": A})
    former = Draft.of(secret).set(secret, "a", B)
    drafts.put(former)
    begun = Draft.new(REF)
    drafts.put(begun.set(None, "b", C))
    assert drafts.make_new(former) is None, "the type that was chosen for b is kept"
    drafts.put(begun)
    made = drafts.make_new(former)
    assert made is not None and (made.type, made.data(None)) == (secret.type, {"a": B})
    assert drafts.all() == [made]


def test_an_edit_typed_over_a_draft_that_was_just_written_starts_from_the_shown_value() -> None:
    drafts, draft, secret = in_flight()
    drafts.written(draft, Secret(REF, "uid-a", "2", "Opaque", {"a": B}))
    kept = (drafts.get(REF) or Draft.of(secret)).edit(secret, "a", B, A)
    assert (kept.base, kept.changes().set) == ({"a": B}, {"a": A})


def test_a_draft_that_others_wrote_too_during_a_write_is_dropped_with_a_message() -> None:
    events = RecordedEvents()
    drafts, draft, secret = in_flight(events)
    drafts.put(draft.set(secret, "b", B))
    drafts.written(draft, Secret(REF, "uid-a", "3", "Opaque", {"a": B, "b": B}))
    assert len(drafts) == 0
    said = "Draft of default/mysecret dropped: the server already has its changes."
    assert (events.news(), events.news()) == ([Notice(said, "warning")], [])
