"""Entry point of the command `secret-tui` and of `python -m tui`."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

from tui.cli.main import main
from tui.process import hardening


def run() -> NoReturn:
    """Run the program and end the process.

    `os._exit` skips the shutdown of the interpreter. The shutdown can crash if a thread waits for a name
    server. It also took a third of the time that the program needed to quit (measured on Python 3.11).
    """
    hardening.deny()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # a stream is None if it was closed at the start
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
