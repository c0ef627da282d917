"""What a control is: one promise broken in one way, and where that must be noticed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Control:
    """One promise broken in one way."""

    promise: int
    """Its number in the design."""
    breaks: str
    """What is wrong then, as a name and as a sentence."""
    target: str
    """What is replaced: "module:attribute" or "module:Class.method"."""
    by: Callable[[Any], Any]
    """Makes the replacement from what was there."""
    tests: tuple[str, ...]
    """Where it must be noticed: each of these must fail."""
