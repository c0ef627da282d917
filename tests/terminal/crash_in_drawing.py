"""The command secret-tui, whose tables fail to draw once each time a file is there. For the tests."""

import os
from pathlib import Path
from typing import Any

from textual.strip import Strip

from tests.terminal.steps import OLD
from tui.__main__ import run
from tui.ui.widgets.table.table import VirtualTable

SIGN = Path(os.environ.get("FAILS_AT", ""))
render_line = VirtualTable.render_line


def fail(self: VirtualTable[Any], y: int) -> Strip:
    if SIGN.is_file():
        SIGN.unlink()
        raise KeyError(OLD.decode())
    return render_line(self, y)


if __name__ == "__main__":
    VirtualTable.render_line = fail  # type: ignore[method-assign]
    run()
