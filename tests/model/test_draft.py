"""A draft: steps, undo, rows, and the net change."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given

from tests.model.drafts import DATA, REF, STEPS, Data, Step, apply, edit, plain, secret
from tui.model.draft.draft import Change, Draft, draft_problem
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value


def value(data: Data, key: str) -> Value | None:
    return Value(data[key]) if key in data else None


@given(DATA, STEPS)
def test_a_draft_comes_to_what_its_steps_say(held: dict[str, bytes], steps: list[Step]) -> None:
    on = secret(held)
    draft, mine = edit(Draft.of(on), on, steps, held)
    assert plain(draft.data(on)) == apply(draft, held) == mine
    assert draft.is_empty == (mine == held)
    assert all(draft.value(on, key) == value(mine, key) for key in (*held, *mine))
    differing = {key for key in {*held, *mine} if held.get(key) != mine.get(key)}
    changes = draft.changes()
    assert {*changes.set, *changes.removed} == differing == set(changes.keys)
    assert not set(changes.set) & changes.removed
    touched = {key for step in draft.steps for key in step.keys}
    assert set(draft.base) == touched >= differing
    kinds = {(False, True): ("added", "+"), (True, False): ("removed", "-"), (True, True): ("changed", "~")}
    change_kinds = {key: kinds[key in held, key in mine] for key in differing}
    assert [(change.key, change.kind, change.before, change.after) for change in draft.change_list()] == [
        (key, change_kinds[key][0], value(held, key), value(mine, key)) for key in sorted(differing)
    ]
    assert [(row.key, row.mark, row.value, row.before) for row in draft.rows(on)] == [
        (key, change_kinds[key][1] if key in change_kinds else "", value(mine, key), value(held, key))
        for key in sorted({*held, *mine})
    ]


def test_a_rename_is_one_step_that_moves_the_bytes() -> None:
    for data in (b"", b"\r\n", b"\x00\xff", b"x" * 1_048_576):
        on = secret({"old": data, "other": b"1"})
        draft = Draft.of(on).rename(on, "old", "new")
        assert len(draft.steps) == 1
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
    assert back_to_old_bytes.is_empty and len(back_to_old_bytes.steps) == 5


def test_a_key_added_again_was_not_renamed() -> None:
    on = secret({"a": b"1"})
    draft = Draft.of(on).rename(on, "a", "b").drop(on, "b").set(on, "b", Value(b"2"))
    assert draft.change_list()[1] == Change("b", "added", None, Value(b"2"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("a", "b", "A key b already exists."),
        ("a", "a", "The key is already named a."),
        ("x", "y", "The Secret has no key x."),
        ("a", "..", "A key cannot start with “..”."),
        ("a", "ä", "A key has only letters, digits, dots, - and _."),
        ("a", "", "A key needs a name."),
    ],
)
def test_a_bad_rename_says_why(old: str, new: str, says: str) -> None:
    on = secret({"a": b"1", "b": b"2"})
    with pytest.raises(ValueError, match=f"^{says.replace('.', '[.]')}$"):
        Draft.of(on).rename(on, old, new)


def test_several_keys_change_in_one_step_and_one_undo_takes_all_back() -> None:
    on = secret({"a": b"1", "b": b"2", "same": b"3"})
    wanted = {"a": Value(b"new"), "b": None, "c": Value(b"4"), "same": Value(b"3"), "absent": None}
    draft = Draft.of(on).set_all(on, wanted)
    assert plain(draft.data(on)) == {"a": b"new", "c": b"4", "same": b"3"}
    assert len(draft.steps) == 1 and draft.last_step() == "changed 3 keys"
    assert draft.undo().is_empty and plain(draft.undo().data(on)) == {"a": b"1", "b": b"2", "same": b"3"}
    assert draft.set_all(on, {"a": Value(b"new"), "b": None}) == draft, "nothing of it is new"


def test_a_collision_that_takes_the_servers_key_leaves_the_others_of_the_step() -> None:
    on = secret({"a": b"1", "b": b"2"})
    draft = Draft.of(on).set_all(on, {"a": Value(b"mine"), "b": Value(b"mine too")})
    left = draft.resolve("a", secret({"a": b"theirs", "b": b"2"}), "server")
    assert left.changes().keys == ("b",) and left.last_step() == "edited b"


def test_a_new_secret_has_no_uid_and_no_base() -> None:
    draft = Draft.new(REF, "kubernetes.io/tls").set(None, "tls.crt", Value(b"1"))
    assert draft.is_new and not draft.is_empty and draft.type == "kubernetes.io/tls"
    assert plain(draft.data(None)) == {"tls.crt": b"1"}
    assert draft.changes().removed == frozenset()
    assert draft.drop(None, "tls.crt").is_empty
    assert draft.rename(None, "tls.crt", "x").change_list()[0].renamed_from is None


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
    assert len(draft.steps) == 1


def test_no_repr_of_a_draft_shows_a_value() -> None:
    on = secret({"a": b"marker-one"})
    draft = Draft.of(on).set(on, "a", Value(b"marker-two")).rename(on, "a", "b")
    newer = secret({"a": b"marker-three"}, "2")
    shown = repr((draft, draft.steps, draft.base, draft.rows(on), draft.change_list(), draft.changes()))
    assert "marker" not in shown + repr(draft.rebase(newer))


def test_several_fields_seen_by_a_person_change_in_one_step_whatever_came_meanwhile() -> None:
    on = secret({"a": b"1", "b": b"2", "c": b"3"})
    seen = {**on.fields, "c": Value(b"mine")}  # by a draft that was written since
    wanted = {"a": Value(b"4"), "b": None, "c": Value(b"5"), "labels/app": Value(b"web")}
    draft = Draft.of(on).edit_all(on, seen, wanted)
    assert len(draft.steps) == 1 and draft.base["c"] == Value(b"mine")
    assert draft.changes().removed == {"b"} and draft.changes().keys == ("a", "b", "c", "labels/app")
    newer = secret({"a": b"1", "b": b"2", "c": b"mine"}, "2")
    assert draft.rebase(newer).collisions == ()
    assert draft.edit_all(on, seen, {"a": Value(b"4")}) == draft, "as the draft has it already"


def test_a_secret_that_cannot_be_changed_says_so() -> None:
    assert draft_problem(secret({})) is None
    assert "immutable" in (draft_problem(secret({}, is_immutable=True)) or "")
    going = Secret(REF, "u1", "1", "Opaque", {}, is_terminating=True)
    assert "being deleted" in (draft_problem(going) or "")
