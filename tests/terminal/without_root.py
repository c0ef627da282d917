"""Run a command without root's powers, which would open any process to it: COMMAND..."""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from typing import Final

POWERLESS: Final = (sys.executable, "-m", "tests.terminal.without_root")
_PR_CAPBSET_DROP: Final = 24
_PTRACE_SEIZE: Final = 0x4206


def main(*command: str) -> None:
    """Give the powers up, let cores be written, and become that command."""
    for capability in range(64):
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    if command[0] == "look":
        os.execv(sys.executable, [sys.executable, "-c", _LOOK, command[1]])
    os.execv(command[0], command)


_LOOK: Final = f"""
import ctypes, os, sys
at = "/proc/" + sys.argv[1]
def may(what, do):
    try:
        do()
        print(what)
    except OSError:
        pass
may("mem", lambda: open(at + "/mem", "rb").close())
may("environ", lambda: open(at + "/environ", "rb").read())
may("maps", lambda: open(at + "/maps", "rb").read(1) or os.strerror(1))
may("fd", lambda: os.readlink(at + "/fd/0"))
libc = ctypes.CDLL(None, use_errno=True)
if libc.ptrace({_PTRACE_SEIZE}, int(sys.argv[1]), 0, 0) == 0:
    print("ptrace")
"""
"""Program that prints a word for each part of another process that it may look at."""

if __name__ == "__main__":
    main(*sys.argv[1:])
