"""Load values from files into the draft, and save a value to a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.editor_text import describe_kind
from tui.model.draft.env_file import EnvProblem, is_env_name, read_env
from tui.model.draft.manifest_objects import keys_of_one
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, size_text
from tui.model.text.counts import counted, listed
from tui.process.threads import run_in_thread
from tui.terminal.value_files import FileProblem, FileValues, SavePath, read, save, save_path
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.path import PathScreen, PathWanted
from tui.ui.dialogs.prompt import Question
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_KEY_AND_PATH: Final = re.compile(r"([-._a-zA-Z0-9]+)=(.+)")
_MANIFESTS: Final = (".yaml", ".yml", ".json")
_MOST: Final = 8
"""Files of a folder that are named, and of what is left out."""


class _Loaded(FileValues, frozen=True):
    """What is at a path, by the keys that it is for; of a `.env` file or manifest also the keys in it."""

    keys_file: str = ""
    """The file's name; "" = it has no keys."""
    keys: Mapping[str, Value] = {}
    keys_problem: str = ""
    """Why its keys cannot be read."""


def load_value(
    screen: TuiScreen[Any],
    key: str | None,
    data: Callable[[], Mapping[str, Value]],
    taken: Callable[[Mapping[str, Value]], object],
) -> None:
    """Ask for a path; `taken` is called with the values by key. One file is for `key`, if there is one.

    `data` is what the keys hold by then.
    """
    wanted = PathWanted(
        title=f"Load {key} from a file" if key is not None else "Load from a file",
        lines=(
            "Path of a file, or of a folder: each file in it is a key.",
            Styled("KEY=PATH loads into another key.", "muted"),
        ),
        verb="load",
        look=partial(_look, key),
        told=partial(_told, key, data),
    )

    def found(found: _Loaded) -> None:
        if found.keys_file:
            _ask_for_keys(screen, found, data(), taken)
        else:
            taken(found.values)

    ask(screen, PathScreen(wanted), found)


def _look(key: str | None, text: str) -> _Loaded:
    named = _KEY_AND_PATH.fullmatch(text)
    try:
        found, named = read(text), None
    except FileProblem:
        if named is None:
            raise
        key, found = named[1], read(named[2])
    if found.is_folder:
        return _Loaded(found.values, found.left_out, is_folder=True)
    (name, value), *_ = found.values.items()
    if (problem := key_problem(key or name)) is not None:
        raise FileProblem(problem)
    whole = {key or name: value}
    if named is not None:
        return _Loaded(whole)
    if not is_env_name(name):
        keys = keys_of_one(value.reveal()) if name.endswith(_MANIFESTS) else {}
        return _Loaded(whole, keys_file=name if keys else "", keys=keys)
    try:
        return _Loaded(whole, keys_file=name, keys=read_env(value.reveal()))
    except EnvProblem as problem:
        return _Loaded(whole, keys_file=name, keys_problem=str(problem))


def _told(key: str | None, data: Callable[[], Mapping[str, Value]], found: _Loaded) -> tuple[Line, ...]:
    if found.keys_problem:
        return (Styled(f"{found.keys_file}: {found.keys_problem}", "warning"),)
    if found.keys_file:
        return (f"{found.keys_file}: {counted(len(found.keys), 'key')}. You can set them all.",)
    values = list(found.values.items())
    lines: list[Line] = [f"{key}: {describe_kind(value)}" for key, value in values[:_MOST]]
    if (more := len(values) - _MOST) > 0:
        lines.append(f"and {counted(more, 'more key')}")
    if replaced := [one for one in found.values if one != key and one in data()]:
        lines.append(Styled(f"replaces: {listed(replaced, _MOST)}", "warning"))
    if found.left_out:
        lines.append(Styled(f"left out: {listed(found.left_out, _MOST)}", "warning"))
    return tuple(lines)


def _ask_for_keys(
    screen: TuiScreen[Any],
    found: _Loaded,
    data: Mapping[str, Value],
    taken: Callable[[Mapping[str, Value]], object],
) -> None:
    """Ask whether to set the keys in a file, or to load it whole."""
    (key, whole), *_ = found.values.items()
    kinds: dict[str, list[str]] = {"new": [], "changed": [], "the same": []}
    for name, value in found.keys.items():
        before = data.get(name)
        kinds["new" if before is None else "the same" if before == value else "changed"].append(name)
    if kinds["changed"] or kinds["the same"]:
        kinds["not in it, left alone"] = [name for name in data if name not in found.keys]
    lines: list[str | Styled] = [f"{kind}: {listed(names, _MOST)}" for kind, names in kinds.items() if names]
    if is_env_name(found.keys_file) and found.keys and b"\r" in whole.reveal():
        lines.append(Styled("Line ends are read as LF.", "muted"))
    if found.keys_file.endswith(_MANIFESTS):
        lines.append(Styled("Its type, labels and annotations are not taken.", "muted"))
    title = f"{counted(len(found.keys), 'key')} in {found.keys_file}: set them all?"
    answers = [("y", "set all"), ("f", f"load the file whole into {key}"), ("escape", "cancel")]
    if found.keys_problem:
        title, lines = f"No keys read from {found.keys_file}", [Styled(found.keys_problem, "warning")]
        answers = answers[1:]

    def answered(answer: str) -> None:
        taken(found.keys if answer == "y" else found.values)

    ask(screen, Question(title, lines, answers), answered)


def save_value(screen: TuiScreen[Any], ref: SecretRef, key: str, value: Value) -> None:
    """Ask for a path, and save the value there."""
    save_as(screen, Saved({ref: (key,)}, key, value, name=key))


class Saved(Struct, frozen=True):
    keys: Mapping[SecretRef, tuple[str, ...]]
    """Of each Secret the keys whose values are in it."""
    words: str
    """What it is: "password", "the manifest of web/app"."""
    data: Value
    name: str
    """The file's name, unless another is typed."""
    how: str = ""
    """For the journal: "as .env"."""


def save_as(screen: TuiScreen[Any], saved: Saved) -> None:
    """Ask for a path, and save there; asks again before a file is replaced."""
    wanted = PathWanted(
        title=f"Save {saved.words} to a file",
        lines=(f"{describe_kind(saved.data)}. Only you can read the file; it stays until you delete it.",),
        verb="save",
        look=partial(save_path, name=saved.name),
        told=_about,
        given=saved.name,
    )

    def saves(at: SavePath) -> None:
        screen.run_worker(_save(screen, saved, at), group="save")

    def chosen(at: SavePath) -> None:
        if at.size is None and not at.is_open:
            saves(at)
            return
        verb = "save" if at.size is None else "replace the file"
        answers = (("y", verb), ("escape", "back, nothing is saved"))
        ask(screen, Question(f"Save {saved.words}?", _about(at), answers), lambda _: saves(at))

    ask(screen, PathScreen(wanted), chosen)


def _about(at: SavePath) -> tuple[str | Styled, ...]:
    lines: list[str | Styled] = [f"{at.path}"]
    if at.size is not None:
        lines.append(Styled(f"A file of {size_text(at.size)} is there: saving replaces it.", "warning"))
    if at.is_open:
        words = "Others may write in this folder: they can remove or exchange the file, not read it."
        lines.append(Styled(words, "warning"))
    return tuple(lines)


async def _save(screen: TuiScreen[Any], saved: Saved, at: SavePath) -> None:
    """Save, once the journal has the line."""
    note = screen.shared.session.journal.note
    whys = (note("saved", ref, keys, how=saved.how) for ref, keys in saved.keys.items() if keys)
    if (why := next(filter(None, whys), None)) is not None:
        screen.say(why, "warning")
        return
    try:
        await run_in_thread(partial(save, at.path, saved.data.reveal(), replaces=at.size is not None))
    except FileProblem as problem:
        screen.say(f"Not saved: {saved.words}. {problem}", "warning")
    else:
        screen.say(f"Saved {saved.words} to {at.path}, {size_text(saved.data.size)}.")
