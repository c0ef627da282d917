"""Ask the manager of a Secret for something: seal a value first or not, then the dry run and the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from tui.model.errors import ClusterError
from tui.model.managers.source.seal import certificate_problem, seal
from tui.model.managers.source.sealed_secrets import FETCH, sealed_action
from tui.model.managers.source.source import Request, SealAction, SourceAction
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value, size_text
from tui.process.threads import run_in_thread
from tui.session.source import FoundSource
from tui.terminal.value_files import FileProblem, find, read_file
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.dialog import ask
from tui.ui.dialogs.path import PathScreen, PathWanted
from tui.ui.dialogs.prompt import NameScreen, NameWanted
from tui.ui.source.request import RequestScreen
from tui.ui.value.blind_editor import BlindEditorScreen
from tui.ui.value.cancelled_edits import Cancelled
from tui.ui.widgets.bars.frame import is_staying

_MOST: Final = 64 * 1024
"""Bytes of a certificate's file."""


def act_at_source(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction | SealAction, found: FoundSource, key: str = ""
) -> None:
    """Begin to seal a value, or show what would be sent; `key`: for a new value of this key."""

    def show(action: SourceAction, ciphertext: str = "") -> None:
        work = _show_request(screen, ref, action, found, key, ciphertext)
        screen.run_worker(work, group="prepare", exclusive=True)

    if isinstance(what, SealAction):
        _seal(screen, ref, what, key, show)
    elif what.idle:
        screen.say(f"It would do nothing: {what.idle}", "warning")
    else:
        show(what)


async def _show_request(
    screen: TuiScreen[Any], ref: SecretRef, what: SourceAction, found: FoundSource, key: str, ciphertext: str
) -> None:
    shared, session = screen.shared, screen.shared.session
    identity = session.access.identity
    user = identity.user if identity is not None else session.cluster.target.user or "secret-tui"
    screen.show_status("Asking for the dry run …")
    try:
        prepared = await session.sources.prepare(found, what, Request(shared.server_now(), user, ref, key))
    except ClusterError as error:
        screen.say(f"Nothing sent. {error.sentence}", "bad")
        return
    if screen.app.screen is not screen or screen.subject != ref:
        screen.say("Nothing sent: you went elsewhere during the dry run.", "warning")
        return
    screen.show_status("")
    again = partial(act_at_source, screen, ref, what, found, key)
    screen.app.push_screen(RequestScreen(shared, prepared, ciphertext, again))


def _seal(
    screen: TuiScreen[Any],
    ref: SecretRef,
    what: SealAction,
    key: str,
    sealed: Callable[[SourceAction, str], None],
) -> None:
    """Ask for the key unless it is known, for the certificate once, and for the value without showing it.

    The certificate comes first: without it, what is typed could not be sealed. `sealed` gets the request, and
    the ciphertext to copy.
    """
    shared, sources = screen.shared, screen.shared.session.sources

    def data() -> Mapping[str, Value]:
        held = shared.session.held(ref)
        return held.secret.data if held is not None and held.secret is not None else {}

    def named(key: str) -> None:
        if sources.certificate is not None:
            ask_for_value(key)
            return
        source = shared.keys.of("show_source")
        lines = (
            "File with the certificate of the controller, in PEM. It is kept for this session.",
            f"Get it with: {FETCH}",
            f"{source} on the Secret has this line to copy, and takes a pasted certificate.",
        )
        wanted = PathWanted(
            "Certificate of Sealed Secrets",
            lines,
            "next",
            find=find,
            describe=lambda found: tuple(f"{name}: {size_text(size)}" for name, size in found.sizes.items()),
            take=partial(_certificate_in, shared),
        )
        ask(screen, PathScreen(wanted), partial(found, key))

    def found(key: str, pem: bytes) -> None:
        sources.certificate = pem
        ask_for_value(key)

    def ask_for_value(key: str) -> None:
        screen.app.push_screen(BlindEditorScreen(shared, ref, key, data().get(key)), partial(typed, key))

    def typed(key: str, value: Value | Cancelled | None) -> None:
        if isinstance(value, Value):
            screen.run_worker(seal_value(key, value), group="seal", exclusive=True)
        elif value is not None:
            screen.say(f"{key} was not sealed, and what was typed is dropped.")

    async def seal_value(key: str, value: Value) -> None:
        if (pem := sources.certificate) is None:
            return
        ciphertext = await run_in_thread(partial(seal, value, pem, what.label))
        if is_staying(screen):
            sealed(sealed_action(key, ciphertext), ciphertext)

    if key:
        named(key)
        return
    keys = sorted(data())
    lines = ["Key whose value is sealed. Nothing is sent until you review."]
    lines += [f"There are: {', '.join(keys)}"] if keys else []
    given = keys[0] if keys else ""
    ask(screen, NameScreen(NameWanted("Seal a value", tuple(lines), key_problem, "next", given)), named)


def _certificate_in(shared: ScreenContext, path: str) -> bytes:
    """Raises FileProblem for a file without a certificate that can seal."""
    pem = read_file(path, _MOST).reveal()
    if (problem := certificate_problem(pem, shared.session.clock.now())) is not None:
        raise FileProblem(problem)
    return pem


def take_certificate(shared: ScreenContext, pasted: str) -> str:
    """Keep a pasted certificate for this session; returns a sentence."""
    pem = pasted.encode()
    if (problem := certificate_problem(pem, shared.session.clock.now())) is not None:
        return f"Nothing taken from the paste. {problem}"
    shared.session.sources.certificate = pem
    return "The certificate is kept for this session."
