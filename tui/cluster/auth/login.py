"""Read a kubeconfig, and log in to a context."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from tui.cluster.auth.credentials import Credentials, login
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.kubeconfig import load as kubeconfig
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.cluster.kubeconfig.trust import UntrustedKubeconfig
from tui.model.errors import BadKubeconfig


class LoginRequest(Struct, frozen=True):
    """A context to log in to, with options from the command line."""

    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    acting: Impersonate | None = None
    """Impersonation options. Each option replaces the kubeconfig's setting of the same name."""
    is_trusted: bool = False
    granted: frozenset[tuple[object, ...]] = frozenset()
    """Value of `UntrustedKubeconfig.wants` for each kubeconfig that the user accepted."""

    def granting(self, asks: UntrustedKubeconfig) -> LoginRequest:
        return structs.replace(self, granted=self.granted | {asks.wants})

    @property
    def files(self) -> list[Path]:
        return [self.kubeconfig] if self.kubeconfig is not None else kubeconfig.default_files(os.environ)


def log_in(
    request: LoginRequest, *, may_ask: bool = False, run: Plugin | None = None
) -> tuple[LoginTarget, Credentials]:
    """Read the kubeconfig and log in. Blocks for up to 30 s, or 5 minutes if a plugin may ask the user.

    Raises BadKubeconfig, Unauthorized and PluginFailed. Raises NotTrusted if the user must first accept the
    kubeconfig: ask the user, then call again with `request.granting(error.asks)`. Before this error, no
    plugin has run, and no file named in the kubeconfig has been read.
    """
    target = target_of(request)
    return target, log_in_to(target, request, may_ask=may_ask, run=run)


def log_in_to(
    target: LoginTarget, request: LoginRequest, *, may_ask: bool = False, run: Plugin | None = None
) -> Credentials:
    """Log in to `target`. Blocks, and raises the errors of `log_in` except NotTrusted."""
    return login(target, run, may_ask=may_ask, reload=partial(target_of, request))


def target_of(request: LoginRequest) -> LoginTarget:
    """Read the target from the kubeconfig.

    In a pod, use the service account instead if the request names no kubeconfig and no context, and no
    default kubeconfig exists. Raises NotTrusted and BadKubeconfig.
    """
    files = request.files
    if request.kubeconfig is None and request.context is None and not any(file.exists() for file in files):
        target = kubeconfig.in_cluster()
        if target is not None:
            return overridden(target, request)
    return kubeconfig.load(
        files=files,
        context=request.context,
        namespace=request.namespace,
        acting=request.acting,
        may=lambda asks: request.is_trusted or asks.wants in request.granted,
    )


def overridden(target: LoginTarget, request: LoginRequest) -> LoginTarget:
    """Return a copy of `target` that impersonates `request.acting`, or nobody if `acting` is None.

    The namespace of `request`, if given, replaces the namespace of `target`.

    Raises BadKubeconfig if the request impersonates a group, UID or extra field without a user.
    """
    acting = request.acting
    if acting is not None and not acting.user:
        raise BadKubeconfig("--as-group, --as-uid and --as-user-extra need --as")
    return structs.replace(target, namespace=request.namespace or target.namespace, impersonate=acting)
