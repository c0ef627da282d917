"""Counts and lists in words: "1 pod", "1,200 pods", "pods and ingresses"."""

from __future__ import annotations

from collections.abc import Sequence


def counted(count: int, noun: str, plural: str = "") -> str:
    """The count and the noun; a plural that is not given ends in "s"."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def joined(words: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    return f" {last} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
