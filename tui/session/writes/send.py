"""Send a write. After a conflict, read the Secret, and send the write again if its intent allows this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from tui.cluster.client import Cluster
from tui.model.errors import (
    AlreadyExists,
    BadAnswer,
    ClusterError,
    Conflict,
    NotFound,
    OutcomeUnknown,
    PluginFailed,
    ServerTrouble,
    TimedOut,
    Unauthorized,
)
from tui.session.clock import Clock, out_of_step
from tui.session.writes.outcome import DRAFT_KEPT, SentWrite, WriteResult

RESENDS: Final = 20
"""Maximum number of times that a write is sent again for a newer version of the Secret.

Measured with 15 edits, 100 ms latency, and another client's write every 200 ms: 8 edits failed with up to 5
resends. With up to 20 resends at uneven intervals, no edit failed; each needed at most 9 resends.
"""

_LOST: Final = (OutcomeUnknown, TimedOut, ServerTrouble, BadAnswer)
"""Errors that leave open whether the server processed the write."""


async def send(
    cluster: Cluster, clock: Clock, sent: SentWrite, show: Callable[[SentWrite], None]
) -> tuple[SentWrite, WriteResult | None]:
    """Send a write. Returns the latest `SentWrite`, and the result (None if the answer was lost).

    After a lost answer nothing is sent again. If the last attempt ends in a conflict, the returned
    `SentWrite` may be one that was made from the newer Secret and not sent.
    """
    for tries_left in range(RESENDS, -1, -1):
        sent = replace(sent, at=clock.now(), started=clock.monotonic())
        show(sent)
        try:
            return sent, await sent.intent.send(cluster, sent)
        except _LOST:
            return sent, None
        except AlreadyExists as error:
            leaving = "A Secret with that name is still being deleted."
            why = leaving if error.is_leaving else "The Secret already exists."
            return sent, WriteResult("not written", error=error, why=f"{why} {DRAFT_KEPT}")
        except NotFound as error:
            return sent, sent.intent.missing(sent, error)
        except Conflict as error:
            if sent.intent.resends:
                # Wait first, so that `after_conflict` reads the newest version of the Secret.
                await out_of_step(clock, RESENDS + 1 - tries_left)
            newer = await sent.intent.after_conflict(cluster, sent, error)
            if isinstance(newer, WriteResult):
                return sent, newer
            sent = newer
            if not tries_left:
                why = f"The server reported a conflict on each of {RESENDS + 1} attempts. {DRAFT_KEPT}"
                return sent, WriteResult("not written", error=error, why=why)
        except (Unauthorized, PluginFailed) as error:
            # Without a valid login the server did not process the write.
            why = f"The login failed. {sent.intent.kept}".rstrip()
            return sent, WriteResult(sent.intent.undone, error=error, why=why)
        except ClusterError as error:
            return sent, WriteResult(sent.intent.undone, error=error)
    raise AssertionError("the loop returns after the last attempt")
