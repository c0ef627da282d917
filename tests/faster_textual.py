"""What a run without a terminal need not do: cut lines that nobody gets, and parse the same sheets again.

Every widget draws as ever, and a picture is made as ever. Together these were a fifth of a Pilot test's time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual.css.stylesheet import Stylesheet
from textual.geometry import Region


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


def spare() -> None:
    """For the whole run; done once."""
    if Compositor.render_update.__module__ != __name__:
        Compositor.render_update = _drawn_only(Compositor.render_update)  # type: ignore[method-assign]
        Stylesheet._parse_rules = _parsed_once(Stylesheet._parse_rules)  # type: ignore[method-assign]
