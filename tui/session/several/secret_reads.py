"""Read many Secrets, a few at a time or by one list; one that cannot be read holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from typing import Final, TypeVar

from tui.cluster.api.resources import NOT_READ_WHOLE
from tui.model.errors import ClusterError
from tui.model.secret.secret import Secret, SecretRef
from tui.session.session import Session

_Read = TypeVar("_Read")
_AT_ONCE: Final = 4
"""Secrets that are read at the same time."""
_FEW: Final = 50
"""Maximum number of Secrets that are fetched one by one; for more, a chunked list costs less."""


async def read_each(
    refs: Iterable[SecretRef],
    read: Callable[[SecretRef], Awaitable[_Read]],
    take: Callable[[SecretRef, _Read | ClusterError], object],
) -> None:
    """Read each; `take` gets what was read, or why it was not, as soon as it is known."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def one(ref: SecretRef) -> None:
        async with room:
            try:
                found: _Read | ClusterError = await read(ref)
            except ClusterError as error:
                found = error
        take(ref, found)

    await asyncio.gather(*map(one, refs))


async def read_sources(
    read: Callable[[SecretRef], Awaitable[_Read]], refs: Iterable[SecretRef]
) -> dict[SecretRef, _Read | ClusterError]:
    """Map each Secret to what `read` returns or its error, sorted. Raises the first error if none is read."""
    found = dict[SecretRef, _Read | ClusterError]()
    await read_each(sorted(set(refs)), read, found.__setitem__)
    errors = [error for error in found.values() if isinstance(error, ClusterError)]
    if errors and len(errors) == len(found):
        raise errors[0]
    return dict(sorted(found.items()))


async def read_all(
    refs: Iterable[SecretRef], read: Callable[[SecretRef], Awaitable[_Read]]
) -> tuple[dict[SecretRef, _Read], dict[SecretRef, str]]:
    """Read several Secrets: the values in the order of names, and a sentence for each failure."""
    found, failed = dict[SecretRef, _Read](), dict[SecretRef, str]()

    def take(ref: SecretRef, read: _Read | ClusterError) -> None:
        if isinstance(read, ClusterError):
            failed[ref] = read.sentence
        else:
            found[ref] = read

    await read_each(sorted(set(refs)), read, take)
    return dict(sorted(found.items())), failed


async def look_into(
    session: Session,
    refs: Sequence[SecretRef],
    look: Callable[[Secret], Awaitable[_Read]],
    take: Callable[[SecretRef, _Read | ClusterError], object],
) -> None:
    """Fetch these Secrets and call `look` on each; `take` gets its result, or the error of the fetch.

    One list fetches them if they include all of a namespace or the cluster, and more than `_FEW`. Secrets
    that the list lacks, such as Helm's large records, are fetched one by one.
    """
    left = dict.fromkeys(refs)
    namespaces = {ref.namespace for ref in refs}
    namespace = next(iter(namespaces)) if len(namespaces) == 1 else None
    rows = (row for row in session.secrets.rows if namespace in (None, row.ref.namespace))
    listed = [row.ref for row in rows if row.type not in NOT_READ_WHOLE]
    if len(listed) > _FEW and left.keys() >= {*listed}:
        with suppress(ClusterError):  # the single reads below report theirs
            async with aclosing(session.read_whole(namespace)) as chunks:
                async for secrets in chunks:
                    for secret in (secret for secret in secrets if secret.ref in left):
                        del left[secret.ref]
                        take(secret.ref, await look(secret))
                        await asyncio.sleep(0)  # let key presses run between two Secrets

    async def fetch(ref: SecretRef) -> _Read:
        return await look(await session.read(ref))

    await read_each(left, fetch, take)
