"""Undo restores exactly what it says: the keys that it names, to the byte, and nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.model.drafts import DATA, KEYS, STEPS, VALUES, Step, apply, edit, plain, secret
from tui.model.draft.draft import Draft
from tui.model.secret.value import Value

ONE = st.tuples(st.sampled_from(["set", "drop", "rename"]), KEYS, KEYS, VALUES)
SEVERAL = st.dictionaries(KEYS, VALUES | st.none(), min_size=2)


def named(draft: Draft, held: dict[str, bytes]) -> set[str]:
    """The keys that undoing names; several are only counted."""
    words = draft.last_step() or ""
    if counted := re.fullmatch(r"changed (\d+) keys", words):
        assert int(counted[1]) == len(set(draft.steps[-1].keys))
        return set(draft.steps[-1].keys)
    return set(re.sub("^(edited|added|dropped|renamed) ", "", words).split(" to "))


@given(DATA, STEPS, DATA, ONE | SEVERAL)
def test_undo_takes_a_step_back_to_the_byte_whatever_the_secret_holds_by_then(
    held: dict[str, bytes], steps: list[Step], newer: dict[str, bytes], last: Step | dict[str, bytes | None]
) -> None:
    on, then = secret(held), secret(newer, "2")
    before, _ = edit(Draft.of(on), on, steps, held)
    if isinstance(last, dict):
        values = {key: None if value is None else Value(value) for key, value in last.items()}
        after = before.set_all(then, values)
    else:
        after, _ = edit(before, then, [last], plain(before.data(then)))
    if len(after.steps) == len(before.steps):
        assert after == before, "what says nothing does nothing"
        return
    undone = after.undo()
    assert undone.data(then) == before.data(then)
    assert undone.changes() == before.changes()
    was, now = plain(after.data(then)), plain(undone.data(then))
    assert {key for key in {*was, *now} if was.get(key) != now.get(key)} == named(after, newer)


@given(DATA, STEPS)
def test_each_undo_restores_the_draft_before_the_step(held: dict[str, bytes], steps: list[Step]) -> None:
    on, seen = secret(held), [Draft.of(secret(held))]
    for step in steps:
        draft, _ = edit(seen[-1], on, [step], plain(seen[-1].data(on)))
        if len(draft.steps) > len(seen[-1].steps):
            seen.append(draft)
        elif len(draft.steps) < len(seen[-1].steps):
            seen.pop()
    while len(seen) > 1:
        assert seen.pop().undo() == seen[-1]
    assert seen[0].undo() == seen[0] == Draft.of(on)


@given(DATA, STEPS, st.dictionaries(st.sampled_from(["e", "f"]), VALUES))
def test_undoing_a_write_restores_its_keys_and_leaves_what_others_wrote_beside_them(
    held: dict[str, bytes], steps: list[Step], others: dict[str, bytes]
) -> None:
    on = secret(held)
    draft, _ = edit(Draft.of(on), on, steps, held)
    changed = draft.changes().keys
    written = secret(apply(draft, held), "2")
    former = {key: on.data.get(key) for key in changed}
    undoing = Draft.of(written).put_back(former, {key: written.data.get(key) for key in changed})
    assert undoing.changes().keys == changed
    later = secret({**plain(written.data), **others}, "3")
    rebased = undoing.rebase(later)
    assert rebased.collisions == ()
    assert apply(rebased.draft, plain(later.data)) == {**held, **others}


@given(DATA, STEPS, KEYS, VALUES)
def test_undoing_a_write_asks_where_others_wrote_the_same_key_since(
    held: dict[str, bytes], steps: list[Step], key: str, theirs: bytes
) -> None:
    on = secret(held)
    draft, _ = edit(Draft.of(on), on, steps, held)
    changed = draft.changes().keys
    written = secret(apply(draft, held), "2")
    former = {one: on.data.get(one) for one in changed}
    undoing = Draft.of(written).put_back(former, {one: written.data.get(one) for one in changed})
    later = secret({**plain(written.data), key: theirs}, "3")
    asked = {collision.key for collision in undoing.rebase(later).collisions}
    is_others = key in changed and theirs not in (plain(written.data).get(key), held.get(key))
    assert asked == ({key} if is_others else set())
