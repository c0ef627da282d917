"""The command secret-tui, and `python -m tui`: the process ends as soon as all is said and closed."""

import os
import sys
from contextlib import suppress
from typing import NoReturn

from tui.cli.main import main
from tui.process import hardening


def run() -> NoReturn:
    """Run the program and end the process with its code.

    Without taking the interpreter to pieces: nothing is left that it would close, it is a third of what
    quitting takes, and where a thread still hangs (a name server that does not answer) it can crash (measured
    on 3.11).
    """
    hardening.deny()
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed from the start they are None
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
