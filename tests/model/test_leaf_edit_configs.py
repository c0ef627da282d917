"""Each leaf of configurations as charts have them is changed once, and other parsers read that one change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.model.chart_configs import CONFIGS, Config
from tui.model.secret.formats.leaf import LeafKind
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
