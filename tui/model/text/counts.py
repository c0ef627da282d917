"""Counts, lists and sentences in words: "1 pod", "1,200 pods", "pods and ingresses"."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def counted(count: int, noun: str, plural: str = "") -> str:
    """Write a count with its noun: "1 pod", "1,200 pods". The default plural is the noun with an "s"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def joined(words: Sequence[str], last: str = "and", most: int | None = None) -> str:
    """Join words: "a, b and c". Words beyond the first `most` are counted: "a, b and 7 more".

    `last` is the word before the last element: "and" or "or".
    """
    if most is not None and len(words) > most:
        words = [*words[:most], f"{len(words) - most} more"]
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def listed(names: Collection[str], most: int = 6) -> str:
    """Join names with commas: "a, b, c". Names beyond the first `most` are counted: "a, b and 7 more"."""
    return joined(list(names), most=most) if len(names) > most else ", ".join(names)


def sentence_case(words: str) -> str:
    """Capitalize the first letter, unless the first word has a "." or "/" ("tls.key", "web/db")."""
    first = words.partition(" ")[0]
    return words if "." in first or "/" in first else f"{words[:1].upper()}{words[1:]}"
