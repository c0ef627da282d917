"""Copy to the desktop's clipboard, and clear it.

A child process runs this file as a script, which calls pyperclip. The helpers of pyperclip (xclip, wl-copy)
write to the terminal and can hang on a dead display. This program can kill a child process that hangs, but
not a thread.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final, Literal

DESKTOP_SECONDS: Final = 2.0
"""Maximum seconds to wait for a clipboard program or for tmux."""
_NONE: Final = "this desktop has no usable clipboard"

_SAFE: Final = frozenset(
    {"copy_osx_pbcopy", "copy_osx_pyobjc", "copy_wl", "copy_wsl", "copy_xclip", "copy_xsel"}
)
"""pyperclip functions that pass the text by stdin or by a library call.

Klipper's function would pass the text as a command-line argument. Qt's function would lose the text when the
process ends.
"""

_TOOLS: Final = ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe")
"""Programs that the functions in `_SAFE` run."""


class Desktop:
    """The desktop's clipboard. A copy is cleared only if the clipboard is unchanged."""

    where = "copied to this desktop's clipboard."
    place = "desktop"
    then = "Cleared at {at} if unchanged and secret-tui still runs"
    gone = "Clipboard cleared at {at}."
    stays = "Clipboard not cleared at {at}: its content changed, or could not be read."

    def about(self, env: Mapping[str, str]) -> tuple[bool, str]:
        tool = next((name for name in _TOOLS if shutil.which(name, path=env.get("PATH"))), None)
        return tool is not None, f"the desktop's, through {tool}" if tool else _NONE

    async def copy(self, data: bytes) -> str | None:
        return _NONE if await run(_command("copy"), data) is None else None

    async def clear(self, data: bytes) -> bool:
        return await run(_command("clear"), data) is not None

    def abandon(self, data: bytes) -> str:
        leave_running(_command("clear"), data)
        return ""


def _command(what: Literal["copy", "clear"]) -> tuple[str, ...]:
    # -P: do not import modules from the folder of this file.
    return (sys.executable, "-P", __file__, what)


async def run(command: Sequence[str], data: bytes, *, is_read: bool = False) -> bytes | None:
    """Run a program. Return its stdout if `is_read`, else b""; None after a failure.

    `data` goes to stdin, because other programs can see arguments and environment.
    """
    quiet, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    try:
        child = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe if is_read else quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(DESKTOP_SECONDS):
            output, _ = await child.communicate(data)
            return output or b"" if child.returncode == 0 else None
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:
            # Kill the helpers of pyperclip too. Helpers of a successful copy keep running to serve the copy.
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            await child.wait()


def leave_running(command: Sequence[str], data: bytes = b"") -> None:
    """Start a program that may outlive this process."""
    quiet = subprocess.DEVNULL
    with suppress(OSError):
        child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, start_new_session=True
        )
        assert child.stdin is not None
        child.stdin.write(data)
        child.stdin.close()


def _child(what: str, text: str) -> int:
    import pyperclip  # imported in the child only, because the import looks for clipboard programs

    copy, paste = pyperclip.determine_clipboard()
    if getattr(copy, "__name__", "") not in _SAFE:
        return 1
    if what == "clear":
        if paste() != text:
            return 1
        text = ""
    copy(text)
    return 0


if __name__ == "__main__":
    sys.exit(_child(sys.argv[1], sys.stdin.buffer.read().decode("utf-8")))
