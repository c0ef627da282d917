"""Output of the command on stdout and stderr, and its exit codes."""

from __future__ import annotations

import sys
from typing import Final

COULD_NOT_RUN: Final = 1
BAD_REQUEST: Final = 2
"""Flags or settings that cannot be used."""
INTERRUPTED: Final = 130
ENOUGH: Final = 141  # the reader closed the pipe, as in `| head`; 128 + SIGPIPE


def print_out(text: str) -> int:
    """Write to stdout; returns the exit code. What its encoding lacks is written as "?"."""
    try:
        encoding = sys.stdout.encoding or "utf-8"
        text = text.encode(encoding, "replace").decode(encoding)
        sys.stdout.writelines(text.splitlines(keepends=True) or [text])  # unbuffered, one piece can be cut
        sys.stdout.flush()
    except BrokenPipeError:
        return ENOUGH
    except (OSError, AttributeError) as error:  # closed from the start it is None
        why = error.strerror if isinstance(error, OSError) else "stdout is closed"
        return complain(f"The output is incomplete: {why}.", COULD_NOT_RUN)
    return 0


def complain(sentence: str, code: int) -> int:
    """Write a sentence to stderr; returns `code`."""
    from tui.model.text.printable import printable  # needs rich: not for --help

    sys.stderr.write(f"secret-tui: {printable(sentence)}\n")
    return code
