"""Random acts by fixed seeds; `python -m tests.monkey SEED MINUTES` tries new seeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monkey.monkey import ACTS, monkey


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_random_acts_neither_end_the_program_nor_show_a_masked_value(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with monkey(seed, monkeypatch) as one:
        for _ in range(ACTS):
            await one.act()
