"""Fetch a list in chunks, and decode each chunk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Final, TypeVar

from msgspec.structs import replace

from tui.cluster.api.decode import ListMeta
from tui.cluster.http.request import Query, RequestInfo
from tui.cluster.http.transport import Transport
from tui.model.errors import BadAnswer, ClusterError, Expired, OutcomeUnknown

PAGE_SIZE: Final = 500
_LARGE: Final = 128 * 1024
"""Minimum bytes of a body that is decoded on a thread: its decoding takes 10 ms or more."""
_Result = TypeVar("_Result")


async def off_loop(work: Callable[[bytes], _Result], body: bytes) -> _Result:
    """Decode a body, on a thread if it is large."""
    return work(body) if len(body) < _LARGE else await asyncio.to_thread(work, body)


async def decode_answer(asked: RequestInfo, read: Callable[[bytes], _Result], body: bytes) -> _Result:
    """Decode the answer to the request `asked`.

    If the answer cannot be decoded, raises OutcomeUnknown for a request that changes the cluster, and
    BadAnswer for any other request.
    """
    trouble: ClusterError
    try:
        return await off_loop(read, body)
    except BadAnswer as error:
        trouble = OutcomeUnknown(asked.what) if asked.changes else error
    trouble.__context__ = None
    raise trouble


async def chunks(
    transport: Transport,
    path: str,
    asked: RequestInfo,
    query: Query,
    accept: str,
    read: Callable[[bytes], tuple[ListMeta, _Result]],
) -> AsyncGenerator[tuple[ListMeta, _Result]]:
    """Decode and yield each chunk as it arrives.

    The server may answer 410 with a new `continue` token. The chunks after the 410 show a newer state than
    those before it. Each chunk gets the resource version of the first chunk, so that a watch from this
    version reports all changes.

    Raises ClusterErrors: Expired for a 410 without a new token, BadAnswer if a chunk has the same token as
    the chunk before it. Source: kubernetes.io, API Concepts, "Retrieving large results sets in chunks".
    """
    token = version = ""
    while True:
        page_query = [("limit", str(PAGE_SIZE)), *query, *([("continue", token)] if token else [])]
        before = token
        try:
            answer = await transport.request("GET", path, asked, query=page_query, accept=accept, wait="page")
        except Expired as error:
            token = error.token or ""
            if not token or token == before:
                raise
            continue
        meta, rows = await off_loop(read, answer.body)
        token, version = meta.continue_, version or meta.resource_version
        if token and token == before:
            raise BadAnswer(200, why="two pages have the same continue token")
        yield replace(meta, resource_version=version, size=len(answer.body)), rows
        if not token:
            return


def rest_of(meta: ListMeta) -> int | None:
    return meta.remaining_item_count if meta.continue_ else 0
