"""The names of Secrets that a search of all kinds looks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from tui.model.secret.secret import SecretRef


class SecretNames(Struct, frozen=True):
    """The names of Secrets that a search looks for."""

    by_namespace: Mapping[str, frozenset[str]]
    all: frozenset[str]
    """Names of all namespaces."""

    def __contains__(self, ref: SecretRef) -> bool:
        return ref.name in self.by_namespace.get(ref.namespace, ())


def secret_names(refs: Iterable[SecretRef]) -> SecretNames:
    """The names of these Secrets."""
    found: dict[str, set[str]] = {}
    for ref in refs:
        found.setdefault(ref.namespace, set()).add(ref.name)
    by_namespace = {namespace: frozenset(names) for namespace, names in found.items()}
    return SecretNames(by_namespace, frozenset().union(*by_namespace.values()))


NO_NAMES: Final = secret_names(())
