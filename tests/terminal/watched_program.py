"""The program in a pseudo-terminal, watched: what it believes to be on screen, beside its stream."""

from __future__ import annotations

import json
import os
import select
import socket
import sys
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from tests.pseudo_terminal import PATIENCE, Terminal
from tests.terminal.frame import Frame, believed
from tests.terminal.vt import Token, cut, is_known_style, is_piled, odd_characters, shape, whole

PAGE_DOWN: Final = "\x1b[6~"
ESCAPE: Final = "\x1b"
ENTER: Final = "\r"


class Seen:
    """What a part of a stream was made of."""

    def __init__(self) -> None:
        self.shapes: set[bytes] = set()
        self.letters: set[str] = set()
        self.is_piled = False

    def note(self, token: Token) -> None:
        """Count this in."""
        if token.kind != "text":
            self.shapes.add(shape(token))
        elif not token.data.isascii():
            text = token.data.decode()
            self.letters.update(text)
            self.is_piled = self.is_piled or is_piled(text)

    def intruders(self, allowed: Set[bytes]) -> set[bytes]:
        """The sequences that are not allowed, and the characters that are not printable."""
        odd = {char.encode() for char in odd_characters("".join(self.letters))}
        unknown = {shape for shape in self.shapes - allowed if not is_known_style(shape, allowed)}
        return unknown | odd | ({b"piled marks"} if self.is_piled else set())


class _NoReader:
    def feed(self, data: bytes) -> None:
        """Nothing: the stream keeps it."""


@dataclass(frozen=True)
class Look:
    """What the app believes."""

    place: str
    """Screen and focused widget: where a press lands."""
    rows: tuple[str, ...]
    at: int
    """The first line in sight of what has the focus."""
    most: int
    """The last one that can be."""


class Watched(Terminal):
    """A context manager around tests.terminal.reporting_command."""

    def __init__(self, kubeconfig: Path, *, size: tuple[int, int]) -> None:
        self._place = Path(os.environ["TMPDIR"]) / "channel"
        command = [sys.executable, "-m", "tests.terminal.reporting_command", str(self._place)]
        root = str(Path(__file__).parents[2])
        env = {**os.environ, "TEXTUAL_ANIMATIONS": "none"}
        super().__init__([*command, "--kubeconfig", str(kubeconfig)], env=env, size=size, cwd=root)
        # A quicker terminal draws it, and only when a frame is looked at.
        self._reader = _NoReader()
        self._frame = Frame(*size)
        self._done = 0
        self._seen = Seen()
        self._channel: socket.socket

    def seen(self) -> Seen:
        """What was sent since this was asked last."""
        before = -1
        while before != len(self.stream):  # what is painted may be on its way still
            before = len(self.stream)
            self._read(0.05)
        self._draw()
        seen, self._seen = self._seen, Seen()
        return seen

    def _draw(self) -> None:
        """Let what came act on the frame."""
        new = bytes(self.stream[self._done :])
        end = whole(new)
        self._done += end
        for token in cut(new[:end]):
            self._frame.take(token)
            self._seen.note(token)

    def matches(self) -> Look:
        """Wait until what stands in the terminal is, cell by cell, what the app believes; what that is."""
        end = time.monotonic() + PATIENCE
        while True:
            look = self.look()
            self._draw()
            wrong = [
                (there, row)
                for there, row in zip_longest(self._frame.cells, look.rows, fillvalue="")
                if there != believed(row)
            ]
            if not wrong:
                return look
            there, row = wrong[0]
            assert time.monotonic() < end, f"{len(wrong)} rows differ: {''.join(there)!r}, believed {row!r}"
            self._read(0.005)

    def __enter__(self) -> Self:
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(self._place))
            door.listen()
            door.settimeout(PATIENCE)
            super().__enter__()
            try:
                self._channel, _ = door.accept()
                self._channel.settimeout(PATIENCE)
            except BaseException:
                self.__exit__(*sys.exc_info())
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, frames)
        if hasattr(self, "_channel"):
            self._channel.close()
        self._place.unlink(missing_ok=True)

    def ask(self, what: str, texts: Sequence[str] = ()) -> Any:
        """Ask the app; its stream is read meanwhile, or it would wait for us."""
        self._channel.sendall(json.dumps({"do": what, "texts": list(texts)}).encode() + b"\n")
        answer = bytearray()
        end = time.monotonic() + PATIENCE
        while not answer.endswith(b"\n"):
            assert time.monotonic() < end, f"no answer to {what}"
            ready, _, _ = select.select([self._channel.fileno(), self._terminal], [], [], 0.1)
            if self._channel.fileno() in ready:
                part = self._channel.recv(1 << 20)
                assert part, f"ended before it answered to {what}"
                answer += part
            if self._terminal in ready:
                self._read(0)
        return json.loads(answer)

    def look(self) -> Look:
        """What the app believes now, once that is painted: what is pressed before does nothing."""
        end = time.monotonic() + PATIENCE
        while not (said := self.ask("look"))["is_painted"]:
            assert time.monotonic() < end, f"waited {PATIENCE:g} s in vain for a painted screen"
            self._read(0.005)
        return Look(said["place"], tuple(said["rows"]), said["at"], said["most"])

    def look_until(self, is_so: Callable[[Look], object], what: str) -> Look:
        """Ask again until the app believes it."""
        end = time.monotonic() + PATIENCE
        while not is_so(look := self.look()):
            picture = "\n".join(look.rows)
            assert time.monotonic() < end, f"waited {PATIENCE:g} s in vain for {what}:\n{picture}"
            self._read(0.005)
        return look

    def leaves(self, before: Look) -> None:
        """Wait until the app believes something else to be on screen."""
        self.look_until(lambda look: look.rows != before.rows, "another screen")

    def sees(self, *texts: str, at: str = "") -> Look:
        """Wait until the app believes that all of these are on screen, and is at this place."""

        def is_so(look: Look) -> bool:
            return at in look.place and all(any(text in row for row in look.rows) for text in texts)

        return self.look_until(is_so, f"{texts} at {at or 'any place'}")
