"""Copy or save whole Secrets as manifest, JSON, `.env` lines, ExternalSecret or kubectl command.

With --no-reveal, formats that contain values are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tui.model.secret.encrypt import MISSING, can_encrypt, encrypted, recipient_problem
from tui.model.secret.export import UnsupportedKeys, as_env, as_external_secret, as_json, as_yaml, creating
from tui.model.secret.secret import Secret, SecretRef, names_of
from tui.model.secret.value import Value
from tui.process.threads import looked_into
from tui.session.several.secret_reads import read_all
from tui.ui.base.job import ask, reading, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import no_reveal
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import NameRequest, NameScreen, Question
from tui.ui.dialogs.value_files import Saved, save_as


class _Form(Struct, frozen=True):
    letter: str
    words: str
    name: str
    make: Callable[[Secret], str]
    """Function that formats a Secret. It raises UnsupportedKeys if some keys do not fit into the format."""
    ending: str
    has_values: bool = True
    is_encrypted: bool = False
    """True if the text is encrypted to a public key that the user types."""
    of_one: bool = False
    """True if a file can contain only one Secret."""


_FORMS: Final = (
    _Form("m", "manifest for kubectl apply", "manifest", as_yaml, ".yaml"),
    _Form(
        "t",
        "manifest with the values as text (stringData)",
        "manifest",
        partial(as_yaml, as_text=True),
        ".yaml",
    ),
    _Form("n", "manifest as JSON", "JSON", as_json, ".json", of_one=True),
    _Form("e", ".env lines", ".env lines", as_env, ".env", of_one=True),
    _Form(
        "a",
        "manifest encrypted with age to a public key",
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
        has_values=False,
    ),
    _Form(
        "l",
        "kubectl create line, without values",
        "kubectl line",
        lambda secret: creating(secret) + "\n",
        ".sh",
        has_values=False,
        of_one=True,
    ),
    _Form(
        "s",
        "ExternalSecret for the Secret's keys, without values",
        "ExternalSecret",
        as_external_secret,
        ".external-secret.yaml",
        has_values=False,
        of_one=True,
    ),
)


async def copy_secret_as(screen: TuiScreen[Any], secret: Secret) -> None:
    form = await _ask_for_form(screen, [secret.ref], "copy_yaml_as")
    if form is None or (text := await _text(screen, [secret], form)) is None:
        return
    label = f"the {form.name} of {secret.ref.name}"
    shared, data, keys = screen.shared, text.encode(), tuple(secret.data)
    if form.has_values:
        screen.show_message(await shared.copy_values(secret.ref, keys, data, label, f"as {form.words}"))
    else:
        screen.show_message(await shared.clipboard.send(data, label))


async def save_secret_as(screen: TuiScreen[Any], secret: Secret) -> None:
    if (form := await _ask_for_form(screen, [secret.ref], "save_yaml_as")) is not None:
        await _save(screen, [secret], form)


async def save_secrets_as(screen: TuiScreen[Any], refs: Sequence[SecretRef]) -> None:
    if (form := await _ask_for_form(screen, refs, "save_secrets", reads=True)) is None:
        return
    stop = screen.shared.keys.of("stop_running")
    screen.show_status(f"Reading {names_of(refs)} … {stop} stops.")
    secrets, failed = await reading(screen, read_all(refs, screen.shared.session.read))
    screen.show_status("")
    if not secrets:
        screen.show_message(f"Not saved. {next(iter(failed.values()))}", "bad")
    elif not failed or await _may_leave_out(
        screen, *(f"{ref} was not read. {why}" for ref, why in failed.items())
    ):
        await _save(screen, list(secrets.values()), form)


async def _ask_for_form(
    screen: TuiScreen[Any], refs: Sequence[SecretRef], command: str, *, reads: bool = False
) -> _Form | None:
    is_refused, are_several = screen.shared.settings.no_reveal, len(refs) > 1
    forms = [
        form for form in _FORMS if not (is_refused and form.has_values) and not (are_several and form.of_one)
    ]
    verb, them = (
        "Copy" if command.startswith("copy") else "Save",
        "the Secrets" if are_several else "the Secret",
    )
    drafts = screen.shared.session.drafts
    kept = "Drafts are left out; the values in the cluster are used." if any(map(drafts.get, refs)) else ""
    question = Question(
        title=f"{verb} {names_of(refs)} as",
        lines=(
            *((no_reveal(BY_ID[command]),) if is_refused else ()),
            *(
                (f"secret-tui reads {them}, and asks for the path of one file. {kept}".rstrip(),)
                if reads
                else ()
            ),
        ),
        answers=[(form.letter, form.words) for form in forms],
        default=forms[0].letter,
    )
    if (letter := await ask(screen, question)) is None:
        return None
    form = next(form for form in forms if form.letter == letter)
    if form.is_encrypted and not can_encrypt():
        screen.show_message(MISSING, "warning")
        return None
    return form


async def _text(screen: TuiScreen[Any], secrets: Sequence[Secret], form: _Form) -> str | None:
    texts = []
    for secret in secrets:
        try:
            text = await resting(looked_into(partial(form.make, secret)))
        except UnsupportedKeys as not_all:
            if not_all.rest and await _may_leave_out(screen, str(not_all)):
                return not_all.rest
            if not not_all.rest:
                screen.show_message(str(not_all), "warning")
            return None
        if text is None:
            screen.show_message(f"{secret.ref} is too large to format within a second.", "warning")
            return None
        texts.append(text)
    joined_texts = "---\n".join(texts)
    if not form.is_encrypted:
        return joined_texts
    lines = ("Public key of the recipient: age1…, ssh-ed25519 … or ssh-rsa …",)
    them = names_of([secret.ref for secret in secrets])
    wanted = NameRequest(f"Encrypt {them}", lines, recipient_problem, "encrypt", judges_early=False)
    key = await ask(screen, NameScreen(wanted))
    return encrypted(joined_texts, key) if key is not None else None


async def _may_leave_out(screen: TuiScreen[Any], *why: str) -> bool:
    question = Question("Something is left out", why, (("y", "go on with the rest"),))
    return await ask(screen, question) == "y"


async def _save(screen: TuiScreen[Any], secrets: Sequence[Secret], form: _Form) -> None:
    if (text := await _text(screen, secrets, form)) is None:
        return
    refs = [secret.ref for secret in secrets]
    keys = {secret.ref: tuple(secret.data) if form.has_values else () for secret in secrets}
    namespaces = {ref.namespace for ref in refs}
    file = (
        refs[0].name
        if len(refs) == 1
        else "-".join((*(namespaces if len(namespaces) == 1 else ()), "secrets"))
    )
    label = f"the {form.name} of {names_of(refs)}"
    saved = Saved(keys, label, Value(text.encode()), f"{file}{form.ending}", f"as {form.words}")
    await save_as(screen, saved)
