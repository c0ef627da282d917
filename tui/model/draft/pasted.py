"""Recognize what was pasted onto a Secret: what it is, and the keys that it would set. Pure.

To recognize another format, add a function to `FORMATS`. The words name keys and sizes, nothing of a value.
"""

from __future__ import annotations

import json
import re
import shlex
from argparse import ArgumentParser
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from tui.model.draft.documents import ManifestProblem, cut_by_comment, flat_texts
from tui.model.draft.env_file import EnvProblem, read_env
from tui.model.draft.manifest_objects import read_manifest
from tui.model.json_decoder import Hidden
from tui.model.secret.fields import keys_among
from tui.model.secret.formats import docker
from tui.model.secret.formats.limits import NotReadable
from tui.model.secret.formats.pem import (
    TO_DECRYPT,
    Bundle,
    bundle,
    certificate_facts,
    is_encrypted,
    key_matches,
    pair_words,
    parts,
)
from tui.model.secret.formats.pem_layout import is_cut_short, is_inside_text, laid_out
from tui.model.secret.formats.validity import expiry_words, validity_words
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.form import DOCKER, DOCKER_HUB, DOCKER_KEY
from tui.model.secret.validation import key_problem
from tui.model.secret.value import MASK, Value, facts
from tui.model.text.counts import counted, joined

UPLOAD: Final = "base64 -w0 < FILE"
"""The command whose output can be pasted, for a file on another machine."""
_MOST_NAMES: Final = 6
_LEAST_BASE64: Final = 16
_BASE64: Final = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_ENV_LINE: Final = re.compile(r"\s*(export\s+)?[A-Za-z_][-.\w]*=")
_PEM: Final = re.compile(rb"-----BEGIN [A-Z0-9 ]+-----")
COPY_AGAIN: Final = "! Copy it again, from BEGIN to END."


class Paste(Hidden, Struct, frozen=True):
    """Text that was pasted, and the key under the cursor."""

    text: str
    """Its line breaks are LF."""
    ref: SecretRef
    key: str | None
    """The key under the cursor."""
    data: Mapping[str, Value]
    """The Secret's keys, the draft's values first."""
    now: float
    """Seconds since the epoch."""

    @property
    def value(self) -> Value | None:
        """What the key under the cursor holds."""
        return self.data.get(self.key or "")


class Pasted(Hidden, Struct, frozen=True):
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
    """What the first format that fits says, changed keys first; None if none does. Takes milliseconds."""
    found = next((found for recognize in FORMATS if (found := recognize(paste)) is not None), None)
    if found is None:
        return None
    changed_first = sorted(found.values, key=lambda key: paste.data.get(key) == found.values[key])
    return replace(found, values={key: found.values[key] for key in changed_first})


def why_no_env(text: str) -> str:
    """Which line keeps it from being `.env` lines, a sentence; "" if it does not look like those."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if 2 * len(list(filter(_ENV_LINE.match, lines))) <= len(lines):
        return ""
    try:
        read_env(text.encode())
    except EnvProblem as problem:
        return f"Not taken as .env lines: {str(problem)[:1].lower()}{str(problem)[1:]}"
    return ""


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
    """Certificates and keys, also in base64 or with lines that a chat or a terminal spoiled."""
    text, verb, of = paste.text.encode(), "set", ""
    if (decoded := base64_of(paste.text)) is not None and _PEM.search(decoded.reveal()):
        text, verb, of = decoded.reveal(), "set decoded", "Base64 of "
    if is_cut_short(text):
        return Pasted("PEM that was cut short: a block has no END line", {}, (COPY_AGAIN,))
    laid = laid_out(text)
    if laid is None and is_inside_text(text):
        return None
    data = laid or text
    whole = bundle(data)
    found = _pair(paste, whole) if whole is not None else _one_of_pair(paste, data, laid is not None or of)
    if found is None:
        return None
    notes = (*found.notes, *(("Its line breaks and blanks are put right.",) if laid is not None else ()))
    return Pasted(f"{of}{found.words}", found.values, notes, verb)


def _pair(paste: Paste, found: Bundle) -> Pasted:
    values = {"tls.crt": Value(found.chain), "tls.key": Value(found.key)}
    words = f"{counted(found.count, 'certificate')} and a private key"
    return Pasted(words, values, (pair_words(found), *_certificate_words(found.chain, paste.now)))


def _one_of_pair(paste: Paste, data: bytes, is_spoiled: bool | str) -> Pasted | None:
    """Certificates alone, or a key alone: into the key of a TLS Secret that is for it."""
    certificates, keys = parts(data)
    words = counted(len(certificates), "certificate") if certificates else "A private key"
    if paste.key is None or (len(keys) != 1 and not certificates) or (keys and certificates):
        return None
    if not {"tls.crt", "tls.key"} <= paste.data.keys() or paste.key not in ("tls.crt", "tls.key"):
        return Pasted(words, {paste.key: Value(data)}) if is_spoiled else None
    if keys:
        note = _of_certificate(paste.data["tls.crt"].reveal(), keys[0])
        return Pasted(words, {"tls.key": Value(data)}, (note,))
    notes = list[str]()
    if key_matches(data, paste.data["tls.key"].reveal()) is False:
        renewed = bundle(b"\n".join((data, paste.data["tls.key"].reveal())))
        if renewed is not None and renewed.is_pair:
            data = renewed.chain
            notes.append("Put in order: the certificate of tls.key first.")
        else:
            notes.append("! tls.key belongs to another certificate: paste the new key too.")
    return Pasted(words, {"tls.crt": Value(data)}, (*notes, *_certificate_words(data, paste.now)))


def _of_certificate(certificate: bytes, key: bytes) -> str:
    """Does the key belong to the certificate that is there?"""
    match key_matches(certificate, key):
        case True:
            return "It belongs to the certificate in tls.crt."
        case False:
            return "! The certificate in tls.crt has another key: paste the new certificate too."
        case None if is_encrypted(key):
            return f"! It is encrypted, which servers cannot use. {TO_DECRYPT}"
        case None:
            return "! Not known whether it belongs to tls.crt: one of them cannot be read."


def _certificate_words(chain: bytes, now: float) -> tuple[str, ...]:
    """Until when and for which names the first one is."""
    try:
        first = certificate_facts(chain)[0]
    except NotReadable:
        return ("! A certificate in it cannot be read: copy it again, from BEGIN to END.",)
    mark = "! " if first.validity.ends < now or first.validity.begins > now else ""
    names = f", for {joined(first.names, most=_MOST_NAMES)}" if first.names else ""
    return (f"{mark}The first certificate: {validity_words(first.validity, now)}{names}.",)


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
    """Two keys or more, or one that the Secret has: one line is often something else."""
    try:
        found = read_env(paste.text.encode())
    except EnvProblem:
        return None
    is_env = len(found) > 1 or found.keys() <= paste.data.keys()
    return Pasted(f"{counted(len(found), '.env line')}", found) if found and is_env else None


def _yaml(paste: Paste) -> Pasted | None:
    """`key: value` lines, unless they are pasted onto a YAML file; as of .env lines two keys or more."""
    found = flat_texts(paste.text)
    is_file = (paste.key or "").endswith((".yaml", ".yml"))
    is_keys = len(found) > 1 or found.keys() <= paste.data.keys()
    if not found or is_file or not is_keys or any(key_problem(key) is not None for key in found):
        return None
    notes = []
    if line := cut_by_comment(paste.text):
        notes.append(f"! Line {line}: what follows # is a comment and left out; in quotes it is kept.")
    if all(map(_BASE64.fullmatch, found.values())) and any(text.endswith("=") for text in found.values()):
        notes.append("! They look like base64, as in a manifest; they are taken as text.")
    values = {key: Value(text.encode()) for key, text in found.items()}
    return Pasted(f"YAML with {counted(len(found), 'key')}", values, tuple(notes))


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


# A line of kubectl


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError  # its message quotes a value


_KUBECTL: Final = re.compile(r"(\S*/)?(kubectl|oc|k) ")
_TO_SHELL: Final = re.compile(r"[$`]")


def _parser() -> _Parser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    for name in ("from-literal", "from-file", "from-env-file"):
        parser.add_argument(f"--{name}", action="append", default=[])
    for name in ("cert", "key", "docker-server", "docker-username", "docker-password", "docker-email"):
        parser.add_argument(f"--{name}")
    return parser


def _create_line(paste: Paste) -> Pasted | None:
    """`kubectl create secret …`: its literals; its files are on the other side."""
    line = paste.text.strip().removeprefix("$ ").replace("\\\n", " ")
    if not _KUBECTL.match(line) or "\n" in line:
        return None
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        words = list(lexer)
        at = next(nth for nth in range(len(words)) if words[nth : nth + 2] == ["create", "secret"])
        end = next(
            (nth for nth, word in enumerate(words) if word and set(word) <= set("();<>|&")), len(words)
        )
        given, _ = _parser().parse_known_args(words[at + 2 : end])
        values = _literals(given.from_literal) | _login(given)
    except (ValueError, StopIteration, IndexError):
        return None
    paths = [*given.from_file, *given.from_env_file, given.cert, given.key]
    files = [path.rpartition("=")[2] for path in paths if path]
    names = joined(files, most=_MOST_NAMES)
    notes = [f"! Cannot be read here, paste them by themselves: {names}."] if names else []
    if _TO_SHELL.search(paste.text):
        notes.append("! It has $ or `, which a shell may replace: taken as it is written.")
    if not values and not files:
        return None
    return Pasted("A kubectl create secret line", values, tuple(notes))


def _literals(texts: list[str]) -> dict[str, Value]:
    """Raises ValueError if one is no KEY=VALUE."""
    found = dict(text.split("=", 1) for text in texts)
    if any(key_problem(key) is not None for key in found):
        raise ValueError
    return {key: Value(text.encode()) for key, text in found.items()}


def _login(given: Any) -> dict[str, Value]:
    typed = {
        "server": given.docker_server or DOCKER_HUB,
        "username": given.docker_username,
        "password": given.docker_password,
        "email": given.docker_email,
    }
    if not (given.docker_username and given.docker_password):
        return {}
    found = DOCKER.write({}, {name: text for name, text in typed.items() if text})
    return {key: value for key, value in found.items() if value is not None}


def _jwt(paste: Paste) -> Pasted | None:
    parts = paste.text.strip().split(".")
    if (
        paste.key is None
        or len(parts) != 3
        or not all(re.fullmatch("[-_A-Za-z0-9]+", part) for part in parts)
    ):
        return None
    head, body = (_json_part(part) for part in parts[:2])
    if "alg" not in head:
        return None
    expires = body.get("exp")
    word = f", {expiry_words(expires, paste.now)}" if isinstance(expires, int | float) else ""
    return Pasted(f"A JWT{word}", {paste.key: Value(paste.text.strip().encode())})


def _json_part(part: str) -> Mapping[str, Any]:
    try:
        found = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


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
    _yaml,
    _docker,
    _create_line,
    _jwt,
    _base64,
)
"""Each says what a paste is and would set; None if it is not in its format. The first that fits counts."""
