"""Contexts: list the contexts of the kubeconfig, detect changes of its files, log in to another context."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.auth.login import LoginRequest, log_in, target_of
from tui.cluster.kubeconfig import load
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.cluster.kubeconfig.trust import NotTrusted
from tui.model.errors import BadKubeconfig
from tui.model.kube_context import ContextList
from tui.model.rbac.rights import KubectlOptions
from tui.model.text.printable import ascii_only
from tui.process.threads import run_in_thread
from tui.session.session import Session

Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]


class SessionFactory(Protocol):
    def __call__(
        self,
        target: LoginTarget,
        login: Credentials,
        namespace: str | None,
        name: str | None,
        *,
        is_comparison: bool = False,
    ) -> Session:
        """Create a session.

        `is_comparison`: the session is read-only and does not share the drafts of the other sessions.
        """


class LoginPrompts(Struct, frozen=True):
    """Functions that ask the user, and lend the terminal, during a login to another context."""

    agrees: Callable[[Sequence[str]], Awaitable[bool]]
    """Show the lines, and ask whether the user trusts the kubeconfig."""
    lend: Callable[[str, Callable[[], None]], AbstractContextManager[None]]
    """Lend the terminal to a credential plugin. Arguments: line to print, function that ctrl+c calls."""


class Contexts:
    """Contexts of the kubeconfig files. Listing the contexts runs no credential plugin."""

    def __init__(self, request: LoginRequest | None = None, make: SessionFactory | None = None) -> None:
        self._request, self._make = request, make
        self._used = self._reported = _stamp(self._files)
        self._plugin: Plugin | None = None

    @property
    def _files(self) -> Sequence[Path]:
        return self._request.files if self._request is not None else ()

    def kubectl_options(self, target: LoginTarget) -> KubectlOptions:
        file = self._request.kubeconfig if self._request is not None else None
        path, acting = str(file.absolute()) if file is not None else "", target.impersonate or Impersonate("")
        return KubectlOptions(target.kubectl_context, path, acting.user, acting.groups, acting.uid)

    async def list(self) -> ContextList:
        """Read the kubeconfig files and list their contexts. Raises BadKubeconfig."""
        return await run_in_thread(partial(load.contexts, self._files))

    async def is_changed(self) -> bool:
        """True if the kubeconfig files changed since the last login.

        A login for a comparison does not count.
        """
        return await run_in_thread(partial(_stamp, self._files)) != self._used

    async def is_news(self) -> bool:
        """True if the kubeconfig files changed since `is_news` was last called.

        If a login came after that call, return True only if the files changed since the login. A login for a
        comparison does not count.
        """
        now = await run_in_thread(partial(_stamp, self._files))
        is_other, self._reported = now != self._reported, now
        return is_other

    async def open(self, name: str, person: LoginPrompts, *, is_comparison: bool = False) -> Session:
        """Log in to a context and create a session for its default namespace. Raises ClusterErrors.

        Canceling this call ends the credential plugin.
        """
        request, make = self._request, self._make
        if request is None or make is None:
            raise BadKubeconfig(f"no kubeconfig, so context {ascii_only(name)} cannot be opened")
        stamp = await run_in_thread(partial(_stamp, self._files))
        request = await self._agreed(replace(request, context=name, namespace=None), person)
        target = await run_in_thread(partial(target_of, request))
        must_ask = target.exec is not None and target.exec.interactive_mode == "Always"
        plugin = self._plugin = Plugin()
        says = f"secret-tui: logging in to {ascii_only(name)}; ctrl+c goes back"
        try:
            with person.lend(says, plugin.kill) if must_ask else nullcontext():
                target, login = await run_in_thread(partial(log_in, request, may_ask=must_ask, run=plugin))
        except asyncio.CancelledError:
            plugin.end()
            raise
        if not is_comparison:
            self._used = self._reported = stamp
        return make(target, login, target.namespace, None, is_comparison=is_comparison)

    def let_go(self) -> None:
        """Kill the credential plugin, because the terminal is gone."""
        if self._plugin is not None:
            self._plugin.kill()

    async def _agreed(self, request: LoginRequest, person: LoginPrompts) -> LoginRequest:
        """Return `request` if the kubeconfig is trusted. Otherwise ask the user.

        If the user agrees, return a copy of `request` that grants the trust. Raises NotTrusted if the user
        refuses.
        """
        try:
            await run_in_thread(partial(target_of, request))
        except NotTrusted as error:
            refused = error
        else:
            return request
        if not await person.agrees(refused.asks.lines()):
            raise refused
        if self._request is not None:
            self._request = self._request.granting(refused.asks)
        return request.granting(refused.asks)


def _stamp(files: Sequence[Path]) -> Stamp:
    """Return modification time, inode and size of each file; None for a file that cannot be read."""
    stamps: list[tuple[int, int, int] | None] = []
    for file in files:
        try:
            stat = file.stat()
            stamps.append((stat.st_mtime_ns, stat.st_ino, stat.st_size))
        except OSError:
            stamps.append(None)
    return tuple(stamps)
