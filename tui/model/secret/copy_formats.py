"""Make the texts that `C` copies of a key (reference, kubectl line), and warn of what a paste would run."""

from __future__ import annotations

import json
import re
import shlex

from tui.model.rbac.rights import KubectlOptions
from tui.model.secret.secret import SecretRef

_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def danger(data: bytes) -> str | None:
    """Warn in a sentence of what pasting the text could do; None if it is harmless."""
    text = data.decode("utf-8", "replace")
    many = len(_BREAKS.findall(text))
    if many:
        breaks = "a line break" if many == 1 else f"{many:,} line breaks"
        lines = "its line" if many == 1 else "its lines"
        return f"It has {breaks}: pasted into a shell, {lines} would run."
    if any(not char.isprintable() for char in text):
        return "It has invisible characters, which can act on a terminal when pasted."
    return None


def without_final_break(data: bytes) -> bytes | None:
    """Bytes without the single line break at their end; None if they end in none."""
    for end in (b"\r\n", b"\n"):
        if data.endswith(end):
            return data.removesuffix(end)
    return None


def variable(ref: SecretRef, key: str) -> str:
    """A container's environment variable that reads this key, as YAML."""
    name = re.sub(r"[^A-Z0-9_]", "_", key.upper())
    name = f"_{name}" if name[:1].isdigit() else name
    return (
        f"- name: {json.dumps(name)}\n  valueFrom:\n    secretKeyRef:\n"
        f"      name: {json.dumps(ref.name)}\n      key: {json.dumps(key)}\n"
    )


def fetching(ref: SecretRef, key: str, options: KubectlOptions) -> str:
    """Command by which kubectl prints the value: for the same cluster and person."""
    escaped = key.replace(".", "\\.")
    words = ("kubectl", "get", "secret", ref.name, *options.flags, "-n", ref.namespace)
    path = f"jsonpath={{.data.{escaped}}}"
    return f"{shlex.join([*words, '-o', path])} | base64 -d"


def printing(
    namespace: str, pod: str, container: str, words: tuple[str, str], options: KubectlOptions
) -> str:
    """Command by which a running container prints its value: `printenv NAME` or `cat PATH`."""
    line = ("kubectl", "exec", *options.flags, "-n", namespace, pod, "-c", container, "--", *words)
    return shlex.join(line)


def unblocking(ref: SecretRef, options: KubectlOptions) -> str:
    """Command that removes the finalizers that hold a deleted Secret."""
    patch = json.dumps({"metadata": {"finalizers": None}})
    words = ("kubectl", "patch", "secret", ref.name, *options.flags, "-n", ref.namespace)
    return shlex.join((*words, "--type=merge", "-p", patch))
