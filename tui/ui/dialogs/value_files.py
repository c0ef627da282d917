"""Load values from files into the draft, and save values to a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.env_file import EnvProblem, is_env_name, read_env
from tui.model.draft.manifest_objects import keys_of_one
from tui.model.secret.formats.registry import describe_kind
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, size_text
from tui.model.text.counts import counted, listed
from tui.process.threads import run_in_thread
from tui.terminal.value_files import (
    FileProblem,
    PathFiles,
    SavePath,
    find,
    find_file,
    read,
    read_file,
    save,
    save_path,
)
from tui.ui.base.job import AskingScreen, ask, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.path import PathRequest, PathScreen
from tui.ui.dialogs.prompt import Question
from tui.ui.widgets.lines import Line
from tui.ui.widgets.text import Styled

_KEY_AND_PATH: Final = re.compile(r"([-._a-zA-Z0-9]+)=(.+)")
_MANIFESTS: Final = (".yaml", ".yml", ".json")
_MOST: Final = 8


class _Place(Struct, frozen=True):
    path: str
    found: PathFiles
    key: str = ""
    is_named: bool = False
    """True if the typed text is read as KEY=PATH, not as a path."""

    @property
    def file(self) -> str:
        (name, *_) = self.found.sizes
        may_have = (is_env_name(name) or name.endswith(_MANIFESTS)) and not self.is_named
        return name if may_have and not self.found.is_folder else ""


class _Loaded(Struct, frozen=True):
    """Content of the loaded files.

    `values` has each file as one value; `keys` has the values inside a `.env` file or manifest.
    """

    values: Mapping[str, Value]
    keys_file: str = ""
    keys: Mapping[str, Value] = {}
    keys_problem: str = ""


async def load_value(
    screen: TuiScreen[Any], key: str | None, data: Callable[[], Mapping[str, Value]]
) -> Mapping[str, Value] | None:
    """Ask for a path, and return the loaded values by key; None after Esc."""
    wanted = PathRequest(
        title=f"Load {key} from a file" if key is not None else "Load from a file",
        lines=(
            "Path of a file, or of a folder. Each file of a folder becomes a key.",
            Styled("KEY=PATH loads the file into the key KEY.", "muted"),
        ),
        verb="load",
        find=partial(_find, key),
        describe=partial(_about_files, key, data),
        take=partial(_load, key),
    )

    loaded = await ask(screen, PathScreen(wanted))
    if loaded is None or not loaded.keys_file:
        return loaded.values if loaded is not None else None
    answer = await ask(screen, _keys_question(loaded, data()))
    return {"y": loaded.keys, "f": loaded.values}.get(answer or "")


async def load_file(screen: AskingScreen, into: str) -> tuple[str, Value] | None:
    wanted = PathRequest(
        title=f"Load {into} from a file",
        lines=("Path of a file. Its bytes replace the text.",),
        verb="load",
        find=find_file,
        describe=lambda found: (f"{found[0]}: {size_text(found[1])}",),
        take=lambda path: (find_file(path)[0], read_file(path)),
    )
    return await ask(screen, PathScreen(wanted))


def _find(key: str | None, text: str) -> _Place:
    match = _KEY_AND_PATH.fullmatch(text)
    try:
        path, files, match = text, find(text), None
    except FileProblem:
        if match is None:
            raise
        key, path = match.groups()
        files = find(path)
    if files.is_folder:
        return _Place(path, files)
    key = key or next(iter(files.sizes))
    if (problem := key_problem(key)) is not None:
        raise FileProblem(problem)
    return _Place(path, files, key, is_named=match is not None)


def _load(key: str | None, text: str) -> _Loaded:
    place = _find(key, text)
    values = read(place.path)
    if place.found.is_folder:
        return _Loaded(values)
    (value,) = values.values()
    whole = {place.key: value}
    if is_env_name(place.file):
        try:
            return _Loaded(whole, keys_file=place.file, keys=read_env(value.reveal()))
        except EnvProblem as problem:
            return _Loaded(whole, keys_file=place.file, keys_problem=str(problem))
    keys = keys_of_one(value.reveal()) if place.file else {}
    return _Loaded(whole, keys_file=place.file if keys else "", keys=keys)


def _about_files(key: str | None, data: Callable[[], Mapping[str, Value]], place: _Place) -> tuple[Line, ...]:
    files = place.found
    if place.file:
        size = size_text(files.sizes[place.file])
        return (f"{place.file}: {size}. If the file contains keys, you can set all of them.",)
    sizes = dict(files.sizes) if files.is_folder else {place.key: sum(files.sizes.values())}
    lines: list[Line] = [f"{name}: {size_text(size)}" for name, size in list(sizes.items())[:_MOST]]
    if (more := len(sizes) - _MOST) > 0:
        lines.append(f"and {counted(more, 'more key')}")
    if replaced := [name for name in sizes if name != key and name in data()]:
        lines.append(Styled(f"replaces keys: {listed(replaced, _MOST)}", "warning"))
    if files.left_out:
        lines.append(Styled(f"left out: {listed(files.left_out, _MOST)}", "warning"))
    return tuple(lines)


def _keys_question(loaded: _Loaded, data: Mapping[str, Value]) -> Question:
    (key, file_content), *_ = loaded.values.items()
    kinds: dict[str, list[str]] = {"new": [], "changed": [], "same value": []}
    for name, value in loaded.keys.items():
        before = data.get(name)
        kinds["new" if before is None else "same value" if before == value else "changed"].append(name)
    if kinds["changed"] or kinds["same value"]:
        kinds["not in the file, unchanged"] = [name for name in data if name not in loaded.keys]
    lines: list[str | Styled] = [f"{kind}: {listed(names, _MOST)}" for kind, names in kinds.items() if names]
    if is_env_name(loaded.keys_file) and loaded.keys and b"\r" in file_content.reveal():
        lines.append(Styled("Line endings are read as LF.", "muted"))
    if loaded.keys_file.endswith(_MANIFESTS):
        lines.append(Styled("Type, labels and annotations are ignored.", "muted"))
    sets = "set it" if len(loaded.keys) == 1 else "set them all"
    title = f"{counted(len(loaded.keys), 'key')} in {loaded.keys_file}: {sets}?"
    answers = [("y", sets), ("f", f"set {key} to the whole file")]
    if loaded.keys_problem:
        title, lines = f"No keys read from {loaded.keys_file}", [Styled(loaded.keys_problem, "warning")]
        answers = answers[1:]
    return Question(title, lines, answers, default=answers[0][0], back="cancel")


async def save_value(screen: TuiScreen[Any], ref: SecretRef, key: str, value: Value) -> None:
    await save_as(screen, Saved({ref: (key,)}, key, value, name=key))


class Saved(Struct, frozen=True):
    keys: Mapping[SecretRef, tuple[str, ...]]
    words: str
    data: Value
    name: str
    how: str = ""


async def save_as(screen: TuiScreen[Any], saved: Saved) -> None:
    """Ask for the path of a file, and save the data in this file.

    If a file would be replaced, or if other users may write in the folder, ask for confirmation first.
    """
    wanted = PathRequest(
        title=f"Save {saved.words} to a file",
        lines=(f"{describe_kind(saved.data)}. Only you can read the file; it stays until you delete it.",),
        verb="save",
        find=partial(save_path, name=saved.name),
        describe=_about,
        take=partial(save_path, name=saved.name),
        given=saved.name,
    )

    if (path := await ask(screen, PathScreen(wanted))) is None:
        return
    if path.size is not None or path.is_open:
        verb = "save" if path.size is None else "replace the file"
        back = "back, nothing is saved"
        if (
            await ask(screen, Question(f"Save {saved.words}?", _about(path), (("y", verb),), back=back))
            is None
        ):
            return
    await resting(_save(screen, saved, path))


def _about(at: SavePath) -> tuple[str | Styled, ...]:
    lines: list[str | Styled] = [f"{at.path}"]
    if at.size is not None:
        lines.append(Styled(f"Saving replaces the existing file of {size_text(at.size)}.", "warning"))
    if at.is_open:
        words = "Other users may delete or replace files in this folder. They cannot read this file."
        lines.append(Styled(words, "warning"))
    return tuple(lines)


async def _save(screen: TuiScreen[Any], saved: Saved, at: SavePath) -> None:
    """Record the save in the journal, then write the file. If the journal cannot be written, save nothing."""
    note = screen.shared.session.journal.note
    whys = (note("saved", ref, keys, how=saved.how) for ref, keys in saved.keys.items() if keys)
    if (why := next(filter(None, whys), None)) is not None:
        screen.show_message(why, "warning")
        return
    try:
        await run_in_thread(partial(save, at.path, saved.data.reveal(), replaces=at.size is not None))
    except FileProblem as problem:
        screen.show_message(f"Not saved: {saved.words}. {problem}", "warning")
    else:
        screen.show_message(f"Saved {saved.words} to {at.path}, {size_text(saved.data.size)}.")
