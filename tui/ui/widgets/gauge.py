"""A bar that shows a part of a whole: pods that are new, days of a certificate's life that are over."""

from __future__ import annotations

from tui.ui.widgets.text import Styled, Tone

_OVER, _LEFT = "━", "─"


def gauge(part: float, whole: float, width: int, tone: Tone = "accent") -> tuple[Styled, Styled]:
    """Two cells that are `width` wide together: heavy for the part, light for the rest.

    It is all heavy only if the whole is reached, and all light only if nothing is, however short it is. Both
    tell in shape what they tell in color.
    """
    share = min(max(part / whole, 0), 1) if whole > 0 else 0
    heavy = round(share * width)
    if 0 < share < 1 and width > 1:
        heavy = min(max(heavy, 1), width - 1)
    return Styled(_OVER * heavy, tone), Styled(_LEFT * (width - heavy), "muted")
