"""Texts that the copy menu can copy, such as a kubectl command, and warnings about dangerous pastes."""

from __future__ import annotations

import json
import re
import shlex

from tui.model.rbac.rights import KubectlOptions
from tui.model.secret.secret import SecretRef

_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")


def danger(data: bytes) -> str | None:
    """Return a warning if the data is dangerous to paste; None otherwise."""
    text = data.decode("utf-8", "replace")
    break_count = len(_BREAKS.findall(text))
    if break_count:
        breaks = "a line break" if break_count == 1 else f"{break_count:,} line breaks"
        lines = "the line" if break_count == 1 else "each line"
        return f"The text has {breaks}: a shell would run {lines} on paste."
    if any(not char.isprintable() for char in text):
        return "The text has invisible characters: a terminal may obey them on paste."
    return None


def without_final_break(data: bytes) -> bytes | None:
    """Return the data without its final line break; None if the data does not end with a line break."""
    for end in (b"\r\n", b"\n"):
        if data.endswith(end):
            return data.removesuffix(end)
    return None


def variable(ref: SecretRef, key: str) -> str:
    """Write the YAML of a container's environment variable that reads this key."""
    name = re.sub(r"[^A-Z0-9_]", "_", key.upper())
    name = f"_{name}" if name[:1].isdigit() else name
    return (
        f"- name: {json.dumps(name)}\n  valueFrom:\n    secretKeyRef:\n"
        f"      name: {json.dumps(ref.name)}\n      key: {json.dumps(key)}\n"
    )


def fetching(ref: SecretRef, key: str, options: KubectlOptions) -> str:
    """Write the kubectl command that prints the key's value."""
    escaped = key.replace(".", "\\.")
    words = ("kubectl", "get", "secret", ref.name, *options.flags, "-n", ref.namespace)
    path = f"jsonpath={{.data.{escaped}}}"
    return f"{shlex.join([*words, '-o', path])} | base64 -d"


def printing(
    namespace: str, pod: str, container: str, words: tuple[str, str], options: KubectlOptions
) -> str:
    """Write the kubectl command that prints a Secret's value as a running container sees it.

    `words`: the two words of `printenv NAME` or `cat PATH`.
    """
    line = ("kubectl", "exec", *options.flags, "-n", namespace, pod, "-c", container, "--", *words)
    return shlex.join(line)


def unblocking(ref: SecretRef, options: KubectlOptions) -> str:
    """Write the kubectl command that removes all finalizers of a Secret, so that its deletion can finish."""
    patch = json.dumps({"metadata": {"finalizers": None}})
    words = ("kubectl", "patch", "secret", ref.name, *options.flags, "-n", ref.namespace)
    return shlex.join((*words, "--type=merge", "-p", patch))
