"""Counts in words: "1 pod", "1,200 pods"."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """The count and the noun; the plural ends in "s"."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
