"""Ask which values to set from a paste: recognized values, or the whole paste in one key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.pasted import UPLOAD, recognized, why_no_env
from tui.model.json_decoder import HiddenRepr
from tui.model.managers.edit_effects import manager_warnings
from tui.model.secret.formats.binary import base64_of
from tui.model.secret.formats.registry import describe_kind
from tui.model.secret.formats.value_format import Paste
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.validation import MAX_DATA, key_problem
from tui.model.secret.value import Value, size_text
from tui.model.text.counts import counted, listed
from tui.process.threads import run_in_thread
from tui.ui.base.job import ask, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value import accept_text

_MOST: Final = 8
_NEW: Final = "a"
_UPLOADS: Final = ("b", f"copy {UPLOAD}")


class PasteTarget(HiddenRepr, Struct, frozen=True):
    ref: SecretRef
    key: str | None
    data: Mapping[str, Value]
    secret: Secret | None
    """Secret that `ref` names; None if the Secret exists only as a draft."""


class _Choice(HiddenRepr, Struct, frozen=True):
    letter: str
    verb: str
    values: Mapping[str, Value]


async def copy_upload(screen: TuiScreen[Any]) -> None:
    """Copy a shell command that prints a file as base64. The user pastes the printed text."""
    message = await screen.shared.clipboard.send(UPLOAD.encode(), UPLOAD)
    screen.show_message(f"{message} Run the command where the file is, and paste its output here.")


async def pasted_values(screen: TuiScreen[Any], pasted: str, onto: PasteTarget) -> Mapping[str, Value] | None:
    """Ask which values of a paste to set. The question shows no value.

    Return the chosen values by key, or None to set nothing.
    """
    if len(pasted) > MAX_DATA:
        screen.show_message("Not pasted: the text is larger than 1 MiB, the limit of a Secret.", "warning")
        return None
    interruptions, now = screen.shared.app.interruptions, screen.shared.server_now()
    question_parts = await resting(run_in_thread(partial(_look, pasted, onto, now)))
    if screen.app.screen is not screen or screen.shared.app.interruptions != interruptions:
        return None
    if isinstance(question_parts, str):
        screen.show_message(question_parts, "warning")
        return None
    lines, choices = question_parts
    answers = (*((choice.letter, choice.verb) for choice in choices), _UPLOADS)
    title = f"Paste into {onto.ref.name}"
    letter = await ask(screen, Question(title, lines, answers, default=choices[0].letter))
    if letter == "b":
        await copy_upload(screen)
    chosen = next((choice.values for choice in choices if choice.letter == letter), None)
    if chosen is None or letter != _NEW:
        return chosen

    def problem(key: str) -> str | None:
        return key_problem(key) or (f"A key {key} already exists." if key in onto.data else None)

    wanted = NameRequest(title, ("Name of the new key",), problem, "set")
    key = await ask(screen, NameScreen(wanted))
    return dict.fromkeys([key], *chosen.values()) if key is not None else None


def _look(pasted: str, onto: PasteTarget, now: float) -> tuple[list[Styled], list[_Choice]] | str:
    accepted = accept_text.paste(pasted, is_one_line=True)
    if isinstance(accepted, str):
        return accepted
    key, text = onto.key, accepted.text
    whole_paste = {key: Value(text.encode())} if key is not None else {}
    recognized_paste = recognized(Paste(text, key, onto.data, now), onto.ref)
    choices, notes, other = list[_Choice](), [accepted.message] if accepted.message else [], ""
    if recognized_paste is not None:
        asks, notes = recognized_paste.question, [*recognized_paste.notes, *notes]
        if recognized_paste.values:
            choices.append(_Choice("y", recognized_paste.verb, recognized_paste.values))
        if whole_paste and dict(recognized_paste.values) != whole_paste:
            choices.append(_Choice("t", "set as text", whole_paste))
            other = f"Or set {key} to the whole paste as text."
    elif key is not None:
        asks = f"Set {key} to these {describe_kind(whole_paste[key])}?"
        choices.append(_Choice("y", "set", whole_paste))
        if (decoded := base64_of(text)) is not None:
            choices.append(_Choice("d", "set decoded", {key: decoded}))
            other = f"The paste could be base64 of {describe_kind(decoded)}."
    else:
        asks = f"Paste not recognized: {describe_kind(Value(text.encode()))}."
    if recognized_paste is None and (why := why_no_env(text)):
        notes.append(why)
    choices.append(_Choice(_NEW, "set a new key", {"": Value(text.encode())}))
    first = choices[0].values if choices[0].letter != _NEW else {}
    if onto.secret is not None:
        notes += [f"! {warning}" for warning in manager_warnings(onto.secret, first)]
    lines = [asks, *_sizes(first, onto.data), *notes, *([other] if other else [])]
    return [Styled(line, "warning" if line.startswith("!") else "") for line in lines], choices


def _sizes(values: Mapping[str, Value], data: Mapping[str, Value]) -> Iterator[str]:
    same = [key for key, value in values.items() if data.get(key) == value]
    changed = [key for key in values if key not in same]
    for key in changed[:_MOST]:
        old_size = size_text(data[key].size) if key in data else "new"
        yield f"  {key}  {old_size} → {size_text(values[key].size)}"
    if len(changed) > _MOST:
        yield f"  and {counted(len(changed) - _MOST, 'more key')}"
    if same:
        yield f"  same value: {listed(same, _MOST)}"
        if others := [key for key in data if key not in values]:
            yield f"  not in the paste, unchanged: {listed(others, _MOST)}"
