"""The rows that a choice leaves: the same in slices as at one go, and none of the slices is long."""

from __future__ import annotations

from random import Random

import pytest

from tui.model.query import ORDERS, Query
from tui.model.secret import HELM_RELEASE, SecretRef, SecretSummary
from tui.state import SLICE, Choice, chosen_rows

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
