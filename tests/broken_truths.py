"""What is said must be so: each such promise broken in one way, for tests/broken.py."""

from __future__ import annotations

from typing import Final

from tests.control import Control

OF_TRUTHS: Final = (
    Control(
        16,
        "kubectl's question goes to whatever context it is in",
        "tui.live.contexts:Contexts.asking",
        lambda real: lambda self, target: type(real(self, target))(),
        ("tests/screens/test_contexts.py", "tests/screens/test_thin_rights.py"),
    ),
)
