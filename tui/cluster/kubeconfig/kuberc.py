"""kubectl's policy for credential plugins (kuberc): a plugin that kubectl would not run is not run here.

Source: kubernetes.io reference/config-api/kuberc.v1beta1, KEP-3104; client-go 1.36 renamed an entry's `name`
to `command`.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tui.cluster.kubeconfig.trust import kube_folder
from tui.model.errors import BadKubeconfig

_MAX_BYTES: Final = 1024 * 1024
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def refusal(command: str, env: Mapping[str, str]) -> str | None:
    """Why kubectl's policy forbids this plugin (a clause), or None. Raises BadKubeconfig."""
    named = env.get("KUBERC", "")
    if named == "off":
        return None
    folder = kube_folder()
    if not named and folder is None:
        return None
    file = Path(named) if folder is None or named else folder / "kuberc"
    found = _read(file)
    policy = found.get("credentialPluginPolicy") or "AllowAll"
    entries = found.get("credentialPluginAllowlist") or []
    if policy == "AllowAll" and not entries:
        return None
    if policy == "DenyAll" and not entries:
        return f"kubectl's policy in {file} forbids credential plugins"
    if policy != "Allowlist" or not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise BadKubeconfig("its credential plugin policy is unknown to kubectl", str(file))
    path = env.get("PATH")
    wanted = shutil.which(command, path=path) or command
    allowed = {shutil.which(name, path=path) or name for entry in entries for name in entry.values()}
    return None if wanted in allowed else f"kubectl's policy in {file} does not list it"


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict) or not entry or not entry.keys() <= {"name", "command"}:
        return False
    return all(isinstance(value, str) and value for value in entry.values())


def _read(file: Path) -> dict[str, Any]:
    """The preferences; {} without any."""
    problem: BadKubeconfig
    try:
        with file.open("rb") as stream:
            # The first of several documents that is of a known version; all known ones share these fields.
            found = next(iter(yaml.load_all(stream.read(_MAX_BYTES), Loader=_LOADER)), None)
    except FileNotFoundError:
        return {}
    except OSError as error:
        problem = BadKubeconfig(f"it cannot be read ({error.strerror})", str(file))
    except (yaml.YAMLError, ValueError, RecursionError):
        problem = BadKubeconfig("not valid YAML", str(file))
    else:
        if found is None:
            return {}
        if isinstance(found, dict):
            return found
        problem = BadKubeconfig("not a kuberc file", str(file))
    raise problem
