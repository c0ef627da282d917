"""The scenes of who reads a Secret, what keeps an old value, restarts, sources and health."""

from __future__ import annotations

from typing import Final

from tests.app_pilot import Stage
from tests.helpers import until
from tui.embedded.demo.controllers import settle
from tui.model.secret.secret import SecretRef

LEDGER: Final = SecretRef("payments", "ledger-config")
DB: Final = SecretRef("payments", "db-credentials")


async def all_kinds(stage: Stage) -> None:
    """Readers of every kind, once all were searched."""
    await stage.settles()
    await stage.press("p")
    await stage.sees("Readers of db-credentials")
    await stage.press("p")
    await stage.sees("everything was read", "ExternalSecret/db")


async def _wrote(stage: Stage) -> None:
    """A key of which three pods have a file by subPath."""
    await stage.settles()
    await stage.press("end", "s")
    await stage.sees("set without showing")
    await stage.type("made-up-value-3")
    await stage.press("enter")
    await stage.sees("ledger.yaml set without showing:")
    await stage.press("w")
    await stage.sees("accepted at")
    stage.clock.advance(60)
    await stage.press("W")
    await stage.sees("Written: ")


async def old_values(stage: Stage) -> None:
    """Which pods keep the old value, by the list of readers."""
    await _wrote(stage)
    await stage.press("p")
    await stage.sees("old value")


async def restart(stage: Stage) -> None:
    """What is proposed after a write."""
    await _wrote(stage)
    await stage.press("T")
    await stage.sees("nothing sent yet", "accepted")


async def restarted(stage: Stage) -> None:
    """One is new, and one fails for a missing key."""
    await restart(stage)
    await stage.press("down", "space")
    await stage.sees("2 of 2 marked", "accepted")
    stage.clock.advance(60)
    await stage.press("W")
    await stage.sees("restarting 1 of 2")

    def is_over() -> bool:
        settle(stage.cluster.store)
        stage.clock.advance(1.5)
        return "Not all restarted" in stage.text

    await until(stage.pilot, is_over, "the end of the restarts")


async def source(stage: Stage) -> None:
    """What manages the Secret."""
    await stage.settles()
    await stage.press("M")
    await stage.sees("Refresh from the store", "SecretStore/vault")


async def health(stage: Stage) -> None:
    """What is wrong in the namespace."""
    await stage.settles()
    await stage.sees("db-credentials")
    await stage.press("B")
    await stage.sees("Health of payments", "everything was read")


async def rotate(stage: Stage) -> None:
    """The first step of a rotation."""
    await stage.settles()
    await stage.press("end", "colon")
    await stage.type("rotate")
    await stage.press("enter")
    await stage.sees("Rotate ledger.yaml")
