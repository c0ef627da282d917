"""Read many Secrets, a few at a time; one that cannot be read holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from tui.model.errors import ClusterError
from tui.model.secret.secret import SecretRef

_Read = TypeVar("_Read")
_AT_ONCE: Final = 4
"""Secrets that are read at the same time."""


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


async def read_all(
    refs: Iterable[SecretRef], read: Callable[[SecretRef], Awaitable[_Read]]
) -> tuple[dict[SecretRef, _Read], dict[SecretRef, str]]:
    """What was read, in the order of names; and why others were not, a sentence each."""
    found, failed = dict[SecretRef, _Read](), dict[SecretRef, str]()

    def take(ref: SecretRef, read: _Read | ClusterError) -> None:
        if isinstance(read, ClusterError):
            failed[ref] = read.sentence
        else:
            found[ref] = read

    await read_each(sorted(set(refs)), read, take)
    return dict(sorted(found.items())), failed
