"""Decide whether a kubeconfig may name commands and files without a question.

A file outside ~/.kube, or one that others may write, asks once in a run.
"""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.model.errors import BadKubeconfig
from tui.model.text.printable import ascii_only

_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH
_SHOWN: Final = 400
_LONG: Final = 120
"""Characters of a command that are shown; the rest is counted."""


class UntrustedKubeconfig(Struct, frozen=True):
    """Commands that an untrusted kubeconfig would run, and files that it would read."""

    context: str
    server: str
    sources: tuple[Path, ...]
    """The kubeconfig files that ask for this."""
    why: str
    """Reason why the files are not trusted: a clause."""
    command: tuple[str, ...] = ()
    """The plugin and its arguments; empty without one."""
    env: tuple[tuple[str, str], ...] = ()
    """Variables added to the plugin's environment."""
    reads: tuple[Path, ...] = ()
    """Files that are read, and may be sent to the server."""
    more: tuple[str, ...] = ()
    """Other settings that decide where the data goes, each a clause: a proxy, an unchecked server."""

    @property
    def wants(self) -> tuple[object, ...]:
        """Everything that is asked for; any change asks again."""
        return self.server, self.command, self.env, self.reads, self.more

    def lines(self) -> list[str]:
        """The lines shown before the question, in printable ASCII."""
        others = f" (all of it: {', '.join(map(str, self.sources))})" if len(self.sources) > 1 else ""
        lines = [
            f"This kubeconfig is not trusted: {_short(self.why)}{_short(others)}.",
            f"To log in to {_short(self.server)} (context {_short(self.context)}),",
            "secret-tui would",
        ]
        if self.command:
            command = shlex.join(self.command)
            cut = f"... ({len(command)} characters in all)" if len(command) > _SHOWN else ""
            lines.append(f"  run   {command[:_SHOWN]}{cut}")
        if self.env:
            lines.append(f"        with {_short(', '.join(name for name, _ in self.env))} set")
        lines += [f"  read  {_short(str(path))}" for path in self.reads]
        lines += [f"  {clause}" for clause in self.more]
        return [ascii_only(line) for line in lines]


def _short(text: str) -> str:
    """Keep both ends of a long text: the start and the end of a path are the most telling parts."""
    half = _LONG // 2
    return text if len(text) <= _LONG else f"{text[:half]} ... ({len(text)} in all) ... {text[-half:]}"


class NotTrusted(BadKubeconfig):
    """Exception: a person must be asked first (`asks`). Nothing was run, and no other file was read."""

    def __init__(self, asks: UntrustedKubeconfig) -> None:
        does = [f"runs {ascii_only(asks.command[0])}"] if asks.command else []
        does += [f"reads {ascii_only(str(path))}" for path in asks.reads[:1]]
        super().__init__(
            f"context {ascii_only(asks.context)} {' and '.join(does)}, which needs a trusted kubeconfig: "
            f"{asks.why}; --trust allows it",
            str(asks.sources[0]),
        )
        self.asks = asks


def kube_folder() -> Path | None:
    """`~/.kube`; None for a user without a home: no $HOME, and no entry in the password database."""
    try:
        return Path.home() / ".kube"
    except RuntimeError:
        return None


def distrust(files: Iterable[Path]) -> str | None:
    """Reason why one of these files is not trusted (a clause without its full stop), or None if all are.

    A file is trusted if it lies under `~/.kube`, links followed, is owned by the user, and neither it nor
    its folder is writable by others.
    """
    folder = kube_folder()
    if folder is None:
        return next((f"{file} is not under ~/.kube: you have no home directory" for file in files), None)
    kube = folder.resolve()
    return next((why for file in files if (why := _distrust(file, kube)) is not None), None)


def _distrust(file: Path, kube: Path) -> str | None:
    real = file.resolve()
    if not real.is_relative_to(kube):
        return f"{file} is not under ~/.kube"
    folders = (folder for folder in real.parents if folder.is_relative_to(kube))
    for place in (real, *folders):
        try:
            status = place.stat()
        except OSError:
            return f"{place} cannot be read"
        if status.st_uid != os.geteuid():
            return f"{place} is not owned by you"
        if status.st_mode & _OTHERS_MAY_WRITE:
            return f"{place} is writable by others"
    return None
