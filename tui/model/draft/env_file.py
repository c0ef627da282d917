"""Read the keys of a `.env` file as python-dotenv does, but without interpolation."""

from __future__ import annotations

import re
from io import StringIO

from dotenv.parser import parse_stream

from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value


class EnvProblem(Exception):
    """Failure to read a file as `.env`. The message is a sentence that quotes no value."""


def is_env_name(name: str) -> bool:
    """True for names such as app.env, .env and .env.local."""
    return name.endswith(".env") or name.startswith(".env")


def read_env(data: bytes) -> dict[str, Value]:
    """Read the keys and values. Line ends inside a value become LF. Raises EnvProblem."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise EnvProblem(f"Line {line} is not UTF-8.") from None
    values: dict[str, Value] = {}
    for binding in parse_stream(StringIO(text, newline=None)):
        written = binding.original.string
        blank = written[: len(written) - len(written.lstrip())]
        line = binding.original.line + blank.count("\n")
        if binding.error or (binding.key is not None and binding.value is None):
            more = ", or its quote is not closed" if re.search(r"=\s*['\"]", written) else ""
            raise EnvProblem(f"Line {line} is not KEY=VALUE{more}.")
        if binding.key is None or binding.value is None:
            continue  # the line is blank or a comment
        if (problem := key_problem(binding.key)) is not None:
            raise EnvProblem(f"Line {line}: {problem}")
        if binding.key in values:
            raise EnvProblem(f"Line {line}: the key {binding.key} occurs twice.")
        values[binding.key] = Value(binding.value.encode())
    if not values:
        raise EnvProblem("The file has no keys.")
    return values
