"""Counts and lists in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def counted(count: int, noun: str, plural: str = "") -> str:
    """Format a count as "1 pod" or "1,200 pods"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def joined(words: Sequence[str], last: str = "and", most: int | None = None) -> str:
    """Join words as "a, b and c"; if there are more than `most` words, "a, b and 7 more"."""
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def listed(names: Collection[str], most: int = 6) -> str:
    """Join names as "a, b, c"; if there are more than `most` names, "a, b and 7 more"."""
    return joined(list(names), most=most) if len(names) > most else ", ".join(names)


def sentence_case(words: str) -> str:
    """Capitalize the first letter, unless the first word is a name such as "tls.key" or "web/db"."""
    first = words.partition(" ")[0]
    return words if "." in first or "/" in first else f"{words[:1].upper()}{words[1:]}"
