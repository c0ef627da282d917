"""Show a line if an exec plugin needs more than a second to log in, and let the user quit."""

from __future__ import annotations

import os
import signal
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, NoReturn

from tui.cluster.kubeconfig.target import ExecSpec, LoginTarget
from tui.model.text.printable import ascii_only
from tui.terminal.signals import BY_SIGNAL

_SOON: Final = 1.0
"""Seconds until the line is shown."""
_ENDING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_CTRL_Q: Final = b"\x11"


@contextmanager
def login_wait(target: LoginTarget, end: Callable[[], None]) -> Iterator[None]:
    """Let ctrl+c, ctrl+q or a signal call `end` and raise SystemExit while an exec plugin runs."""
    if target.exec is None:
        yield
        return

    def quit_by(number: int, _: object) -> NoReturn:
        end()
        raise SystemExit(BY_SIGNAL + number)

    notice = threading.Timer(_SOON, _print_wait, (target, target.exec))
    notice.daemon = True
    # keep ignoring a signal that the parent process ignores: nohup ignores SIGHUP
    handled_signals = [number for number in _ENDING if signal.getsignal(number) is not signal.SIG_IGN]
    old_handlers = {number: signal.signal(number, quit_by) for number in handled_signals}
    try:
        with _ctrl_q_quits():
            notice.start()
            yield
    finally:
        notice.cancel()
        for number, handler in old_handlers.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _print_wait(target: LoginTarget, command: ExecSpec) -> None:
    if (stream := sys.__stderr__) is None or not stream.isatty():
        return
    # begin a new line, because the plugin may have printed a question without a line break
    below = "" if command.interactive_mode == "Never" else "\n"
    context, name = ascii_only(target.context), ascii_only(command.command)
    with suppress(OSError, ValueError):
        stream.write(f"{below}secret-tui: logging in to {context} with {name}; ctrl+c or ctrl+q quits\n")
        stream.flush()


@contextmanager
def _ctrl_q_quits() -> Iterator[None]:
    """Make the terminal turn ctrl+q into SIGQUIT.

    The program does not read the keyboard itself, because the plugin may read it at the same time.
    """
    terminal = sys.__stdin__.fileno() if sys.__stdin__ is not None else -1
    old_settings = _settings(terminal)
    if old_settings is None:
        yield
        return
    flags, *middle, characters = old_settings
    keys = [*characters]
    keys[termios.VQUIT] = _CTRL_Q
    try:
        _set(terminal, [flags & ~termios.IXON, *middle, keys])  # with IXON, ctrl+q only resumes the output
        yield
    finally:
        _set(terminal, old_settings)


def _settings(terminal: int) -> list[Any] | None:
    """Read the terminal's settings; None without a terminal, or if this process is in the background.

    The kernel stops a background process that changes the settings.
    """
    try:
        return termios.tcgetattr(terminal) if os.tcgetpgrp(terminal) == os.getpgrp() else None
    except (OSError, termios.error):
        return None


def _set(terminal: int, settings: list[Any]) -> None:
    with suppress(termios.error):
        termios.tcsetattr(terminal, termios.TCSANOW, settings)
