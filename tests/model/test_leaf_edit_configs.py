"""Each leaf of configurations as charts have them is changed once, and other parsers read that one change."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.model.chart_configs import CONFIGS, Config
from tests.model.leaf_documents import DOCUMENTS
from tui.model.secret.formats.leaf import LeafKind, UnwritableLeaf
from tui.model.secret.formats.leaf_edit import why_not_writable, with_leaf
from tui.model.secret.formats.registry import decoded_value
from tui.model.secret.value import Value

NEW: Final[dict[LeafKind, tuple[str, object]]] = {
    "number": ("4711", 4711),
    "boolean": ("true", True),
    "null": ("it's new: 7%", "it's new: 7%"),
    "": ("it's new: 7%", "it's new: 7%"),
}


def flattened(tree: Any, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(tree, dict | list):
        for name, part in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from flattened(part, f"{path}/{name}")
    else:
        yield path, tree


def check(config: Config) -> None:
    value = Value(config.data)
    leaves = [leaf for leaf in decoded_value(config.key, value, 0).leaves if not leaf.within]
    before = list(flattened(config.parse(config.data.decode())))
    assert len(leaves) == len(before), config.name
    for place, leaf in enumerate(leaves):
        assert why_not_writable(config.key, value, leaf.path) == "", (config.name, leaf.path)
        text, written = NEW[leaf.kind]
        after = with_leaf(config.key, value, leaf.path, text).reveal()
        now = list(flattened(config.parse(after.decode())))
        assert now == [*before[:place], (before[place][0], written), *before[place + 1 :]], leaf.path
        lines, were = after.splitlines(keepends=True), config.data.splitlines(keepends=True)
        same = sum(line in were for line in lines)
        assert same >= len(lines) - 1, leaf.path


@pytest.mark.parametrize("config", CONFIGS[::12], ids=lambda config: config.name)
def test_each_leaf_of_a_configuration_is_changed_alone(config: Config) -> None:
    check(config)


@pytest.mark.slow
@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.name)
def test_each_leaf_of_every_configuration_is_changed_alone(config: Config) -> None:
    check(config)


NOTE: Final = "n0te"
PUT: Final = (
    *(f"# {NOTE}\n", f"  # {NOTE}\n", f"; {NOTE}\n", f"! {NOTE}\n", f" # {NOTE}", "\n", "   \n", " ", "\t"),
    *("x: y\n", "- z\n", "\\\n"),
)


def with_lines_put_in(draw: random.Random, text: str) -> str:
    """A text with comments, blanks and lines at the start of lines, and anywhere."""
    for _ in range(draw.choice((1, 2, 4))):
        starts = [line.end() for line in re.finditer("\n", text)] or [0]
        at = draw.choice(starts) if draw.random() < 0.7 else draw.randrange(len(text) + 1)
        text = text[:at] + draw.choice(PUT) + text[at:]
    return text


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_no_comment_is_lost_wherever_it_is(seed: int) -> None:
    draw, written = random.Random(seed), 0
    texts = [(document.key, document.text) for document in DOCUMENTS.values()]
    texts += [(config.key, config.data.decode()) for config in CONFIGS]
    for _ in range(500):
        key, text = draw.choice(texts)
        value = Value(with_lines_put_in(draw, text).encode())
        for leaf in decoded_value(key, value, 0).leaves[:3]:
            try:
                after = with_leaf(
                    key, value, leaf.path, draw.choice(("new", "it's", "a\nb\n", "", "7", " x #"))
                )
            except UnwritableLeaf:
                continue
            written += 1
            notes = [held.reveal().count(NOTE.encode()) for held in (value, leaf.value, after)]
            assert leaf.within or notes[2] >= notes[0] - notes[1], (key, leaf.path)
    assert written > 300
