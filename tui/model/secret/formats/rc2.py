"""Decrypt RC2 in CBC mode, which programs used for PKCS#12 until about 2021. Source: RFC 2268.

`cryptography` has RC2 with 128-bit keys only, but certificates in PKCS#12 are encrypted with 40-bit keys.
"""

from __future__ import annotations

from typing import Final

_PI: Final = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32"
    "bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a"
    "961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e"
    "c5f3db47e5a59c770aa62068fe7fc1ad"
)
"""Permutation PITABLE of RFC 2268, derived from the digits of pi."""
_BLOCK, _LANE = 8, 4
"""Size in bytes of a block, and of a lane. A lane holds one 16-bit word of a block."""
_CARRY: Final = 0x40000
"""Number added to each lane before a subtraction, so that no lane borrows from its neighbor."""


def decrypt_rc2(key: bytes, iv: bytes, data: bytes) -> bytes:
    """Decrypt whole blocks, and keep the padding.

    All blocks are decrypted at once, because 180 kB (150 certificates) would take 0.6 s block by block.
    """
    count = len(data) // _BLOCK
    lanes = _Lanes(count, _schedule(key))
    words = lanes.decrypted([_in_lanes(data, at, count) for at in range(0, _BLOCK, 2)])
    plain = bytearray(count * _BLOCK)
    for at, word in zip(range(0, _BLOCK, 2), words, strict=True):
        lane = word.to_bytes(count * _LANE, "little")
        plain[at::_BLOCK], plain[at + 1 :: _BLOCK] = lane[::_LANE], lane[1::_LANE]
    before = int.from_bytes((iv + data)[: len(plain)])
    return (int.from_bytes(plain) ^ before).to_bytes(len(plain))


def _in_lanes(data: bytes, at: int, count: int) -> int:
    """Put the 16-bit word at byte `at` of each block into a lane of its own in one large number."""
    lanes = bytearray(count * _LANE)
    end = count * _BLOCK
    lanes[::_LANE], lanes[1::_LANE] = data[at:end:_BLOCK], data[at + 1 : end : _BLOCK]
    return int.from_bytes(lanes, "little")


class _Lanes:
    """Decryption of all blocks at once: each of four large numbers holds one 16-bit word of every block."""

    def __init__(self, count: int, words: list[int]) -> None:
        self._count, self._words = count, words
        self._each = int.from_bytes(b"\1\0\0\0" * count, "little")
        self._low, self._mask = self._each * 0xFF, self._each * 0xFFFF
        self._tables = [bytes(word >> shift & 0xFF for word in words * 4) for shift in (0, 8)]

    def decrypted(self, block: list[int]) -> list[int]:
        a, b, c, d = block
        for at in range(60, -1, -4):
            d = self._unmixed(d, 5, at + 3, c, b, a)
            c = self._unmixed(c, 3, at + 2, b, a, d)
            b = self._unmixed(b, 2, at + 1, a, d, c)
            a = self._unmixed(a, 1, at, d, c, b)
            if at in (44, 20):
                d = self._minus(d, self._looked_up(c))
                c = self._minus(c, self._looked_up(b))
                b = self._minus(b, self._looked_up(a))
                a = self._minus(a, self._looked_up(d))
        return [a, b, c, d]

    def _unmixed(self, word: int, turn: int, at: int, first: int, second: int, third: int) -> int:
        turned = (word >> turn | word << 16 - turn) & self._mask
        chosen = (first & second) + ((first ^ self._mask) & third)
        return self._minus(turned, self._words[at] * self._each + chosen)

    def _minus(self, word: int, other: int) -> int:
        return (word + _CARRY * self._each - other) & self._mask

    def _looked_up(self, word: int) -> int:
        """Select a word of the expanded key for each lane, by the lowest six bits of the lane."""
        lane_bytes = word.to_bytes(self._count * _LANE, "little")
        low, high = (
            int.from_bytes(lane_bytes.translate(table), "little") & self._low for table in self._tables
        )
        return low | high << 8


def _schedule(key: bytes) -> list[int]:
    expanded = list(key)
    for at in range(len(key), 128):
        expanded.append(_PI[(expanded[at - 1] + expanded[at - len(key)]) & 0xFF])
    size = len(key)
    expanded[128 - size] = _PI[expanded[128 - size]]
    for at in range(127 - size, -1, -1):
        expanded[at] = _PI[expanded[at + 1] ^ expanded[at + size]]
    return [expanded[at] | expanded[at + 1] << 8 for at in range(0, 128, 2)]
