"""The scenes of who reads a Secret, what keeps an old value, restarts, sources and health."""

from __future__ import annotations

from typing import Final

from textual.events import Paste

from tests.app_pilot import Stage
from tests.helpers import until
from tests.scene_steps import act, press, sees, typed
from tui.embedded.demo.controllers import settle
from tui.embedded.objects.kinds import POD_KIND
from tui.model.secret.secret import SecretRef

LEDGER: Final = SecretRef("payments", "ledger-config")
DB: Final = SecretRef("payments", "db-credentials")
CART: Final = SecretRef("web", "cart-redis")


all_kinds = act(
    Stage.settles, press("p"), sees("Readers of db-credentials"), press("p"), sees("all kinds were read")
)
"""Readers of every kind, once all were searched."""
source = act(Stage.settles, press("M"), sees("Refresh from the store", "SecretStore/vault"))
"""Source that manages the Secret."""
request = act(source, press("enter"), sees("The dry run was accepted"))
"""Review of the request to that source."""
revisions = act(
    Stage.settles, press("M"), sees("Compare with Helm's revisions"), press("3", "enter"), sees("revision 7")
)
"""Values that the revisions of its Helm release set, beside the present ones."""
release_values = act(
    Stage.settles, press("colon"), typed("helm"), press("enter"), sees("Helm releases"), press("enter"),
    sees("ledger 1.7.0"), press("d"), sees("2 values differ"), press("down", "r"),
    sees("+ made-up-password-8"),
)  # fmt: skip
"""The values of two revisions of a release, of which one is shown."""
managed_edit = act(Stage.settles, sees("password"), press("down", "e"), sees("M  refresh from the store"))
"""Question before the first edit of a managed Secret."""
rotate_source = act(
    Stage.settles, press("down", "colon"), typed("rotate"), press("enter"), sees("Set the new value in")
)
"""The first step of a rotation at the source."""
health = act(Stage.settles, sees("db-credentials"), press("B"), sees("Health of payments", "no reader known"))
"""Problems in the namespace."""
certificates = act(
    Stage.settles, sees("api-tls"), press("colon"), typed("certificates"), press("enter"),
    sees("Certificates of web"), press("v"), sees("By expiry", "portal"),
)  # fmt: skip
"""Every certificate of a namespace, after its values were read."""
who = act(
    Stage.settles, sees("db-credentials"), press("colon"), typed("who can"), press("enter"),
    sees("Who can read", "dana"),
)  # fmt: skip
"""Subjects that can read the open Secret."""
rotate = act(
    Stage.settles, press("end", "colon"), typed("rotate"), press("enter"), sees("Rotate ledger.yaml")
)
"""The first step of a rotation."""
rotate_review = act(
    Stage.settles, press("colon"), typed("rotate"), press("enter"), sees("Rotate REDIS_PASSWORD"),
    press("enter"), sees("Set unseen"), press("ctrl+g"), sees("generated: "), press("enter"),
    sees("REDIS_URL still holds", "accepted at"),
)  # fmt: skip
"""Review of a rotation where another key holds the old value too."""


async def _wrote(stage: Stage) -> None:
    """Write a key of which three pods have a file by subPath."""
    await stage.settles()
    await stage.press("end", "s", "enter")
    await stage.sees("Set unseen")
    await stage.type("made-up-value-3")
    await stage.press("enter")
    await stage.sees("ledger.yaml set unseen:")
    await stage.press("w")
    await stage.sees("accepted at")
    stage.clock.advance(60)
    await stage.press("W")
    await stage.sees("Written: ")


old_values = act(_wrote, press("p"), sees("old until restart"))
"""Pods that keep the old value, in the list of readers."""
restart = act(_wrote, press("T"), sees("nothing sent yet", "accepted"))
"""Restarts that are proposed after a write."""


async def restarted(stage: Stage) -> None:
    """Restart two workloads: one is new, and one fails for a missing key."""
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
    await stage.sees("Restarts incomplete")


def _names(stage: Stage) -> set[str]:
    return {row.name for row in stage.session.readers.rows}


def _names_there(stage: Stage) -> set[str]:
    return {record.obj["metadata"]["name"] for record in stage.cluster.store.snapshot(POD_KIND, "payments")}


async def why(stage: Stage) -> None:
    """Paste an error, and open the diagnosis that it leads to."""
    await stage.settles()
    await stage.sees("db-credentials")
    await stage.press("colon")
    await stage.type("why")
    await stage.press("enter")
    await stage.sees("Why does a pod not start?")
    stage.app.post_message(Paste("Error: couldn't find key PASSWORD in Secret payments/db-credentials"))
    await stage.sees("PASSWORD in")
    await stage.press("enter")
    await stage.sees("PASSWORD is not in")


async def _paste_token(stage: Stage) -> None:
    stage.app.post_message(Paste("made-up-password-14"))


leak = act(
    Stage.settles, press("colon"), typed("leak"), press("enter"), sees("Leaked token: web"), _paste_token,
    sees("the typed text"), press("enter"),
    sees("Found in 1 Secret"), press("v"), sees("Counted the subjects that can read 1 Secret."),
)  # fmt: skip
"""A token that leaked, with how each place holds it."""
