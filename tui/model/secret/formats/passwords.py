"""Passwords to try on a keystore: values of other keys of its Secret, or a typed password."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from tui.model.secret.value import Value

_NAME: Final = re.compile(r"pass(?:word|wd|phrase)?|pwd", re.IGNORECASE)
"""Part of a key's name that suggests a password, as in "storepass" or "p12.pwd"."""
_WORD: Final = re.compile(r"[a-z]{3,}")
_MOST_KEYS: Final = 8
_LONGEST: Final = 1000
"""Maximum size in bytes of a password."""
MOST_HASH_ROUNDS: Final = 1_000_000
"""Default maximum number of hash rounds for all passwords together, to limit the waiting time."""


class Password(Struct, frozen=True, eq=False):
    name: str
    """Words for the password in messages, such as the name of its key or "an empty password"."""
    value: Value


class Passwords(Struct, frozen=True, eq=False):
    """Passwords in the order in which they are tried."""

    tried: tuple[Password, ...]
    keys: tuple[str, ...] = ()
    """Keys whose values are tried; empty for a typed password."""
    rounds: int = MOST_HASH_ROUNDS
    """Maximum number of hash rounds for all tries together."""


NO_PASSWORDS: Final = Passwords(())


def typed_password(typed: Value) -> Passwords:
    return Passwords((Password("the password that you typed", typed),))


def sibling_passwords(key: str, siblings: Mapping[str, Value], rounds: int = MOST_HASH_ROUNDS) -> Passwords:
    """Collect the values of other keys whose names suggest a password.

    The names most similar to `key` come first. An empty password comes last.
    """
    names = [
        name
        for name, value in siblings.items()
        if name != key and _NAME.search(name) and 0 < value.size <= _LONGEST
    ]
    keys = tuple(sorted(names, key=lambda name: _distance(key, name))[:_MOST_KEYS])
    tried = [password for name in keys for password in _passwords_in(name, siblings[name])]
    return Passwords((*tried, Password("an empty password", Value(b""))), keys, rounds)


def _distance(key: str, name: str) -> tuple[int, int, str]:
    """Return a key for `sorted` that puts names similar to `key` first."""
    shared = sum(len(word) for word in _WORD.findall(key.lower()) if word in name.lower())
    return -shared, len(_NAME.sub("", name)), name


def _passwords_in(name: str, value: Value) -> Iterator[Password]:
    """Yield the value. If it ends with line breaks, also yield it without them.

    Some programs read a password only up to the end of the first line.
    """
    yield Password(name, value)
    if (line := value.reveal().rstrip(b"\r\n")) != value.reveal():
        yield Password(f"{name} without its final line break", Value(line))
