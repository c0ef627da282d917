"""Load values from files into the draft, and save a value to a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.editor_text import describe
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, facts, size_text
from tui.model.text.counts import counted
from tui.process.threads import run_in_thread
from tui.terminal.value_files import FileProblem, Found, Place, place, read, save
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.path import PathScreen, PathWanted
from tui.ui.dialogs.prompt import Question, QuestionScreen
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_KEY_AND_PATH: Final = re.compile(r"([-._a-zA-Z0-9]+)=(.+)")
_MOST: Final = 8
"""Files of a folder that are named, and of what is left out."""


def load_value(
    screen: TuiScreen[Any], key: str | None, taken: Callable[[Mapping[str, Value]], object]
) -> None:
    """Ask for a path; `taken` is called with the values by key. One file is for `key`, if there is one."""
    wanted = PathWanted(
        title=f"Load {key} from a file" if key is not None else "Load from a file",
        lines=(
            "Path of a file, or of a folder: each file in it is a key.",
            Styled("KEY=PATH loads into another key.", "muted"),
        ),
        verb="load",
        look=partial(_look, key),
        told=_told,
    )

    def found(found: Found | None) -> None:
        if found is not None:
            taken(found.values)

    screen.app.push_screen(PathScreen(wanted), found)


def _look(key: str | None, text: str) -> Found:
    """What is at the path, by the keys that it is for."""
    named = _KEY_AND_PATH.fullmatch(text)
    try:
        found = read(text)
    except FileProblem:
        if named is None:
            raise
        key, found = named[1], read(named[2])
    if found.is_folder:
        return found
    (name, value), *_ = found.values.items()
    if (problem := key_problem(key or name)) is not None:
        raise FileProblem(problem)
    return Found({key or name: value})


def _told(found: Found) -> tuple[Line, ...]:
    values = list(found.values.items())
    lines: list[Line] = [f"{key}: {_words(value)}" for key, value in values[:_MOST]]
    if (more := len(values) - _MOST) > 0:
        lines.append(f"and {counted(more, 'more key')}")
    if found.left_out:
        some = ", ".join(found.left_out[:_MOST]) + (", …" if len(found.left_out) > _MOST else "")
        lines.append(Styled(f"left out: {some}", "warning"))
    return tuple(lines)


def _words(value: Value) -> str:
    known = facts(value)
    what = "" if known.kind in ("text", "nothing") or not known.is_text else f", {known.kind}"
    return f"{describe(value.reveal())}{what}"


def save_value(screen: TuiScreen[Any], ref: SecretRef, key: str, value: Value) -> None:
    """Ask for a path, and save the value there."""
    save_as(screen, Saved(ref, (key,), key, value, name=key))


class Saved(Struct, frozen=True):
    """What is saved to a file."""

    ref: SecretRef
    keys: tuple[str, ...]
    """The keys whose values are in it."""
    words: str
    """What it is: "password", "the manifest of app"."""
    data: Value
    name: str
    """The file's name, unless another is typed."""
    how: str = ""
    """For the journal: "as .env"."""


def save_as(screen: TuiScreen[Any], saved: Saved) -> None:
    """Ask for a path, and save there; asks again before a file is replaced."""
    wanted = PathWanted(
        title=f"Save {saved.words} to a file",
        lines=(f"{_words(saved.data)}. Only you can read the file; it stays until you delete it.",),
        verb="save",
        look=partial(place, name=saved.name),
        told=_about,
        given=saved.name,
    )

    def chosen(at: Place | None) -> None:
        if at is None:
            return
        if at.size is None and not at.is_open:
            screen.run_worker(_save(screen, saved, at), group="save")
            return
        verb = "save" if at.size is None else "replace the file"
        answers = (("y", verb), ("escape", "back, nothing is saved"))

        def answered(answer: str | None) -> None:
            if answer is not None:
                screen.run_worker(_save(screen, saved, at), group="save")

        screen.app.push_screen(
            QuestionScreen(Question(f"Save {saved.words}?", _about(at), answers)), answered
        )

    screen.app.push_screen(PathScreen(wanted), chosen)


def _about(at: Place) -> tuple[str | Styled, ...]:
    lines: list[str | Styled] = [f"{at.path}"]
    if at.size is not None:
        lines.append(Styled(f"A file of {size_text(at.size)} is there: saving replaces it.", "warning"))
    if at.is_open:
        words = "Others may write in this folder: they can remove or exchange the file, not read it."
        lines.append(Styled(words, "warning"))
    return tuple(lines)


async def _save(screen: TuiScreen[Any], saved: Saved, at: Place) -> None:
    """Save, once the journal has the line."""
    if saved.keys:
        why = screen.desk.session.journal.note("saved", saved.ref, saved.keys, how=saved.how)
        if why is not None:
            screen.say(why, "warning")
            return
    try:
        await run_in_thread(partial(save, at.path, saved.data.reveal(), replaces=at.size is not None))
    except FileProblem as problem:
        screen.say(f"Not saved: {saved.words}. {problem}", "warning")
    else:
        screen.say(f"Saved {saved.words} to {at.path}, {size_text(saved.data.size)}.")
