"""A leaked token: whether a text can be searched as one, and the places that hold it, without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.draft.former_values import SHORTEST_SOUGHT
from tui.model.secret.compare import Holding
from tui.model.secret.secret import SecretRef
from tui.model.text.counts import counted, joined

_SHORT: Final = 12
"""Characters. Shorter texts may stand in other values by chance."""
LeakKind: TypeAlias = Literal["Secret", "Helm record", "ConfigMap"]
_KINDS: Final[tuple[LeakKind, ...]] = ("Secret", "Helm record", "ConfigMap")


class LeakPlace(Struct, frozen=True):
    """A key that holds the token."""

    kind: LeakKind
    ref: SecretRef
    """Namespace and name, of a ConfigMap too."""
    holding: Holding
    source: str = ""
    """Writer that would write the key again: "ExternalSecret/db"; "" if nobody is known to."""

    @property
    def title(self) -> str:
        """ "payments/db", "ConfigMap payments/app"."""
        return f"ConfigMap {self.ref}" if self.kind == "ConfigMap" else str(self.ref)

    @property
    def is_replaceable(self) -> bool:
        """True if a new value can be drafted here."""
        return self.kind == "Secret" and not self.source


def short_problem(text: str) -> str | None:
    """Reason, as a sentence, why a text is too short to search."""
    if len(text.encode()) >= SHORTEST_SOUGHT:
        return None
    return f"Not searched: under {SHORTEST_SOUGHT} characters it stands in other values by chance."


def short_warning(text: str) -> str:
    """Reason, as a sentence, why a match may be chance; "" for longer texts."""
    if len(text) >= _SHORT:
        return ""
    return f"The token is short, under {_SHORT} characters: a place may hold it by chance."


def places_words(places: Iterable[LeakPlace]) -> str:
    """ "3 Secrets, 1 Helm record and 1 ConfigMap"; "" without places."""
    counts = Counter(kind for kind, _ in {(place.kind, place.ref) for place in places})
    return joined([counted(counts[kind], kind) for kind in _KINDS if counts[kind]])
