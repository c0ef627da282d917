"""kubectl's policy for credential plugins (kuberc): a plugin that kubectl would not run is not run here.

Source: kubernetes.io reference/config-api/kuberc.v1beta1, KEP-3104; client-go 1.36 renamed an entry's `name`
to `command`.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui.cluster.kubeconfig.merge import read_yaml
from tui.cluster.kubeconfig.trust import kube_folder
from tui.model.errors import BadKubeconfig


def refusal(command: str, env: Mapping[str, str]) -> str | None:
    """Why kubectl's policy forbids this plugin (a clause), or None. Raises BadKubeconfig."""
    named = env.get("KUBERC", "")
    if named == "off":
        return None
    folder = kube_folder()
    if not named and folder is None:
        return None
    file = Path(named) if folder is None or named else folder / "kuberc"
    found = next(iter(read_yaml(file)), None) or {}
    if not isinstance(found, dict):
        raise BadKubeconfig("not a kuberc file", str(file))
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
