"""Random acts by new seeds: `python -m tests.monkey SEED MINUTES`; seeds count up until the time is over."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.monkey.monkey import ACTS, MonkeyError, monkey


async def run(seed: int, folder: str) -> None:
    """Run one round, as the test with this seed does."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, folder)
        patch.chdir(folder)
        async with monkey(seed, patch) as one:
            for _ in range(ACTS):
                await one.act()


def main(seed: int, minutes: float) -> int:
    """Try seeds until the time is over; return 1 and print the last acts if a seed found a fault."""
    end, first, failed = time.monotonic() + 60 * minutes, seed, list[int]()
    while time.monotonic() < end:
        sys.stdout.write(f"seed {seed}\n")
        sys.stdout.flush()
        with TemporaryDirectory() as folder:
            before = Path.cwd()
            try:
                asyncio.run(run(seed, folder))
            except MonkeyError as error:
                sys.stdout.write(f"{error}\n")
                failed.append(seed)
            finally:
                os.chdir(before)
        seed += 1
    sys.stdout.write(
        f"Tried {seed - first} seeds; found something: {', '.join(map(str, failed)) or 'none'}.\n"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), float(sys.argv[2])))
