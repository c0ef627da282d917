"""Ask for the path of a file. Tab completes the path. No file is opened before Enter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from typing import ClassVar, Final, Generic, TypeVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.model.text.printable import read_back
from tui.process.threads import LONGEST_WORK, run_in_thread
from tui.terminal.value_files import FileProblem, complete
from tui.ui.dialogs.dialog import Dialog
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.field import Field
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

T = TypeVar("T")
_Found = TypeVar("_Found")
_Answer = TypeVar("_Answer")

_SLOW: Final = "The file system does not answer."
_MOST_SHOWN: Final = 12


class PathRequest(Struct, Generic[_Found, T], frozen=True):
    """Texts of the dialog, and functions for the typed path.

    `find` and `take` run on a thread, and may raise FileProblem.
    """

    title: str
    lines: tuple[Line, ...]
    verb: str
    find: Callable[[str], _Found]
    """Looks for the path while the user types, and opens no file: the file may be a pipe."""
    describe: Callable[[_Found], tuple[Line, ...]]
    take: Callable[[str], T]
    given: str = ""


class PathScreen(Dialog[T], Generic[_Found, T]):
    """Dialog to type a path."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False)]

    def __init__(self, wanted: PathRequest[_Found, T]) -> None:
        super().__init__(wanted.title, wanted.lines, ("enter", wanted.verb), ("tab", "complete"))
        self._wanted = wanted

    def compose_fields(self) -> ComposeResult:
        yield Field(self._wanted.given, select_on_focus=True, id="name")

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    @on(Input.Changed)
    def look_there(self, event: Input.Changed) -> None:
        if event.value.strip():
            self.run_worker(self._look(event.value), group="path", exclusive=True)
        else:
            self.workers.cancel_group(self, "path")  # also cancels a running `_take`
            self.show_below()

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        self.run_worker(self._take(event.value), group="path", exclusive=True)

    async def _look(self, text: str) -> None:
        try:
            result = await self._answer(partial(self._wanted.find, read_back(text)))
        except FileProblem as problem:
            self.warn(str(problem))
        else:
            self.show_below(*self._wanted.describe(result))

    async def _take(self, text: str) -> None:
        try:
            result = await self._answer(partial(self._wanted.take, read_back(text)))
        except FileProblem as problem:
            self.warn(str(problem))
            return
        if self.is_current:  # the user may have left the dialog meanwhile
            self.dismiss(result)

    async def _answer(self, work: Callable[[], _Answer]) -> _Answer:
        task = asyncio.ensure_future(run_in_thread(work))
        try:
            if not (await asyncio.wait({task}, timeout=LONGEST_WORK))[0]:
                self.warn(_SLOW)
            return await task
        finally:
            task.cancel()

    def action_complete(self) -> None:
        typed = read_back(self.query_one(Input).value)
        self.run_worker(self._complete(typed), group="path", exclusive=True)

    async def _complete(self, text: str) -> None:
        key, equals, path = text.partition("=")
        longer, names = await self._answer(partial(complete, text))
        if equals and not names:
            longer, names = await self._answer(partial(complete, path))
            longer = f"{key}={longer}"
        if not is_staying(self):
            return
        field, is_only = self.query_one(Input), len(names) == 1
        # `Input.Changed` runs `_look`, which replaces the text below the field. Post this message only for a
        # single match, because this method then shows no text.
        with nullcontext() if is_only else field.prevent(Input.Changed):
            field.value = longer
            field.action_end()
        if not names:
            self.show_below(Styled("No path begins with this text.", "muted"))
        elif not is_only:
            more = f"  and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
            self.show_below(Styled("  ".join(names[:_MOST_SHOWN]) + more, "muted"))
