"""Login to a context: from kubeconfig files, a context's name and options to LoginTarget and Credentials.

Used at the start and when a person switches the context.
"""

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
    """The context to log in to, with its options; `structs.replace(request, context="other")` for another."""

    kubeconfig: Path | None = None
    """The file to read; None for `$KUBECONFIG`, `~/.kube/config` or the pod's service account."""
    context: str | None = None
    """None is the current one."""
    namespace: str | None = None
    acting: Impersonate | None = None
    """Impersonation from options; each part wins over the kubeconfig, which names the user if this is ""."""
    is_trusted: bool = False
    """True to run and read what the kubeconfig names without a question."""
    granted: frozenset[tuple[object, ...]] = frozenset()
    """Requests accepted in this run: `UntrustedKubeconfig.wants`."""

    def granting(self, asks: UntrustedKubeconfig) -> LoginRequest:
        """The request once the person accepted this kubeconfig."""
        return structs.replace(self, granted=self.granted | {asks.wants})

    @property
    def files(self) -> list[Path]:
        return [self.kubeconfig] if self.kubeconfig is not None else kubeconfig.default_files(os.environ)


def log_in(
    request: LoginRequest, *, may_ask: bool = False, run: Plugin | None = None
) -> tuple[LoginTarget, Credentials]:
    """Read the kubeconfig, run its plugin. Blocks: up to 30 s, or as long as a person takes.

    `may_ask`: the terminal is free, so a plugin may ask on it. `run` runs the plugin, for a caller that may
    have to end it. Raises BadKubeconfig, Unauthorized, PluginFailed; and NotTrusted before anything is run or
    read. Then show `asks.lines()`. After a yes call again with
    `request.granting(asks)`.
    """
    target = target_of(request)
    return target, log_in_to(target, request, may_ask=may_ask, run=run)


def log_in_to(
    target: LoginTarget, request: LoginRequest, *, may_ask: bool = False, run: Plugin | None = None
) -> Credentials:
    """Log in to the target of a request. Blocks, and raises as `log_in` does after reading the files."""
    return login(target, run, may_ask=may_ask, reload=partial(target_of, request))


def target_of(request: LoginRequest) -> LoginTarget:
    """Read the context from its files; runs nothing. Raises NotTrusted and BadKubeconfig."""
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
    """Apply the options to a target that comes from no kubeconfig. Raises BadKubeconfig."""
    acting = request.acting
    if acting is not None and not acting.user:
        raise BadKubeconfig("--as-group, --as-uid and --as-user-extra need --as")
    return structs.replace(target, namespace=request.namespace or target.namespace, impersonate=acting)
