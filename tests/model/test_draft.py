"""A draft: steps, undo, the net change, and a rebase that neither loses an edit nor overwrites one unseen."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.draft import Change, Collision, Draft, KeyRow, draft_problem
from tui.model.secret import Secret, SecretRef
from tui.model.value import Value

REF = SecretRef("default", "mysecret")
KEYS = st.sampled_from(["a", "b", "c", "d"])
VALUES = st.sampled_from([b"", b"\r\n", b"one", b"two", b"\x00\xff", b"one\n"])
DATA = st.dictionaries(KEYS, VALUES)
Data: TypeAlias = Mapping[str, bytes]
Step: TypeAlias = tuple[str, str, str, bytes]
STEPS = st.lists(
    st.tuples(st.sampled_from(["set", "drop", "rename", "undo"]), KEYS, KEYS, VALUES), max_size=8
)


def secret(data: Data, version: str = "1", uid: str = "u1", *, is_immutable: bool = False) -> Secret:
    values = {key: Value(data[key]) for key in data}
    return Secret(REF, uid, version, "Opaque", values, is_immutable=is_immutable)


def plain(data: Mapping[str, Value]) -> dict[str, bytes]:
    return {key: value.reveal() for key, value in data.items()}


def edit(
    draft: Draft, on: Secret | None, steps: Sequence[Step], held: Data
) -> tuple[Draft, dict[str, bytes]]:
    """The draft after these steps, and what a plain dict says that the Secret would hold."""
    states = [dict(held)]
    for name, key, other, value in steps:
        now = dict(states[-1])
        if name == "undo":
            draft = draft.undo()
            states = states[: max(1, len(states) - 1)]
            continue
        if name == "set":
            draft = draft.set(on, key, Value(value))
            now[key] = value
        elif name == "drop":
            draft = draft.drop(on, key)
            now.pop(key, None)
        elif key not in now or other in now:
            with pytest.raises(ValueError):
                draft.rename(on, key, other)
        else:
            draft = draft.rename(on, key, other)
            now[other] = now.pop(key)
        if now != states[-1]:
            states.append(now)
    return draft, states[-1]


def apply(draft: Draft, server: Data) -> dict[str, bytes]:
    """What the server holds once the changes were written."""
    changes = draft.changes()
    left = {key: value for key, value in server.items() if key not in changes.removed}
    return left | plain(changes.set)


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


@given(DATA, STEPS)
def test_the_secret_would_hold_what_the_steps_say(held: dict[str, bytes], steps: list[Step]) -> None:
    on = secret(held)
    draft, mine = edit(Draft.of(on), on, steps, held)
    assert plain(draft.data(on)) == mine
    assert apply(draft, held) == mine
    assert {key: draft.value(on, key) for key in mine} == {key: Value(mine[key]) for key in mine}
    assert draft.is_empty == (mine == held)


@given(DATA, STEPS)
def test_only_what_differs_is_a_change(held: dict[str, bytes], steps: list[Step]) -> None:
    on = secret(held)
    draft, mine = edit(Draft.of(on), on, steps, held)
    differing = {key for key in {*held, *mine} if held.get(key) != mine.get(key)}
    changes = draft.changes()
    assert {*changes.set, *changes.removed} == differing == set(changes.keys)
    assert not set(changes.set) & changes.removed
    touched = {key for step in draft.steps for key in step.keys}
    assert set(draft.base) == touched >= differing
    assert [change.key for change in draft.change_list()] == sorted(differing)
    for change in draft.change_list():
        assert change.before == (Value(held[change.key]) if change.key in held else None)
        assert change.after == (Value(mine[change.key]) if change.key in mine else None)
        names = {(False, True): "added", (True, False): "removed", (True, True): "changed"}
        assert change.kind == names[change.key in held, change.key in mine]


@given(DATA, STEPS)
def test_rows_are_the_keys_of_both(held: dict[str, bytes], steps: list[Step]) -> None:
    on = secret(held)
    draft, mine = edit(Draft.of(on), on, steps, held)
    rows = draft.rows(on)
    assert [row.key for row in rows] == sorted({*held, *mine})
    for row in rows:
        before, after = held.get(row.key), mine.get(row.key)
        assert row.mark == (
            "" if before == after else "+" if before is None else "-" if after is None else "~"
        )
        assert (row.value, row.before) == tuple(None if v is None else Value(v) for v in (after, before))


@given(DATA, STEPS, st.tuples(st.sampled_from(["set", "drop", "rename"]), KEYS, KEYS, VALUES))
def test_undo_takes_back_exactly_one_step(held: dict[str, bytes], steps: list[Step], last: Step) -> None:
    on = secret(held)
    before, mine = edit(Draft.of(on), on, steps, held)
    after, _ = edit(before, on, [last], mine)
    assert after == before if after.step_count == before.step_count else after.undo() == before
    assert Draft.of(on).undo() == Draft.of(on)


@given(DATA, STEPS, DATA)
def test_a_rebase_is_the_three_way_merge(
    held: dict[str, bytes], steps: list[Step], server: dict[str, bytes]
) -> None:
    on, newer = secret(held), secret(server, "2")
    draft, mine = edit(Draft.of(on), on, steps, held)
    rebased = draft.rebase(newer)
    merged, colliding = merge(held, mine, server)
    assert {collision.key for collision in rebased.collisions} == colliding
    assert set(rebased.server_changed) == {key for key in draft.base if held.get(key) != server.get(key)}
    if not colliding:
        assert apply(rebased.draft, server) == merged
        assert plain(rebased.draft.data(newer)) == merged
        assert rebased.draft.resource_version == "2"
    else:
        assert rebased.draft.resource_version == "1"


@given(DATA, STEPS, DATA)
def test_a_rebase_loses_no_edit_and_touches_nothing_else(
    held: dict[str, bytes], steps: list[Step], server: dict[str, bytes]
) -> None:
    on, newer = secret(held), secret(server, "2")
    draft, mine = edit(Draft.of(on), on, steps, held)
    rebased = draft.rebase(newer)
    changes = rebased.draft.changes()
    colliding = {collision.key for collision in rebased.collisions}
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
    while draft.step_count:
        draft = draft.undo()
        rebased = draft.rebase(secret(later, "3"))
        for key in set(rebased.draft.changes().keys) - {collision.key for collision in rebased.collisions}:
            assert rebased.draft.base[key] == (Value(later[key]) if key in later else None)
    assert draft.is_empty and not draft.base


def test_a_rename_is_one_step_that_moves_the_bytes() -> None:
    for data in (b"", b"\r\n", b"\x00\xff", b"x" * 1_048_576):
        on = secret({"old": data, "other": b"1"})
        draft = Draft.of(on).rename(on, "old", "new")
        assert draft.step_count == 1
        assert plain(draft.changes().set) == {"new": data}
        assert draft.changes().removed == {"old"}
        assert draft.change_list() == (
            Change("new", "added", None, Value(data), renamed_from="old"),
            Change("old", "removed", Value(data), None),
        )
        assert [row.mark for row in draft.rows(on)] == ["+", "-", ""]
        assert draft.last_step() == "renamed old to new"
        assert draft.undo() == Draft.of(on)


def test_a_renamed_key_can_be_edited_and_renamed_on() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on).rename(on, "a", "b").set(on, "b", Value(b"2")).rename(on, "b", "c")
    assert draft.change_list() == (
        Change("a", "removed", Value(b"1"), None),
        Change("c", "added", None, Value(b"2"), renamed_from="a"),
    )
    assert draft.rename(on, "c", "a").change_list() == (Change("a", "changed", Value(b"1"), Value(b"2")),)
    back_to_old_bytes = draft.set(on, "c", Value(b"1")).rename(on, "c", "a")
    assert back_to_old_bytes.is_empty and back_to_old_bytes.step_count == 5


def test_a_key_added_anew_was_not_renamed() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on).rename(on, "a", "b").drop(on, "b").set(on, "b", Value(b"2"))
    assert draft.change_list()[1] == Change("b", "added", None, Value(b"2"))


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


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("a", "b", "There is a key b already."),
        ("a", "a", "That is its name already."),
        ("x", "y", "There is no key x to rename."),
        ("a", "..", "A key cannot start with “..”."),
        ("a", "ä", "A key has letters, digits, -, _ and . only."),
        ("a", "", "A key needs a name."),
    ],
)
def test_a_bad_rename_says_why(old: str, new: str, says: str) -> None:
    on = secret({"a": b"1", "b": b"2"})
    with pytest.raises(ValueError, match=f"^{says.replace('.', '[.]')}$"):
        Draft.of(on).rename(on, old, new)


def test_the_last_step_is_told() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on)
    assert draft.last_step() is None
    draft = draft.set(on, "a", Value(b"2"))
    assert draft.last_step() == "edited a"
    assert draft.set(on, "b", Value(b"")).last_step() == "added b"
    assert draft.drop(on, "a").last_step() == "dropped a"


def test_the_same_bytes_and_a_missing_key_are_no_step() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on)
    assert draft.set(on, "a", Value(b"1")) is draft
    assert draft.drop(on, "b") is draft


def test_a_key_the_server_changed_to_mine_is_not_sent() -> None:
    on = secret({"a": b"1", "b": b"1"})
    draft = Draft.of(on).set(on, "a", Value(b"2")).drop(on, "b").rebase(secret({"a": b"2"}, "2"))
    assert draft.collisions == () and draft.server_changed == ("a", "b")
    assert draft.draft.is_empty and draft.draft.changes().is_empty


def test_an_edit_taken_back_by_hand_follows_the_server() -> None:
    on, newer = secret({"a": b"1"}), secret({"a": b"9"}, "2")
    draft = Draft.of(on).set(on, "a", Value(b"2")).set(on, "a", Value(b"1"))
    assert draft.rebase(newer).collisions == ()
    assert plain(draft.rebase(newer).draft.data(newer)) == {"a": b"9"}
    assert draft.value(newer, "a") == Value(b"9") and draft.value(None, "a") == Value(b"1")
    assert draft.rebase(newer).draft.rows(newer) == (KeyRow("a", "", Value(b"9"), Value(b"9")),)


def test_a_new_secret_has_no_uid_and_no_base() -> None:
    draft = Draft.new(REF, "kubernetes.io/tls").set(None, "tls.crt", Value(b"1"))
    assert draft.is_new and not draft.is_empty and draft.type == "kubernetes.io/tls"
    assert plain(draft.data(None)) == {"tls.crt": b"1"}
    assert draft.changes().removed == frozenset()
    assert draft.drop(None, "tls.crt").is_empty
    assert draft.rename(None, "tls.crt", "x").change_list()[0].renamed_from is None


def test_a_draft_never_follows_to_another_life() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on).set(on, "a", Value(b"2"))
    with pytest.raises(ValueError, match="deleted and made again"):
        draft.rebase(secret({"a": b"1"}, "2", uid="u2"))
    again = draft.as_new(on)
    assert again.is_new and plain(again.data(None)) == {"a": b"2"}


def test_a_draft_begins_on_the_version_of_its_first_step() -> None:
    on, newer = secret({"a": b"1"}), secret({"a": b"5"}, "7")
    draft = Draft.of(on).set(newer, "a", Value(b"2"))
    assert draft.resource_version == "7" and draft.base == {"a": Value(b"5")}
    assert draft.set(secret({"b": b"0"}, "8"), "b", Value(b"1")).resource_version == "7"


def test_a_draft_keeps_only_what_it_changes() -> None:
    on = secret({"a": b"1", "b": b"2"})
    draft = Draft.of(on).set(on, "a", Value(b"3"))
    others = weakref.ref(on.data["b"])
    del on
    gc.collect()
    assert others() is None
    assert draft.step_count == 1


def test_no_value_is_in_a_repr() -> None:
    on = secret({"a": b"marker-one"})
    draft = Draft.of(on).set(on, "a", Value(b"marker-two")).rename(on, "a", "b")
    newer = secret({"a": b"marker-three"}, "2")
    shown = repr((draft, draft.steps, draft.base, draft.rows(on), draft.change_list(), draft.changes()))
    assert "marker" not in shown + repr(draft.rebase(newer))


def test_what_cannot_be_changed_says_so() -> None:
    assert draft_problem(secret({})) is None
    assert "immutable" in (draft_problem(secret({}, is_immutable=True)) or "")
    going = Secret(REF, "u1", "1", "Opaque", {}, is_terminating=True)
    assert "being deleted" in (draft_problem(going) or "")
