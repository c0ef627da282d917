"""`Finding`: one problem of a Secret or of its readers."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from tui.model.readers.reader import ReaderId
from tui.model.secret.secret import SecretRef

Level: TypeAlias = Literal["fails", "will fail", "old value", "old value?", "care", "unused"]
LEVELS: Final[tuple[Level, ...]] = ("fails", "will fail", "old value", "old value?", "care", "unused")
"""Levels of findings, the worst first.

"fails" means now, "will fail" at the next start. For "old value?", a pod may have an old value. For "care",
nothing fails yet. "unused" requires that all objects were read.
"""


class Finding(Struct, frozen=True, kw_only=True):
    level: Level
    check: str = ""
    """Key of `CHECKS` in checks.py."""
    namespace: str
    object: str = ""
    """Title of the object: "Deployment/web", or "web-1" for a pod without an owner."""
    says: str
    """Problem as a sentence without a full stop."""
    short: str = ""
    """Shorter sentence for a line that already names the Secret."""
    do: str
    ref: SecretRef | None = None
    key: str = ""
    path: str = ""
    """Path of the field inside the value of the key."""
    risk: str = ""
    """Name by which annotations and settings accept the risk; "" if the problem cannot be accepted."""
    reader: ReaderId | None = None
    """Reader with the problem, or one pod of a workload with the problem."""
    ends: float = math.inf
    """Expiry by which findings of one level are sorted, in seconds since the epoch."""
    date: float = math.inf
    """Start of the problem, or expiry of the certificate."""
    is_missing: bool = False

    @property
    def place(self) -> str:
        """Key and path: "password", "config.json database.password"."""
        return f"{self.key} {self.path}" if self.path else self.key

    @property
    def id(self) -> str:
        return f"{self.check}/{self.namespace}/{self.object}/{self.ref}/{self.place}/{self.says}"


def order(finding: Finding) -> tuple[int, float, str, str, str, str]:
    """Sort by level (the worst first), then by expiry, then by names."""
    return (
        LEVELS.index(finding.level),
        finding.ends,
        finding.namespace,
        finding.object,
        finding.ref.name if finding.ref else "",
        finding.key,
    )
