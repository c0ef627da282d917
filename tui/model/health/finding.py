"""Finding: one thing that is wrong, or needs care, in the words of screen and report."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.readers.reader import ReaderId
from tui.model.secret.secret import SecretRef

Level: TypeAlias = Literal["fails", "will fail", "old value", "old value?", "care", "unused"]
LEVELS: Final[tuple[Level, ...]] = ("fails", "will fail", "old value", "old value?", "care", "unused")
"""The worst first. "fails": now; "will fail": at the next start; "unused": everything was read, and nothing
names it."""


class Finding(Struct, frozen=True, kw_only=True):
    """A problem of an object and a Secret, and what to do."""

    level: Level
    check: str = ""
    """Name of the check in CHECKS."""
    namespace: str
    object: str = ""
    """ "Deployment/web", "web-1" for a pod on its own; "" if it is about the Secret alone."""
    says: str
    """A sentence without its full stop; the kubelet's words where it says so."""
    short: str = ""
    """The same with its object in fewer words, for one line beside the Secret's name; "": `says`."""
    do: str
    """A sentence without its full stop."""
    ref: SecretRef | None = None
    key: str = ""
    path: str = ""
    """Path of the leaf in the value of the key; "" for the whole value."""
    risk: str = ""
    """The name by which it is accepted; "" if it cannot be."""
    reader: ReaderId | None = None
    """The object, or one of the pods of the workload."""
    ends: float = math.inf
    """Time at which a certificate that needs care ends, seconds since the epoch: the soonest comes first."""
    date: float = math.inf
    """Since when it is so, or when a certificate ends; infinite if that is not known."""
    is_missing: bool = False
    """True if the Secret does not exist."""

    @property
    def place(self) -> str:
        """ "password", "config.json database.password"."""
        return f"{self.key} {self.path}" if self.path else self.key

    @property
    def id(self) -> str:
        """Identity of its row."""
        return f"{self.check}/{self.namespace}/{self.object}/{self.ref}/{self.place}/{self.says}"


def order(finding: Finding) -> tuple[int, float, str, str, str, str]:
    """The worst first, then what ends soonest, then by names."""
    return (
        LEVELS.index(finding.level),
        finding.ends,
        finding.namespace,
        finding.object,
        finding.ref.name if finding.ref else "",
        finding.key,
    )
