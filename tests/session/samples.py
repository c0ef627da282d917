"""Sample rows and events for the tests of a session."""

from __future__ import annotations

from tui.model.secret.secret import SecretRef, SecretSummary
from tui.model.secret.types.registry import OPAQUE
from tui.session.cache.events import Events, Topic

START = 1_763_992_800.0
"""Start of the still clock: 2025-11-24 14:00:00 UTC."""


def row(
    name: str, *, namespace: str = "default", uid: str = "uid-a", version: int | str = 1
) -> SecretSummary:
    return SecretSummary(SecretRef(namespace, name), uid, str(version), OPAQUE, 1, START)


class RecordedEvents(Events):
    """Events of a session without a loop: topics are kept in the order in which they came."""

    def __init__(self) -> None:
        super().__init__()
        self.topics: list[Topic] = []

    def notify(self, *topics: Topic) -> None:
        self.topics += topics
