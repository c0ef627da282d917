"""A minute of random acts by fixed seeds; new ones are tried with `python -m tests.monkey SEED MINUTES`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monkey.monkey import ACTS, monkey


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_random_acts_end_nothing_and_show_nothing(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with monkey(seed, monkeypatch) as one:
        for _ in range(ACTS):
            await one.act()
