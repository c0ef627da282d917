"""Ask what of a paste onto a Secret to set: what was recognized in it, or all of it in one key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.draft.pasted import UPLOAD, recognized, why_no_env
from tui.model.json_decoder import Hidden
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
from tui.ui.dialogs.prompt import NameScreen, NameWanted, Question
from tui.ui.widgets.text import Styled
from tui.ui.widgets.value import accept_text

_MOST: Final = 8
"""Keys whose sizes are shown."""
_NEW: Final = "a"
"""The answer for a key that is still to be named."""
_UPLOADS: Final = ("b", f"copy {UPLOAD}")


class PastedOnto(Hidden, Struct, frozen=True):
    """The open Secret."""

    ref: SecretRef
    key: str | None
    """Key under the cursor."""
    data: Mapping[str, Value]
    """Values of its keys, the draft's where it changes them."""
    secret: Secret | None
    """None while it is still to be created."""


class _Choice(Hidden, Struct, frozen=True):
    """Answer, and the values that it sets."""

    letter: str
    verb: str
    values: Mapping[str, Value]


async def copy_upload(screen: TuiScreen[Any]) -> None:
    """Copy the command for the other side."""
    said = await screen.shared.clipboard.send(UPLOAD.encode(), UPLOAD)
    screen.say(f"{said} Run it where the file is, and paste here what it prints.")


async def pasted_values(screen: TuiScreen[Any], pasted: str, onto: PastedOnto) -> Mapping[str, Value] | None:
    """Recognize a paste off the loop, and ask without a value what of it to set; None for nothing."""
    if len(pasted) > MAX_DATA:
        screen.say("Not pasted: it is larger than a Secret can be (1 MiB).", "warning")
        return None
    interruptions, now = screen.shared.app.interruptions, screen.shared.server_now()
    found = await resting(run_in_thread(partial(_look, pasted, onto, now)))
    if screen.app.screen is not screen or screen.shared.app.interruptions != interruptions:
        return None
    if isinstance(found, str):
        screen.say(found, "warning")
        return None
    lines, choices = found
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

    wanted = NameWanted(title, ("Name of the new key",), problem, "set")
    key = await ask(screen, NameScreen(wanted))
    return dict.fromkeys([key], *chosen.values()) if key is not None else None


def _look(pasted: str, onto: PastedOnto, now: float) -> tuple[list[Styled], list[_Choice]] | str:
    """The lines of the question and its answers, or why there is none."""
    taken = accept_text.paste(pasted, is_one_line=True)
    if isinstance(taken, str):
        return taken
    key, text = onto.key, taken.text
    whole = {key: Value(text.encode())} if key is not None else {}
    found = recognized(Paste(text, key, onto.data, now), onto.ref)
    choices, notes, other = list[_Choice](), [taken.said] if taken.said else [], ""
    if found is not None:
        asks, notes = found.question, [*found.notes, *notes]
        if found.values:
            choices.append(_Choice("y", found.verb, found.values))
        if whole and dict(found.values) != whole:
            choices.append(_Choice("t", "as text", whole))
            other = f"Or all of it as text in {key}."
    elif key is not None:
        asks = f"Set {key} to these {describe_kind(whole[key])}?"
        choices.append(_Choice("y", "set", whole))
        if (decoded := base64_of(text)) is not None:
            choices.append(_Choice("d", "set decoded", {key: decoded}))
            other = f"It could be base64 of {describe_kind(decoded)}."
    else:
        asks = f"Not recognized: {describe_kind(Value(text.encode()))}."
    if found is None and (why := why_no_env(text)):
        notes.append(why)
    choices.append(_Choice(_NEW, "as a new key", {"": Value(text.encode())}))
    first = choices[0].values if choices[0].letter != _NEW else {}
    if onto.secret is not None:
        notes += [f"! {said}" for said in manager_warnings(onto.secret, first)]
    lines = [asks, *_sizes(first, onto.data), *notes, *([other] if other else [])]
    return [Styled(line, "warning" if line.startswith("!") else "") for line in lines], choices


def _sizes(values: Mapping[str, Value], data: Mapping[str, Value]) -> Iterator[str]:
    """Lines with the size of each changed key, before and after; the others by name."""
    same = [key for key, value in values.items() if data.get(key) == value]
    changed = [key for key in values if key not in same]
    for key in changed[:_MOST]:
        was = size_text(data[key].size) if key in data else "new"
        yield f"  {key}  {was} → {size_text(values[key].size)}"
    if len(changed) > _MOST:
        yield f"  and {counted(len(changed) - _MOST, 'more key')}"
    if same:
        yield f"  the same: {listed(same, _MOST)}"
        if others := [key for key in data if key not in values]:
            yield f"  not in it, left alone: {listed(others, _MOST)}"
