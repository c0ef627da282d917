"""Copy bytes to the clipboard, report the result, and clear the copy after a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.value import size_text
from tui.terminal.clipboard.desktop import Desktop
from tui.terminal.clipboard.ways import ClipboardWay, TmuxBuffer, ways

MOST_BASE64: Final = 74_994
"""Maximum base64 characters in one OSC 52 sequence: terminals silently cut or drop longer texts."""


class _Sent(HiddenRepr, Struct, frozen=True):
    """Copied bytes, hidden in the repr."""

    data: bytes
    way: ClipboardWay


_ENDED: Final = "secret-tui was clearing all copies"


class Clipboard:
    """Clipboard to which values are copied.

    A copy is cleared after `seconds` seconds, unless `keep` is called before.

    After `empty` tried to clear the latest copy, it calls `gone` with three arguments: the message that
    `send` returned for this copy, a message about the attempt, and the tone of this second message.
    """

    def __init__(
        self,
        env: Mapping[str, str],
        write: Callable[[str], None],
        *,
        local: Desktop,
        seconds: int,
        until: Callable[[float], str],
        sleep: Callable[[float], Awaitable[None]],
        keeps: Callable[[], str],
        gone: Callable[[str, str, Literal["", "warning"]], None] = lambda old, new, tone: None,
    ) -> None:
        self._env = env
        self._write = write
        self._local = local
        self._seconds = seconds
        self._until = until
        self._sleep = sleep
        self._keeps, self._gone = keeps, gone
        self._message = ""
        self._held: tuple[_Sent, ...] = ()
        """Copies that are not cleared yet, including a copy that is being sent."""
        self._going: _Sent | None = None
        self._turn = asyncio.Lock()
        self._ends = 0
        """Number of times that the clearing of all copies began.

        If this number changes while a copy is being sent, this copy is cleared at once.
        """
        self._timer: asyncio.Task[None] | None = None

    async def send(
        self,
        data: bytes,
        what: str,
        *,
        last: Callable[[], str | None] = lambda: None,
        failed: Callable[[], object] = lambda: None,
        into_tmux: bool = False,
    ) -> str:
        """Copy `data`. Returns a sentence about the copy, or about the failure.

        `last` is called just before the copy. If it returns a sentence, nothing is copied, and `send` returns
        this sentence. `failed` is called if the copy was attempted and failed.
        """
        if (why := refusal(data)) is not None:
            return f"{what}: not copied, {why}."
        ends = self._ends
        async with self._turn:
            if ends != self._ends:
                return f"{what}: not copied, {_ENDED}."
            if (sentence := last()) is not None:
                return sentence
            self._stop_timer()
            tmux_ways: Iterable[ClipboardWay] = (TmuxBuffer(),)
            try:
                for way in tmux_ways if into_tmux else ways(self._env, self._write, self._local):
                    why = await self._go(_Sent(data, way))
                    if ends != self._ends:
                        if why is None:
                            now = way.gone if await way.clear(data) else way.stays
                            sent = f"{what}: {size_text(len(data))} {way.where}"
                            return f"{sent} {now.format(at=self._until(0))}"
                        why = _ENDED
                        break
                    if why is None:
                        then = way.then.format(at=self._until(self._seconds))
                        parts = (f"{what}: {size_text(len(data))} {way.where}", self._keeps(), f"{then}.")
                        self._message = " ".join(part for part in parts if part)
                        return self._message
            finally:
                self._going = None
                if self._held:
                    self._timer = asyncio.get_running_loop().create_task(self._empty_later())
            failed()
            return f"{what}: not copied, {why}."

    async def _go(self, mine: _Sent) -> str | None:
        """Send a copy, and clear the earlier copies that are on other clipboards.

        Returns the reason if the copy failed, else None. If the clearing of all copies began meanwhile, the
        caller must clear this copy.
        """
        ends, self._going = self._ends, mine
        self._held += (mine,)
        try:
            why = await mine.way.copy(mine.data)
        except asyncio.CancelledError:
            if ends != self._ends:
                mine.way.abandon(mine.data)
            raise  # the copy stays in _held, because it may be on the clipboard
        former = tuple(copy for copy in self._held if copy is not mine)
        if why is not None:
            self._held = former
            return why
        for copy in former:
            if copy.way.place != mine.way.place:
                await copy.way.clear(copy.data)  # the new copy did not overwrite this one
        if ends == self._ends:
            self._held = (mine,)
        return None

    async def empty(self) -> bool:
        """Clear all copies. Returns True if at least one was cleared."""
        self._stop_timer()
        message, self._message = self._message, ""
        going = self._going  # `send` clears this copy again, and reports it
        cleared = [(copy, await copy.way.clear(copy.data)) for copy in self._let_go()]
        for copy, is_cleared in [pair for pair in cleared if pair[0] is not going][-1:] if message else ():
            now = (copy.way.gone if is_cleared else copy.way.stays).format(at=self._until(0))
            self._gone(message, now, "" if is_cleared else "warning")
        return any(is_cleared for _, is_cleared in cleared)

    async def take_back(self) -> None:
        """Clear all copies, even one that is being sent, because the process is about to be suspended."""
        await self.empty()
        async with self._turn:
            pass

    def keep(self) -> str:
        """Let the copy stay on the clipboard even after `seconds`. Returns a sentence about this."""
        if not self.is_holding:
            return "No copy to keep."
        self._stop_timer()
        self._message = ""
        self._held = tuple(copy for copy in self._held if copy is self._going)
        return "The copy stays on the clipboard; secret-tui will not clear it."

    def abandon(self) -> str:
        """Clear all copies without waiting. Returns text that the caller must write to the terminal."""
        return "".join(copy.way.abandon(copy.data) for copy in self._let_go())

    @property
    def is_holding(self) -> bool:
        return any(copy is not self._going for copy in self._held)

    def _let_go(self) -> tuple[_Sent, ...]:
        held, self._held = self._held, ()
        self._ends += 1
        return held

    def _stop_timer(self) -> None:
        timer, self._timer = self._timer, None
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()

    async def _empty_later(self) -> None:
        await self._sleep(self._seconds)
        await self.empty()


def refusal(data: bytes) -> str | None:
    """Return why the bytes cannot be copied, as the end of a sentence; None if they can be copied."""
    if not data:
        return "it is empty"
    length = 4 * -(-len(data) // 3)
    if length > MOST_BASE64:
        return f"it is {length:,} bytes in base64; terminals accept only {MOST_BASE64:,}"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "it is not UTF-8 text"
    return None
