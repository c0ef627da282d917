"""Recognize text that is pasted onto a Secret, and the keys that it would set.

Messages contain names of keys and sizes, but no part of a value.
"""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from itertools import chain
from typing import Any, Final, NoReturn

from msgspec.structs import replace

from tui.model.draft.documents import ManifestProblem, cut_by_comment, flat_texts
from tui.model.draft.env_file import EnvProblem, read_env
from tui.model.draft.manifest_objects import read_manifest
from tui.model.secret.fields import keys_among
from tui.model.secret.formats.registry import VALUE_FORMATS
from tui.model.secret.formats.value_format import Paste, Pasted
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.form import DOCKER_FORM, DOCKER_HUB
from tui.model.secret.validation import key_problem
from tui.model.secret.value import MASK, Value
from tui.model.text.counts import counted, joined

UPLOAD: Final = "base64 -w0 < FILE"
"""Command whose output the user pastes."""
_MOST_NAMES: Final = 6
_BASE64: Final = re.compile(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_ENV_LINE: Final = re.compile(r"\s*(export\s+)?[A-Za-z_][-.\w]*=")


def recognized(paste: Paste, ref: SecretRef) -> Pasted | None:
    """Find the keys that a paste would set on a Secret. Takes milliseconds."""
    of_a_value = (value_format.paste(paste) for value_format in VALUE_FORMATS)
    of_a_secret = (recognize(paste, ref) for recognize in _OF_A_SECRET)
    pasted = next((pasted for pasted in chain(of_a_value, of_a_secret) if pasted is not None), None)
    if pasted is None:
        return None
    changed_first = sorted(pasted.values, key=lambda key: paste.data.get(key) == pasted.values[key])
    return replace(pasted, values={key: pasted.values[key] for key in changed_first})


def why_no_env(text: str) -> str:
    """Explain the first problem of a text whose lines mostly look like `.env`.

    Return "" for a text without a problem. Also return "" if most lines do not look like `.env`.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if 2 * len(list(filter(_ENV_LINE.match, lines))) <= len(lines):
        return ""
    try:
        read_env(text.encode())
    except EnvProblem as problem:
        return f"Not read as .env lines: {str(problem)[:1].lower()}{str(problem)[1:]}"
    return ""


def _manifest(paste: Paste, ref: SecretRef) -> Pasted | None:
    if "Secret" not in paste.text:
        return None
    try:
        manifest = read_manifest(paste.text.encode())
    except ManifestProblem:
        return None
    if len(manifest.secrets) != 1:
        words = f"A manifest of {counted(len(manifest.secrets), 'Secret')}"
        return Pasted(words, {}, ("! Paste one Secret at a time.",)) if manifest.secrets else None
    (secret,) = manifest.secrets
    data = {key: secret.fields[key] for key in keys_among(secret.fields)}
    if any(value.reveal() == MASK.encode() for value in data.values()):
        return Pasted("A manifest of a Secret", {}, ("! Some of its values are masked.",))
    notes = ["Type, labels and annotations are ignored."]
    if (secret.name, secret.namespace or ref.namespace) != (ref.name, ref.namespace):
        name = f"{secret.namespace}/{secret.name}" if secret.namespace else secret.name
        notes.append(f"! The manifest is for Secret {name}, not for {ref}.")
    return Pasted("A manifest of a Secret", data, tuple(notes))


def _env(paste: Paste, ref: SecretRef) -> Pasted | None:
    """Read a paste of .env lines.

    Return None for a single line with a key that the Secret lacks, because such a line is often other text.
    """
    try:
        values = read_env(paste.text.encode())
    except EnvProblem:
        return None
    is_env = len(values) > 1 or values.keys() <= paste.data.keys()
    return Pasted(f"{counted(len(values), '.env line')}", values) if values and is_env else None


def _yaml(paste: Paste, ref: SecretRef) -> Pasted | None:
    """Read YAML lines that set keys.

    Return None for a paste onto a key such as "values.yaml", because the paste is the value of that key.
    """
    texts = flat_texts(paste.text)
    is_file = (paste.key or "").endswith((".yaml", ".yml"))
    sets_keys = len(texts) > 1 or texts.keys() <= paste.data.keys()
    if not texts or is_file or not sets_keys or any(key_problem(key) is not None for key in texts):
        return None
    notes = []
    if line := cut_by_comment(paste.text):
        notes.append(
            f"! Line {line}: text after # is dropped as a comment. Quote the value to keep the text."
        )
    if all(map(_BASE64.fullmatch, texts.values())) and any(text.endswith("=") for text in texts.values()):
        notes.append("! The values look like base64, but are used as plain text.")
    values = {key: Value(text.encode()) for key, text in texts.items()}
    return Pasted(f"YAML with {counted(len(texts), 'key')}", values, tuple(notes))


# Commands of kubectl


class _Parser(ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError  # argparse's message quotes a value


_KUBECTL: Final = re.compile(r"(\S*/)?(kubectl|oc|k) ")
_TO_SHELL: Final = re.compile(r"[$`]")


def _parser() -> _Parser:
    parser = _Parser(add_help=False, allow_abbrev=False)
    for name in ("from-literal", "from-file", "from-env-file"):
        parser.add_argument(f"--{name}", action="append", default=[])
    for name in ("cert", "key", "docker-server", "docker-username", "docker-password", "docker-email"):
        parser.add_argument(f"--{name}")
    return parser


def _create_line(paste: Paste, ref: SecretRef) -> Pasted | None:
    """Read a `kubectl create secret` command. The files that it names are not read, but a note lists them."""
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
        options, _ = _parser().parse_known_args(words[at + 2 : end])
        values = _literals(options.from_literal) | _login(options)
    except (ValueError, StopIteration, IndexError):
        return None
    paths = [*options.from_file, *options.from_env_file, options.cert, options.key]
    files = [path.rpartition("=")[2] for path in paths if path]
    names = joined(files, most=_MOST_NAMES)
    notes = [f"! Files are not read. Paste each file separately: {names}."] if names else []
    if _TO_SHELL.search(paste.text):
        notes.append("! $ and ` stay as typed. A shell would expand them.")
    if not values and not files:
        return None
    return Pasted("A kubectl create secret command", values, tuple(notes))


def _literals(texts: list[str]) -> dict[str, Value]:
    """Split texts such as "user=admin". Raises ValueError for a text without "=" or with an invalid key."""
    pairs = dict(text.split("=", 1) for text in texts)
    if any(key_problem(key) is not None for key in pairs):
        raise ValueError
    return {key: Value(text.encode()) for key, text in pairs.items()}


def _login(given: Any) -> dict[str, Value]:
    typed = {
        "server": given.docker_server or DOCKER_HUB,
        "username": given.docker_username,
        "password": given.docker_password,
        "email": given.docker_email,
    }
    if not (given.docker_username and given.docker_password):
        return {}
    values = DOCKER_FORM.write({}, {name: text for name, text in typed.items() if text})
    return {key: value for key, value in values.items() if value is not None}


_OF_A_SECRET: Final = (_manifest, _env, _yaml, _create_line)
"""Functions that recognize text pasted onto a Secret. The first result that is not None counts."""
