"""The steps that scenes are made of: presses, typed texts, and what is waited for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tests.app_pilot import Stage

Act: TypeAlias = Callable[[Stage], Awaitable[None]]


def act(*steps: Act) -> Act:
    """Join steps that run one after the other."""

    async def all_of_them(stage: Stage) -> None:
        for step in steps:
            await step(stage)

    return all_of_them


def press(*keys: str) -> Act:
    return lambda stage: stage.press(*keys)


def typed(text: str) -> Act:
    return lambda stage: stage.type(text)


def sees(*texts: str) -> Act:
    """Wait until all of these texts are on screen."""
    return lambda stage: stage.sees(*texts)
