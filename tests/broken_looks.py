"""Controls: looks into values that wait, or never end."""

from __future__ import annotations

from typing import Final

from tests import breaking
from tests.control import Control
from tui.process.threads import aside

OF_LOOKS: Final[tuple[Control, ...]] = (
    Control(
        9,
        "a large value is laid out whole before it is drawn",
        "tui.ui.widgets.value.value_view:_AT_ONCE",
        lambda real: 1 << 30,
        ("tests/widgets/test_line_breaks.py",),
    ),
    Control(
        9,
        "a look into a value may take for ever",
        "tui.session.time_limit:looked_into",
        lambda real: aside,
        ("tests/ui/test_bombs.py",),
    ),
    Control(
        9,
        "a flood of changes is drawn as it comes",
        "tui.session.cache.events:Flood.turned_by",
        breaking.does_nothing,
        ("tests/session/test_notices.py", "tests/ui/test_states.py"),
    ),
)
