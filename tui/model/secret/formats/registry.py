"""The registry of value formats. To add one, write its module in this folder and add its row here."""

from __future__ import annotations

import weakref
from typing import Final

from msgspec.structs import replace

from tui.model.secret.formats.age_identity import AGE
from tui.model.secret.formats.aws import AWS
from tui.model.secret.formats.binary import BINARY
from tui.model.secret.formats.connection import CONNECTION
from tui.model.secret.formats.der import DER
from tui.model.secret.formats.docker import DOCKER
from tui.model.secret.formats.encoded import PACKED, TWICE, is_printable_text, unpacked
from tui.model.secret.formats.google import GOOGLE
from tui.model.secret.formats.helm_record import HELM
from tui.model.secret.formats.htpasswd import HTPASSWD
from tui.model.secret.formats.json_text import JSON, JWKS
from tui.model.secret.formats.jwt import JWT
from tui.model.secret.formats.keystore import KEYSTORE
from tui.model.secret.formats.kubeconfig import KUBECONFIG
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.login_files import NETRC, NPMRC, PGPASS, PIP
from tui.model.secret.formats.pem_value import PEM
from tui.model.secret.formats.pgp import PGP
from tui.model.secret.formats.prometheus import ALERTMANAGER, SCRAPE
from tui.model.secret.formats.settings_text import SETTINGS
from tui.model.secret.formats.sops import SOPS
from tui.model.secret.formats.ssh_public import SSH
from tui.model.secret.formats.terraform import TERRAFORM
from tui.model.secret.formats.tokens import TOKENS
from tui.model.secret.formats.url import URL
from tui.model.secret.formats.validity import Validity
from tui.model.secret.formats.value_format import Flaw, RowName, ValueFormat
from tui.model.secret.formats.yaml_text import YAML
from tui.model.secret.value import Value, facts
from tui.model.text.printable import printable

FORMATS: Final = (
    *(PEM, DER, SSH, PGP, KEYSTORE, DOCKER, HELM, TERRAFORM, GOOGLE, JWKS, JWT, TOKENS, HTPASSWD, AGE),
    *(KUBECONFIG, SOPS, ALERTMANAGER, SCRAPE, JSON, AWS, NETRC, PGPASS, NPMRC, PIP, SETTINGS, YAML, URL),
    *(CONNECTION, PACKED, BINARY),
)
"""The first that recognizes or names a value counts: a docker config is JSON, and JSON is YAML."""
_LEVELS: Final = 2
"""How often what is packed is unpacked."""
_MOST_WORDS: Final = 120
_NAMES: Final[dict[int, tuple[weakref.ref[Value], str, RowName]]] = {}
"""By the identity of a value, for as long as it lives: itself, its key, its name."""
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


def known_row_name(key: str, value: Value) -> RowName | None:
    """The name that `row_name` found before; None if it did not look yet."""
    if (known := _NAMES.get(id(value))) is None:
        return None
    held, of_key, name = known
    return name if held() is value and of_key == key else None


def row_name(key: str, value: Value) -> RowName:
    """Name what a value is and what is public of it. Takes milliseconds: call it off the loop."""
    if (known := known_row_name(key, value)) is not None:
        return known
    name = _named(key, value.reveal(), _LEVELS) or RowName(kind_of(value))
    at = id(value)
    _NAMES[at] = (weakref.ref(value, lambda _: _NAMES.pop(at, None)), key, name)
    return name


def _named(key: str, data: bytes, levels: int) -> RowName | None:
    """Name by the first format that does, or by what is packed in it."""
    name = next((found for value_format in FORMATS if (found := _row_of(value_format, key, data))), None)
    if not levels or (name is not None and name.kind not in ("gzip", "zstd")):
        return name
    if (packed := unpacked(data)) is None:
        return name
    inner = _named(key.removesuffix(".gz"), packed.data, levels - 1)
    if inner is not None:
        words = f"{packed.how} of {inner.words}" if inner.words else ""
        return replace(inner, kind=f"{packed.how} of {inner.kind}", words=words)
    if is_printable_text(packed.data):
        return RowName(TWICE if packed.how == "base64" else f"{packed.how} of text")
    return name


def _row_of(value_format: ValueFormat, key: str, data: bytes) -> RowName | None:
    if len(data) > value_format.most:
        return None
    try:
        name = value_format.row(key, data)
    except Exception:
        return None  # of damaged input; what a parser says of it quotes it
    return replace(name, words=printable(name.words)[:_MOST_WORDS]) if name is not None else None


def times_of(key: str, value: Value) -> tuple[Validity, ...]:
    """From when until when each part of a value is valid; () if it does not end. Takes some milliseconds."""
    return row_name(key, value).times


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
