"""Seal a value: the key, the value without showing it, the certificate, then the review."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from tui.model.managers.source.seal import certificate_problem, seal
from tui.model.managers.source.sealed_secrets import FETCH, sealed_action
from tui.model.managers.source.source import SealAction, SourceAction
from tui.model.secret.secret import SecretRef
from tui.model.secret.validation import key_problem
from tui.model.secret.value import Value
from tui.process.threads import run_in_thread
from tui.terminal.value_files import FileProblem, read_file
from tui.ui.base.screen import TuiScreen
from tui.ui.base.screen_context import ScreenContext
from tui.ui.dialogs.path import PathScreen, PathWanted
from tui.ui.dialogs.prompt import NameScreen, NameWanted
from tui.ui.value.blind_editor import BlindEditorScreen
from tui.ui.value.cancelled_edits import Cancelled
from tui.ui.widgets.bars.frame import is_staying
from tui.ui.widgets.lines import Line

_MOST: Final = 64 * 1024
"""Bytes of a certificate's file."""


def take_certificate(desk: ScreenContext, pasted: str) -> str:
    """Keep a pasted certificate for this session; returns a sentence."""
    pem = pasted.encode()
    problem = certificate_problem(pem, desk.session.clock.now())
    if problem is not None:
        return f"Nothing taken from the paste. {problem}"
    desk.session.sources.certificate = pem
    return "The certificate is kept for this session."


class Sealing:
    """One value on its way to a ciphertext. The value is dropped with this object."""

    def __init__(
        self,
        screen: TuiScreen[Any],
        ref: SecretRef,
        what: SealAction,
        sealed: Callable[[SourceAction, str], None],
    ) -> None:
        """`sealed` gets the request, and the ciphertext to copy."""
        self._screen, self._ref, self._what, self._sealed = screen, ref, what, sealed

    def begin(self, key: str = "") -> None:
        """Ask for the key, unless it is known."""
        if key:
            self._named(key)
            return
        held = self._screen.desk.session.held(self._ref)
        keys = sorted(held.secret.data) if held is not None and held.secret is not None else []
        lines: tuple[Line, ...] = ("Key whose value is sealed. Nothing is sent until you review.",)
        if keys:
            lines += (f"There are: {', '.join(keys)}",)
        wanted = NameWanted("Seal a value", lines, key_problem, "next", given=keys[0] if keys else "")
        self._screen.app.push_screen(NameScreen(wanted), self._named)

    def _named(self, key: str | None) -> None:
        """The certificate first: without it, what is typed could not be sealed."""
        if key is None:
            return
        keys = self._screen.desk.keys
        if self._screen.desk.session.sources.certificate is not None:
            self._ask_for_value(key)
            return
        lines: tuple[Line, ...] = (
            "File with the certificate of the controller, in PEM. It is kept for this session.",
            f"Get it with: {FETCH}",
            f"{keys.of('show_source')} on the Secret has this line to copy, and takes a pasted certificate.",
        )
        told: tuple[Line, ...] = ("A certificate that can seal.",)
        wanted = PathWanted("Certificate of Sealed Secrets", lines, "next", self._read, lambda pem: told)
        self._screen.app.push_screen(PathScreen(wanted), partial(self._found, key))

    def _found(self, key: str, pem: bytes | None) -> None:
        if pem is not None:
            self._screen.desk.session.sources.certificate = pem
            self._ask_for_value(key)

    def _ask_for_value(self, key: str) -> None:
        held = self._screen.desk.session.held(self._ref)
        before = held.secret.data.get(key) if held is not None and held.secret is not None else None
        screen = BlindEditorScreen(self._screen.desk, self._ref, key, before)
        self._screen.app.push_screen(screen, partial(self._typed, key))

    def _typed(self, key: str, value: Value | Cancelled | None) -> None:
        if isinstance(value, Value):
            self._screen.run_worker(self._seal(key, value), group="seal", exclusive=True)
        elif value is not None:
            self._screen.say(f"{key} was not sealed, and what was typed is dropped.")

    def _read(self, path: str) -> bytes:
        pem = read_file(path, _MOST).reveal()
        problem = certificate_problem(pem, self._screen.desk.session.clock.now())
        if problem is not None:
            raise FileProblem(problem)
        return pem

    async def _seal(self, key: str, value: Value) -> None:
        pem = self._screen.desk.session.sources.certificate
        if pem is None:
            return
        ciphertext = await run_in_thread(partial(seal, value, pem, self._what.label))
        if is_staying(self._screen):
            self._sealed(sealed_action(key, ciphertext), ciphertext)
