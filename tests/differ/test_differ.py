"""500 random sequences of requests: the embedded cluster answers them all as the real API server does."""

from __future__ import annotations

import asyncio
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.controlplane.plane import ControlPlane
from tests.differ.pair import pair
from tests.differ.steps import Steps, sequences

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

PARTS: Final = 10
SEQUENCES: Final = 50
"""In each part."""


@pytest.mark.parametrize("part", range(PARTS))
def test_both_answer_alike(plane: ControlPlane, part: int) -> None:
    """Plays the sequences of that part; fails with all that differs in one that differs."""

    @seed(part)
    @settings(
        derandomize=False,  # else every part would draw the same
        database=None,
        deadline=None,
        max_examples=SEQUENCES,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences())
    def answers_are_alike(steps: Steps) -> None:
        different = runner.run(both.differences(steps))
        assert not different, f"{len(different)} answers differ:\n" + "\n".join(different)

    with asyncio.Runner() as runner:
        context = pair(plane)
        both = runner.run(context.__aenter__())
        try:
            answers_are_alike()
        finally:
            runner.run(context.__aexit__(None, None, None))
