"""Entry point: clean the environment, parse the command line, then run the app or a subcommand."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import MutableMapping, Sequence
from typing import Final

from tui.cli import arguments
from tui.cli.argument_types import BadArguments
from tui.cli.output import BAD_REQUEST, COULD_NOT_RUN, INTERRUPTED, complain, print_out
from tui.terminal import crash

_SIZE: Final = frozenset({"COLUMNS", "LINES"})
"""Variables to remove, because they override the terminal's size."""
_TELLING: Final = frozenset({"PYTHONASYNCIODEBUG", "SSLKEYLOGFILE"})
"""Variables to remove, because they make a library log secrets.

PYTHONASYNCIODEBUG makes asyncio log arguments of slow calls. SSLKEYLOGFILE makes TLS log its keys.
"""
_KEPT: Final = frozenset({"TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code, as listed in docs/settings.md."""
    # Before the first frame, garbage collection frees nothing, but takes a tenth of the start time.
    # The app enables it when the first frame is drawn.
    gc.disable()
    try:
        return _main(argv)
    finally:
        gc.enable()


def _main(argv: Sequence[str] | None) -> int:
    scrub(os.environ)
    crash.install()
    if "_ARGCOMPLETE" in os.environ:
        from tui.cli.completion import answer

        answer()
    words = list(sys.argv[1:] if argv is None else argv)
    prog = arguments.called_as(sys.argv[0])
    command, words_left = arguments.take_command(words)
    try:
        if command:
            return _alone(command, words_left, prog)
        given = arguments.parse(words_left, prog)
    except BadArguments as error:
        return complain(f"{error}. See {f'{prog} {command}'.rstrip()} --help.", BAD_REQUEST)
    except SystemExit as end:
        return print_out("") or int(end.code or 0)
    try:
        from tui.cli.start import start  # late import: loads the whole app

        return start(given)
    except KeyboardInterrupt:
        return INTERRUPTED


def _alone(command: str, words: Sequence[str], prog: str) -> int:
    from tui.cli import subcommands

    try:
        text, code = subcommands.run(command, words, prog)
    except subcommands.JournalUnreadable as error:
        return complain(str(error), COULD_NOT_RUN)
    except KeyboardInterrupt:
        return INTERRUPTED
    return print_out(text) or code


def scrub(env: MutableMapping[str, str]) -> None:
    """Remove environment variables that override the terminal's size or make a library log secrets.

    For example, TEXTUAL_LOG makes Textual write each key press to a file. Other users may be able to read
    this file. Every other variable of Textual is removed too, unless the variable is in `_KEPT`.
    """
    for name in list(env):
        if name in _SIZE | _TELLING or (name.startswith("TEXTUAL") and name not in _KEPT):
            del env[name]
