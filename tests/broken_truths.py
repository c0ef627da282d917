"""What is said must be so: each such promise broken in one way, for tests/broken.py."""

from __future__ import annotations

from typing import Final

from tests.control import Control
from tui.model.errors import Conflict

OF_TRUTHS: Final = (
    Control(
        6,
        "another context ends the look after a write without a word",
        "tui.live.aftermath:Aftermath.watched",
        lambda real: property(lambda self: ()),
        ("tests/screens/test_contexts.py",),
    ),
    Control(
        5,
        "a Secret is deleted that is not as the question showed it",
        "tui.screens.deleting:_differences",
        lambda real: lambda old, new: iter(()),
        ("tests/screens/test_deleting.py",),
    ),
    Control(
        12,
        "a conflict over anything is told as a change of the Secret",
        "tui.cluster.answers:_conflict",
        lambda real: lambda asked, status: Conflict(asked.what),
        ("tests/cluster/test_answers.py", "tests/live/test_conflicts.py"),
    ),
    Control(
        16,
        "kubectl's question goes to whatever context it is in",
        "tui.live.contexts:Contexts.asking",
        lambda real: lambda self, target: type(real(self, target))(),
        ("tests/screens/test_contexts.py", "tests/screens/test_thin_rights.py"),
    ),
)
