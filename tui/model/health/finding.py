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

- "fails": something fails now.
- "will fail": a reader fails at its next start.
- "old value": a pod has an old value; "old value?": a pod may have one.
- "care": a risk; nothing fails yet.
- "unused": all objects were read, and none is known to use the Secret.
"""


class Finding(Struct, frozen=True, kw_only=True):
    level: Level
    check: str = ""
    """Key of `CHECKS` in checks.py."""
    namespace: str
    object: str = ""
    """Title of the object with the problem: "Deployment/web", or "web-1" for a pod without an owner.

    "" if the Secret itself has the problem.
    """
    says: str
    """Problem as a sentence without a full stop."""
    short: str = ""
    """Shorter form of `says`, for a line that names the Secret in another column; "" if there is none."""
    do: str
    ref: SecretRef | None = None
    key: str = ""
    path: str = ""
    """Path of the field inside the value of the key."""
    risk: str = ""
    """Name by which annotations and settings accept the risk; "" if the problem cannot be accepted."""
    reader: ReaderId | None = None
    """Reader that has the problem; one of them if several readers of the same owner have the problem."""
    ends: float = math.inf
    """Expiry of the certificate or other value that the problem concerns, in seconds since the epoch.

    Infinite if the problem concerns no such value, or if `level` is not "care". Findings of one `level` are
    sorted by this time.
    """
    date: float = math.inf
    """Date of the problem, in seconds since the epoch; infinite if unknown.

    If the problem is in a certificate itself, this is the expiry of the certificate, whatever the `level` is.
    Otherwise, this is the time when the problem began, or the nearest known time, such as the creation of the
    reader.
    """
    is_missing: bool = False

    @property
    def place(self) -> str:
        """Key and path: "password", "config.json database.password"."""
        return f"{self.key} {self.path}" if self.path else self.key

    @property
    def id(self) -> str:
        return f"{self.check}/{self.namespace}/{self.object}/{self.ref}/{self.place}/{self.says}"


def order(finding: Finding) -> tuple[int, float, str, str, str, str]:
    """Return a sort key: by level (the worst first), then by `ends`, namespace, object, Secret and key."""
    return (
        LEVELS.index(finding.level),
        finding.ends,
        finding.namespace,
        finding.object,
        finding.ref.name if finding.ref else "",
        finding.key,
    )
