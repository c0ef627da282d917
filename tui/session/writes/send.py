"""Send a write until its answer is known or lost; resend after a conflict that touches nothing reviewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from tui.cluster.client import Cluster
from tui.model.errors import (
    BadAnswer,
    ClusterError,
    Conflict,
    Exists,
    NotFound,
    OutcomeUnknown,
    PluginFailed,
    ServerTrouble,
    TimedOut,
    Unauthorized,
)
from tui.session.clock import Clock, out_of_step
from tui.session.writes.outcome import DRAFT_KEPT, End, Sent

RESENDS: Final = 20
"""Number of times that a write is sent again for a newer version that does not touch its keys.

Between the read of that version and the arrival of the write lies one round trip; a try fails if somebody
writes in that time. Measured with labels every 200 ms, 15 edits each: next to the server all were written;
100 ms away 8, and 150 ms away 9, were not with five tries more, and all were with up to twenty, at uneven
distances (nine were the most that was needed).
"""

_LOST: Final = (OutcomeUnknown, TimedOut, ServerTrouble, BadAnswer)
"""Errors after which the write may have happened, also from a proxy or a failing server."""


async def send(
    cluster: Cluster, clock: Clock, sent: Sent, show: Callable[[Sent], None]
) -> tuple[Sent, End | None]:
    """Send a write; returns the last version that was sent, and the end, or None if the answer was lost.

    A version that changed meanwhile is read again, and if nothing that the review shows differs there, the
    write is sent for it, up to a limit: a controller that writes all the time cannot starve a person. After a
    lost answer nothing is sent again.
    """
    for tries_left in range(RESENDS, -1, -1):
        sent = replace(sent, at=clock.now(), started=clock.monotonic())
        show(sent)
        try:
            return sent, await sent.intent.send(cluster, sent)
        except _LOST:
            return sent, None
        except Exists as error:
            why = "It is still being deleted." if error.is_leaving else "It already exists."
            return sent, End("not written", error=error, why=f"{why} {DRAFT_KEPT}")
        except NotFound as error:
            return sent, sent.intent.missing(sent, error)
        except Conflict as error:
            if sent.intent.resends:
                await out_of_step(clock, RESENDS + 1 - tries_left)  # before the look: it must be a fresh one
            newer = await sent.intent.after_conflict(cluster, sent, error)
            if isinstance(newer, End):
                return sent, newer
            sent = newer
            if not tries_left:
                why = f"The server reported a conflict on each of {RESENDS + 1} attempts. {DRAFT_KEPT}"
                return sent, End("not written", error=error, why=why)
        except (Unauthorized, PluginFailed) as error:
            # Without a login the server did not process it.
            why = f"The login expired. {sent.intent.kept}".rstrip()
            return sent, End(sent.intent.undone, error=error, why=why)
        except ClusterError as error:
            return sent, End(sent.intent.undone, error=error)
    raise AssertionError("the last try ends above")
