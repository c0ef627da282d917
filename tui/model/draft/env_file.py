"""The keys of a `.env` file, as python-dotenv reads them without interpolation. Pure."""

from __future__ import annotations

import re
from io import StringIO

from dotenv.parser import parse_stream

from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value


class EnvProblem(Exception):
    """Why a file is not read as `.env`, as a sentence; it quotes no value."""


def is_env_name(name: str) -> bool:
    """Is a file of this name a `.env` file: app.env, .env, .env.local?"""
    return name.endswith(".env") or name.startswith(".env")


def read_env(data: bytes) -> dict[str, Value]:
    """The keys in their order. Line ends are read as LF, as of every text file. Raises EnvProblem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise EnvProblem(f"Line {line} is not UTF-8.") from None
    found: dict[str, Value] = {}
    for one in parse_stream(StringIO(text, newline=None)):
        written = one.original.string
        blank = written[: len(written) - len(written.lstrip())]
        line = one.original.line + blank.count("\n")
        if one.error or (one.key is not None and one.value is None):
            more = ", or its quote has no end" if re.search(r"=\s*['\"]", written) else ""
            raise EnvProblem(f"Line {line} is not KEY=VALUE{more}.")
        if one.key is None or one.value is None:
            continue  # blanks and comments
        if (problem := key_problem(one.key)) is not None:
            raise EnvProblem(f"Line {line}: {problem}")
        if one.key in found:
            raise EnvProblem(f"Line {line}: the key {one.key} is there twice.")
        found[one.key] = Value(one.value.encode())
    if not found:
        raise EnvProblem("It has no keys.")
    return found
