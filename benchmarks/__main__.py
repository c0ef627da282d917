"""`python -m benchmarks` measures all and writes RESULTS.md; `python -m benchmarks NAME ...` prints those."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import (
    beside,
    bombs,
    certificates,
    fetching,
    opening,
    pressing,
    readers,
    resting,
    scale,
    starting,
)
from benchmarks.figures import Figure, table
from benchmarks.surroundings import facts

RESULTS: Final = Path(__file__).with_name("RESULTS.md")
ALL: Final[dict[str, tuple[str, Callable[[int], list[Figure]]]]] = {
    "starting": ("Starting", starting.measure),
    "bytes": ("Bytes received", fetching.bytes_received),
    "memory": ("Memory", fetching.memory),
    "presses": ("Presses", pressing.presses),
    "many-rows": ("Presses, 50,000 rows", pressing.many_rows),
    "opening": (opening.LABEL, opening.measure),
    "bombs": (bombs.LABEL, bombs.measure),
    "frames": ("Bytes to the terminal for a press", resting.frames),
    "quitting": ("Quitting", resting.quitting),
    "rest": ("At rest", resting.at_rest),
    "kubectl": (beside.LABEL, beside.measure),
    "scale": (scale.LABEL, scale.measure),
    "readers": (readers.LABEL, readers.measure),
    "certificates": (certificates.LABEL, certificates.measure),
}


def main() -> int:
    """Measure the chosen figures, one after the other: nothing else should run on the machine."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    parser.add_argument("--times", type=int, default=7, help="how often each is measured")
    options = parser.parse_args()
    if unknown := set(options.names) - ALL.keys():
        parser.error(f"no such figures: {', '.join(sorted(unknown))}")
    parts = []
    for name in options.names or ALL:
        title, measure = ALL[name]
        part = f"## {title}\n\n{table(measure(options.times))}\n"
        sys.stdout.write(part + "\n")
        sys.stdout.flush()
        parts.append(part)
    if not options.names:
        RESULTS.write_text("\n".join([_head(options.times), *parts]))
    return 0


def _head(times: int) -> str:
    return f"# Figures\n\nMedians of {times}.\n\n{facts()}\n"


if __name__ == "__main__":
    sys.exit(main())
