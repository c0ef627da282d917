"""SecretNames: names of known Secrets. The search for readers looks for these names in objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from tui.model.secret.secret import SecretRef


class SecretNames(Struct, frozen=True):
    """Names of known Secrets, by namespace and all together."""

    by_namespace: Mapping[str, frozenset[str]]
    all: frozenset[str]

    def __contains__(self, ref: SecretRef) -> bool:
        return ref.name in self.by_namespace.get(ref.namespace, ())


def secret_names(refs: Iterable[SecretRef]) -> SecretNames:
    sets: dict[str, set[str]] = {}
    for ref in refs:
        sets.setdefault(ref.namespace, set()).add(ref.name)
    by_namespace = {namespace: frozenset(names) for namespace, names in sets.items()}
    return SecretNames(by_namespace, frozenset().union(*by_namespace.values()))


NO_NAMES: Final = secret_names(())
