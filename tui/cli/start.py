"""Run the app with parsed options: load settings, log in, open sessions and close them at the end."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from tui.cli import arguments
from tui.cli.argument_types import BadArguments
from tui.cli.arguments import Arguments
from tui.cli.connect import login as _login
from tui.cli.connect import login_request, session_maker
from tui.cli.output import BAD_REQUEST, COULD_NOT_RUN, complain, print_out
from tui.cluster.auth import credentials
from tui.cluster.auth.credentials import Credentials
from tui.cluster.auth.login import LoginRequest, overridden
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.draft.plan import FileInputs
from tui.model.errors import ClusterError
from tui.model.secret.secret import SecretRef
from tui.model.settings.settings import with_value
from tui.model.text.printable import printable
from tui.session import shutdown
from tui.session.clock import Clock
from tui.session.contexts import Contexts
from tui.terminal import checks, crash, external_editor, locations, settings_file, signals
from tui.terminal.remembered_file import RememberedFile
from tui.terminal.settings_file import Settings
from tui.terminal.viewers import look
from tui.ui.app.app import SecretTui
from tui.ui.keymap import keyless, keys_under, problem
from tui.ui.keys_page import keymap_section

if TYPE_CHECKING:
    from tui.cli.given_files import GivenFiles


def start(given: Arguments) -> int:
    """Run the app, or only do what --compare, --print-config or --print-keymap asks. Return the exit code."""
    flags = {
        "read_only": given.read_only or given.compare,
        "no_reveal": given.no_reveal,
        "no_undo": given.no_undo,
    }
    try:
        settings = settings_file.load(
            locations.settings_file(os.environ), os.environ, flags, locations.POLICY
        )
        if given.no_mouse:
            settings = with_value(settings, "mouse", False, "--no-mouse")
        if (trouble := problem(settings.keymap)) is not None:
            raise settings_file.BadSettings(settings.origin(f"keymap.{trouble[0]}"), trouble[1])
    except settings_file.BadSettings as error:
        if given.print_keymap:  # the user needs the command ids to correct a bad keymap
            _print_settings(settings_file.Settings(), is_keymap=True)
        return complain(error.sentence, BAD_REQUEST)
    if given.print_config or given.print_keymap:
        return _print_settings(settings, is_keymap=given.print_keymap)
    try:
        files = _files(given)
        if given.compare and files is not None:
            from tui.cli.compare import compared_files  # late import: loads all report formats
            from tui.cli.report import in_cluster

            text, code = in_cluster(given, settings, partial(compared_files, given, files))
            return print_out(text) or code
        if (why := checks.here(os.environ)) is not None:
            return complain(f"{why}{_hint(given)}", COULD_NOT_RUN)
        login = None if given.demo else _login(login_request(given))
        # debug=False overrides PYTHONDEVMODE, because asyncio's debug mode logs arguments
        return asyncio.run(_run(given, settings, login, files), debug=False)
    except BadArguments as error:
        return complain(f"{error}.", BAD_REQUEST)
    except ClusterError as error:
        return complain(f"{error.sentence}{_hint(given)}", COULD_NOT_RUN)


def _files(given: Arguments) -> GivenFiles | None:
    if not (given.files or given.set_files or given.env_file is not None):
        return None
    from tui.cli.given_files import read_files  # late import: loads the parsers of YAML and .env

    return read_files(given)


def _print_settings(settings: Settings, *, is_keymap: bool) -> int:
    lines = keymap_section(keys_under(settings.keymap)) if is_keymap else settings.lines()
    if sentence := keyless(settings.keymap):
        complain(sentence, 0)
    return print_out("".join(f"{printable(line)}\n" for line in lines))


async def _run(
    given: Arguments,
    settings: Settings,
    login: tuple[LoginTarget, Credentials, LoginRequest] | None,
    files: GivenFiles | None,
) -> int:
    if login is not None:
        target, logged_in, request = login
        return await _draw(given, settings, target, logged_in, Clock(), files, request=request)
    from tui.cli.demo import TourClock, tour  # late import: loads aiohttp and cryptography

    clock = TourClock()
    async with tour(clock) as target:
        target = overridden(target, login_request(given))
        return await _draw(given, settings, target, credentials.login(target), clock, files, request=None)


async def _draw(
    given: Arguments,
    settings: Settings,
    target: LoginTarget,
    login: Credentials,
    clock: Clock,
    files: GivenFiles | None,
    *,
    request: LoginRequest | None,
) -> int:
    """Run the app until the user quits; returns the exit code. `request` is None in the demo."""
    crash.watch(asyncio.get_running_loop())
    settings = settings if request is not None else settings.for_demo()
    if files and settings.within(target.context, target.host, target.cluster).read_only:
        raise BadArguments("-f, --set-file and --env-file cannot change Secrets: this context is read-only")
    make = session_maker(settings, clock, request_timeout=given.request_timeout)
    contexts = Contexts(request, make)
    start = _start_at(given, target)
    opening = files.inputs(given, start, target.namespace) if files is not None else None
    name = start.name if start is not None and not given.all_namespaces else None
    is_kept = settings.remember and request is not None
    state = locations.state_folder(os.environ) if is_kept else None
    app = SecretTui(
        make(target, login, _namespace(given, target, opening), name),
        settings,
        start=start,
        badge="" if request is not None else "DEMO",
        contexts=contexts,
        memory=RememberedFile(state, locations.NO_HOME if is_kept and state is None else None),
        look=partial(look, os.environ),
        suggested=_suggested_command(given),
        inputs=opening,
        why=given.why,
        notice=external_editor.sweep(os.environ),
    )
    del opening
    if files is not None:
        files.forget()

    def let_go() -> None:
        sessions = app.sessions
        for step in (
            external_editor.abandon,
            contexts.let_go,  # ends the process groups of exec plugins that still run
            *(session.cluster.login.close for session in sessions),
            app.let_go,  # restores the terminal, after editors and plugins have ended
            *(session.writes.hang_up for session in sessions),
            *(session.actions.hang_up for session in sessions),
        ):
            with suppress(Exception):
                step()

    with signals.signals_handled(lambda code: app.leave(code), let_go):
        try:
            with crash.held():
                reopened: SecretTui | None = app
                while reopened is not None:
                    app = reopened
                    # GNU screen delays the escape key while a program receives mouse events.
                    await app.run_async(mouse=settings.mouse and not os.environ.get("STY"))
                    reopened = app.reopened()
        finally:
            # Textual has restored the terminal, so it is safe to print.
            is_asked = app.return_code == 0
            ended = await shutdown.end(
                app.sessions, lambda sentence: complain(sentence, 0), is_asked=is_asked
            )
    code = app.return_value or app.return_code or 0
    return code if code >= signals.BY_SIGNAL else max(code, ended)


def _namespace(given: Arguments, target: LoginTarget, opening: FileInputs | None) -> str | None:
    """Return the namespace whose Secrets the app lists at its start; None for all namespaces."""
    named = (
        (given.secret and given.secret.namespace) or (given.why and given.why.namespace) or given.namespace
    )
    namespaces = {secret.ref.namespace for secret in opening.secrets} if opening is not None else set()
    otherwise = namespaces.pop() if len(namespaces) == 1 else target.namespace
    return None if given.all_namespaces else named or otherwise


def _start_at(given: Arguments, target: LoginTarget) -> SecretRef | None:
    if (secret := given.secret) is None:
        return None
    return SecretRef(secret.namespace or given.namespace or target.namespace, secret.name)


def _suggested_command(given: Arguments) -> str | None:
    if given.secret is None or given.secret.namespace is not None:
        return None
    return next(iter(arguments.near_commands(given.secret.name, arguments.called_as(sys.argv[0]))), None)


def _hint(given: Arguments) -> str:
    command = _suggested_command(given)
    return f" Did you mean {command}?" if command else ""
