"""Edit a text in the editor of $VISUAL or $EDITOR, or in vi or nano."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.process.threads import run_in_thread
from tui.terminal.external_editor import Editor, EditorProblem, EditorRun, find
from tui.ui.base.job import ask, start_job
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import Question
from tui.ui.widgets.bars.frame import is_staying

Take: TypeAlias = Callable[[Value], str | None]
"""Takes the edited text and returns None, or refuses it and returns a sentence with the reason."""


class OutsideEdit(Struct, frozen=True):
    ref: SecretRef
    keys: tuple[str, ...]
    words: str
    text: Value
    file: str
    """Name of the temporary file. An editor may choose the syntax colors by this name."""
    line: int = 0
    """Line of the cursor, counted from 1; 0 if the editor chooses it."""
    left: Value | None = None
    """Text of the previous run of the editor, if that text was not taken.

    The next run starts with this text instead of `text`.
    """
    hold: Callable[[str, Callable[[], Awaitable[bool]]], object] | None = None
    """Function that keeps the `left` text until the user wants to edit it again.

    Its arguments are a label and a function that opens the editor with the kept text.

    If `hold` is None, the text is discarded unless the user edits it again at once.
    """


async def edit_outside(screen: TuiScreen[Any], handed: OutsideEdit, take: Take) -> None:
    """Edit a text in the user's editor. If the editor may keep copies of texts, ask before its first use."""
    try:
        editor = find(os.environ)
    except EditorProblem as problem:
        screen.show_message(str(problem), "warning")
        return

    agreement = f"edit in {editor.name}"
    if not editor.keeps_no_copies and agreement not in screen.shared.app.agreed:
        question = Question(
            title=f"Edit {handed.words} in {editor.name}?",
            lines=(
                f"{editor.name} may keep copies of the text: swap, backup, undo or history files.",
                "secret-tui starts vim, neovim, nano and emacs without such copies.",
                "You are asked once for each editor.",
            ),
            answers=(("y", f"open {editor.name}"),),
        )
        if await ask(screen, question) is None:
            return
        screen.shared.app.agreed.add(agreement)
    screen.app.run_worker(_edit(screen, editor, handed, take), group="editor")


async def _edit(screen: TuiScreen[Any], editor: Editor, handed: OutsideEdit, take: Take) -> None:
    """Edit the text. A worker of the app runs this, because the screen may close during the edit."""
    shared = screen.shared
    if why := shared.session.journal.note("shown", handed.ref, handed.keys, how=f"to edit in {editor.name}"):
        screen.show_message(why, "warning")
        return
    start = handed.left or handed.text
    editing = EditorRun(editor, start, handed.file, handed.line)
    try:
        editing.begin(os.environ)
        with shared.app.lend(
            f"secret-tui: {editor.name} edits {handed.words} of {handed.ref}", editing.interrupt
        ):
            code = await run_in_thread(editing.run)
        after = editing.read()
    except EditorProblem as problem:
        screen.show_message(str(problem), "warning")
        return
    finally:
        editing.end()
    how = f"{editor.name} " + (f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}")
    if after is None:
        screen.show_message(f"Nothing taken: {editor.name} deleted the temporary file.", "warning")
    elif code != 0 and after == start:
        screen.show_message(f"Nothing taken: {how}.", "warning")
    elif code != 0:
        _keep(screen, editor, replace(handed, left=after), take, f"{how}.")
    elif after == handed.text:
        screen.show_message(f"Nothing changed in {editor.name}.")
    elif (why := take(after)) is not None:
        _keep(screen, editor, replace(handed, left=after), take, why)


def _keep(screen: TuiScreen[Any], editor: Editor, handed: OutsideEdit, take: Take, why: str) -> None:
    """Offer to edit `handed.left` again. If the screen is closed, discard this text and say so."""
    if is_staying(screen):
        start_job(screen, _offer_again(screen, editor, handed, take, why))
    else:
        lost = f"Edit of {handed.words} in {editor.name} discarded"
        screen.shared.note(f"{lost}: the screen was closed.", "warning")


async def _offer_again(
    screen: TuiScreen[Any], editor: Editor, handed: OutsideEdit, take: Take, why: str
) -> None:
    question = Question(
        title=f"Nothing taken from {editor.name}",
        lines=(why, "secret-tui still has the edited text."),
        answers=(("e", "edit it again"),),
        default="e",
        back="back" if handed.hold is not None else "discard it",
    )

    async def again() -> bool:
        screen.app.run_worker(_edit(screen, editor, handed, take), group="editor")
        return True

    if await ask(screen, question) == "e":
        await again()
    elif handed.hold is not None:
        handed.hold(f"Edit of {handed.words} in {editor.name}", again)
    else:
        screen.show_message(f"Edit of {handed.words} in {editor.name} discarded.", "warning")
