"""Exit codes, and functions that print to stdout and stderr."""

from __future__ import annotations

import sys
from typing import Final

COULD_NOT_RUN: Final = 1
BAD_REQUEST: Final = 2
INTERRUPTED: Final = 130
ENOUGH: Final = 141  # the reader closed the pipe, as `head` does; 128 + SIGPIPE


def print_out(text: str) -> int:
    """Print to stdout, and return the exit code."""
    try:
        encoding = sys.stdout.encoding or "utf-8"
        text = text.encode(encoding, "replace").decode(encoding)
        # write each line by itself, because an unbuffered stdout can cut a long write short
        sys.stdout.writelines(text.splitlines(keepends=True) or [text])
        sys.stdout.flush()
    except BrokenPipeError:
        return ENOUGH
    # AttributeError: stdout is None if it was closed before the start
    except (OSError, AttributeError) as error:
        why = error.strerror if isinstance(error, OSError) else "stdout is closed"
        return complain(f"The output is incomplete: {why}.", COULD_NOT_RUN)
    return 0


def complain(sentence: str, code: int) -> int:
    # late import: loads rich, which is not needed for --help
    from tui.model.text.printable import printable

    sys.stderr.write(f"secret-tui: {printable(sentence)}\n")
    return code
