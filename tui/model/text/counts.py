"""Counts and lists in words: "1 pod", "1,200 pods", "pods and ingresses"."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def counted(count: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun: "1 pod", "1,200 pods"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def joined(words: Sequence[str], last: str = "and", most: int | None = None) -> str:
    """Join words: "a, b and c", or with `most`: "a, b and 7 more".

    `last` is "and" or "or".
    """
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def listed(names: Collection[str], most: int = 6) -> str:
    """Join names with commas: "a, b, c". Longer lists end with a count: "a, b and 7 more"."""
    return joined(list(names), most=most) if len(names) > most else ", ".join(names)


def sentence_case(words: str) -> str:
    """Capitalize the first word. Names such as "tls.key" or "web/db" stay as they are."""
    first = words.partition(" ")[0]
    return words if "." in first or "/" in first else f"{words[:1].upper()}{words[1:]}"
