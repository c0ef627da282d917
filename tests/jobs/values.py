"""Made-up values to type and paste. No stretch of a value repeats, so that a missing piece is noticed."""

from __future__ import annotations

from typing import Final


def of_length(length: int) -> str:
    """Make a line of this many characters, some of them wide."""
    piece = (f"{number:04}値é/" for number in range(length))
    return "".join(next(piece) for _ in range(length // 7 + 1))[:length]


LINES: Final = "".join(f"line {number:02}:\tmade up, 値 {number * 37 % 101:03}\n" for number in range(1, 41))
"""Forty lines, each with a tab and a wide character."""
PEM: Final = "-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n".format(
    "".join(f"MadeUp{number:02}{'AbCdEfGh' * 7}\n" for number in range(10, 30))
)
"""Text of the shape and length of a PEM certificate that is not one."""
