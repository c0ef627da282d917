"""Looking at processes that are nobody's children any more, and waiting for a condition without a loop."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 45.0
PAUSE_SECONDS = 0.02


def is_running(pid: int) -> bool:
    """Whether the process is there and not a mere entry that its parent has yet to read."""
    try:
        # The state is the first field after the name, which stands in brackets and may hold anything.
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    """Returns as soon as the condition holds; fails if it does not come true."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(PAUSE_SECONDS)
