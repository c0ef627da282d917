"""Comparison of the inputs (variables and files) of two pods or workloads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.readers.inputs.container_input import ALL, ContainerInput

Difference: TypeAlias = Literal[
    "only here", "only there", "other source", "other key", "other literal", "other state", "same"
]
_LOSING: Final = ("overridden", "hidden", "absent")


class InputPair(Struct, frozen=True):
    """Input of one name on both sides, as the container gets it; None if a side lacks the name."""

    here: ContainerInput | None
    there: ContainerInput | None

    @property
    def first(self) -> ContainerInput:
        side = self.here or self.there
        assert side is not None
        return side

    @property
    def difference(self) -> Difference:
        here, there = self.here, self.there
        if here is None:
            return "only there"
        if there is None:
            return "only here"
        mine, other = here.source, there.source
        if (mine.kind, mine.name, mine.namespace) != (other.kind, other.name, other.namespace):
            return "other source"
        if mine.key != other.key:
            return "other key"
        if mine.literal != other.literal:
            return "other literal"
        return "same" if here.state == there.state else "other state"


def compared_inputs(here: Sequence[ContainerInput], there: Sequence[ContainerInput]) -> list[InputPair]:
    """Pair inputs by container and name: differing pairs first, otherwise in the given order."""
    ours, theirs = _by_container(here), _by_container(there)
    pairs = list[InputPair]()
    for mine, other in _container_pairs(ours, theirs):
        left, right = ours.get(mine or "-", {}), theirs.get(other or "-", {})
        pairs += (InputPair(left.get(name), right.get(name)) for name in dict.fromkeys((*left, *right)))
    return sorted(pairs, key=lambda pair: pair.difference == "same")


def _by_container(inputs: Sequence[ContainerInput]) -> Mapping[str, dict[str, ContainerInput]]:
    """Map each container ("KIND NAME") to its inputs by name.

    An overridden, hidden or absent input is kept only if no other has its name.
    """
    containers = defaultdict[str, dict[str, ContainerInput]](dict)
    for one in inputs:
        named = containers[f"{one.container_kind} {one.container}"]
        is_exact = (one.is_variable or one.is_file) and not one.name.endswith(ALL)
        name = one.name if is_exact else f"{one.name} {one.source}"
        if name not in named or one.state not in _LOSING:
            named[name] = one
    return containers


def _container_pairs(
    ours: Mapping[str, object], theirs: Mapping[str, object]
) -> Iterator[tuple[str | None, str | None]]:
    """Pair containers of the same kind and name.

    If one container of a kind is left on each side, pair those two whatever their names.
    """
    left = [name for name in theirs if name not in ours]
    for name in ours:
        if name in theirs:
            yield name, name
            continue
        kind = name.partition(" ")[0]
        alone = [each for each in ours if each not in theirs and each.partition(" ")[0] == kind]
        others = [each for each in left if each.partition(" ")[0] == kind]
        is_only = len(alone) == len(others) == 1 and name[-1] != " " and others[0][-1] != " "
        if is_only:
            left.remove(others[0])
        yield name, others[0] if is_only else None
    yield from ((None, name) for name in left)
