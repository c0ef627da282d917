"""Copy or save a whole Secret in a form for elsewhere: manifest, JSON, `.env`, kubectl line.

Under --no-reveal only the forms without values are offered.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.secret.encrypt import MISSING, can_encrypt, encrypted, recipient_problem
from tui.model.secret.export import NotAll, as_env, as_json, as_yaml, creating
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value
from tui.process.threads import looked_into
from tui.ui.base.screen import TuiScreen
from tui.ui.command import no_reveal
from tui.ui.commands import BY_ID
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.prompt import NameScreen, NameWanted, Question
from tui.ui.dialogs.value_files import Saved, save_as


class _Form(Struct, frozen=True):
    """One form of a whole Secret."""

    letter: str
    words: str
    name: str
    """For a sentence: "the .env of app"."""
    make: Callable[[Secret], str]
    """Raises NotAll for keys that it cannot hold."""
    ending: str
    """Of a file's name."""
    has_values: bool = True
    is_encrypted: bool = False
    """To a public key, for which the person is asked."""


_FORMS: Final = (
    _Form("m", "manifest for kubectl apply", "manifest", as_yaml, ".yaml"),
    _Form(
        "t",
        "manifest with the values as text (stringData)",
        "manifest",
        partial(as_yaml, as_text=True),
        ".yaml",
    ),
    _Form("j", "manifest as JSON", "JSON", as_json, ".json"),
    _Form("e", ".env lines", ".env lines", as_env, ".env"),
    _Form(
        "a",
        "manifest encrypted to a public key, for age",
        "encrypted manifest",
        as_yaml,
        ".yaml.age",
        is_encrypted=True,
    ),
    _Form(
        "x",
        "manifest with masked values",
        "masked manifest",
        partial(as_yaml, is_masked=True),
        ".masked.yaml",
        False,
    ),
    _Form(
        "k",
        "kubectl create line, without values",
        "kubectl line",
        lambda secret: creating(secret) + "\n",
        ".sh",
        False,
    ),
)


def copy_secret_as(screen: TuiScreen[Any], secret: Secret) -> None:
    """Ask for a form, and copy the Secret in it."""
    _ask(screen, secret, "copy_yaml_as", lambda form: _copy(screen, secret, form))


def save_secret_as(screen: TuiScreen[Any], secret: Secret) -> None:
    """Ask for a form and a path, and save the Secret there."""
    _ask(screen, secret, "save_yaml_as", lambda form: _save(screen, secret, form))


def _ask(screen: TuiScreen[Any], secret: Secret, command: str, then: Callable[[_Form], Any]) -> None:
    is_refused = screen.shared.grade.is_no_reveal
    forms = [form for form in _FORMS if not (is_refused and form.has_values)]
    verb = "Copy" if command.startswith("copy") else "Save"
    question = Question(
        title=f"{verb} {secret.ref.name} as",
        lines=(
            "Press its letter:",
            *(f"{form.letter}  {form.words}" for form in forms),
            *(("", no_reveal(BY_ID[command])) if is_refused else ()),
        ),
        answers=(*((form.letter, "") for form in forms), ("escape", "back")),
    )

    def answered(letter: str) -> None:
        form = next(form for form in forms if form.letter == letter)
        if form.is_encrypted and not can_encrypt():
            screen.say(MISSING, "warning")
        else:
            screen.run_worker(then(form), group="export", exclusive=True)

    ask(screen, question, answered)


async def _text(screen: TuiScreen[Any], secret: Secret, form: _Form) -> str | None:
    """The Secret in this form; says why there is none, and asks before keys are left out."""
    try:
        text = await looked_into(partial(form.make, secret))
    except NotAll as some:
        if some.rest and await _may_leave_out(screen, str(some)):
            return some.rest
        if not some.rest:
            screen.say(str(some), "warning")
        return None
    if text is None:
        screen.say("Too large to be written within a second.", "warning")
    elif form.is_encrypted:
        lines = ("Public key of who may read it: age1…, ssh-ed25519 … or ssh-rsa …",)
        wanted = NameWanted(
            f"Encrypt {secret.ref.name}", lines, recipient_problem, "encrypt", judges_early=False
        )
        key = await screen.app.push_screen_wait(NameScreen(wanted))
        text = encrypted(text, key) if key is not None else None
    return text


async def _may_leave_out(screen: TuiScreen[Any], why: str) -> bool:
    question = Question("Not all keys", (why,), (("y", "go on without them"), ("escape", "back")))
    return await screen.app.push_screen_wait(question) == "y"


async def _copy(screen: TuiScreen[Any], secret: Secret, form: _Form) -> None:
    if (text := await _text(screen, secret, form)) is None:
        return
    what = f"the {form.name} of {secret.ref.name}"
    shared, data, keys = screen.shared, text.encode(), tuple(secret.data)
    if form.has_values:
        screen.say(await shared.copy_values(secret.ref, keys, data, what, f"as {form.words}"))
    else:
        screen.say(await shared.clipboard.send(data, what))


async def _save(screen: TuiScreen[Any], secret: Secret, form: _Form) -> None:
    if (text := await _text(screen, secret, form)) is not None:
        keys = tuple(secret.data) if form.has_values else ()
        what, name = f"the {form.name} of {secret.ref.name}", f"{secret.ref.name}{form.ending}"
        save_as(screen, Saved(secret.ref, keys, what, Value(text.encode()), name, f"as {form.words}"))
