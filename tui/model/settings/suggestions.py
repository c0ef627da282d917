"""The complaint about an unknown setting or command id in a settings file, with the nearest name."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{1,30}")
"""The words that may be quoted; any other could be a value in the wrong place."""


def unknown(what: str, word: str, known: Collection[str], otherwise: str) -> str:
    """The end of a sentence: the word, and what was probably meant; `otherwise` if nothing is like it."""
    said = f"unknown {what}: {word}" if _NAME.fullmatch(word) else f"unknown {what}"
    near = meant(word, known)
    return f"{said} (did you mean {' or '.join(near)}?)" if near else f"{said}; {otherwise}"


def meant(word: str, known: Collection[str]) -> list[str]:
    """The known name that is most like a word, or up to three of which it is a part."""
    part_of = [name for name in known if len(word) > 2 and word in name]
    return get_close_matches(word, known, n=1, cutoff=0.7) or sorted(part_of)[:3]
