"""Start and end of the program: options, settings, login, run, exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import MutableMapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

    from tui.cluster.auth.credentials import Credentials
    from tui.cluster.auth.login import Wish
    from tui.cluster.kubeconfig.target import Target
    from tui.cluster.kubeconfig.trust import Asks
    from tui.model.secret.secret import SecretRef
    from tui.model.settings.cli_options import Arguments
    from tui.session.clock import Clock
    from tui.session.contexts import Make
    from tui.session.writes.audit import Journal
    from tui.terminal.settings_file import Settings

COULD_NOT_RUN: Final = 1
BAD_REQUEST: Final = 2
"""Flags or settings that cannot be used."""
INTERRUPTED: Final = 130
ENOUGH: Final = 141  # the reader closed the pipe, as in `| head`; 128 + SIGPIPE

_SIZE: Final = frozenset({"COLUMNS", "LINES"})
"""Removed, because they would hide the terminal's real size and every resize."""
_TELLING: Final = frozenset({"PYTHONASYNCIODEBUG", "SSLKEYLOGFILE"})
"""Removed, because asyncio would log slow calls with arguments, and TLS would log its keys."""
_KEPT: Final = frozenset({"TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; README says what each exit code means."""
    # Garbage collection during imports finds nothing and takes a tenth of the time to the first frame.
    gc.disable()
    try:
        return _main(argv)
    finally:
        gc.enable()


def own_process() -> None:
    """Harden this process, before anything else is imported; only if the process is ours."""
    from tui.process import hardening

    hardening.deny()


def _main(argv: Sequence[str] | None) -> int:
    scrub(os.environ)
    from tui.terminal import crash

    crash.install()
    from tui.cli import arguments

    words = list(sys.argv[1:] if argv is None else argv)
    prog = arguments.called_as(sys.argv[0])
    try:
        if words and words[0] in arguments.COMMANDS:
            return _alone(words, prog)
        given = arguments.parse(words, prog)
    except arguments.BadArguments as error:
        return _complain(f"{error.sentence}. See {prog} --help.", BAD_REQUEST)
    except SystemExit as end:
        return _print("") or int(end.code or 0)
    try:
        return _start(given)
    except KeyboardInterrupt:
        return INTERRUPTED


def _alone(words: Sequence[str], prog: str) -> int:
    """Run a subcommand."""
    from tui.cli import subcommands
    from tui.terminal.journal_reader import NotRead

    try:
        text, code = subcommands.run(words[0], words[1:], prog)
    except NotRead as error:
        return _complain(error.sentence, COULD_NOT_RUN)
    return _print(text) or code


def scrub(env: MutableMapping[str, str]) -> None:
    """Remove variables that make a library log: Textual's log would hold every key, readable by all."""
    for name in list(env):
        if name in _SIZE | _TELLING or (name.startswith("TEXTUAL") and name not in _KEPT):
            del env[name]


def _start(given: Arguments) -> int:
    from tui.model.errors import ClusterError
    from tui.terminal import checks, locations, settings_file

    flags = {"read_only": given.is_read_only, "no_reveal": given.is_no_reveal}
    try:
        settings = settings_file.load(
            locations.settings_file(os.environ), os.environ, flags, locations.POLICY
        )
        _check_keymap(settings)
    except settings_file.BadSettings as error:
        if given.is_print_keymap:  # the ids are what is looked for now
            _print_settings(settings_file.Settings(), is_keymap=True)
        return _complain(error.sentence, BAD_REQUEST)
    if given.is_print_config or given.is_print_keymap:
        return _print_settings(settings, is_keymap=given.is_print_keymap)
    if (why := checks.here(os.environ)) is not None:
        unasked = None if given.is_demo else _unasked(given)
        return _complain(f"{unasked or why}{_hint(given)}", BAD_REQUEST if unasked else COULD_NOT_RUN)
    import asyncio

    try:
        login = None if given.is_demo else _login(_wish(given))
        return asyncio.run(_run(given, settings, login), debug=False)  # PYTHONDEVMODE would set it
    except ClusterError as error:
        return _complain(f"{error.sentence}{_hint(given)}", COULD_NOT_RUN)


def _check_keymap(settings: Settings) -> None:
    """Check that remapped ids are commands and their keys are free. Raises BadSettings."""
    if not settings.keymap:
        return
    from tui.terminal.settings_file import BadSettings
    from tui.ui.keymap import problem

    if (found := problem(settings.keymap)) is not None:
        id_, why = found
        raise BadSettings(settings.origin(f"keymap.{id_}"), why)


def _print_settings(settings: Settings, *, is_keymap: bool) -> int:
    """Each setting and where it came from, or a whole keymap; on stderr which commands lost their keys."""
    from tui.model.text.printable import printable
    from tui.ui.keymap import keyless, keys_under
    from tui.ui.keys_page import keymap_section

    lines = keymap_section(keys_under(settings.keymap)) if is_keymap else settings.lines()
    if sentence := keyless(settings.keymap):
        _complain(sentence, 0)
    return _print("".join(f"{printable(line)}\n" for line in lines))


def _wish(given: Arguments) -> Wish:
    """The context to log in to, from the command line."""
    from tui.cluster.auth.login import Wish
    from tui.cluster.kubeconfig.target import Impersonate
    from tui.terminal import locations

    extra: dict[str, tuple[str, ...]] = {}
    for key, value in given.as_user_extra:
        extra[key] = (*extra.get(key, ()), value)
    acting = Impersonate(given.as_user or "", given.as_groups, given.as_uid or "", tuple(extra.items()))
    state = locations.state_folder(os.environ)
    return Wish(
        kubeconfig=given.kubeconfig,
        context=given.context,
        namespace=given.namespace,
        acting=acting if acting != Impersonate("") else None,
        is_trusted=given.is_trusted,
        memory=state and state / "trusted",
    )


def _login(wish: Wish) -> tuple[Target, Credentials, Wish]:
    """Log in while a plugin may still use the terminal; ask first where that must be. Raises ClusterError.

    The wish comes back with what was agreed to.
    """
    from tui.cluster.auth.login import log_in
    from tui.cluster.kubeconfig.trust import NotTrusted, remember

    try:
        return *log_in(wish, may_ask=True), wish
    except NotTrusted as error:
        refused = error
    if not _consents(refused.asks):
        raise refused
    remember(refused.asks, wish.memory)
    wish = wish.granting(refused.asks)
    return *log_in(wish, may_ask=True), wish


def _consents(asks: Asks) -> bool:
    """Ask on the terminal before it is taken. Only y and yes agree."""
    import termios

    sys.stderr.write("".join(f"{line}\n" for line in asks.lines()))
    sys.stderr.write(
        "y continues and does not ask again for the same commands and files; anything else exits: "
    )
    sys.stderr.flush()
    termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)  # what was typed before the question is no answer
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _unasked(given: Arguments) -> str | None:
    """Why a question would be needed, if there is no terminal for it; a sentence."""
    from tui.cluster.auth.login import target_of
    from tui.cluster.kubeconfig.trust import NotTrusted
    from tui.model.errors import ClusterError

    try:
        target_of(_wish(given))
    except NotTrusted as error:
        return error.sentence
    except ClusterError:
        return None  # it cannot run here anyway
    return None


async def _run(given: Arguments, settings: Settings, login: tuple[Target, Credentials, Wish] | None) -> int:
    """Run the app against a cluster, or against the embedded one."""
    if login is not None:
        from tui.session.clock import SystemClock

        target, logged_in, wish = login
        return await _draw(given, settings, target, logged_in, SystemClock(), wish=wish)
    from tui.cli.demo import TourClock, tour
    from tui.cluster.auth import credentials
    from tui.cluster.auth.login import overridden

    clock = TourClock()
    async with tour(clock) as target:
        target = overridden(target, _wish(given))
        return await _draw(given, settings, target, credentials.login(target), clock, wish=None)


async def _draw(
    given: Arguments,
    settings: Settings,
    target: Target,
    login: Credentials,
    clock: Clock,
    *,
    wish: Wish | None,
) -> int:
    """Run the app, then close the sessions; returns the exit code. Without a `wish` it is the demo."""
    import asyncio

    from tui.session import shutdown
    from tui.session.contexts import Contexts
    from tui.terminal import crash, locations, signals
    from tui.terminal.remembered_file import Memory
    from tui.terminal.viewers import look
    from tui.ui.app.app import SecretTui

    crash.watch(asyncio.get_running_loop())
    settings = settings if wish is not None else settings.touring()
    make = session_maker(settings, clock, request_timeout=given.request_timeout)
    contexts = Contexts(wish, make)
    start = _start_at(given, target)
    name = start.name if start is not None and not given.is_all_namespaces else None
    is_kept = settings.remember and wish is not None
    state = locations.state_folder(os.environ) if is_kept else None
    app = SecretTui(
        make(target, login, _namespace(given, target), name),
        settings,
        start=start,
        badge="" if wish is not None else "TOUR",
        contexts=contexts,
        memory=Memory(state, locations.NO_HOME if is_kept and state is None else None),
        look=partial(look, os.environ),
        meant=_meant(given),
    )

    def let_go() -> None:
        contexts.let_go()  # plugins that still run end with their groups
        for session in app.sessions:
            session.cluster.login.close()
        app.let_go()
        for session in app.sessions:
            session.writes.hang_up()

    with signals.heard(app.leave, let_go):
        try:
            with crash.held():
                await app.run_async()
        finally:
            # The terminal has been given back.
            is_asked = app.return_code == 0
            ended = await shutdown.end(app.sessions, lambda said: _complain(said, 0), is_asked=is_asked)
    code = app.return_value or app.return_code or 0
    return code if code >= signals.BY_SIGNAL else max(code, ended)


def session_maker(
    settings: Settings, clock: Clock, *, request_timeout: float | None = None, rng: Random | None = None
) -> Make:
    """A function that creates the session of a context, with the settings for it. `rng` adds jitter."""
    from tui.cluster.client import Cluster
    from tui.session.session import Session
    from tui.session.writes.drafts import DraftBook

    book, limit = DraftBook(), request_timeout

    def make(target: Target, login: Credentials, namespace: str | None, name: str | None) -> Session:
        here = settings.within(target.context, target.host, target.cluster)
        return Session(
            Cluster(target, login, read_only=here.read_only, request_timeout=limit, now=clock.now),
            clock,
            namespace=namespace,
            name=name,
            read_only=here.read_only,
            is_guarded=bool(here.guarded),
            journal=_journal(here.journal),
            book=book,
            rng=rng,
        )

    return make


def _journal(keeping: frozenset[str]) -> Journal | None:
    """The journal that the settings ask for; None if it is off."""
    if "on" not in keeping:
        return None
    from tui.session.writes.audit import Journal
    from tui.terminal import locations
    from tui.terminal.journal_file import JournalFile

    must, state = "required" in keeping, locations.state_folder(os.environ)
    write = JournalFile(state, to_syslog="syslog" in keeping, is_required=must).write
    return Journal(write, is_required=must)


def _namespace(given: Arguments, target: Target) -> str | None:
    """The namespace whose secrets are listed; None = all of them."""
    named = (given.place and given.place.namespace) or given.namespace or target.namespace
    return None if given.is_all_namespaces else named


def _start_at(given: Arguments, target: Target) -> SecretRef | None:
    if (place := given.place) is None:
        return None
    from tui.model.secret.secret import SecretRef

    return SecretRef(place.namespace or given.namespace or target.namespace, place.name)


def _meant(given: Arguments) -> str | None:
    """The command line that was probably meant by a bare name, if there is no Secret of that name."""
    from tui.cli import arguments

    if given.place is None or given.place.namespace is not None:
        return None
    return next(iter(arguments.near_commands(given.place.name, arguments.called_as(sys.argv[0]))), None)


def _hint(given: Arguments) -> str:
    """The probable command line, for the end of an error message."""
    command = _meant(given)
    return f" Did you mean {command}?" if command else ""


def _print(text: str) -> int:
    """Write to stdout; returns the exit code."""
    try:
        sys.stdout.writelines(text.splitlines(keepends=True) or [text])  # unbuffered, one piece can be cut
        sys.stdout.flush()
    except BrokenPipeError:
        return ENOUGH
    except (OSError, AttributeError) as error:  # closed from the start it is None
        why = error.strerror if isinstance(error, OSError) else "stdout is closed"
        return _complain(f"The output is incomplete: {why}.", COULD_NOT_RUN)
    return 0


def _complain(sentence: str, code: int) -> int:
    from tui.model.text.printable import printable

    sys.stderr.write(f"secret-tui: {printable(sentence)}\n")
    return code
