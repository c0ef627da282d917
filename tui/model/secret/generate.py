"""Generate random values: length, alphabet, and strength in bits."""

from __future__ import annotations

import math
import secrets
import string
from typing import Final

from msgspec import Struct

LENGTHS: Final = (8, 12, 16, 20, 24, 32, 40, 48, 64, 128)
"""Lengths to choose from, in their order."""
ALPHABETS: Final = {
    "letters and digits": string.ascii_letters + string.digits,
    # None that a shell, a URL's password or a line of an .env file takes for something else.
    "letters, digits and -_.~": string.ascii_letters + string.digits + "-_.~",
    "letters, digits and symbols": string.ascii_letters + string.digits + "!#%*+,-./:=?@^_~",
    "lowercase letters and digits": string.ascii_lowercase + string.digits,
    "hexadecimal digits": "0123456789abcdef",
    "digits": string.digits,
}
_NAMES: Final = tuple(ALPHABETS)


class Recipe(Struct, frozen=True):
    """Length and alphabet of a value to generate."""

    length: int = 24
    alphabet: str = _NAMES[0]

    @property
    def words(self) -> str:
        """Description for a person: "24 letters and digits, 142 bits"."""
        return f"{self.length} {self.alphabet}, {self.bits} bits"

    @property
    def bits(self) -> int:
        """Entropy in bits, rounded down."""
        return math.floor(self.length * math.log2(len(ALPHABETS[self.alphabet])))

    def resized(self, step: int) -> Recipe:
        """Recipe with the next length in this direction; the ends stay."""
        at = LENGTHS.index(self.length) + step
        return Recipe(LENGTHS[min(max(at, 0), len(LENGTHS) - 1)], self.alphabet)

    def of_others(self) -> Recipe:
        """Recipe with the next alphabet; the first follows the last."""
        return Recipe(self.length, _NAMES[(_NAMES.index(self.alphabet) + 1) % len(_NAMES)])

    def make(self) -> str:
        """Make a new text from the system's source of randomness; each character is equally likely."""
        letters = ALPHABETS[self.alphabet]
        return "".join(secrets.choice(letters) for _ in range(self.length))
