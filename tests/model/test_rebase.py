"""A rebase neither loses an edit nor overwrites one unseen, whatever was done on either side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.drafts import DATA, STEPS, Data, Step, apply, edit, plain, secret
from tui.model.draft.draft import Change, Collision, Draft, KeyRow
from tui.model.secret.value import Value


def merge(base: Data, mine: Data, server: Data) -> tuple[dict[str, bytes], set[str]]:
    """The three-way merge as it is meant, and the keys that collide."""
    merged, colliding = {}, set()
    for key in {*base, *mine, *server}:
        b, m, s = base.get(key), mine.get(key), server.get(key)
        if b != m and s not in (b, m):
            colliding.add(key)
        value = s if m == b else m
        if value is not None:
            merged[key] = value
    return merged, colliding


@given(DATA, STEPS, DATA)
def test_a_rebase_is_the_three_way_merge_loses_no_edit_and_touches_nothing_else(
    held: dict[str, bytes], steps: list[Step], server: dict[str, bytes]
) -> None:
    on, newer = secret(held), secret(server, "2")
    draft, mine = edit(Draft.of(on), on, steps, held)
    rebased = draft.rebase(newer)
    merged, colliding = merge(held, mine, server)
    assert {collision.key for collision in rebased.collisions} == colliding
    if not colliding:
        assert apply(rebased.draft, server) == merged
        assert plain(rebased.draft.data(newer)) == merged
        assert rebased.draft.resource_version == "2"
    else:
        assert rebased.draft.resource_version == "1"
    changes = rebased.draft.changes()
    for key in {*held, *mine}:
        if mine.get(key) == held.get(key):
            assert key not in changes.keys
            continue
        is_sent = changes.set.get(key) == Value(mine[key]) if key in mine else key in changes.removed
        assert is_sent or key in colliding or server.get(key) == mine.get(key)
    for key in set(changes.keys) - colliding:
        # What is overwritten is what the person looked at.
        assert rebased.draft.base[key] == draft.base[key] == newer.data.get(key)
    for collision in rebased.collisions:
        key = collision.key
        seen = (collision.base, collision.server, collision.mine)
        assert seen == tuple(Value(d[key]) if key in d else None for d in (held, server, mine))


@given(DATA, STEPS, DATA, st.lists(st.booleans(), min_size=4, max_size=4), STEPS, DATA)
def test_decided_collisions_end_as_chosen(
    held: dict[str, bytes],
    steps: list[Step],
    server: dict[str, bytes],
    takes_mine: list[bool],
    later_steps: list[Step],
    later: dict[str, bytes],
) -> None:
    on, newer = secret(held), secret(server, "2")
    draft, mine = edit(Draft.of(on), on, steps, held)
    wanted, colliding = merge(held, mine, server)
    for key, is_mine in zip(sorted(colliding), takes_mine, strict=False):
        draft = draft.resolve(key, newer, "mine" if is_mine else "server")
        chosen = mine if is_mine else server
        wanted = {other: value for other, value in wanted.items() if other != key}
        wanted |= {key: chosen[key]} if key in chosen else {}
    rebased = draft.rebase(newer)
    assert rebased.collisions == ()
    assert apply(rebased.draft, server) == wanted
    assert rebased.draft.resource_version == "2"
    # And on: what is sent later overwrites only what was on screen when the key was touched.
    again, _ = edit(rebased.draft, newer, [step for step in later_steps if step[0] != "undo"], wanted)
    third = again.rebase(secret(later, "3"))
    colliding = {collision.key for collision in third.collisions}
    for key in set(third.draft.changes().keys) - colliding:
        assert third.draft.base[key] == (Value(later[key]) if key in later else None)
        assert third.draft.value(newer, key) == again.value(newer, key)


@given(DATA, STEPS, DATA, DATA)
def test_undo_after_a_rebase_overwrites_nothing_unseen(
    held: dict[str, bytes], steps: list[Step], server: dict[str, bytes], later: dict[str, bytes]
) -> None:
    on = secret(held)
    draft, _ = edit(Draft.of(on), on, steps, held)
    draft = draft.rebase(secret(server, "2")).draft
    while len(draft.steps):
        draft = draft.undo()
        rebased = draft.rebase(secret(later, "3"))
        for key in set(rebased.draft.changes().keys) - {collision.key for collision in rebased.collisions}:
            assert rebased.draft.base[key] == (Value(later[key]) if key in later else None)
    assert draft.is_empty and not draft.base


def test_a_newer_secret_on_screen_moves_no_base() -> None:
    on, newer = secret({"a": b"1"}), secret({"a": b"9"}, "2")
    draft = Draft.of(on).set(on, "a", Value(b"2")).set(newer, "a", Value(b"3"))
    assert draft.base == {"a": Value(b"1")}
    assert draft.rebase(newer).collisions == (Collision("a", Value(b"1"), Value(b"9"), Value(b"3")),)


def test_bytes_moved_by_a_rename_stay_what_the_person_saw() -> None:
    on = secret({"a": b"1"})
    rebased = Draft.of(on).rename(on, "a", "b").rebase(secret({"a": b"9"}, "2"))
    assert rebased.collisions == (Collision("a", Value(b"1"), Value(b"9"), None),)
    kept = rebased.draft.resolve("a", secret({"a": b"9"}, "2"), "server")
    assert plain(kept.data(secret({"a": b"9"}, "2"))) == {"a": b"9", "b": b"1"}
    assert kept.change_list() == (Change("b", "added", None, Value(b"1")),)


def test_an_edit_taken_back_by_hand_follows_the_server() -> None:
    on, newer = secret({"a": b"1"}), secret({"a": b"9"}, "2")
    draft = Draft.of(on).set(on, "a", Value(b"2")).set(on, "a", Value(b"1"))
    assert draft.rebase(newer).collisions == ()
    assert plain(draft.rebase(newer).draft.data(newer)) == {"a": b"9"}
    assert draft.value(newer, "a") == Value(b"9") and draft.value(None, "a") == Value(b"1")
    assert draft.rebase(newer).draft.rows(newer) == (KeyRow("a", "", Value(b"9"), Value(b"9")),)


def test_a_draft_never_follows_to_a_secret_that_was_created_again() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on).set(on, "a", Value(b"2"))
    with pytest.raises(ValueError, match="deleted and created again"):
        draft.rebase(secret({"a": b"1"}, "2", uid="u2"))
    again = draft.as_new(on)
    assert again.is_new and plain(again.data(None)) == {"a": b"2"}
