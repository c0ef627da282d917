"""The options of the command line, parsed."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class Place(Struct, frozen=True):
    """[[CONTEXT:]NAMESPACE/]NAME: what to open at the start."""

    name: str
    namespace: str | None = None
    context: str | None = None


class Arguments(Struct, frozen=True):
    """What the command line asks for."""

    place: Place | None = None
    kubeconfig: Path | None = None
    context: str | None = None
    namespace: str | None = None
    is_all_namespaces: bool = False
    as_user: str | None = None
    as_groups: tuple[str, ...] = ()
    as_uid: str | None = None
    as_user_extra: tuple[tuple[str, str], ...] = ()
    """Key and value; a key may come several times."""
    is_trusted: bool = False
    """Run and read what any kubeconfig names, without a question?"""
    request_timeout: float | None = None
    """Seconds; None = the program's own limits."""
    is_demo: bool = False
    is_read_only: bool = False
    is_no_reveal: bool = False
    is_print_config: bool = False
    is_print_keymap: bool = False
