"""The users of a control plane: their credentials and kubeconfigs."""

import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.controlplane import certs

CONTEXT = "real"
NAMESPACE = "shop"
OTHER_NAMESPACE = "attic"
ONLY_SECRET = "till"

ADMIN, EDITOR, READER, SINGLE, NOBODY = "admin", "editor", "reader", "single", "nobody"
NAMES = (ADMIN, EDITOR, READER, SINGLE, NOBODY)
# The fixture's own user, past every rule: the server's built-in group, which no binding can take away.
ROOT, ROOT_GROUP = "root", "system:masters"


@dataclass(frozen=True, repr=False)
class User:
    """User: its credentials, and a kubeconfig (one context, `real`) for each kind of login."""

    name: str
    certificate: Path
    key: Path
    token: str
    by_certificate: Path
    by_token: Path
    by_plugin: Path


def make(folder: Path, ca: certs.Pair, url: str, name: str) -> User:
    """Write a user's certificate, token and kubeconfigs into the folder."""
    groups = (ROOT_GROUP,) if name == ROOT else ()
    certificate, key = certs.client(ca, name, groups).write(folder, name)
    token = secrets.token_hex(16)
    (folder / f"{name}.token").write_text(token)
    ways: dict[str, dict[str, Any]] = {
        "certificate": {"client-certificate": str(certificate), "client-key": str(key)},
        "token": {"token": token},
        "plugin": {"exec": plugin(folder, name)},
    }
    by_certificate, by_token, by_plugin = (
        write_kubeconfig(folder / f"{name}.{way}.yaml", folder, url, entry) for way, entry in ways.items()
    )
    return User(name, certificate, key, token, by_certificate, by_token, by_plugin)


def plugin(folder: Path, name: str) -> dict[str, Any]:
    """Entry `exec` of a kubeconfig for the user."""
    return {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": sys.executable,
        "args": ["-I", str(Path(__file__).with_name("exec_plugin.py")), str(folder / f"{name}.token")],
        "interactiveMode": "Never",
    }


def write_kubeconfig(path: Path, folder: Path, url: str, user: dict[str, Any]) -> Path:
    """Write a kubeconfig with one cluster, one context and this `user` entry, as JSON, which is YAML too."""
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "contexts": [
            {"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT, "namespace": NAMESPACE}}
        ],
        "clusters": [
            {"name": CONTEXT, "cluster": {"server": url, "certificate-authority": str(folder / "ca.crt")}}
        ],
        "users": [{"name": CONTEXT, "user": user}],
    }
    path.touch(mode=0o600)
    path.write_text(json.dumps(config, indent=2))
    return path


def token_file(users: list[User]) -> str:
    """Content for --token-auth-file: token, user, uid and groups, one user a line."""
    return "".join(f'{user.token},{user.name},{user.name},"{_group(user.name)}"\n' for user in users)


def _group(name: str) -> str:
    return ROOT_GROUP if name == ROOT else ""
