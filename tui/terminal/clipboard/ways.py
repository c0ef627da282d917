"""Ways to copy to the clipboard of the user's terminal or desktop, and the sentences about a copy.

OSC 52 is the escape sequence for a copy. By default, tmux drops this sequence. With `set-clipboard on`, tmux
keeps the copied text and sends the text to every client. So `TmuxClipboard` runs `tmux load-buffer -w`
(tmux(1), since 3.2) for one client.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from tui.terminal.clipboard import multiplexer
from tui.terminal.clipboard.desktop import Desktop, leave_running, run
from tui.terminal.clipboard.multiplexer import Tmux

PIECE: Final = 250
"""Bytes in one DCS sequence of GNU screen."""
_BLANK: Final = b" "
"""Text that overwrites a copy, because tmux accepts no empty buffer."""
_SINCE: Final = (3, 2)
"""First tmux version that can set the clipboard of one client."""
_UNCONFIRMED: Final = "terminals do not confirm a copy"
_CONTAINERS: Final = (Path("/.dockerenv"), Path("/run/.containerenv"))

Write = Callable[[str], None]


class ClipboardWay(Protocol):
    where: str
    """Text that follows the size of the copied value in the message about a copy.

    Example: "copied to this desktop's clipboard."
    """
    then: str
    """Message that announces the clearing of the copy at time {at}. The message has no full stop."""
    gone: str
    """Message after `clear` succeeded at time {at}."""
    stays: str
    """Message after `clear` failed at time {at}."""

    @property
    def place(self) -> str:
        """Name of the clipboard. A later copy with the same `place` overwrites this copy."""
        ...

    def about(self, env: Mapping[str, str]) -> tuple[bool, str]:
        """Return True and the clipboard's name, or False and the reason why this way cannot work."""
        ...

    async def copy(self, data: bytes) -> str | None:
        """Copy the bytes. Returns None, or the reason of a failure as the end of a sentence."""
        ...

    async def clear(self, data: bytes) -> bool:
        """Clear the copy of these bytes. Returns True on success."""
        ...

    def abandon(self, data: bytes) -> str:
        """Clear the copy without waiting. Returns text that the caller must write to the terminal."""
        ...


class TerminalClipboard:
    """The terminal's clipboard, through OSC 52."""

    place = "terminal"
    then = "Cleared at {at} if secret-tui still runs"
    gone = "Asked your terminal at {at} to clear its clipboard (unconfirmed)."
    stays = gone

    def __init__(self, write: Write, wrapped: Callable[[str], str], through: str = "") -> None:
        self._write, self._wrapped, self._through = write, wrapped, through
        self.where = f"sent to your terminal's clipboard{through} (unconfirmed)."

    def about(self, env: Mapping[str, str]) -> tuple[bool, str]:
        return True, f"the terminal's, through OSC 52{self._through}; {_UNCONFIRMED}"

    async def copy(self, data: bytes) -> str | None:
        self._write(self._wrapped(osc52(data)))
        return None

    async def clear(self, data: bytes) -> bool:
        self._write(self._wrapped(osc52(b"")))
        return True

    def abandon(self, data: bytes) -> str:
        return self._wrapped(osc52(b""))


class TmuxClipboard:
    """The terminal's clipboard, through a tmux buffer with a random name."""

    where = "sent through tmux to your clipboard (unconfirmed)."
    then = "Overwritten at {at} if secret-tui still runs"
    gone = "Clipboard overwritten with a space through tmux at {at} (unconfirmed)."
    stays = "tmux did not clear the clipboard at {at}: the copy may still be in it."

    def __init__(self) -> None:
        self._client = ""

    @property
    def place(self) -> str:
        return f"client {self._client}"

    def about(self, env: Mapping[str, str]) -> tuple[bool, str]:
        why = _unfit(multiplexer.tmux(env) or Tmux())
        return why is None, why or f"the terminal's, through tmux; {_UNCONFIRMED}"

    async def copy(self, data: bytes) -> str | None:
        reply = await tmux("display-message", "-p", "#{version}\t#{client_tty}")
        version, _, client = (reply or b"").decode("utf-8", "replace").strip().partition("\t")
        if (why := _unfit(Tmux(version))) is not None:
            return why
        if not client:
            return "no terminal is attached to tmux"
        self._client = client
        return None if await tmux(*self._load(), given=data) is not None else "tmux refused the copy"

    async def clear(self, data: bytes) -> bool:
        return await tmux(*self._load(), given=_BLANK) is not None

    def abandon(self, data: bytes) -> str:
        leave_running(("tmux", *self._load()), _BLANK)
        return ""

    def _load(self) -> tuple[str, ...]:
        name = f"secret-tui-{secrets.token_hex(8)}"
        load = ("load-buffer", "-w", "-t", self._client, "-b", name, "-")
        return (*load, ";", "delete-buffer", "-b", name)


class TmuxBuffer:
    """tmux's own buffer, for all clients of tmux."""

    where = "copied to the tmux buffer. Paste it with the tmux prefix, then ]."
    then = "Deleted at {at} if secret-tui still runs"
    gone = "Deleted from the tmux buffer at {at}."
    stays = "tmux deleted nothing at {at}: the buffer is gone, or tmux does not answer."

    def __init__(self) -> None:
        self._buffer = ""

    @property
    def place(self) -> str:
        return f"buffer {self._buffer}"

    def about(self, env: Mapping[str, str]) -> tuple[bool, str]:
        return bool(env.get("TMUX")), "a buffer of tmux"

    async def copy(self, data: bytes) -> str | None:
        # the key ] after the prefix pastes only a buffer that was loaded without a name
        reply = await tmux("load-buffer", "-", ";", "list-buffers", "-F", "#{buffer_name}", given=data)
        self._buffer = (reply or b"").decode("utf-8", "replace").partition("\n")[0]
        return None if self._buffer else "tmux refused the copy"

    async def clear(self, data: bytes) -> bool:
        return await tmux("delete-buffer", "-b", self._buffer) is not None

    def abandon(self, data: bytes) -> str:
        leave_running(("tmux", "delete-buffer", "-b", self._buffer))
        return ""


def ways(env: Mapping[str, str], write: Write, local: Desktop) -> Iterator[ClipboardWay]:
    """Yield the ways to copy to the user's own machine, the best way first."""
    if env.get("TMUX"):
        yield TmuxClipboard()
    elif env.get("STY"):
        yield TerminalClipboard(write, in_pieces, " through screen")
    else:
        # Over SSH or in a container, xclip would copy to the clipboard of the wrong machine.
        if not _is_remote(env):
            yield local
        yield TerminalClipboard(write, str)


def _unfit(tmux: Tmux) -> str | None:
    """Return the reason why this tmux cannot set the clipboard of one client; None if it can."""
    if not tmux.version:
        return "tmux does not answer"
    if tmux.number < _SINCE:
        return f"tmux {tmux.version} would keep the copy for all clients; use tmux 3.2 or newer"
    return None


def _is_remote(env: Mapping[str, str]) -> bool:
    """True in an SSH session or a container, where xclip does not copy to the user's own machine."""
    is_container = env.get("container") or any(mark.exists() for mark in _CONTAINERS)
    return bool(env.get("SSH_TTY") or env.get("SSH_CONNECTION") or is_container)


def osc52(data: bytes) -> str:
    return f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\a"


def in_pieces(sequence: str) -> str:
    pieces = [sequence[at : at + PIECE] for at in range(0, len(sequence), PIECE)]
    return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


async def tmux(*words: str, given: bytes = b"") -> bytes | None:
    """Run a tmux command. Returns its output, or None after a failure.

    `given` goes to stdin, because other users of the machine can see the arguments of a process.
    """
    return await run(("tmux", *words), given, is_read=True)
