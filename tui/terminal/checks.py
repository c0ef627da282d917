"""Check that the program can draw in this terminal, before Textual starts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final, Protocol

_ADVICE: Final = "start secret-tui with LC_ALL=C.UTF-8"


class Stream(Protocol):
    def isatty(self) -> bool: ...


def unfit(env: Mapping[str, str], streams: Mapping[str, Stream | None], platform: str) -> str | None:
    """Return a sentence that says why the program cannot draw in this terminal, or None if it can.

    Textual draws on stderr, so `2> file` would write shown values to the file.
    """
    if platform == "win32":
        return "On Windows, run secret-tui inside WSL."
    for name, stream in streams.items():
        if stream is None or not stream.isatty():
            return f"{name} is not a terminal; secret-tui needs one."
    term = env.get("TERM", "")
    if term in ("", "dumb"):
        return (
            f"TERM is {term or 'not set'}: secret-tui cannot draw. Set TERM, for example to xterm-256color."
        )
    if not is_utf8(env):
        return f"The locale is not UTF-8: {_ADVICE}."
    if in_doubtful_screen(env):
        return f"GNU screen may draw UTF-8 wrongly in this locale: use screen -U and {_ADVICE}."
    return None


def is_utf8(env: Mapping[str, str]) -> bool:
    """True if the locale names UTF-8 or no charset.

    A terminal with another charset reads some bytes of UTF-8 as control sequences.
    """
    charset = _charset(env)
    return not charset or charset.startswith(("utf8", "utf-8"))


def in_doubtful_screen(env: Mapping[str, str]) -> bool:
    """True in GNU screen, if the locale names no charset.

    GNU screen then may draw each byte as a character, so that lines shift.
    """
    if env.get("LC_CTYPE") == "C.UTF-8":  # Python itself sets this value if the locale is C (PEP 538)
        env = {**env, "LC_CTYPE": ""}
    return bool(env.get("STY")) and not _charset(env)


def _charset(env: Mapping[str, str]) -> str:
    named = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return named.partition(".")[2].lower()


def here(env: Mapping[str, str]) -> str | None:
    streams = {"stdin": sys.__stdin__, "stdout": sys.__stdout__, "stderr": sys.__stderr__}
    return unfit(env, streams, sys.platform)
