"""A watch as lines of JSON: what there is, what happens, bookmarks, and how it ends.

Source: apiserver, pkg/storage/cacher and pkg/endpoints/handlers/watch.go.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from math import inf
from typing import Final

import msgspec

from tui.embedded.objects.store import Event, Feed, Record, Store
from tui.embedded.status import Obj, expired
from tui.embedded.verbs.call import Watch
from tui.embedded.verbs.table import bookmark, partial, table, zero

BEFORE_END: Final = 2.0


class Lines:
    """The lines of one watch, made as they fall due."""

    def __init__(self, store: Store, watch: Watch, bookmark_every: float) -> None:
        self.store = store
        self.watch = watch
        self.feed = Feed(watch.kind, watch.namespace)
        self.every = bookmark_every
        self.version = watch.version or store.version
        self._has_columns = True

    async def run(self) -> AsyncIterator[bytes]:
        """Every line until the watch's time is over or its feed ended."""
        shelf = self.store.shelf(self.watch.kind)
        shelf.feeds.add(self.feed)
        try:
            for line in self._first():
                yield line
            async for line in self._later():
                yield line
        finally:
            shelf.feeds.discard(self.feed)

    def _first(self) -> Iterator[bytes]:
        """Synthetic ADDED events without a version, else what the log holds since that version."""
        watch = self.watch
        shelf = self.store.shelf(watch.kind)
        if watch.form == "partial list":
            # The server cannot encode single objects as a list, and ends such a watch.
            self.feed.end("closed")
            return
        if not watch.version or watch.sends_initial:
            self.version = self.store.version
            for record in shelf.within(watch.namespace):
                if watch.match is None or watch.match(record.obj):
                    yield self._line("ADDED", record.obj)
            if watch.sends_initial and watch.has_bookmarks:
                yield self._bookmark({"k8s.io/initial-events-end": "true"})
            return
        if watch.version < shelf.forgotten:
            yield self._error(gone(watch.version, shelf.forgotten))
            self.feed.end("closed")
            return
        for event in list(self.store.since(watch.kind, watch.version)):
            if event.is_within(watch.namespace) and (line := self._event(event)) is not None:
                yield line

    async def _later(self) -> AsyncIterator[bytes]:
        """Changes as they happen, a bookmark now and then, until the feed or the watch's time ends."""
        loop = asyncio.get_running_loop()
        end = inf if self.watch.seconds is None else loop.time() + self.watch.seconds
        due = self._next_bookmark(loop.time(), end)
        while not self.feed.ended:
            try:
                async with asyncio.timeout_at(None if min(due, end) == inf else min(due, end)):
                    await self.feed.wake.wait()
            except TimeoutError:
                if loop.time() >= end:
                    return
                yield self._bookmark(None)
                due = self._next_bookmark(loop.time(), end)
            self.feed.wake.clear()
            while self.feed.waiting:
                line = self._event(self.feed.waiting.popleft())
                if line is not None:
                    yield line
        if self.feed.ended == "expired":
            yield self._error(gone(self.version, self.store.version))

    def _next_bookmark(self, now: float, end: float) -> float:
        """Every `every` seconds, and once two seconds before the end."""
        if not self.watch.has_bookmarks:
            return inf
        before_end = end - BEFORE_END
        return min(now + self.every, before_end if before_end > now else inf)

    def _event(self, event: Event) -> bytes | None:
        """The line for a change, as seen through the selectors; None if it is not seen at all."""
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
        return record is not None and (self.watch.match is None or self.watch.match(record.obj))

    def _line(self, change: str, obj: Obj) -> bytes:
        watch = self.watch
        if watch.form == "table":
            meta = {"resourceVersion": obj["metadata"]["resourceVersion"]}
            obj = table(
                watch.kind, meta, [obj], self.store.now(), watch.include, has_columns=self._has_columns
            )
            self._has_columns = False
        elif watch.form != "plain":
            obj = partial(obj)
        return msgspec.json.encode({"type": change, "object": obj}) + b"\n"

    def _bookmark(self, annotations: Obj | None) -> bytes:
        watch, version = self.watch, str(max(self.version, self.store.version))
        if watch.form == "table":
            obj = bookmark(watch.kind, version, annotations, watch.include, self._has_columns)
            self._has_columns = False
        else:
            obj = zero(watch.kind, version, annotations)
            if watch.form != "plain":
                obj = partial(obj)
        return msgspec.json.encode({"type": "BOOKMARK", "object": obj}) + b"\n"

    def _error(self, body: Obj) -> bytes:
        return msgspec.json.encode({"type": "ERROR", "object": body}) + b"\n"


def gone(version: int, forgotten: int) -> Obj:
    return expired(f"too old resource version: {version} ({forgotten})").body
