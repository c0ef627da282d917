"""JSON as Go reads it: what is wrong with a text, in the words of Go's decoder.

Source: Go, encoding/json/scanner.go. Other programs read these words, so they are the server's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from tui.embedded.causes import quote

GO_NAMES: Final = {dict: "object", list: "array", str: "string", bool: "bool", int: "number", float: "number"}
_BLANK: Final = frozenset(b" \t\r\n")
_DIGITS: Final = frozenset(b"0123456789")
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")
_ESCAPES: Final = frozenset(b'bfnrt\\/"')
_STRICT: Final = ("in ", "after decimal")
_END: Final = "unexpected end of JSON input"
_WORDS: Final = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}


class NotJson(Exception):
    """A text that is no JSON; `why` is Go's sentence and names at most one character."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class Undecodable(Exception):
    """The server's decoder refuses the object. `why` is its text; it can be long, but holds no value."""

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


def mismatch(value: object, into: str) -> str:
    """The decoder's sentence about a value of the wrong type."""
    return f"json: cannot unmarshal {GO_NAMES.get(type(value), 'null')} into Go {into}"


def decode(data: bytes) -> Any:
    """The decoded value. Bytes that are no UTF-8 become U+FFFD, as in Go. Raises NotJson."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        _Scan(data).run()
    return json.loads(data.decode("utf-8", "replace"))


class _Noted(dict[str, Any]):
    """An object that remembers which of its keys came twice."""

    twice: tuple[str, ...] = ()


def repeated(data: bytes) -> list[str]:
    """The complaints about keys that come twice in an object, as strict decoding makes them."""

    def note(pairs: list[tuple[str, Any]]) -> _Noted:
        noted = _Noted(pairs)
        if len(noted) != len(pairs):
            names = [name for name, _ in pairs]
            noted.twice = tuple(name for name in noted if names.count(name) > 1)
        return noted

    found = json.loads(data.decode("utf-8", "replace"), object_pairs_hook=note)
    return [f"duplicate field {quote(path)}" for path in _twice("", found)]


def _twice(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from _twice(f"{path}[{at}]", one)
    if isinstance(value, _Noted):
        for name, one in value.items():
            below = f"{path}.{name}" if path else name
            if name in value.twice:
                yield below
            yield from _twice(below, one)


def object_problem(data: bytes) -> str:
    """Why `data` is no JSON object, in Go's words; empty if it is one."""
    try:
        value = decode(data)
    except NotJson as problem:
        return problem.why
    if value is None or isinstance(value, dict):
        return ""
    return f"json: cannot unmarshal {GO_NAMES[type(value)]} into Go value of type map[string]interface {{}}"


class _Scan:
    """Walks over a text once and raises NotJson at the byte where Go would stop."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def run(self) -> None:
        self._value()
        self._blank()
        if self.at < len(self.data):
            raise self._bad("after top-level value")

    def _bad(self, where: str) -> NotJson:
        if self.at >= len(self.data):
            # Go's scanner sees a blank at the end, which some states refuse and others skip.
            return NotJson(f"invalid character ' ' {where}" if where.startswith(_STRICT) else _END)
        return NotJson(f"invalid character {_quoted(self.data[self.at])} {where}")

    def _peek(self) -> int:
        """The byte here; -1 at the end."""
        return self.data[self.at] if self.at < len(self.data) else -1

    def _blank(self) -> None:
        while self._peek() in _BLANK:
            self.at += 1

    def _value(self) -> None:
        self._blank()
        here = self._peek()
        if here == ord("{"):
            self._object()
        elif here == ord("["):
            self._array()
        elif here == ord('"'):
            self._string()
        elif here == ord("-") or here in _DIGITS:
            self._number()
        elif here in _WORDS:
            self._word(_WORDS[here].decode())
        else:
            raise self._bad("looking for beginning of value")

    def _word(self, word: str) -> None:
        for count, letter in enumerate(word):
            if self._peek() != ord(letter):
                raise self._bad(f"in literal {word} (expecting '{word[count]}')")
            self.at += 1

    def _object(self) -> None:
        self.at += 1
        self._blank()
        if self._peek() == ord("}"):
            self.at += 1
            return
        while True:
            self._blank()
            if self._peek() != ord('"'):
                raise self._bad("looking for beginning of object key string")
            self._string()
            self._blank()
            if self._peek() != ord(":"):
                raise self._bad("after object key")
            self.at += 1
            self._value()
            if self._ends(ord("}"), "after object key:value pair"):
                return

    def _array(self) -> None:
        self.at += 1
        self._blank()
        if self._peek() == ord("]"):
            self.at += 1
            return
        while True:
            self._value()
            if self._ends(ord("]"), "after array element"):
                return

    def _ends(self, closing: int, where: str) -> bool:
        """Whether the collection ends here; steps over its closing or its comma."""
        self._blank()
        here = self._peek()
        if here not in (closing, ord(",")):
            raise self._bad(where)
        self.at += 1
        return here == closing

    def _string(self) -> None:
        self.at += 1
        while True:
            here = self._peek()
            if here == ord('"'):
                self.at += 1
                return
            if here < 0:
                raise NotJson(_END)
            if here < 0x20:
                raise self._bad("in string literal")
            self.at += 1
            if here == ord("\\"):
                self._escape()

    def _escape(self) -> None:
        here = self._peek()
        if here in _ESCAPES:
            self.at += 1
            return
        if here != ord("u"):
            raise self._bad("in string escape code")
        self.at += 1
        for _ in range(4):
            if self._peek() not in _HEX:
                raise self._bad("in \\u hexadecimal character escape")
            self.at += 1

    def _number(self) -> None:
        if self._peek() == ord("-"):
            self.at += 1
            if self._peek() not in _DIGITS:
                raise self._bad("in numeric literal")
        if self._peek() == ord("0"):
            self.at += 1
        else:
            self._digits("in numeric literal")
        if self._peek() == ord("."):
            self.at += 1
            self._digits("after decimal point in numeric literal")
        if self._peek() in (ord("e"), ord("E")):
            self.at += 1
            if self._peek() in (ord("+"), ord("-")):
                self.at += 1
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str) -> None:
        if self._peek() not in _DIGITS:
            raise self._bad(where)
        while self._peek() in _DIGITS:
            self.at += 1


def _quoted(byte: int) -> str:
    char = chr(byte)
    if char == "'":
        return "'\\''"
    if char == '"':
        return "'\"'"
    return "'" + quote(char)[1:-1] + "'"
