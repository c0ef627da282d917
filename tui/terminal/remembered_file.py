"""Private file that remembers names of namespaces and Secrets between runs."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Final

import msgspec

from tui.model.json_decoder import decoded
from tui.model.settings.remembered import ContextMemory
from tui.process.files import open_own, replace_file

_NAME: Final = "remembered.json"
_MAX: Final = 1_000_000
"""Maximum size of the file in bytes. A larger file counts as broken."""
_MOST: Final = 200
"""Maximum number of remembered contexts."""
_NOT_REMEMBERED: Final = "Names of namespaces and Secrets are not remembered."


class _File(msgspec.Struct):
    contexts: dict[str, ContextMemory] = {}


class RememberedFile:
    """Remembered names by context. Without a folder, names are kept for this run only.

    A file that is broken, a link, or writable by other users is neither used nor changed.
    """

    def __init__(self, folder: Path | None, problem: str | None = None) -> None:
        """Read the file. Blocks.

        `problem`: reason why names cannot be remembered, if the caller knows a reason.
        """
        self.problem = problem
        self._folder = folder
        self._lock = threading.Lock()
        self._held: dict[str, ContextMemory] = {}
        self._held = self._read()

    def of(self, context: str) -> ContextMemory:
        return self._held.get(context, ContextMemory())

    def keep(self, context: str, remembered: ContextMemory) -> None:
        self._held.pop(context, None)
        self._held[context] = remembered

    def save(self, context: str) -> None:
        """Write the names remembered for this context to the file. Blocks.

        The file keeps the `_MOST` contexts that were saved last.

        Do nothing if there is no folder, or if a `problem` is known.
        """
        with self._lock:
            if self._folder is None or self.problem is not None:
                return
            kept = self._read()
            kept.pop(context, None)
            kept[context] = self.of(context)
            if self.problem is None:
                file = self._folder / _NAME
                try:
                    _replace(file, dict(list(kept.items())[-_MOST:]))
                except OSError as error:
                    self.problem = f"{file} is not writable ({error.strerror}). {_NOT_REMEMBERED}"

    def _read(self) -> dict[str, ContextMemory]:
        if self._folder is None:
            return {}
        file = self._folder / _NAME
        try:
            text = _text(file)
            content = decoded(text, _File) if text else _File()
        except (OSError, msgspec.MsgspecError, UnicodeError, ValueError):
            why = "it is unreadable, broken, a link, or writable by other users"
            self.problem = f"{file} is ignored: {why}. {_NOT_REMEMBERED}"
            return {}
        return content.contexts


def _text(file: Path) -> bytes:
    """Return the content of the file; b"" if there is no file.

    Raises OSError for a file that `open_own` refuses, such as a link or a file that others may write.
    """
    try:
        descriptor = open_own(file, os.O_RDONLY)
    except FileNotFoundError:
        return b""
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(_MAX)


def _replace(file: Path, contexts: dict[str, ContextMemory]) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(file, msgspec.json.encode(_File(contexts)))
