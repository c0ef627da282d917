"""Copy a value, as it is or in a form such as base64. If a paste could run a command, ask first.

With --no-reveal, forms that contain the value are left out.
"""

from __future__ import annotations

import base64
import os
from typing import Any

from msgspec import Struct

from tui.model.json_decoder import HiddenRepr
from tui.model.secret.copy_formats import (
    danger,
    fetching,
    printing,
    unblocking,
    variable,
    without_final_break,
)
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.model.text.printable import ascii_only
from tui.terminal.clipboard.clipboard import refusal
from tui.ui.base.freshness import former_in_pod
from tui.ui.base.job import ask
from tui.ui.base.screen import TuiScreen
from tui.ui.command_types import no_reveal
from tui.ui.commands import BY_ID
from tui.ui.dialogs.prompt import Question

_NO_TEXT = "The value is not UTF-8 text. A clipboard holds only text."


class _As(HiddenRepr, Struct, frozen=True):
    letter: str
    words: str
    data: bytes
    of_value: bool = True
    into_tmux: bool = False


async def copy_value(
    screen: TuiScreen[Any], ref: SecretRef, key: str, value: Value, *, path: str = ""
) -> None:
    """Copy the value. If it is not text, or if a paste could run a command, ask the user what to copy."""
    data = value.reveal()
    why: str | None = None
    if not _is_text(data):
        why = _NO_TEXT
    elif refusal(data) is None:  # check the size first, because searching a large value takes long
        why = danger(data)
    if why is None:
        screen.show_message(await screen.shared.copy_values(ref, (key,), data, path or key, path))
    else:
        await copy_as(screen, ref, key, value, why, path=path)


async def copy_as(
    screen: TuiScreen[Any],
    ref: SecretRef,
    key: str,
    value: Value,
    why: str = "",
    *,
    has_names: bool = True,
    path: str = "",
) -> None:
    """Ask the user what to copy, and copy it.

    The choices are forms of the value and, with `has_names`, texts about the key or the Secret.
    """
    is_refused = screen.shared.settings.no_reveal
    names = _of_names(screen, ref, key) if has_names else []
    choices = [*([] if is_refused else _of_value(screen, value)), *names]
    refused = no_reveal(BY_ID["copy_as"])
    if not choices:
        screen.show_message(refused, "warning")
        return
    safe = next((choice for choice in choices if not why or choice.letter != "c"), choices[0])
    question = Question(
        title=f"Copy {ascii_only(path or key)} of {ref.name}",
        lines=(*((why,) if why else ()), *((refused,) if is_refused else ())),
        answers=[(choice.letter, choice.words) for choice in choices],
        default=safe.letter,
        back="back without copying",
    )

    if (letter := await ask(screen, question)) is None:
        return
    chosen = next(choice for choice in choices if choice.letter == letter)
    shared, how = screen.shared, "" if chosen.letter == "c" else chosen.words
    if chosen.of_value:
        how = ", ".join(filter(None, (path, how)))
        message = await shared.copy_values(
            ref, (key,), chosen.data, path or key, how, into_tmux=chosen.into_tmux
        )
    else:
        about = ref.name if chosen.letter in ("n", "p") else key
        message = await shared.clipboard.send(chosen.data, f"{chosen.words} of {about}")
    screen.show_message(message)


def _of_value(screen: TuiScreen[Any], value: Value) -> list[_As]:
    data = value.reveal()
    forms: list[_As] = []
    if _is_text(data):
        forms.append(_As("c", "as it is", data))
        if (without_break := without_final_break(data)) is not None:
            forms.append(_As("f", "without the final line break", without_break))
    forms.append(_As("b", "in base64", base64.b64encode(data)))
    if _is_text(data) and os.environ.get("TMUX"):
        forms.append(_As("t", "to the tmux buffer", data, into_tmux=True))
    return forms


def _of_names(screen: TuiScreen[Any], ref: SecretRef, key: str) -> list[_As]:
    options = screen.shared.contexts.kubectl_options(screen.shared.session.cluster.target)
    old_use = former_in_pod(screen.shared.session, ref, key)
    more_forms = list[_As]()
    if old_use is not None:
        info, use = old_use
        name = use.target if use.way == "env" else f"{use.target}{key}"
        words = ("cat", use.target) if use.is_sub_path else ("printenv", name)
        line = printing(info.namespace, info.name, use.container or "", words, options)
        more_forms.append(
            _As("o", f"a kubectl exec that prints pod {info.name}'s value", line.encode(), of_value=False)
        )
    opened = screen.shared.session.opened
    secret = opened.secret if opened is not None and opened.ref == ref else None
    if secret is not None and secret.is_terminating and secret.finalizers:
        line = unblocking(ref, options)
        more_forms.append(
            _As("p", "a kubectl patch that removes the finalizers", line.encode(), of_value=False)
        )
    return [
        _As("n", "namespace/name", str(ref).encode(), of_value=False),
        _As("v", "a valueFrom snippet", variable(ref, key).encode(), of_value=False),
        _As(
            "l", "a kubectl line that prints the value", fetching(ref, key, options).encode(), of_value=False
        ),
        *more_forms,
    ]


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
