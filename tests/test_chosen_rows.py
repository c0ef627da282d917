"""The rows that a choice leaves: the same in slices as at one go, and none of the slices is long."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from tui.model.chunked_sequence import RUN
from tui.model.query import ORDERS, Query
from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import HELM_RELEASE
from tui.ui.base.state import SLICE, Change, Choice, changed_rows, chosen_rows

COUNT = 2 * SLICE + 17


def rows() -> tuple[SecretSummary, ...]:
    """By namespace and name, as a store has them."""
    dice = Random(7)
    types = ("Opaque", "kubernetes.io/tls", HELM_RELEASE)
    found = [
        SecretSummary(
            SecretRef(f"team-{dice.randrange(9)}", f"secret-{number}"),
            f"uid-{number}",
            "1",
            dice.choice(types),
            dice.randrange(4),
            dice.choice((None, *map(float, range(9)))),
        )
        for number in range(COUNT)
    ]
    return tuple(sorted(found, key=lambda row: row.ref))


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_slices_come_to_the_whole_in_order(order: str, is_reversed: bool) -> None:
    held = rows()
    *parts, whole = chosen_rows(held, Choice(Query.parse("!7"), order, is_reversed, with_helm=False))
    kept = [row for row in held if "7" not in str(row.ref) and row.type != HELM_RELEASE]
    assert list(whole.shown) == ordered(kept, order, is_reversed)
    assert whole.total == COUNT
    assert whole.helm_hidden == sum(row.type == HELM_RELEASE for row in held)
    assert len(parts) >= COUNT // SLICE
    assert not any(part.shown for part in parts)


@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("text", ["", "!7", "key:a"])
def test_changes_one_by_one_come_to_what_looking_through_all_comes_to(
    order: str, is_reversed: bool, text: str
) -> None:
    dice = Random(3)
    choice = Choice(Query.parse(text), order, is_reversed, with_helm=False)
    held = {row.ref: row for row in rows()[: 3 * RUN]}
    *_, before = chosen_rows(sorted(held.values(), key=lambda row: row.ref), choice)
    was, changes = list(before.shown), list[Change]()
    for number in range(2 * RUN):
        old = dice.choice((None, *held.values()) if number % 2 else (None,))
        ref = old.ref if old is not None else SecretRef(f"team-{dice.randrange(9)}", f"new-{number}")
        new = replace(dice.choice(tuple(held.values())), ref=ref, keys=dice.choice((None, ("a",), ("b",))))
        changes.append((old, new if number % 3 or old is None else None))
        held.pop(ref, None)
        if changes[-1][1] is not None:
            held[ref] = new
    after = changed_rows(before, changes, choice)
    *_, whole = chosen_rows(sorted(held.values(), key=lambda row: row.ref), choice)
    assert list(after.shown) == list(whole.shown)
    assert [after.shown[at] for at in range(len(after.shown))] == list(whole.shown)
    assert (after.total, after.helm_hidden, after.keys_unknown) == (
        whole.total,
        whole.helm_hidden,
        whole.keys_unknown,
    )
    assert list(before.shown) == was, "what was on screen before is not what changed"


def ordered(kept: list[SecretSummary], order: str, is_reversed: bool) -> list[SecretSummary]:
    """What a person expects, written plainly."""
    if order == "name":
        return kept[::-1] if is_reversed else kept
    if order == "keys":
        return sorted(kept, key=lambda row: row.key_count, reverse=not is_reversed)
    if order == "type":
        words = {"Opaque": "opaque", "kubernetes.io/tls": "tls"}
        return sorted(kept, key=lambda row: words[row.type], reverse=is_reversed)
    timed = [row for row in kept if row.created is not None]
    timed.sort(key=lambda row: row.created or 0.0, reverse=not is_reversed)
    return timed + [row for row in kept if row.created is None]
