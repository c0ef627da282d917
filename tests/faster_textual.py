"""Skip work that a run without a terminal does not need: cutting lines, and finding the same rules again.

Every widget draws as ever, and a picture is made as ever. Together these were a fifth of a Pilot test's time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region
from textual.message import Message
from textual.message_pump import MessagePump, _MessagePumpMeta

_WITH_SELECTORS: Any = object()
"""Handlers that depend on the widget that sent the message."""


def _drawn_only(real: Callable[..., Any]) -> Callable[..., Any]:
    def render_update(
        self: Compositor, full: bool = False, screen_stack: Any = None, simplify: bool = False
    ) -> Any:
        if full or simplify:
            return real(self, full, screen_stack, simplify)
        visible_screen_stack.set(screen_stack or [])
        dirty = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if dirty:
            for _ in self._get_renders(Region.from_union(dirty).intersection(self.size.region)):
                # Drawn, and cut and put together by no one.
                pass
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


def spare() -> None:
    """Patch Textual for the whole run; a second call does nothing."""
    if Compositor.render_update.__module__ != __name__:
        Compositor.render_update = _drawn_only(Compositor.render_update)  # type: ignore[method-assign]
        Stylesheet._parse_rules = _parsed_once(Stylesheet._parse_rules)  # type: ignore[method-assign]
        MessagePump._get_dispatch_methods = _handlers_found_once(MessagePump._get_dispatch_methods)  # type: ignore[method-assign]
