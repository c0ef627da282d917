"""The registry of value formats. To add one, write its module in this folder and add its row here."""

from __future__ import annotations

from typing import Final

from tui.model.secret.formats.binary import BINARY
from tui.model.secret.formats.docker import DOCKER
from tui.model.secret.formats.json_text import JSON
from tui.model.secret.formats.jwt import JWT
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.pem_value import PEM
from tui.model.secret.formats.url import URL
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Flaw
from tui.model.secret.formats.yaml_text import YAML
from tui.model.secret.value import Value, facts

FORMATS: Final = (PEM, DOCKER, JWT, JSON, YAML, URL, BINARY)
"""The first that recognizes a value counts: a docker config is JSON, and JSON is YAML."""
_START: Final = 256
"""Bytes by which a kind is known."""


def kind_of(value: Value) -> str:
    """The kind for a narrow column: "PEM certificate", "binary (gzip)", "text", "empty"."""
    if not value.size:
        return "empty"
    start = value.reveal()[:_START].lstrip()
    if kind := next((kind for value_format in FORMATS if (kind := value_format.kind(start))), ""):
        return kind
    known = facts(value)
    return "text" if known.is_text else "text with control characters" if known.is_readable else "binary"


def times_of(key: str, value: Value) -> tuple[Validity, ...]:
    """From when until when each part of a value is valid; () if it does not end. Takes some milliseconds."""
    found = (value_format.times(key, value.reveal()) for value_format in FORMATS)
    return next((times for times in found if times), ())


def changed_problem(key: str, before: Value, after: Value) -> Flaw | None:
    """What is wrong with the new value of a key, in a sentence. Takes some milliseconds."""
    if max(before.size, after.size) > MAX_INPUT:
        return None
    was, now = before.reveal(), after.reveal()
    for value_format in FORMATS:
        if value_format.recognizes(key, was):
            if (flaw := value_format.flaw(now)) is not None:
                where = f" (line {flaw.line:,})" if flaw.line else ""
                return Flaw(f"{key} was {value_format.name}; it {flaw.words}{where}.", flaw.line)
            break
    is_text = facts(before).is_text and facts(after).is_text
    is_same = is_text and b"".join(was.split()) == b"".join(now.split())
    return Flaw(f"In {key} only whitespace changed.") if is_same else None
