"""Prepare a request to the manager of a Secret, and show its review."""

from __future__ import annotations

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
from tui.terminal.value_files import FileProblem, PathFiles, find, read_file
from tui.ui.base.job import ask, resting
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.path import PathRequest, PathScreen
from tui.ui.dialogs.prompt import NameRequest, NameScreen
from tui.ui.source.request import RequestScreen
from tui.ui.value.blind_editor import BlindEditorScreen
from tui.ui.value.canceled_edits import Canceled

_MOST: Final = 64 * 1024
"""Maximum size in bytes of a certificate file."""


async def act_at_source(
    screen: TuiScreen[Any],
    ref: SecretRef,
    offer: SourceAction | SealAction,
    found: FoundSource,
    key: str = "",
) -> None:
    """Prepare a request for the action `offer`, and show its review.

    If a sent request brought no new value, the user may ask for another request, which is prepared and shown
    in the same way.

    `key`: key that gets a new value; "" means the whole Secret. If `offer` is a SealAction and `key` is "",
    the user is asked for the key.
    """
    shared, session, ciphertext = screen.shared, screen.shared.session, ""
    identity = session.access.identity
    user = identity.user if identity is not None else session.cluster.target.user or "secret-tui"
    if isinstance(offer, SealAction):
        if (sealed := await _seal(screen, ref, offer, key)) is None:
            return
        action, ciphertext = sealed
    elif offer.idle:
        screen.show_message(f"This action would do nothing: {offer.idle}", "warning")
        return
    else:
        action = offer
    while True:
        screen.show_status("Asking for the dry run …")
        request = Request(shared.server_now(), user, ref, key)
        try:
            prepared = await resting(session.sources.prepare(found, action, request))
        except ClusterError as error:
            screen.show_message(f"Nothing sent. {error.sentence}", "bad")
            return
        if screen.app.screen is not screen or screen.subject != ref:
            screen.show_message("Nothing sent: you left this screen or Secret during the dry run.", "warning")
            return
        screen.show_status("")
        if not await ask(screen, RequestScreen(shared, prepared, ciphertext)):
            return


async def _seal(
    screen: TuiScreen[Any], ref: SecretRef, offer: SealAction, key: str
) -> tuple[SourceAction, str] | None:
    """Ask for a value, and for the key and the certificate if they are not known. Then seal the value.

    Return the action that sends the ciphertext, and the ciphertext; None if the user cancels.
    """
    shared, sources, held = screen.shared, screen.shared.session.sources, screen.shared.session.held(ref)
    data = held.secret.data if held is not None and held.secret is not None else {}
    if not key:
        keys = sorted(data)
        lines = ["Type the key of the value to seal. Nothing is sent before the review."]
        lines += [f"Keys: {', '.join(keys)}"] if keys else []
        given = keys[0] if keys else ""
        name = NameScreen(NameRequest("Seal a value", tuple(lines), key_problem, "next", given))
        typed = await ask(screen, name)
        if typed is None:
            return None
        key = typed
    if sources.certificate is None:
        sources.certificate = await ask(screen, PathScreen(_certificate_wanted(shared)))
    if (certificate := sources.certificate) is None:
        return None
    value = await ask(screen, BlindEditorScreen(shared, ref, key, data.get(key)))
    if isinstance(value, Canceled):
        screen.show_message(f"{key} was not sealed; the typed value is discarded.")
    if not isinstance(value, Value):
        return None
    ciphertext = await run_in_thread(partial(seal, value, certificate, offer.label))
    return sealed_action(key, ciphertext), ciphertext


def _certificate_wanted(shared: ScreenContext) -> PathRequest[PathFiles, bytes]:
    source = shared.keys.of("show_source")
    return PathRequest(
        "Certificate of Sealed Secrets",
        (
            "PEM file with the controller's certificate. This session keeps the certificate.",
            f"Get it with: {FETCH}",
            f"Press {source} on the Secret to copy the command or paste a certificate.",
        ),
        "next",
        find=find,
        describe=lambda found: tuple(f"{name}: {size_text(size)}" for name, size in found.sizes.items()),
        take=partial(_certificate_in, shared),
    )


def _certificate_in(shared: ScreenContext, path: str) -> bytes:
    """Read a certificate. Raises FileProblem if the file is not readable or the certificate cannot seal."""
    pem = read_file(path, _MOST).reveal()
    if (problem := certificate_problem(pem, shared.session.clock.now())) is not None:
        raise FileProblem(problem)
    return pem


def take_certificate(shared: ScreenContext, pasted: str) -> str:
    """Keep a pasted certificate for this session if it can seal values; return a message for the user."""
    pem = pasted.encode()
    if (problem := certificate_problem(pem, shared.session.clock.now())) is not None:
        return f"Nothing taken from the paste. {problem}"
    shared.session.sources.certificate = pem
    return "The certificate is kept for this session."
