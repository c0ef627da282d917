"""The clipboard: the one way by which a value leaves by copying, and how it is taken back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tui.model.value import size_text

MOST_BASE64: Final = 74_994
"""Bytes of base64 that terminals take in one OSC 52; of more they cut or drop some, and do not say so."""


class Local(Protocol):
    """The clipboard of the machine that this process runs on."""

    async def copy(self, data: bytes) -> bool:
        """Put text (UTF-8) on it. Did it take it?"""
        ...

    async def clear_if(self, data: bytes) -> bool:
        """Empty it if it still holds exactly this. Was it emptied?"""
        ...

    def abandon(self, data: bytes) -> None:
        """As `clear_if`, by something that outlives this process: nothing is waited for."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class _Sent:
    """What lies on a clipboard because of us. Compared, never shown."""

    data: bytes
    by_terminal: bool


class Clipboard:
    """Copies bytes, says truly what became of them, and empties what it filled.

    `write` writes to the terminal itself. `until` says what time it will be in so many seconds ("14:03:10"),
    `sleep` waits that long; both by the session's clock.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        write: Callable[[str], None],
        *,
        local: Local,
        seconds: int,
        until: Callable[[float], str],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._env = env
        self._write = write
        self._local = local
        self._seconds = seconds
        self._until = until
        self._sleep = sleep
        self._sent: _Sent | None = None
        self._timer: asyncio.Task[None] | None = None

    async def send(self, data: bytes, what: str, *, last: Callable[[], str | None] = lambda: None) -> str:
        """Copy `data`. `what` names it, printable; the sentence says where it went, or why it did not.

        `last` is asked when nothing else stands against it, and says why it must not be, as a sentence.
        """
        why = refusal(data)
        if why is not None:
            return f"{what}: not copied, {why}."
        if (sentence := last()) is not None:
            return sentence
        self._stop_timer()
        # Never over SSH, even if xclip is there: that clipboard would be the wrong machine's.
        is_local = not is_remote(self._env) and await self._local.copy(data)
        if not is_local:
            self._write(_osc52(data))
        self._sent = _Sent(data, by_terminal=not is_local)
        self._timer = asyncio.get_running_loop().create_task(self._empty_later())
        return f"{what}: {size_text(len(data))} {self._where(is_local)} {self._when(is_local)}"

    async def empty(self) -> bool:
        """Take back what was copied: at the end of its time, and on quit. Was anything taken back?"""
        self._stop_timer()
        sent, self._sent = self._sent, None
        if sent is None:
            return False
        if sent.by_terminal:
            # A terminal's clipboard cannot be read, so whatever is in it goes.
            self._write(_osc52(b""))
            return True
        return await self._local.clear_if(sent.data)

    def abandon(self) -> None:
        """The terminal is gone and the process ends at once: empty what can be reached without it."""
        sent, self._sent = self._sent, None
        if sent is not None and not sent.by_terminal:
            self._local.abandon(sent.data)

    @property
    def is_holding(self) -> bool:
        """Does something that was copied still wait to be taken back?"""
        return self._sent is not None

    def _where(self, is_local: bool) -> str:
        if is_local:
            return "handed to this desktop's clipboard."
        through = "tmux" if self._env.get("TMUX") else "screen" if self._env.get("STY") else ""
        if through:
            return (
                f"sent to your terminal's clipboard through {through} "
                f"(it cannot confirm; {through} may hold it back or keep a copy)."
            )
        return "sent to your terminal's clipboard (it cannot confirm)."

    def _when(self, is_local: bool) -> str:
        still = "if it still holds this" if is_local else "whatever is in it then"
        return f"Emptied at {self._until(self._seconds)}, {still}, if this program still runs."

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()

    async def _empty_later(self) -> None:
        await self._sleep(self._seconds)
        await self.empty()


def refusal(data: bytes) -> str | None:
    """Why these bytes cannot be copied as they are, as the end of a sentence; None: they can."""
    if not data:
        return "there is nothing in it"
    length = 4 * -(-len(data) // 3)
    if length > MOST_BASE64:
        return (
            f"its {size_text(len(data))} are {length:,} bytes in base64, and terminals take {MOST_BASE64:,}"
        )
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "it is no text (UTF-8), and a clipboard holds text"
    return None


def is_remote(env: Mapping[str, str]) -> bool:
    """Is the person's desktop another machine?"""
    return bool(env.get("SSH_TTY") or env.get("SSH_CONNECTION"))


def _osc52(data: bytes) -> str:
    return f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\a"
