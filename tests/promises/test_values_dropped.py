"""Promise 2: a value is fetched when its Secret is opened, and dropped when the Secret is left."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.ui.person import MINE, PASSWORD, Person, in_secret, sitting_at
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value

OTHER: Final = SecretRef("default", "feature-flags")


def values_of(person: Person) -> list[weakref.ref[Value]]:
    """Weak references to the values of the Secret that is open, or fetched for a page."""
    (secret,) = person.session.fetched
    return [weakref.ref(value) for value in secret.data.values()]


def values_held(part: str) -> int:
    """Count the live values that hold this text."""
    gc.collect()
    values = (obj.reveal() for obj in gc.get_objects() if isinstance(obj, Value))
    return sum(part.encode() in value for value in values)


def texts_held(person: Person, wanted: str) -> Iterator[str]:
    """Widgets on every screen with an attribute or a drawn line that holds this text."""
    for screen in person.app.screen_stack:
        for widget in screen.walk_children(with_self=True):
            for name, held in vars(widget).items():
                if _holds(held, wanted):
                    yield f"{type(widget).__name__}.{name}"


def _holds(held: Any, wanted: str, depth: int = 3) -> bool:
    if isinstance(held, bytes):
        return wanted.encode() in held
    if isinstance(held, str):
        return wanted in held
    if isinstance(held, Value):
        return wanted.encode() in held.reveal()
    drawn = getattr(held, "_cache", None)  # of lines, in Textual's cache of styles
    if isinstance(drawn, dict):
        return _holds(drawn, wanted, depth)
    if depth and isinstance(held, dict):
        return any(_holds(value, wanted, depth - 1) for value in held.values())
    if depth and isinstance(held, list | tuple | set | frozenset):
        return any(_holds(value, wanted, depth - 1) for value in held)
    text = getattr(held, "text", "")
    return isinstance(text, str) and wanted in text


async def are_gone(person: Person, held: list[weakref.ref[Value]]) -> None:
    """Wait until nothing refers to any of them."""

    def none_left() -> bool:
        gc.collect()
        return not any(ref() for ref in held)

    await person.waits_for(none_left, "values that are let go of")


async def test_opening_fetches_one_secret_and_moving_or_showing_sends_no_request() -> None:
    async with sitting_at() as person:
        assert person.asked("GET", part="/secrets/") == [], "a list fetches no value"
        before = len(person.cluster.requests)
        for key in (*"jjkGg", "pagedown", "pageup", "ctrl+d", "end", "home", "tab", "j", "tab"):
            await person.press(key)
        assert len(person.cluster.requests) == before
        await person.acts_on(MINE, "enter")
        await person.reads("#secret", "password ********")
        (asked,) = person.asked("GET", part="/secrets/")
        assert asked.startswith("GET /api/v1/namespaces/default/secrets/mysecret?")
        before = len(person.cluster.requests)
        for key in ("j", "k", "r", "r", "R", "enter", "r", "m", "escape", "m", "u", "h", "l"):
            await person.press(key)
        assert len(person.cluster.requests) == before, "showing asks for nothing"


async def test_leaving_a_secret_drops_its_values_everywhere() -> None:
    async with in_secret() as person:
        held = values_of(person)
        await person.presses("R", PASSWORD)
        assert "KeyTable._styles_cache" in set(texts_held(person, PASSWORD)), "where it is, it is found"
        await person.presses("enter r r escape e escape", "password is unchanged.")
        await person.presses("escape", "Opaque", at="#peek")
        await are_gone(person, held)
        assert set(texts_held(person, PASSWORD)) == set()


@pytest.mark.slow
async def test_opening_another_secret_or_namespace_drops_the_values_too() -> None:
    async with in_secret() as person:
        held = values_of(person)
        await person.press("R", "h")
        await person.acts_on(OTHER, "enter")
        await person.reads("#secret", "flags.json ********")
        await are_gone(person, held)
        assert set(texts_held(person, PASSWORD)) == set()
        held = values_of(person)
        await person.press("N")
        await person.put_cursor("#namespace-table", "web")
        await person.press("enter")
        await person.settles()
        await are_gone(person, held)
        assert set(texts_held(person, "made-up-salt")) == set()


async def test_a_draft_keeps_only_the_old_values_of_the_keys_that_it_changes() -> None:
    async with in_secret() as person:
        await person.edit_to_review("username", "r00t-made-up")
        await person.press("R", "escape")
        opened = person.session.opened
        assert opened is not None and opened.secret is not None
        held = [weakref.ref(opened.secret.data["password"])]
        del opened
        await person.presses("escape", "Opaque", at="#peek")
        await are_gone(person, held)
        (draft,) = person.session.drafts.all()
        assert set(draft.base) == {"username"}
        assert set(texts_held(person, "r00t-made-up")) == set(), "the draft has it, no widget does"


async def test_a_canceled_deletion_drops_the_values_that_it_read() -> None:
    async with sitting_at() as person:
        await person.acts_on(MINE, "D", "keys: password, username")
        held = values_of(person)
        await person.press("escape")
        await are_gone(person, held)


async def test_a_write_that_failed_keeps_no_value_once_its_draft_is_undone() -> None:
    """Messages about a failure are kept for the whole run, and with them whatever they refer to."""
    async with in_secret() as person:
        held = values_of(person)
        await person.edit("username", "r00t-made-up")
        person.fault("status", method="PATCH", code=403, times=1)
        await person.presses("w", "dry run: Rejected by an admission check")
        await person.presses("ctrl+r", "accepted at")
        person.fault("status", method="PATCH", code=403, times=1)
        await person.presses("W", "Not written: username of default/mysecret.")
        person.others_set("username", b"theirs-made-up")
        await person.presses("W", "1 key to resolve")
        (draft,) = person.session.drafts.all()
        held += [weakref.ref(value) for value in (*draft.changes().set.values(),)]
        del draft
        await person.presses("escape u", "Undone: edited username.")
        await person.presses("escape", "Opaque", at="#peek")
        assert [outcome.kind for outcome in person.session.writes.outcomes] == ["not written", "conflict"]
        await are_gone(person, held)


async def test_health_drops_the_values_that_it_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting_at(namespace="web") as person:
        held, fetch = list[weakref.ref[Value]](), person.session.cluster.open

        async def watched(ref: SecretRef) -> Secret:
            secret = await fetch(ref)
            held.extend(weakref.ref(value) for value in secret.data.values())
            return secret

        monkeypatch.setattr(person.session.cluster, "open", watched)
        await person.presses("B", "5 Secrets not read: v checks")
        assert not held
        await person.presses("v", "certificate expired")
        assert len(held) >= 10
        await are_gone(person, held)
