"""Damaged values and bombs, decoded: within the limits, without a failure, in printable characters alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from tests.model.planted_values import PLANTED
from tests.model.test_never_wrong_names import BOMBS, MAKERS, damaged, is_claim
from tests.model.value_shapes import NOW
from tests.model.value_tables import SHAPES
from tui.model.secret.formats.leaf import MOST_LEAVES
from tui.model.secret.formats.registry import DecodedValue, decoded_value, row_name
from tui.model.secret.value import Value

_MOST_WORDS = 1000
"""Characters of a line that is drawn."""
KEYS = sorted({planted.key for planted in PLANTED.values()})
"""A key by whose name each format is known."""

NAMED_BY_KEY = (".env", "YAML")
"""Kinds that are named for what a key is called: a line with a sign can be one of them."""


def drawn(decoded: DecodedValue) -> Iterator[str]:
    """Texts on screen of a decoded value that is masked."""
    for fact in decoded.facts:
        yield from (fact.words, fact.verdict)
    for leaf in decoded.leaves:
        name = row_name(leaf.path, leaf.value)
        yield from (leaf.path, leaf.kind, leaf.stops, name.shown(NOW), name.shown(NOW, has_names=False))


def has_limits(decoded: DecodedValue) -> bool:
    lines = list(drawn(decoded))
    return len(decoded.leaves) <= MOST_LEAVES and all(
        line.isprintable() and len(line) <= _MOST_WORDS for line in lines
    )


def decodes(count: int, seed: int) -> None:
    draw, shapes = random.Random(seed), [shape for shapes in SHAPES.values() for shape in shapes]
    siblings = {"keystore-password": Value(b"made-up-pass")}
    for number in range(count):
        shape = shapes[number % len(shapes)]
        data = damaged(draw, shape.data)
        assert has_limits(decoded_value(shape.key, Value(data), NOW, siblings)), (shape.key, number)


def test_damaged_values_of_every_format_are_decoded_or_not_and_nothing_fails() -> None:
    decodes(600, 5)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_10_000_damaged_values_of_every_format_are_decoded_or_not() -> None:
    decodes(10_000, 6)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_decoded_or_not_under_the_name_of_every_format(bomb: Callable[[], bytes]) -> None:
    value = Value(bomb())
    for key in KEYS:
        assert has_limits(decoded_value(key, value, NOW)), key


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("maker", MAKERS)
def test_at_most_one_random_string_in_a_thousand_is_named_wrongly_under_any_key(
    maker: Callable[[random.Random], str | bytes],
) -> None:
    """5,000 of each: at most one in a thousand is called a token, a JWT, a keystore or encoded twice."""
    draw, wrong, count = random.Random(7), list[str](), 5_000
    for number in range(count):
        made = maker(draw)
        data = made.encode() if isinstance(made, str) else made
        kind = row_name(KEYS[number % len(KEYS)], Value(data)).kind
        if is_claim(kind) and kind not in NAMED_BY_KEY:
            wrong.append(kind)
    assert len(wrong) * 1000 <= count, wrong
