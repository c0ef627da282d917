"""Recognize what was pasted onto a Secret: what it is, and the keys that it would set. Pure.

To recognize another format, add a function to `FORMATS`. The words name keys and sizes, nothing of a value.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from tui.model.draft.documents import ManifestProblem
from tui.model.draft.env_file import EnvProblem, read_env
from tui.model.draft.manifest_objects import read_manifest
from tui.model.json_decoder import Hidden
from tui.model.secret.fields import keys_among
from tui.model.secret.formats import docker
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.pem import bundle, pair_words
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.form import DOCKER_KEY
from tui.model.secret.value import MASK, Value, facts
from tui.model.text.counts import counted, joined

UPLOAD: Final = "base64 -w0 < FILE"
"""The command whose output can be pasted, for a file on another machine."""
_MOST_NAMES: Final = 6
_LEAST_BASE64: Final = 16


class Paste(Hidden, Struct, frozen=True):
    """Text that was pasted, and the key under the cursor."""

    text: str
    """Its line breaks are LF."""
    ref: SecretRef
    key: str | None
    """The key under the cursor."""
    value: Value | None
    """What that holds."""


class Pasted(Hidden, Struct, frozen=True):
    """What a paste is."""

    words: str
    """"3 certificates and a private key", for a question."""
    values: Mapping[str, Value]
    """The keys that it would set; empty if nothing of it can be set."""
    notes: tuple[str, ...] = ()
    """Sentences; one that begins with "!" is a warning."""
    verb: str = "set"

    @property
    def question(self) -> str:
        """ "3 certificates and a private key: set tls.crt and tls.key?" """
        if not self.values:
            return f"{self.words}."
        as_what = self.verb.removeprefix("set")
        return f"{self.words}: set {joined(list(self.values), most=_MOST_NAMES)}{as_what}?"


def recognized(paste: Paste) -> Pasted | None:
    """What the first format that fits says; None if none does."""
    return next((found for recognize in FORMATS if (found := recognize(paste)) is not None), None)


def base64_of(text: str) -> Value | None:
    """The bytes, if it is base64 with or without line breaks; None for what is too short to tell."""
    squeezed = re.sub(r"\s", "", text)
    if len(squeezed) < _LEAST_BASE64:
        return None
    try:
        return Value(b64decode(squeezed, validate=True))
    except ValueError:
        return None


def _pem(paste: Paste) -> Pasted | None:
    found = bundle(paste.text.encode())
    if found is None:
        return None
    values = {"tls.crt": Value(found.chain), "tls.key": Value(found.key)}
    return Pasted(f"{counted(found.count, 'certificate')} and a private key", values, (pair_words(found),))


def _manifest(paste: Paste) -> Pasted | None:
    """What `kubectl get secret -o yaml` or `-o json` prints: its keys."""
    if "Secret" not in paste.text:
        return None
    try:
        found = read_manifest(paste.text.encode())
    except ManifestProblem:
        return None
    if len(found.secrets) != 1:
        words = f"A manifest of {counted(len(found.secrets), 'Secret')}"
        return Pasted(words, {}, ("! Only one can be taken here.",)) if found.secrets else None
    (secret,) = found.secrets
    data = {key: secret.fields[key] for key in keys_among(secret.fields)}
    if any(value.reveal() == MASK.encode() for value in data.values()):
        return Pasted("A manifest of a Secret", {}, ("! Its values are masked.",))
    notes = ["Its type, labels and annotations are not taken."]
    if (secret.name, secret.namespace or paste.ref.namespace) != (paste.ref.name, paste.ref.namespace):
        name = f"{secret.namespace}/{secret.name}" if secret.namespace else secret.name
        notes.append(f"! It is of the Secret {name}, not of {paste.ref}.")
    return Pasted("A manifest of a Secret", data, tuple(notes))


def _env(paste: Paste) -> Pasted | None:
    """Two keys or more: one line is often something else."""
    try:
        found = read_env(paste.text.encode())
    except EnvProblem:
        return None
    return Pasted(f"{counted(len(found), '.env line')}", found) if len(found) > 1 else None


def _docker(paste: Paste) -> Pasted | None:
    data = paste.text.encode()
    try:
        logins = docker.logins(data) if "auths" in json.loads(data) else ()
    except (ValueError, TypeError, RecursionError, NotReadable):
        return None
    if not logins:
        return None
    is_empty = not any(login.has_password for login in logins)
    notes = ("! It has no password: those are in a credential store of the other side.",) if is_empty else ()
    words = f"A docker config with {counted(len(logins), 'registry', 'registries')}"
    return Pasted(words, {DOCKER_KEY: Value(data)}, notes)


def _base64(paste: Paste) -> Pasted | None:
    """Of a known binary format, or for a key that holds bytes now: a password can look like base64 too."""
    decoded = base64_of(paste.text)
    if paste.key is None or decoded is None:
        return None
    known = facts(decoded)
    is_bytes_now = paste.value is not None and paste.value.size > 0 and not facts(paste.value).is_readable
    if known.is_readable or not (is_bytes_now or known.kind.startswith("binary (")):
        return None
    words = f"Base64 of {counted(decoded.size, 'byte')} ({known.kind})"
    return Pasted(words, {paste.key: decoded}, verb="set decoded")


FORMATS: Final[tuple[Callable[[Paste], Pasted | None], ...]] = (
    _pem,
    _manifest,
    _env,
    _docker,
    _base64,
)
"""Each says what a paste is and would set; None if it is not in its format. The first that fits counts."""
