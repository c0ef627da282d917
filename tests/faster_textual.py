"""Work that a run without a terminal is spared: frames that no test reads, and the same rules found again.

A picture is drawn as ever. Other tests draw the screen when they read it, except those that look for what
stays in memory: they draw each frame. Textual's own waiting asks every widget; here those with messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import cache
from types import FunctionType
from typing import Any, Final

from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual._queue import Queue
from textual.css.stylesheet import Stylesheet
from textual.message import Message
from textual.message_pump import MessagePump, _MessagePumpMeta
from textual.pilot import Pilot

draws_each_frame = False
"""As a terminal would: for a test of what stays of what was drawn."""
_IN_MEMORY: Final = frozenset(
    {"get_objects", "get_referents", "every_object", "are_gone", "texts_held", "_styles_cache"}
)
"""Names in a test that looks for what stays."""
_WITH_SELECTORS: Any = object()
"""Handlers that depend on the widget that sent the message."""


@cache
def looks_into_memory(test: FunctionType) -> bool:
    """True if a test, or a function of the tests that it calls, names what looks for things in memory."""
    reached, left = {test}, [test]
    while left:
        function = left.pop()
        names = function.__code__.co_names
        if not _IN_MEMORY.isdisjoint(names):
            return True
        called = (function.__globals__.get(name) for name in names)
        fresh = {each for each in called if isinstance(each, FunctionType)} - reached
        left += [each for each in fresh if each.__module__.startswith("tests.")]
        reached |= fresh
    return False


def _drawn_if_read(real: Callable[..., Any]) -> Callable[..., Any]:
    def render_update(
        self: Compositor, full: bool = False, screen_stack: Any = None, simplify: bool = False
    ) -> Any:
        if full or simplify or draws_each_frame:
            return real(self, full, screen_stack, simplify)
        visible_screen_stack.set(screen_stack or [])  # what stands behind a dialog, if it is read
        self._dirty_regions.clear()
        return None

    return render_update


def _parsed_once(real: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def parse_rules(self: Stylesheet, css: str, read_from: Any, *rest: Any, **named: Any) -> Any:
        asked = (css, read_from, rest, *named.items(), frozenset(self._variables.items()))
        if asked not in known:
            known[asked] = real(self, css, read_from, *rest, **named)
        return known[asked]

    return parse_rules


def _handlers_found_once(real: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[tuple[type, str, type], Any] = {}

    def find(pump: type, name: str, message: type) -> Any:
        messages = [each for each in message.__mro__ if issubclass(each, Message)]
        handlers = []
        for each in pump.__mro__:
            decorated = each.__dict__.get("_decorated_handlers") or {}
            if any(decorated.get(one) for one in messages):
                return _WITH_SELECTORS
            method = each.__dict__.get(f"_{name}") or each.__dict__.get(name)
            if method is not None and not getattr(method, "_textual_on", None):
                handlers.append((each, method))
        return tuple(handlers)

    def get_dispatch_methods(self: MessagePump, method_name: str, message: Message) -> Iterable[Any]:
        asked = (type(self), method_name, type(message))
        handlers = known.get(asked)
        if handlers is None:
            handlers = known[asked] = find(*asked)
        if handlers is _WITH_SELECTORS:
            yield from real(self, method_name, message)
            return
        for of, method in handlers:
            if message._no_default_action:
                return
            yield of, method.__get__(self, of)

    def forgetting(change: Callable[..., None]) -> Callable[..., None]:
        def change_class(of: type, *named: Any) -> None:
            known.clear()  # a test that changes a class may add a handler or take one away
            change(of, *named)

        return change_class

    _MessagePumpMeta.__setattr__ = forgetting(type.__setattr__)  # type: ignore[method-assign]
    _MessagePumpMeta.__delattr__ = forgetting(type.__delattr__)  # type: ignore[method-assign]
    return get_dispatch_methods


async def _get(self: Queue[Any]) -> Any:
    """Take the next message as Textual does; `is_waiting` while there is none and all are processed."""
    if not self.values:
        self.is_waiting = True  # type: ignore[attr-defined]
        await self.ready_event.wait()
        self.is_waiting = False  # type: ignore[attr-defined]
    return self.get_nowait()


async def _wait_for_busy(self: Pilot[Any]) -> bool:
    """Wait until all messages are processed that the screen and its widgets have now, as Textual does."""
    app = self.app
    if not app._screen_stack:
        return False
    left = 0
    is_done = asyncio.Event()

    def done() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            is_done.set()

    for pump in (app, *app.screen.walk_children(with_self=True)):
        queue: Any = pump._message_queue
        is_idle = queue.empty() and getattr(queue, "is_waiting", False)
        if not is_idle and pump.call_later(done):
            left += 1
    if not left:
        await asyncio.sleep(0)
        return not app._exception_event.is_set()
    waits = [asyncio.create_task(event.wait()) for event in (is_done, app._exception_event)]
    _, pending = await asyncio.wait(waits, timeout=30, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    assert len(pending) < len(waits), "widgets did not process their messages"
    return left == 0


def spare() -> None:
    """For the whole run; done once."""
    if Compositor.render_update.__module__ != __name__:
        Compositor.render_update = _drawn_if_read(Compositor.render_update)  # type: ignore[method-assign]
        Stylesheet._parse_rules = _parsed_once(Stylesheet._parse_rules)  # type: ignore[method-assign]
        MessagePump._get_dispatch_methods = _handlers_found_once(MessagePump._get_dispatch_methods)  # type: ignore[method-assign]
        Queue.get = _get  # type: ignore[method-assign]
        Pilot._wait_for_screen = _wait_for_busy  # type: ignore[method-assign, assignment]
