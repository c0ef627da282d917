"""Lists of names in words, the first few of many."""

from __future__ import annotations

import pytest

from tui.model.text.counts import joined, listed


@pytest.mark.parametrize(
    ("names", "with_and", "with_commas"),
    [
        ("", "", ""),
        ("a", "a", "a"),
        ("ab", "a and b", "a, b"),
        ("abc", "a, b and c", "a, b, c"),
        ("abcd", "a, b, c and 1 more", "a, b, c and 1 more"),
    ],
)
def test_of_many_names_the_first_are_told(names: str, with_and: str, with_commas: str) -> None:
    assert joined(list(names), most=3) == with_and
    assert listed(dict.fromkeys(names), 3) == with_commas


def test_a_list_without_a_bound_is_told_whole() -> None:
    assert joined(list("abcdefghijkl"), "or") == "a, b, c, d, e, f, g, h, i, j, k or l"
