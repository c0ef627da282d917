"""The command's first steps: harden, parse, and answer --help and --version without loading the rest."""

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
"""Variables that are removed, because they would hide the terminal's real size and every resize."""
_TELLING: Final = frozenset({"PYTHONASYNCIODEBUG", "SSLKEYLOGFILE"})
"""Variables that are removed, because asyncio would log slow calls with arguments, and TLS its keys."""
_KEPT: Final = frozenset({"TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; docs/settings.md says what each exit code means."""
    # Garbage collection during imports finds nothing and takes a tenth of the time to the first frame.
    gc.disable()
    try:
        return _main(argv)
    finally:
        gc.enable()


def _main(argv: Sequence[str] | None) -> int:
    scrub(os.environ)
    crash.install()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks by the tab key
        from tui.cli.completion import answer

        answer()
    words = list(sys.argv[1:] if argv is None else argv)
    prog = arguments.called_as(sys.argv[0])
    command, rest = arguments.take_command(words)
    try:
        if command:
            return _alone(command, rest, prog)
        given = arguments.parse(rest, prog)
    except BadArguments as error:
        return complain(f"{error}. See {f'{prog} {command}'.rstrip()} --help.", BAD_REQUEST)
    except SystemExit as end:
        return print_out("") or int(end.code or 0)
    try:
        from tui.cli.start import start  # loads everything: not for --help

        return start(given)
    except KeyboardInterrupt:
        return INTERRUPTED


def _alone(command: str, words: Sequence[str], prog: str) -> int:
    """Run a subcommand."""
    from tui.cli import subcommands  # not for --help

    try:
        text, code = subcommands.run(command, words, prog)
    except subcommands.NotRead as error:
        return complain(str(error), COULD_NOT_RUN)
    except KeyboardInterrupt:
        return INTERRUPTED
    return print_out(text) or code


def scrub(env: MutableMapping[str, str]) -> None:
    """Remove variables that make a library log: Textual's log would hold every key, readable by all."""
    for name in list(env):
        if name in _SIZE | _TELLING or (name.startswith("TEXTUAL") and name not in _KEPT):
            del env[name]
