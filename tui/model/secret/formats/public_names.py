"""Hosts and names that may be shown. Any other text could be a part of a password."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_NAME: Final = re.compile(rf"(?:\*\.)?{_LABEL}(?:\.{_LABEL})+\.?")
_SHORT: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
"""Host name of one label in lowercase, such as the name of a Service, or "localhost"."""
_ADDRESS: Final = re.compile(r"\[[0-9A-Fa-f:.]{2,45}\]")
_PORT: Final = re.compile(r"\d{1,5}", re.ASCII)
_PLAIN: Final = re.compile(r"[^\W_](?:[\w .@:+-]{0,61}[\w])?")
_WORDS: Final = re.compile(r"[^\W_]+")
_LONG_LABEL: Final = 20
"""Minimum number of characters of a token.

A token is a label or word with a capital letter and a digit, as in an API key.
"""
_HEX: Final = re.compile(r"[0-9A-Fa-f]{32,}")
"""Word of 32 or more characters, all hex digits: a digest or a key, not a name."""


def is_host(text: str) -> bool:
    """True for a Service's short name, an IP address (IPv6 in brackets), or a DNS name.

    A DNS name with a label that looks like a token counts as no host.
    """
    if len(text) > 253:
        return False
    if _SHORT.fullmatch(text) or _ADDRESS.fullmatch(text):
        return True
    return _NAME.fullmatch(text) is not None and not any(map(_is_token, text.split(".")))


def host_and_port(text: str) -> str:
    """Return the text if it is a host with or without a port, else ""."""
    host, colon, port = text.rpartition(":")
    if colon and not text.endswith("]"):
        return text if is_host(host) and _PORT.fullmatch(port) else ""
    return text if is_host(text) else ""


def plain_name(text: object) -> str:
    """Return the text if it looks like the name of a chart or a project, else ""."""
    if not isinstance(text, str) or _PLAIN.fullmatch(text) is None or not text.isprintable():
        return ""
    return "" if any(_is_token(word) or _HEX.fullmatch(word) for word in _WORDS.findall(text)) else text


def database_name(text: object) -> str:
    """Return `plain_name(text)`, or "" if the name contains "@" or ":"."""
    name = plain_name(text)
    return "" if set(name) & {"@", ":"} else name


def first_of(names: Sequence[str], most: int = 1) -> str:
    """Join the first `most` names, and count the others, as in "a, b +1"."""
    suffix = f" +{len(names) - most}" if len(names) > most else ""
    return f"{', '.join(names[:most])}{suffix}"


def _is_token(label: str) -> bool:
    is_mixed = label != label.lower() and any(char.isdigit() for char in label)
    return len(label) >= _LONG_LABEL and is_mixed
