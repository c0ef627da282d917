"""Decide if the user must agree to the commands that a kubeconfig runs and the files that it reads.

Consent is needed for a kubeconfig that is outside ~/.kube, owned by another user or writable by others.
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
"""Maximum number of characters of the command in `UntrustedKubeconfig.lines`."""
_LONG: Final = 120
"""Maximum number of characters of a text that `_short` does not cut."""


class UntrustedKubeconfig(Struct, frozen=True):
    """An untrusted kubeconfig, with the command and the files that it names."""

    context: str
    server: str
    sources: tuple[Path, ...]
    why: str
    """Reason for the distrust, as a clause."""
    command: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    reads: tuple[Path, ...] = ()
    """Files that the login reads, and perhaps sends to the server."""
    more: tuple[str, ...] = ()

    @property
    def wants(self) -> tuple[object, ...]:
        """Everything that the user accepts: if a part changes, the user is asked again."""
        return self.server, self.command, self.env, self.reads, self.more

    def lines(self) -> list[str]:
        """Describe in printable ASCII what the login would run and read."""
        others = f" (kubeconfig files: {', '.join(map(str, self.sources))})" if len(self.sources) > 1 else ""
        lines = [
            f"This kubeconfig is not trusted: {_short(self.why)}{_short(others)}.",
            f"To log in to {_short(self.server)} (context {_short(self.context)}),",
            "secret-tui would",
        ]
        if self.command:
            command = shlex.join(self.command)
            ending = f"... ({len(command)} characters in all)" if len(command) > _SHOWN else ""
            lines.append(f"  run   {command[:_SHOWN]}{ending}")
        if self.env:
            names = ", ".join(name for name, _ in self.env)
            lines.append(f"        with environment variables {_short(names)}")
        lines += [f"  read  {_short(str(path))}" for path in self.reads]
        lines += [f"  {clause}" for clause in self.more]
        return [ascii_only(line) for line in lines]


def _short(text: str) -> str:
    half = _LONG // 2
    if len(text) <= _LONG:
        return text
    return f"{text[:half]} ... ({len(text)} characters in all) ... {text[-half:]}"


class NotTrusted(BadKubeconfig):
    """Raised if the user has not agreed to the command and the files in `asks`."""

    def __init__(self, asks: UntrustedKubeconfig) -> None:
        actions = [f"runs {ascii_only(asks.command[0])}"] if asks.command else []
        actions += [f"reads {ascii_only(str(path))}" for path in asks.reads[:1]]
        super().__init__(
            f"context {ascii_only(asks.context)} {' and '.join(actions)}, but the kubeconfig is not trusted: "
            f"{asks.why}; --trust accepts the kubeconfig",
            str(asks.sources[0]),
        )
        self.asks = asks


def kube_folder() -> Path | None:
    try:
        return Path.home() / ".kube"
    except RuntimeError:
        return None


def distrust(files: Iterable[Path]) -> str | None:
    """Return why the first untrusted file is not trusted, as a clause; None if all files are trusted.

    A trusted file is below `~/.kube` after links are followed. The user owns the file and its folders, from
    `~/.kube` down, and others may not write to them.
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
