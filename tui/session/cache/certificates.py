"""When the certificates seen in this run end. Public facts, kept after their Secret is left."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from tui.model.secret.secret import Secret, SecretRef, SecretSummary

_NONE: Final[Mapping[str, float]] = MappingProxyType({})


class CertificateEnds:
    """Per Secret the version that was opened; a later version is unknown until it is opened too."""

    def __init__(self) -> None:
        self._ends: dict[SecretRef, tuple[str, str, Mapping[str, float]]] = {}

    def keep(self, secret: Secret, ends: Mapping[str, float]) -> None:
        """Its keys with certificates, and when each ends first (seconds since the epoch)."""
        self._ends[secret.ref] = (secret.uid, secret.resource_version, dict(ends))

    def of(self, row: SecretSummary) -> Mapping[str, float]:
        """The same, if the row is of the version that was opened."""
        uid, version, ends = self._ends.get(row.ref, ("", "", _NONE))
        return ends if (uid, version) == (row.uid, row.resource_version) else _NONE
