"""The command secret-tui on a computer whose clock is fast, or slow: SECONDS ARGUMENT..."""

from __future__ import annotations

import sys
import time
from datetime import datetime, tzinfo
from typing import Final

import tui.cluster.auth.tls
from tui.__main__ import run

_true_time: Final = time.time


class _FastDate(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> _FastDate:
        return cls.fromtimestamp(time.time(), tz)


def main() -> None:
    """Run the command with a shifted clock; the check of certificates uses the shifted date too."""
    ahead = float(sys.argv.pop(1))
    time.time = lambda: _true_time() + ahead
    vars(tui.cluster.auth.tls)["datetime"] = _FastDate
    run()


if __name__ == "__main__":
    main()
