"""Texts that would take over a terminal, and plain ones of the same shape; seeded: every run has the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

ESC: Final = "\x1b"
_C0: Final = [chr(code) for code in range(0x20)] + ["\x7f"]
_C1: Final = [chr(code) for code in range(0x80, 0xA0)]
_FINALS: Final = [chr(code) for code in range(0x40, 0x7F)]
_PRIVATE: Final = ("", "?", ">", "=", "<")
_BIDI: Final = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = [
    *"\u00ad\u034f\u115f\u1160\u17b4\u180b\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u206a\u206f",
    *"\u2800\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufff9\ufffa\ufffb\U000e0001\U000e0041\U000e007f\U000e0100",
    *"\u00a0\u1680\u2000\u2003\u2007\u2009\u200a\u202f\u205f\u3000\u2028\u2029\x85",
]
_WIDE: Final = [
    *("漢字", "ｆｕｌｌ", "한글", "ᄒᆞᆫ", "ひらがな", "😀", "👩‍👩‍👧", "🇩🇪", "👍🏽", "1️⃣", "❤️", "👩🏽‍🚀"),
    *("〰", "⌚", "🈁", "𠀀", "꧅", "𒐫", "⸻", "ﷺ", "क्षि", "நி", "กำ", "ༀ"),
    *"\ue000\U000f0000\U0010fffd\ufdfa\U0001fae8",
]
_MARKS: Final = ["\u0301", "\u0336", "\u20dd", "\u0489", "\u05bf", "\u064b", "\u0e33", "\u302a", "\ufe20"]
_MARKUP: Final = (
    *("[/red]", "[bold]", "[@click=app.quit]x[/]", "[link=https://example.test]x[/link]", "\\[", "[[", "[/]"),
    *("[red on blue]", ":smile:", "$text", "[$error]", "[bold", "]", "%s", "{0}", "{{", "<b>", "&amp;"),
)
_STRINGS: Final = (
    *(
        "]0;made up",
        "]2;made up",
        "]52;c;bWFkZSB1cA==",
        "]52;p;?",
        "]4;1;#ff0000",
        "]8;;https://example.test",
    ),
    *("]9;made up", "]10;?", "]777;notify;made;up", "]1337;File=:bWFkZQ==", "]133;A", "]7;file:///made/up"),
    *("P$q q", "P+q544e", "P1;1q#0~~", "_Gf=24;AAAA", "^made up", "Xmade up", "Ptmux;\x1b\x1b]52;c;eA==\x07"),
)
_ALONE: Final = (*"c78=>DEHMNOZno|}~lm", *("(0", "(B", ")0", "*A", "#8", "#3", " F", "%G", "%@"))
_BROKEN: Final = (
    *(b"\xff", b"\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf8\x88\x80\x80\x80", b"\xe2\x82"),
    *(b"\xf4\x90\x80\x80", b"\x9b31m", b"\x9d52;c;eA==\x9c", b"\x90q\x9c", b"\x80", b"\xbf", b"\xc2"),
    *(b"\xf0\x9f", b"\xed\xa0\xbd\xed\xb8\x80", b"\xff\xfem\x00a\x00", b"\xe0\x80\x9b", b"\x85", b"\x84"),
)
_STAND_INS: Final = ("‹U+202E›", "‹x1B›", "⏎", "␛[31m", "␀", "⇥", "********", "…", "›", "‹")
_WORDS: Final = (
    *("made", "up", "value", "user=made-up", "host.example.test", "0123456789", "p4ss", "{}", "#", "  "),
)


def _csi(dice: random.Random) -> str:
    start = dice.choice((f"{ESC}[", f"{ESC}[", "\x9b"))
    numbers = ";".join(
        str(dice.choice((0, 1, 2, 5, 9, 25, 31, 38, 1004, 1049, 2004, 9999))) for _ in range(3)
    )
    middle = dice.choice(("", "", "", " ", "!", "$", '"'))
    return start + dice.choice(_PRIVATE) + numbers[: dice.randrange(9)] + middle + dice.choice(_FINALS)


def _string(dice: random.Random) -> str:
    return ESC + dice.choice(_STRINGS) + dice.choice(("\x07", f"{ESC}\\", "\x9c", ""))


def _marks(dice: random.Random) -> str:
    return dice.choice(("", "e", " ", "漢")) + "".join(dice.choices(_MARKS, k=dice.choice((1, 2, 3, 12))))


_PIECES: Final[tuple[Callable[[random.Random], str | bytes], ...]] = (
    lambda dice: dice.choice(_C0),
    lambda dice: dice.choice(_C1),
    _csi,
    _csi,
    _string,
    lambda dice: ESC + dice.choice(_ALONE),
    lambda dice: dice.choice(_BROKEN),
)
_TEXT_PIECES: Final[tuple[Callable[[random.Random], str | bytes], ...]] = (
    lambda dice: dice.choice(_BIDI),
    lambda dice: dice.choice(_INVISIBLE[:-1]),
    lambda dice: dice.choice(_WIDE),
    _marks,
    lambda dice: dice.choice(_MARKUP),
    lambda dice: dice.choice(_STAND_INS),
    lambda dice: dice.choice(("\t", "\n", "\r", "\r\n", "\n\n")),
    lambda dice: chr(dice.choice((dice.randrange(0xA0, 0x3000), dice.randrange(0xE000, 0x110000)))),
)


def _bytes(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogatepass")


def hostile(count: int, seed: int = 7) -> list[bytes]:
    """Make `count` values; every second one is UTF-8 without control characters, so that it is drawn as text.

    The first values take each piece in turn, so that each control character, each way to begin a sequence
    and each odd letter occurs for certain.
    """
    dice = random.Random(seed)
    singles: dict[bool, list[str]] = {
        True: [*_BIDI, *_INVISIBLE[:-1], *_WIDE, *_MARKS, *_MARKUP, *_STAND_INS, "\t", "\n", "\r\n"],
        False: [*_C0, *_C1, *(f"{ESC}[{final}" for final in _FINALS), *(f"{ESC}{alone}" for alone in _ALONE)],
    }
    values = []
    for number in range(count):
        is_text = number % 2 == 0
        left = singles[is_text]
        if left:
            values.append(_bytes(f"made up{left.pop()}more"))
            continue
        makers = _TEXT_PIECES if is_text else (*_TEXT_PIECES, *_PIECES, *_PIECES)
        parts = [
            _bytes(dice.choice(_WORDS) if dice.random() < 0.4 else dice.choice(makers)(dice))
            for _ in range(dice.choice((1, 2, 3, 4, 6)))
        ]
        values.append(b"".join(parts) * (dice.choice((40, 200)) if number % 499 < 2 else 1))
    return values


def plain(count: int, seed: int = 7) -> list[bytes]:
    """Make `count` values of everyday text and bytes: words, lines, tabs, a keystore's first bytes."""
    dice = random.Random(seed)
    values = []
    for number in range(count):
        words = [dice.choice(_WORDS) for _ in range(dice.choice((1, 2, 3, 6)))]
        text = "made up " + dice.choice((" ", " ", "\t", "\n")).join(words) + dice.choice(("", "\n"))
        is_bytes = number % 2 == 1
        values.append(
            text.encode() * (40 if number % 499 < 2 else 1) + (b"\xfe\xed\x00\x02" if is_bytes else b"")
        )
    return values


_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def is_text(value: bytes) -> bool:
    """True if a text editor would take it: UTF-8, and no control characters but tab and line ends."""
    try:
        return _NOT_TEXT.search(value.decode("utf-8")) is None
    except UnicodeDecodeError:
        return False
