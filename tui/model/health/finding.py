"""`Finding`: one problem of a Secret or of its readers, in the words of screens and reports."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.readers.reader import ReaderId
from tui.model.secret.secret import SecretRef

Level: TypeAlias = Literal["fails", "will fail", "old value", "old value?", "care", "unused"]
LEVELS: Final[tuple[Level, ...]] = ("fails", "will fail", "old value", "old value?", "care", "unused")
"""Levels of findings, the worst first.

"fails": a reader or certificate fails now. "will fail": a reader fails at its next start. "old value": a pod
has an old value. "old value?": a pod may have an old value. "care": nothing fails yet. "unused": no object
refers to the Secret, and all objects were read.
"""


class Finding(Struct, frozen=True, kw_only=True):
    """Problem of an object or a Secret, and what to do about it."""

    level: Level
    check: str = ""
    """Name of the check that reported it: a key of `CHECKS` in checks.py."""
    namespace: str
    object: str = ""
    """Title of the object: "Deployment/web", or "web-1" for a pod without an owner.

    "" for a problem of the Secret.
    """
    says: str
    """Problem as a sentence without its full stop, in the kubelet's words if the kubelet reports it."""
    short: str = ""
    """Problem and object in fewer words, for a line that shows the Secret's name; "" to show `says`."""
    do: str
    """Advice as a sentence without its full stop."""
    ref: SecretRef | None = None
    key: str = ""
    path: str = ""
    """Path of the field inside the value of the key; "" for the whole value."""
    risk: str = ""
    """Name of the risk, used in annotations and settings to accept it; "" if it cannot be accepted."""
    reader: ReaderId | None = None
    """Reader with the problem. For a workload, one of its pods."""
    ends: float = math.inf
    """Time when a certificate that needs care expires, in seconds since the epoch.

    Infinite for other findings.
    """
    date: float = math.inf
    """Time since which the problem exists, or when a certificate expires; infinite if unknown."""
    is_missing: bool = False
    """True if the Secret does not exist."""

    @property
    def place(self) -> str:
        """Key and path: "password", "config.json database.password"."""
        return f"{self.key} {self.path}" if self.path else self.key

    @property
    def id(self) -> str:
        """Key of the table row."""
        return f"{self.check}/{self.namespace}/{self.object}/{self.ref}/{self.place}/{self.says}"


def order(finding: Finding) -> tuple[int, float, str, str, str, str]:
    """Sort key: the worst level first, then the earliest end, then by names."""
    return (
        LEVELS.index(finding.level),
        finding.ends,
        finding.namespace,
        finding.object,
        finding.ref.name if finding.ref else "",
        finding.key,
    )
