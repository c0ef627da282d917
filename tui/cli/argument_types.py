"""Types of command-line arguments. No error quotes an argument that could be a value of a Secret."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

# tui.model is imported inside functions, because --help does not need it and should be fast.
if TYPE_CHECKING:
    from tui.model.why import WhyQuestion

SUBCOMMANDS: Final = {
    "doctor": "checks this terminal and host",
    "journal": "prints your actions on Secrets",
    "report": "prints problems with Secrets",
    "completion": "prints the code for tab completion",
}


class BadArguments(Exception):
    """An unusable command line, described by a sentence without values of a Secret."""


class SecretToOpen(NamedTuple):
    """A Secret named on the command line, written [[CONTEXT:]NAMESPACE/]NAME."""

    name: str
    namespace: str | None = None
    context: str | None = None


def one_of(words: Sequence[str]) -> Callable[[str], str]:
    """Build an argparse type that accepts only `words`."""

    def check(text: str) -> str:
        if text not in words:
            raise argparse.ArgumentTypeError(f"must be one of {', '.join(words)}")
        return text

    return check


def seconds(text: str) -> float | None:
    """Parse a timeout such as 30, 30s or 1m30s into seconds.

    Return None for 0, which stands for the default timeouts.
    """
    from tui.model.text.times import duration

    parsed = float(text) if text.isascii() and text.isdecimal() else duration(text)
    if parsed is None:
        raise argparse.ArgumentTypeError("needs a duration such as 30s or 1m30s")
    return parsed or None


def key_and_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError("needs KEY=VALUE")
    return key, value


def file_path(text: str) -> Path | None:
    with suppress(RuntimeError):  # raised if "~user" names an unknown user
        return Path(text).expanduser() if text else None
    return Path(text)


def key_and_path(text: str) -> tuple[str, str]:
    from tui.model.secret.validation import key_problem

    key, equals, path = text.partition("=")
    if not (equals and path):
        raise argparse.ArgumentTypeError("needs KEY=PATH")
    if (why := key_problem(key)) is not None:
        raise argparse.ArgumentTypeError(why.rstrip("."))
    return key, path


def moment(text: str, now: float) -> str:
    """Parse a time, or an age such as 2h, into a timestamp in the journal's format.

    An age is counted back from `now`.
    """
    from tui.model.text.times import duration, rfc3339

    if (age := duration(text)) is not None:
        return rfc3339(max(0.0, now - age), "milliseconds")
    try:
        parsed = datetime.fromisoformat(text)
        return rfc3339(parsed.replace(tzinfo=parsed.tzinfo or UTC).timestamp(), "milliseconds")
    except (ValueError, OverflowError, OSError):
        raise argparse.ArgumentTypeError(
            "needs a time such as 2026-11-24T14:00 (UTC) or an age such as 2h"
        ) from None


def seconds_ahead(text: str) -> float:
    from tui.model.text.times import duration

    if (ahead := duration(text)) is None:
        raise argparse.ArgumentTypeError("needs a duration such as 30d or 12h")
    return ahead


def secret_or_question(text: str) -> SecretToOpen | WhyQuestion:
    return question(text) or split(text)


def question(text: str) -> WhyQuestion | None:
    """Parse KIND/NAME, such as pod/web, or an error of the kubelet. Return None for other text.

    Text without a space is never taken for an error.
    """
    is_error = re.search(r"\s", text) is not None
    if not is_error and re.fullmatch(r"[\w.]+/[^/:=]+", text) is None:
        return None
    from tui.model.why import parse as parse_question

    asked = parse_question(text)
    return asked if asked is not None and bool(asked.fault) is is_error else None


def split(text: str) -> SecretToOpen:
    """Parse [[CONTEXT:]NAMESPACE/]NAME from the right, because a context name may contain ":" and "/"."""
    if text in SUBCOMMANDS:
        raise BadArguments(f"{text} is a command; to open a Secret of that name, give NAMESPACE/{text}")
    from tui.model.secret.validation import name_problem, namespace_problem

    prefix, slash, name = text.rpartition("/")
    context, _, namespace = prefix.rpartition(":")
    why = name_problem(name) or (namespace_problem(namespace) if slash else None)
    why = "A namespace is missing before the /" if slash and not namespace else why
    if why is not None and Path(text).is_file():
        raise BadArguments("The argument is the name of a file; use -f FILE to draft the Secrets in the file")
    if why is not None:
        raise BadArguments(f"Write the Secret to open as [[CONTEXT:]NAMESPACE/]NAME. {why.rstrip('.')}")
    return SecretToOpen(name, namespace or None, context or None)
