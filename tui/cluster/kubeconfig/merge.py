"""Read kubeconfig files and merge them as kubectl does.

Source: client-go tools/clientcmd/loader.go (ClientConfigLoadingRules) and api/v1/types.go.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import yaml

from tui.model.errors import BadKubeconfig
from tui.model.json_decoder import HiddenStruct, converted

_MAX_BYTES: Final = 4 * 1024 * 1024
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Shape(HiddenStruct, rename="kebab", kw_only=True):
    """Part of a kubeconfig. Its repr is redacted, because the part may hold tokens and keys."""


class Extension(_Shape):
    name: str = ""
    extension: Any = None


class ClusterEntry(_Shape):
    server: str | None = None
    tls_server_name: str | None = None
    insecure_skip_tls_verify: bool | None = None
    certificate_authority: str | None = None
    certificate_authority_data: str | None = None
    proxy_url: str | None = None
    disable_compression: bool | None = None
    extensions: list[Extension] | None = None


class NameValue(_Shape):
    name: str = ""
    value: str | None = None


class Exec(_Shape, rename="camel"):
    command: str = ""
    args: list[str] | None = None
    env: list[NameValue] | None = None
    api_version: str | None = None
    interactive_mode: str | None = None
    install_hint: str | None = None
    provide_cluster_info: bool | None = None


class AuthProvider(_Shape):
    name: str = ""


class UserEntry(_Shape):
    client_certificate: str | None = None
    client_certificate_data: str | None = None
    client_key: str | None = None
    client_key_data: str | None = None
    token: str | None = None
    token_file: str | None = msgspec.field(name="tokenFile", default=None)
    username: str | None = None
    password: str | None = None
    exec: Exec | None = None
    auth_provider: AuthProvider | None = None
    as_user: str | None = msgspec.field(name="as", default=None)
    as_uid: str | None = None
    as_groups: list[str] | None = None
    as_user_extra: dict[str, list[str]] | None = None


class ContextEntry(_Shape):
    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None


class _NamedCluster(_Shape):
    name: str
    cluster: ClusterEntry | None = None


class _NamedUser(_Shape):
    name: str
    user: UserEntry | None = None


class _NamedContext(_Shape):
    name: str
    context: ContextEntry | None = None


class _File(_Shape):
    kind: str | None = None
    api_version: str | None = msgspec.field(name="apiVersion", default=None)
    clusters: list[_NamedCluster] | None = None
    users: list[_NamedUser] | None = None
    contexts: list[_NamedContext] | None = None
    current_context: str | None = None


class MergedEntries(_Shape):
    """Entries of all files by name, each entry with its file. If a name repeats, its first entry is kept."""

    files: tuple[Path, ...] = ()
    current_context: str = ""
    clusters: dict[str, tuple[ClusterEntry, Path]] = msgspec.field(default_factory=dict)
    users: dict[str, tuple[UserEntry, Path]] = msgspec.field(default_factory=dict)
    contexts: dict[str, tuple[ContextEntry, Path]] = msgspec.field(default_factory=dict)


def read(files: Sequence[Path]) -> MergedEntries:
    """Read and merge the files that exist.

    Raises BadKubeconfig if a file cannot be read or is not a kubeconfig. The message quotes nothing
    from the file.
    """
    merged = MergedEntries()
    for file in files:
        parsed = _parse(file)
        if parsed is None:
            continue
        merged.files += (file,)
        merged.current_context = merged.current_context or parsed.current_context or ""
        _merge(
            merged.clusters,
            ((entry.name, entry.cluster or ClusterEntry()) for entry in parsed.clusters or ()),
            file,
        )
        _merge(merged.users, ((entry.name, entry.user or UserEntry()) for entry in parsed.users or ()), file)
        _merge(
            merged.contexts,
            ((entry.name, entry.context or ContextEntry()) for entry in parsed.contexts or ()),
            file,
        )
    return merged


_Entry = TypeVar("_Entry", ClusterEntry, UserEntry, ContextEntry)


def _merge(held: dict[str, tuple[_Entry, Path]], more: Iterable[tuple[str, _Entry]], file: Path) -> None:
    """Add each entry whose name is not yet in `held`.

    Relative paths in the entry become absolute: the folder of `file` is put before them.
    """
    folder = file.absolute().parent
    for name, entry in more:
        for field in ("certificate_authority", "client_certificate", "client_key", "token_file"):
            if path := getattr(entry, field, None):
                setattr(entry, field, str(folder / path))
        plugin = entry.exec if isinstance(entry, UserEntry) else None
        if plugin is not None and os.sep in plugin.command:  # a command without a slash is looked up in PATH
            plugin.command = str(folder / plugin.command)
        held.setdefault(name, (entry, file))


def _parse(file: Path) -> _File | None:
    document = next(iter(_read_yaml(file)), None)
    if document is None:
        return None
    problem = BadKubeconfig("not a kubeconfig: its kind or apiVersion is wrong", str(file))
    try:
        parsed = converted(document, _File)
        if parsed.kind in (None, "", "Config") and parsed.api_version in (None, "", "v1"):
            return parsed
    except msgspec.ValidationError as error:
        problem = BadKubeconfig(_wrong_type(str(error)), str(file))
    raise problem  # outside `except`, because a traceback with the decoder's error would quote from the file


def _read_yaml(file: Path) -> list[Any]:
    line = None
    try:
        with file.open("rb") as stream:
            text = stream.read(_MAX_BYTES + 1)
        if len(text) <= _MAX_BYTES:
            return list(yaml.load_all(text, Loader=_LOADER))
        why = "it is larger than 4 MiB"
    except FileNotFoundError:
        return []
    except OSError as error:
        why = f"it cannot be read ({error.strerror})"
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        why, line = "not valid YAML", mark.line + 1 if mark else None
    raise BadKubeconfig(why, str(file), line)


def _wrong_type(message: str) -> str:
    """Describe a decoder's error by its position, if `message` contains one.

    The rest of `message` is left out, because it may quote from the file.
    """
    place = re.search(r"at `\$((?:\.[a-zA-Z-]+|\[\d+\]|\[\.\.\.\])+)`", message)
    return f"wrong type at {place[1].lstrip('.')}" if place else "not a kubeconfig"
