"""Credentials of a login, from a token, a token file or an exec plugin, and their renewal."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.kubeconfig.target import Login, LoginTarget
from tui.model.errors import BadKubeconfig, PluginFailed, Unauthorized
from tui.model.text.printable import ascii_only
from tui.process.threads import run_in_thread

MAX_TOKEN: Final = 16 * 1024
_FILE_AGE: Final = 60.0
"""Seconds after which a token file is read again (client-go transport/token_source.go)."""


_PAUSES: Final = (30.0, 60.0, 120.0, 300.0)
"""Seconds of pause after the first failure of a plugin, after the second, and so on.

The pauses grow, because each run of the plugin may open a browser window.
"""
_EARLY: Final = 10.0
"""Time between the renewal and the expiry of a login, in seconds.

For a login that is valid for less than 100 s, a tenth of its lifetime is used instead.
"""

Trouble = Literal["", "login expired", "not logged in"]


def login(
    target: LoginTarget,
    run: Plugin | None = None,
    *,
    may_ask: bool = False,
    reload: Callable[[], LoginTarget] | None = None,
) -> Credentials:
    """Log in to a target.

    Raises BadKubeconfig for an invalid token, Unauthorized if no token can be read, and PluginFailed if the
    exec plugin fails.
    """
    credentials = Credentials(target, run or Plugin(), reload=reload)
    credentials.start(may_ask=may_ask)
    return credentials


class Credentials:
    """Credentials for requests, renewed before they expire. The repr shows no credential."""

    def __init__(
        self,
        target: LoginTarget,
        run: Plugin,
        now: Callable[[], float] = time.time,
        reload: Callable[[], LoginTarget] | None = None,
    ) -> None:
        self._target, self._run, self._now, self._reload = target, run, now, reload
        self._held = Login(token=target.token)
        self.turn = 0
        """Number of the current login, unchanged by a renewal that returns the same login."""
        self._read_at = float("-inf")
        self._renewal: asyncio.Future[None] | None = None
        self._one_run = threading.Lock()
        self._renew_at = float("inf")
        self._failures: list[PluginFailed] = []
        self._not_before = float("-inf")
        self._was_accepted = False
        self.trouble: Trouble = ""
        self.listener: Callable[[], None] = lambda: None
        """Called on the event loop when `trouble` changes."""

    def __repr__(self) -> str:
        return f"<Credentials of {self._target.user or 'anonymous'}>"

    @property
    def uses_plugin(self) -> bool:
        """True if the exec plugin provides the login.

        If the kubeconfig also has another credential, that credential is used instead, as in client-go.
        """
        target = self._target
        others = (target.token, target.token_file, target.username, target.client_cert)
        return bool(target.exec) and not any(others)

    @property
    def certificate(self) -> tuple[bytes, bytes] | None:
        """Client certificate and private key, in PEM."""
        target = self._target
        if self._held.certificate is None and target.client_cert and target.client_key:
            return target.client_cert, target.client_key
        return self._held.certificate

    def start(self, *, may_ask: bool) -> None:
        """Get a login from the plugin or the token file, or check the token of the kubeconfig.

        Blocks. Raises the errors of `login`.
        """
        target = self._target
        if self.uses_plugin:
            self._take(self._run_plugin(may_ask=may_ask))
        elif target.token_file:
            self._took_file(target.token_file, _token_in(target.token_file))
        elif target.token:
            check_token(target.token)

    def log_in_again(self, *, may_ask: bool) -> None:
        """Log in with the current kubeconfig; after an error, the old login stays. Blocks.

        Raises the errors of `login` and `reload`, and BadKubeconfig if the context now has another server.
        """
        former = self._target
        target = former if self._reload is None else self._reload()
        if target.server != former.server:
            why = f"context {ascii_only(target.context)} now has another server"
            raise BadKubeconfig(
                f"{why}, {ascii_only(target.server)}", str(target.sources[0]) if target.sources else ""
            )
        fresh = Credentials(target, self._run, self._now)
        fresh._one_run = self._one_run
        fresh.start(may_ask=may_ask)
        self._target, self._held = target, fresh._held
        self._renew_at, self._read_at = fresh._renew_at, fresh._read_at
        self._failures, self._not_before = [], float("-inf")
        self.turn += 1

    def accepted(self) -> None:
        self._was_accepted = True
        self._is_in("")

    def refused(self) -> None:
        self._is_in("login expired" if self._was_accepted else "not logged in")

    def _is_in(self, trouble: Trouble) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self.listener()

    async def headers(self) -> dict[str, str]:
        """Renew the login if that is due, then build the Authorization header. Raises ClusterErrors."""
        target = self._target
        if target.username:
            return {"Authorization": f"Basic {self._basic()}"}
        if target.token_file and self._now() - self._read_at >= _FILE_AGE:
            await self._read_file(target.token_file)
        if self.uses_plugin and self._now() >= self._renew_at:
            await self.renew(self.turn)
        return {"Authorization": f"Bearer {self._held.token}"} if self._held.token else {}

    async def renew(self, turn: int) -> bool:
        """Renew the current login if its number is `turn`. Raises ClusterErrors.

        Called after a 401 or shortly before expiry. Return True if the current login now has another number.
        After a failure of the plugin, raise the same failure again until the pause (`_PAUSES`) has passed,
        instead of running the plugin.
        """
        if self.turn == turn:
            if self._renewal is None and self._failures and self._now() < self._not_before:
                raise self._failures[-1].again()
            if self._renewal is None:
                self._renewal = asyncio.ensure_future(self._renew())
                self._renewal.add_done_callback(self._renewed)
            await asyncio.shield(self._renewal)
        return self.turn != turn

    async def _renew(self) -> None:
        if self._target.token_file:
            await self._read_file(self._target.token_file)
        elif self.uses_plugin:
            try:
                login = await run_in_thread(lambda: self._run_plugin(may_ask=False))
            except PluginFailed as failure:
                pause = _PAUSES[min(len(self._failures), len(_PAUSES) - 1)]
                self._failures = [*self._failures[-len(_PAUSES) :], failure]
                self._not_before = self._now() + pause
                raise
            self._failures = []
            self._take(login)

    def _renewed(self, renewal: asyncio.Future[None]) -> None:
        self._renewal = None
        if not renewal.cancelled():
            renewal.exception()  # asyncio logs an exception that is never retrieved

    def hides(self, text: str) -> bool:
        target = self._target
        credentials = [self._held.token, target.token, target.password, self._basic()]
        if target.proxy is not None:
            credentials += [target.proxy.password, target.proxy.basic]
        return any(secret and secret in text for secret in credentials)

    def _basic(self) -> str:
        target = self._target
        if not target.username:
            return ""
        return base64.b64encode(f"{target.username}:{target.password or ''}".encode()).decode()

    def _take(self, got: Login) -> None:
        if got.token is not None:
            check_token(got.token)
        if (got.token, got.certificate) != (self._held.token, self._held.certificate):
            self.turn += 1
        self._held = got
        if got.expires is None:
            self._renew_at = float("inf")
        else:
            life = got.expires - self._now()
            early = max(0.0, min(_EARLY, life / 10))
            # Use an already expired login for one second, so that not every request runs the plugin.
            self._renew_at = max(got.expires - early, self._now() + 1.0)

    def stop(self) -> None:
        self._run.kill()

    def close(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
        self._run.end()

    def _run_plugin(self, *, may_ask: bool) -> Login:
        if self._target.exec is None:
            return self._held
        with self._one_run:
            return self._run(self._target, may_ask)

    async def _read_file(self, path: Path) -> None:
        """Take the token in the file. If the file has none, keep the held token.

        Raises Unauthorized if no token is held either.
        """
        self._took_file(path, await run_in_thread(lambda: _token_in(path)))

    def _took_file(self, path: Path, text: str | None) -> None:
        self._read_at = self._now()
        if text is None:
            if self._held.token is None:
                raise Unauthorized(f"the token file {path} cannot be read or is empty")
            return
        self._take(Login(token=text))


def _token_in(path: Path) -> str | None:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_TOKEN + 2).decode("utf-8", "replace").strip() or None
    except OSError:
        return None


def check_token(token: str) -> None:
    """Raise BadKubeconfig for an invalid token, because text from a wrong file must not be sent."""
    if len(token) > MAX_TOKEN:
        raise BadKubeconfig("the token is longer than 16 kB")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise BadKubeconfig("the token contains invalid characters, such as spaces or line breaks")
