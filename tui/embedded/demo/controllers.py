"""Simulated controllers, for the demo and for tests.

To add a controller, write a function and add it to DEMO_CONTROLLERS. One call of the function is one step, in
which the controller makes small changes in the store, or none.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from tui.embedded.demo.kubelet import start_pods
from tui.embedded.demo.managers import DEMO_MANAGERS as MANAGERS
from tui.embedded.demo.workloads import roll_out
from tui.embedded.objects.store import Store

DEMO_CONTROLLERS: Final[tuple[Callable[[Store], None], ...]] = (start_pods, roll_out, *MANAGERS)
_MOST_STEPS: Final = 1_000


def step(store: Store) -> bool:
    """Let each controller take a step; returns True if one of them changed the store."""
    before = store.version
    for controller in DEMO_CONTROLLERS:
        controller(store)
    return store.version != before


def settle(store: Store) -> None:
    """Call `step` until the store no longer changes. Raises RuntimeError after `_MOST_STEPS` calls."""
    for _ in range(_MOST_STEPS):
        if not step(store):
            return
    raise RuntimeError("the simulated controllers never settle")


async def run(store: Store, pace: float) -> None:
    """Call `step` every `pace` seconds, if the store has changed since the last call began."""
    seen = 0
    while True:
        if store.version != seen:
            seen = store.version
            step(store)
        await asyncio.sleep(pace)
