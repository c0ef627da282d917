"""Played controllers, for the tour and for tests: what a real cluster's controllers do after a write.

Each is a function of the store that takes one small step; `step` takes one of each, `settle` goes on until
nothing changes any more, `run` steps now and then. To add one, write its function and add it to CONTROLLERS.
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
    """Let each controller take a step; true if anything changed."""
    before = store.version
    for controller in DEMO_CONTROLLERS:
        controller(store)
    return store.version != before


def settle(store: Store) -> None:
    """Steps until nothing changes. Raises RuntimeError if that never comes."""
    for _ in range(_MOST_STEPS):
        if not step(store):
            return
    raise RuntimeError("the played controllers do not come to rest")


async def run(store: Store, pace: float) -> None:
    """A step every `pace` seconds, as long as there are changes."""
    seen = 0
    while True:
        if store.version != seen:
            seen = store.version
            step(store)
        await asyncio.sleep(pace)
