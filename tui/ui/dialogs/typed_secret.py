"""Fill the form of a Secret's type, and offer to take a certificate and its key apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tui.model.secret.formats.pem import bundle, pair_words
from tui.model.secret.formats.pem_layout import is_inside_text, laid_out
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.form import Data, Form, Typed
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.ui.base.screen import TuiScreen
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.form import FormScreen, FormWanted
from tui.ui.dialogs.prompt import Question

_MOST = 9
"""Parts that have a key of their own, 1 to 9."""


def fill_form(
    screen: TuiScreen[Any],
    form: Form,
    ref: SecretRef,
    data: Callable[[], Data],
    taken: Callable[[Mapping[str, Value | None]], object],
    hold: Callable[[str, Callable[[], bool]], object],
) -> None:
    """Fill it; where the Secret has several parts, ask first which. `taken` is called with the keys to set.

    `hold` keeps a cancelled form: what it is, and what opens it again.
    """
    title, name = form.title, ref.name
    try:
        parts = form.parts(data()) if form.parts is not None else ()
    except ValueError as error:
        screen.say(str(error), "warning")
        return

    def fill(part: str, typed: Typed | None = None) -> bool:
        is_new = not (part if form.parts is not None else data())

        def problem(typed: Typed) -> str | None:
            try:
                form.write(data(), typed)
            except ValueError as error:
                return str(error)
            return None

        def cancel(typed: Typed) -> None:
            hold(f"The form of {name}", partial(fill, part, typed))

        def filled(typed: Typed) -> None:
            if (why_not := problem(typed)) is not None:  # others changed the Secret meanwhile
                screen.say(why_not, "warning")
            elif typed == ({form.part: part} if form.parts is not None else {}) and not is_new:
                screen.say("Nothing changed.")
            else:
                taken(form.write(data(), typed))

        holds = {**({form.part: part} if parts else {}), **(typed or {})}
        lines = (*filter(None, (form.hint,)), "Nothing is sent until you review.")
        wanted = FormWanted(f"{title}  {name}", lines, form, holds, problem, is_new, cancel)
        ask(screen, FormScreen(wanted), filled)
        return True

    if not parts:
        fill("")
        return
    numbers = [str(at) for at in range(1, min(_MOST, len(parts)) + 1)]
    question = Question(
        title=f"Which {title.lower()} of {name}?",
        lines=(*(f"{at}  {part}" for at, part in zip(numbers, parts, strict=False)), "a  another one"),
        answers=(*((at, "") for at in numbers), ("a", ""), ("escape", "back")),
    )

    ask(screen, question, lambda letter: fill("" if letter == "a" else parts[int(letter) - 1]))


def offer_pair(
    screen: TuiScreen[Any],
    key: str,
    value: Value,
    taken: Callable[[Mapping[str, Value]], object],
) -> bool:
    """Ask whether tls.crt and tls.key are set from what was typed, pasted or loaded into `key`.

    Also whether lines of PEM that no program can read are put right. False if nothing is asked.
    """
    laid = laid_out(value.reveal())
    if laid is None and is_inside_text(value.reveal()):
        return False
    found = bundle(laid or value.reveal())
    spoiled = ("Its line breaks or blanks are not those of PEM: they are put right.",) if laid else ()
    if found is not None:
        values = {"tls.crt": Value(found.chain), "tls.key": Value(found.key)}
        title = f"{counted(found.count, 'certificate')} and a private key in {key}"
        lines = ("Set tls.crt (the chain in its order) and tls.key from them?", pair_words(found), *spoiled)
        answers = (("y", "set both"), ("escape", f"keep all in {key}"))
    elif laid is not None:
        values = {key: Value(laid)}
        title, lines = f"PEM in {key}", ("Its line breaks or blanks are not those of PEM. Put them right?",)
        answers = (("y", "put right"), ("escape", "keep as it is"))
    else:
        return False
    ask(screen, Question(title, lines, answers), lambda _: taken(values))
    return True
