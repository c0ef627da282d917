"""Generate random values with a chosen length and alphabet, and compute their strength in bits."""

from __future__ import annotations

import math
import secrets
import string
from typing import Final

from msgspec import Struct

LENGTHS: Final = (8, 12, 16, 20, 24, 32, 40, 48, 64, 128)
ALPHABETS: Final = {
    "letters and digits": string.ascii_letters + string.digits,
    # Safe in URLs and .env files. In shells only a leading ~ is special.
    "letters, digits and -_.~": string.ascii_letters + string.digits + "-_.~",
    "letters, digits and symbols": string.ascii_letters + string.digits + "!#%*+,-./:=?@^_~",
    "lowercase letters and digits": string.ascii_lowercase + string.digits,
    "hexadecimal digits": "0123456789abcdef",
    "digits": string.digits,
}
_NAMES: Final = tuple(ALPHABETS)


class Recipe(Struct, frozen=True):
    length: int = 24
    alphabet: str = _NAMES[0]

    @property
    def words(self) -> str:
        """Description, such as "24 letters and digits, 142 bits"."""
        return f"{self.length} {self.alphabet}, {self.bits} bits"

    @property
    def bits(self) -> int:
        """Entropy in bits, rounded down."""
        return math.floor(self.length * math.log2(len(ALPHABETS[self.alphabet])))

    def resized(self, step: int) -> Recipe:
        """Return a recipe with a length `step` places later in LENGTHS (earlier if `step` is negative).

        Stops at the first and at the last length.
        """
        at = LENGTHS.index(self.length) + step
        return Recipe(LENGTHS[min(max(at, 0), len(LENGTHS) - 1)], self.alphabet)

    def with_next_alphabet(self) -> Recipe:
        return Recipe(self.length, _NAMES[(_NAMES.index(self.alphabet) + 1) % len(_NAMES)])

    def make(self) -> str:
        """Generate a text from the system's random source."""
        letters = ALPHABETS[self.alphabet]
        return "".join(secrets.choice(letters) for _ in range(self.length))
