"""Read many Secrets, a few at the same time or all with one list request.

A failed read does not stop the others.
"""

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
"""Maximum number of Secrets that are read at the same time."""
_FEW: Final = 50
"""Number of Secrets above which one list request costs less than a request for each Secret."""


async def read_each(
    refs: Iterable[SecretRef],
    read: Callable[[SecretRef], Awaitable[_Read]],
    take: Callable[[SecretRef, _Read | ClusterError], object],
) -> None:
    """Call `read` for each Secret, a few at a time.

    `take` gets each result or error as soon as it arrives.
    """
    slots = asyncio.Semaphore(_AT_ONCE)

    async def read_one(ref: SecretRef) -> None:
        async with slots:
            try:
                result: _Read | ClusterError = await read(ref)
            except ClusterError as error:
                result = error
        take(ref, result)

    await asyncio.gather(*map(read_one, refs))


async def read_sources(
    read: Callable[[SecretRef], Awaitable[_Read]], refs: Iterable[SecretRef]
) -> dict[SecretRef, _Read | ClusterError]:
    """Call `read` for each Secret. Returns the results and errors by Secret, sorted by namespace and name.

    Raises the first error if all reads failed.
    """
    results = dict[SecretRef, _Read | ClusterError]()
    await read_each(sorted(set(refs)), read, results.__setitem__)
    errors = [error for error in results.values() if isinstance(error, ClusterError)]
    if errors and len(errors) == len(results):
        raise errors[0]
    return dict(sorted(results.items()))


async def read_all(
    refs: Iterable[SecretRef], read: Callable[[SecretRef], Awaitable[_Read]]
) -> tuple[dict[SecretRef, _Read], dict[SecretRef, str]]:
    """Call `read` for each Secret.

    Returns two dicts by Secret: the sorted results, and a sentence about each failed read.
    """
    results, failed = dict[SecretRef, _Read](), dict[SecretRef, str]()

    def take(ref: SecretRef, read: _Read | ClusterError) -> None:
        if isinstance(read, ClusterError):
            failed[ref] = read.sentence
        else:
            results[ref] = read

    await read_each(sorted(set(refs)), read, take)
    return dict(sorted(results.items())), failed


async def look_into(
    session: Session,
    refs: Sequence[SecretRef],
    look: Callable[[Secret], Awaitable[_Read]],
    take: Callable[[SecretRef, _Read | ClusterError], object],
) -> None:
    """Fetch the Secrets in `refs`, call `look` on each, and call `take` with each result or error.

    First send a list request if it would return more than `_FEW` Secrets, and `refs` contains all of them.
    The request is for one namespace if all `refs` are in this namespace. It leaves out the types in
    NOT_READ_WHOLE. Then fetch each remaining Secret with its own request.
    """
    remaining = dict.fromkeys(refs)
    namespaces = {ref.namespace for ref in refs}
    namespace = next(iter(namespaces)) if len(namespaces) == 1 else None
    rows = (row for row in session.secrets.rows if namespace in (None, row.ref.namespace))
    listed = [row.ref for row in rows if row.type not in NOT_READ_WHOLE]
    if len(listed) > _FEW and remaining.keys() >= {*listed}:
        with suppress(ClusterError):  # after an error, `read_each` reads the remaining Secrets
            async with aclosing(session.read_whole(namespace)) as chunks:
                async for secrets in chunks:
                    for secret in (secret for secret in secrets if secret.ref in remaining):
                        del remaining[secret.ref]
                        take(secret.ref, await look(secret))
                        await asyncio.sleep(0)  # let key presses run between two Secrets

    async def fetch(ref: SecretRef) -> _Read:
        return await look(await session.read(ref))

    await read_each(remaining, fetch, take)
