"""The scenes of who reads a Secret, what keeps an old value, restarts, sources and health."""

from __future__ import annotations

from typing import Final

from textual.events import Paste

from tests.app_pilot import Stage
from tests.helpers import until
from tui.embedded.demo.controllers import settle
from tui.embedded.objects.kinds import POD
from tui.model.secret.secret import SecretRef

LEDGER: Final = SecretRef("payments", "ledger-config")
DB: Final = SecretRef("payments", "db-credentials")


async def all_kinds(stage: Stage) -> None:
    """Readers of every kind, once all were searched."""
    await stage.settles()
    await stage.press("p")
    await stage.sees("Readers of db-credentials")
    await stage.press("p")
    await stage.sees("everything was read")


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
    for number in (1, 2):
        await stage.sees(f"restarting {number} of 2", "rolling: its controller")
        settle(stage.cluster.store)
        await until(stage.pilot, lambda: _names(stage) == _names_there(stage), "the new pods")
        stage.clock.advance(1.5)
    await stage.sees("Not all restarted")


def _names(stage: Stage) -> set[str]:
    return {row.name for row in stage.session.readers.rows}


def _names_there(stage: Stage) -> set[str]:
    return {record.obj["metadata"]["name"] for record in stage.cluster.store.snapshot(POD, "payments")}


async def source(stage: Stage) -> None:
    """What manages the Secret."""
    await stage.settles()
    await stage.press("M")
    await stage.sees("Refresh from the store", "SecretStore/vault")


async def request(stage: Stage) -> None:
    """The review of what is sent there."""
    await source(stage)
    await stage.press("enter")
    await stage.sees("The dry run was accepted")


async def health(stage: Stage) -> None:
    """What is wrong in the namespace."""
    await stage.settles()
    await stage.sees("db-credentials")
    await stage.press("B")
    await stage.sees("Health of payments", "no reader found")


async def rotate(stage: Stage) -> None:
    """The first step of a rotation."""
    await stage.settles()
    await stage.press("end", "colon")
    await stage.type("rotate")
    await stage.press("enter")
    await stage.sees("Rotate ledger.yaml")


async def why(stage: Stage) -> None:
    """What a pasted error leads to."""
    await stage.settles()
    await stage.sees("db-credentials")
    await stage.press("colon")
    await stage.type("why")
    await stage.press("enter")
    await stage.sees("Why does it not start?")
    stage.app.post_message(Paste("Error: couldn't find key PASSWORD in Secret payments/db-credentials"))
    await stage.sees("PASSWORD in")
    await stage.press("enter")
    await stage.sees("PASSWORD is not in")
