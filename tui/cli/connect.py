"""Log in and create sessions from parsed options, for the app and for reports."""

from __future__ import annotations

import os
import sys
import termios
from random import Random

from tui.cli.arguments import Arguments
from tui.cli.login_wait import login_wait
from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.auth.login import LoginRequest, log_in_to, target_of
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.cluster.kubeconfig.trust import NotTrusted, UntrustedKubeconfig
from tui.session.clock import Clock
from tui.session.contexts import SessionFactory
from tui.session.session import Session
from tui.session.writes.audit import Journal
from tui.session.writes.drafts import DraftBook
from tui.terminal import locations
from tui.terminal.journal_file import JournalFile
from tui.terminal.settings_file import Settings


def login_request(given: Arguments) -> LoginRequest:
    extra: dict[str, tuple[str, ...]] = {}
    for key, value in given.as_user_extra or ():
        extra[key] = (*extra.get(key, ()), value)
    impersonated = Impersonate(
        given.as_user or "", tuple(given.as_groups or ()), given.as_uid or "", tuple(extra.items())
    )
    return LoginRequest(
        kubeconfig=given.kubeconfig,
        context=given.context,
        namespace=given.namespace,
        acting=impersonated if impersonated != Impersonate("") else None,
        is_trusted=given.trust,
    )


def login(request: LoginRequest, *, may_ask: bool = True) -> tuple[LoginTarget, Credentials, LoginRequest]:
    """Log in. Textual must not have the terminal yet, because an exec plugin may use the terminal.

    If the kubeconfig is not trusted, ask the user. If the user agrees, the returned request records the
    consent. Raises NotTrusted if the user refuses, or if a question is necessary but `may_ask` is False. Also
    raises other ClusterErrors.
    """
    try:
        target = target_of(request)
    except NotTrusted as error:
        refused = error
    else:
        return _log_in(target, request, may_ask=may_ask)
    if not may_ask or not _consents(refused.asks):
        raise refused
    request = request.granting(refused.asks)
    return _log_in(target_of(request), request, may_ask=may_ask)


def _log_in(
    target: LoginTarget, request: LoginRequest, *, may_ask: bool
) -> tuple[LoginTarget, Credentials, LoginRequest]:
    plugin = Plugin()
    with login_wait(target, plugin.end):
        return target, log_in_to(target, request, may_ask=may_ask, run=plugin), request


def _consents(asks: UntrustedKubeconfig) -> bool:
    sys.stderr.write("".join(f"{line}\n" for line in asks.lines()))
    sys.stderr.write("--trust skips this question.\nLog in? [y/N] ")
    sys.stderr.flush()
    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)  # drop keys typed before the question
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def session_maker(
    settings: Settings, clock: Clock, *, request_timeout: float | None = None, rng: Random | None = None
) -> SessionFactory:
    """Build a function that creates Sessions.

    All Sessions that the function creates share one `DraftBook`, except Sessions for a comparison. Each
    Session for a comparison has its own `DraftBook`.
    """
    book, limit = DraftBook(), request_timeout

    def make(
        target: LoginTarget,
        login: Credentials,
        namespace: str | None,
        name: str | None,
        *,
        is_comparison: bool = False,
    ) -> Session:
        effective = settings.within(target.context, target.host, target.cluster)
        read_only = effective.read_only or is_comparison
        return Session(
            Cluster(target, login, read_only=read_only, request_timeout=limit, now=clock.now),
            clock,
            namespace=namespace,
            name=name,
            read_only=read_only,
            is_guarded=bool(effective.guarded),
            journal=_journal(effective.journal),
            book=None if is_comparison else book,
            keeps_undo=not effective.no_undo,
            own_readers=effective.readers,
            accepted_risks=effective.accepted_risks,
            rng=rng,
        )

    return make


def _journal(keeping: frozenset[str]) -> Journal | None:
    if "on" not in keeping:
        return None
    is_required, state = "required" in keeping, locations.state_folder(os.environ)
    write = JournalFile(state, to_syslog="syslog" in keeping, is_required=is_required).write
    return Journal(write, is_required=is_required)
