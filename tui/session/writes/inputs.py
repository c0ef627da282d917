"""Draft what files describe: each Secret is read, and compared with its input."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from tui.cluster.client import Cluster
from tui.model.draft.secret_input import Compared, Keys, SecretInput, compared
from tui.model.errors import ClusterError, NotFound
from tui.model.secret.secret import SecretRef
from tui.session.writes.drafts import Drafts

_AT_ONCE: Final = 4
"""Secrets that are read at the same time."""


async def draft_inputs(cluster: Cluster, drafts: Drafts, inputs: Sequence[SecretInput]) -> list[Compared]:
    """Keep a draft of each Secret that is new or differs; in the order of the inputs."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def compare(wanted: SecretInput) -> Compared:
        async with room:
            try:
                return compared(wanted, await cluster.open(wanted.ref))
            except NotFound:
                return compared(wanted, None)
            except ClusterError as error:
                return Compared(wanted.ref, "refused", why=error.sentence)

    found = await asyncio.gather(*map(compare, inputs))
    for one in found:
        if one.draft is not None:
            drafts.put(one.draft)
    return found


async def keys_there(cluster: Cluster, refs: Iterable[SecretRef]) -> dict[SecretRef, Keys | None]:
    """The keys of Secrets by their metadata: no value is fetched. None: it does not exist."""
    found: dict[SecretRef, Keys | None] = {}
    for ref in refs:
        try:
            owners = (await cluster.provenance(ref)).field_owners
            # managedFields lack the keys of a writer that strips them.
            found[ref] = Keys(frozenset(key for owner in owners for key in owner.keys), is_whole=False)
        except NotFound:
            found[ref] = None
        except ClusterError:
            found[ref] = Keys(frozenset(), is_whole=False, is_there=False)
    return found
