"""Places of a leaked token, and checks of its length. The token is not kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.draft.former_values import SHORTEST_SOUGHT
from tui.model.secret.compare import TextOccurrence
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, joined

_SHORT: Final = 12
"""Number of characters below which a token often matches other values by chance."""
LeakKind: TypeAlias = Literal["Secret", "Helm record", "ConfigMap"]
_KINDS: Final[tuple[LeakKind, ...]] = ("Secret", "Helm record", "ConfigMap")


class LeakPlace(Struct, frozen=True):
    """A key that holds the token, in a Secret, Helm record or ConfigMap."""

    kind: LeakKind
    ref: SecretRef
    holding: TextOccurrence
    source: str = ""

    @property
    def title(self) -> str:
        return f"ConfigMap {self.ref}" if self.kind == "ConfigMap" else str(self.ref)

    @property
    def is_replaceable(self) -> bool:
        return self.kind == "Secret" and not self.source


def short_problem(text: str) -> str | None:
    if len(text.encode()) >= SHORTEST_SOUGHT:
        return None
    return f"Not searched: a token under {SHORTEST_SOUGHT} bytes may match other values by chance."


def short_warning(text: str) -> str:
    if len(text) >= _SHORT:
        return ""
    return f"The token is short, under {_SHORT} characters. It may match other values by chance."


def places_words(places: Iterable[LeakPlace]) -> str:
    counts = Counter(kind for kind, _ in {(place.kind, place.ref) for place in places})
    return joined([counted(counts[kind], kind) for kind in _KINDS if counts[kind]])
