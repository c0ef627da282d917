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
    """Inputs with the same name, one from each pod or workload. None stands for a missing input."""

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
        source, other_source = here.source, there.source
        if (source.kind, source.name, source.namespace) != (
            other_source.kind,
            other_source.name,
            other_source.namespace,
        ):
            return "other source"
        if source.key != other_source.key:
            return "other key"
        if source.literal != other_source.literal:
            return "other literal"
        return "same" if here.state == there.state else "other state"


def compared_inputs(here: Sequence[ContainerInput], there: Sequence[ContainerInput]) -> list[InputPair]:
    """Pair the inputs that have the same name in paired containers (see `_container_pairs`).

    An input without a partner is paired with None. The pairs with a difference come first.
    """
    here_inputs, there_inputs = _by_container(here), _by_container(there)
    pairs = list[InputPair]()
    for own_container, other_container in _container_pairs(here_inputs, there_inputs):
        own_inputs, other_inputs = (
            here_inputs.get(own_container or "-", {}),
            there_inputs.get(other_container or "-", {}),
        )
        pairs += (
            InputPair(own_inputs.get(name), other_inputs.get(name))
            for name in dict.fromkeys((*own_inputs, *other_inputs))
        )
    return sorted(pairs, key=lambda pair: pair.difference == "same")


def _by_container(inputs: Sequence[ContainerInput]) -> Mapping[str, dict[str, ContainerInput]]:
    """Return a dict: keys are "KIND NAME" of a container, values are the container's inputs by name.

    The source is added to the name of an input that is not one variable or one file.
    If inputs have the same name, an overridden, hidden or absent input never replaces an earlier input.
    """
    containers = defaultdict[str, dict[str, ContainerInput]](dict)
    for item in inputs:
        by_name = containers[f"{item.container_kind} {item.container}"]
        is_exact = (item.is_variable or item.is_file) and not item.name.endswith(ALL)
        name = item.name if is_exact else f"{item.name} {item.source}"
        if name not in by_name or item.state not in _LOSING:
            by_name[name] = item
    return containers


def _container_pairs(
    ours: Mapping[str, object], theirs: Mapping[str, object]
) -> Iterator[tuple[str | None, str | None]]:
    """Pair containers with the same kind and name.

    If `ours` and `theirs` each have exactly one unpaired container of a kind, these two are a pair, too.
    Both must have a name. Every other container is paired with None.
    """
    remaining = [name for name in theirs if name not in ours]
    for name in ours:
        if name in theirs:
            yield name, name
            continue
        kind = name.partition(" ")[0]
        unpaired = [other for other in ours if other not in theirs and other.partition(" ")[0] == kind]
        others = [other for other in remaining if other.partition(" ")[0] == kind]
        is_only = len(unpaired) == len(others) == 1 and name[-1] != " " and others[0][-1] != " "
        if is_only:
            remaining.remove(others[0])
        yield name, others[0] if is_only else None
    yield from ((None, name) for name in remaining)
