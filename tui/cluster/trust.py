"""Which kubeconfig may name programs and files without a question: a kubeconfig is a program."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_OTHERS_MAY_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


def distrust(files: Iterable[Path], home: Path | None = None) -> str | None:
    """Why one of these files is not trusted (a clause without its full stop), or None if all are.

    Trusted is what lies under `~/.kube`, links followed, is owned by the user, and is not writable by
    others, its folder neither.
    """
    kube = ((home or Path.home()) / ".kube").resolve()
    return next((why for file in files if (why := _distrust(file, kube)) is not None), None)


def _distrust(file: Path, kube: Path) -> str | None:
    real = file.resolve()
    if not real.is_relative_to(kube):
        return f"{file} does not lie under ~/.kube"
    for place in (real, *_folders(real, kube)):
        try:
            found = place.stat()
        except OSError:
            return f"{place} cannot be looked at"
        if found.st_uid != os.geteuid():
            return f"{place} is not owned by you"
        if found.st_mode & _OTHERS_MAY_WRITE:
            return f"{place} can be written by others"
    return None


def _folders(real: Path, kube: Path) -> list[Path]:
    return [folder for folder in real.parents if folder.is_relative_to(kube)]
