"""Lines of JSON that answer a watch request.

Source: apiserver, pkg/storage/cacher and pkg/endpoints/handlers/watch.go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from math import inf
from typing import Final

import msgspec

from tui.embedded.objects.kinds import POD_KIND
from tui.embedded.objects.store import Event, Record, Store, WatchFeed
from tui.embedded.status import Obj, expired
from tui.embedded.verbs.call import Watch
from tui.embedded.verbs.read import in_version, matches
from tui.embedded.verbs.table import table

BEFORE_END: Final = 2.0
"""Seconds between the last bookmark and the end of a watch."""


class WatchLines:
    def __init__(self, store: Store, watch: Watch, bookmark_every: float) -> None:
        self.store = store
        self.watch = watch
        self.feed = WatchFeed(watch.namespace)
        self.every = bookmark_every
        self.version = watch.version or store.version

    async def run(self) -> AsyncIterator[bytes]:
        stored = self.store.of_kind(self.watch.kind)
        stored.feeds.add(self.feed)
        try:
            for line in self._first():
                yield line
            async for line in self._later():
                yield line
        finally:
            stored.feeds.discard(self.feed)

    def _first(self) -> Iterator[bytes]:
        """Yield lines for the changes since the version of the watch.

        If the watch has no version, yield lines for the existing objects instead.
        If the store no longer has all of the changes, yield only an ERROR event.
        """
        watch = self.watch
        stored = self.store.of_kind(watch.kind)
        if not watch.version:
            for record in stored.within(watch.namespace):
                if self._matches(record):
                    yield self._line("ADDED", record.obj)
            return
        if watch.version < stored.forgotten:
            self.feed.end("closed")
            yield self._gone(watch.version)
            return
        for event in list(self.store.since(watch.kind, watch.version)):
            if event.is_within(watch.namespace) and (line := self._event(event)) is not None:
                yield line

    async def _later(self) -> AsyncIterator[bytes]:
        loop = asyncio.get_running_loop()
        end = inf if self.watch.seconds is None else loop.time() + self.watch.seconds
        due = self._next_bookmark(loop.time(), end)
        while True:
            try:
                async with asyncio.timeout_at(None if min(due, end) == inf else min(due, end)):
                    event = await self.feed.waiting.get()
            except TimeoutError:
                if loop.time() >= end:
                    return
                yield self._bookmark()
                due = self._next_bookmark(loop.time(), end)
                continue
            if event == "expired":
                yield self._gone(self.version)
            if isinstance(event, str):
                return
            if (line := self._event(event)) is not None:
                yield line

    def _next_bookmark(self, now: float, end: float) -> float:
        before_end = end - BEFORE_END
        return min(now + self.every, before_end if before_end > now else inf)

    def _event(self, event: Event) -> bytes | None:
        """Return the line for a change; None if the client already has the change.

        Return None too if the object did not match `watch.fields` before the change and does not match now.
        """
        if event.version <= self.version:
            return None
        self.version = event.version
        was, now = self._matches(event.before), self._matches(event.after)
        if event.after is not None and now:
            return self._line("MODIFIED" if was else "ADDED", event.after.obj)
        if event.before is not None and was:
            obj = event.before.obj
            meta = obj["metadata"] | {"resourceVersion": str(event.version)}
            return self._line("DELETED", obj | {"metadata": meta})
        return None

    def _matches(self, record: Record | None) -> bool:
        return record is not None and matches(record.obj, self.watch.fields)

    def _line(self, change: str, obj: Obj) -> bytes:
        if self.watch.is_table:
            meta = {"resourceVersion": obj["metadata"]["resourceVersion"]}
            obj = table(meta, [obj], self.store.now())
        else:
            obj = in_version(obj, self.watch.kind)
        return msgspec.json.encode({"type": change, "object": obj}) + b"\n"

    def _bookmark(self) -> bytes:
        kind, version = self.watch.kind, str(max(self.version, self.store.version))
        empty = {"kind": kind.name, "apiVersion": kind.api, "metadata": {"resourceVersion": version}}
        return self._line("BOOKMARK", empty | ({"spec": {"containers": None}} if kind is POD_KIND else {}))

    def _gone(self, version: int) -> bytes:
        body = expired(f"too old resource version: {version}").body
        return msgspec.json.encode({"type": "ERROR", "object": body}) + b"\n"
