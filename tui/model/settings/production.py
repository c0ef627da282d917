"""Decide whether a context is guarded: its name, cluster or server sounds like production."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Final

PRODUCTION: Final = ("prod", "production", "prd", "live")
"""The globs without a setting."""
_BETWEEN: Final = re.compile(r"[\W_]+")


def guarding(globs: Iterable[str], names: Iterable[str]) -> str | None:
    """The first glob that matches one of the names, whole or in one of its parts; None if none does.

    Parts are what stands between characters that are no letters or digits: `prod` is a part of `eu-prod.1`
    and none of `product-eu`. Capitals and small letters are the same.
    """
    parts = {part for name in names for part in (name.lower(), *_BETWEEN.split(name.lower())) if part}
    return next((glob for glob in globs if any(fnmatchcase(part, glob.lower()) for part in parts)), None)


def guard_badge(glob: str) -> str:
    """The badge's word: a context guarded by a custom glob need not be production."""
    return "PROD" if glob.lower() in PRODUCTION else "GUARDED"
