"""Say what a change of a Secret does to one use of it: when the pod sees it, and what breaks.

Sources: Kubernetes' page concepts/configuration/secret; kubelet's kubelet_pods.go (variables), secret.go
(MakePayload, the files) and subpath_linux.go. The kubelet's own words are quoted where it will say them.
Sentences hold names as the API sent them; the caller makes them printable.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from tui.model.readers import pod_spec
from tui.model.readers.pod_uses import Use
from tui.model.secret.secret import SecretRef

ChangeKind = Literal["changed", "added", "removed", "deleted"]

FAILS: Final = 3
"""The next start fails."""
STAYS_OLD: Final = 2
"""Something keeps an old value, or loses one, until somebody acts."""
ARRIVES: Final = 1
"""The change arrives by itself."""
NOTHING: Final = 0
"""It has no effect."""

_VARIABLES: Final = frozenset(("env", "env_from"))
_FILES: Final = frozenset(("volume", "projected"))
_PULL_KEYS: Final = frozenset((".dockerconfigjson", ".dockercfg"))


class Effect(NamedTuple):
    """A severity (the highest is the worst), and the sentence that follows the reader's name."""

    severity: int
    sentence: str


def reads(use: Use, key: str) -> bool:
    """Does this use read that key? What a driver reads is not known, so it may."""
    if use.way == "image_pull":
        return key in _PULL_KEYS
    return use.key is None or use.key == key


def when_seen(use: Use) -> str:
    """When a change of the value is seen, in words that follow the reader's name."""
    if use.way in _FILES and not use.is_mounted:
        return "no container mounts it; needed at next start"
    if use.container_kind == "init":
        return "sees a change at next start (init container)"
    if use.is_sub_path:
        return "sees a change at next start (subPath)"
    return next((way.update for way in pod_spec.WAYS if way.id == use.way), "not known")


def how(use: Use) -> str:
    """How it is used, for a column: "env DB_PASSWORD", "file /etc/db/pass (ro)", "envFrom (prefix DB_)"."""
    if use.way == "env":
        return f"env {use.target}"
    if use.way == "env_from":
        return f"envFrom (prefix {use.target})" if use.target else "envFrom"
    if use.way == "image_pull":
        return "image pulls"
    if use.way in _FILES:
        if not use.is_mounted:
            return "volume, not mounted"
        note = " (ro)" if use.is_read_only else ""
        return f"file {use.target}{note}" if use.key is not None else f"files in {use.target}{note}"
    title = next((way.title for way in pod_spec.WAYS if way.id == use.way), use.way)
    return f"{title} {use.target}" if use.target else f"{title}, not mounted"


def effect(use: Use, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    """What this reader will see of a change to `key` (None: of the whole Secret, when it is deleted)."""
    if change != "deleted" and key is not None and not reads(use, key):
        return Effect(NOTHING, "does not read this key")
    if use.way in _VARIABLES:
        return _on_variable(use, change, ref, key)
    if use.way in _FILES:
        return _on_files(use, change, ref, key)
    if use.way == "image_pull":
        if change in ("removed", "deleted"):
            return Effect(STAYS_OLD, "next image pull may FAIL: the registry gets no login from this Secret")
        return Effect(ARRIVES, "used at the next image pull")
    if change == "deleted":
        return Effect(FAILS, _missing(ref))
    if change == "removed":
        return Effect(FAILS, "next start may FAIL: the volume's driver decides which keys it needs")
    return Effect(ARRIVES, "its driver reads it at the next mount")


def _on_variable(use: Use, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    is_init = use.container_kind == "init"
    variable = use.target if use.way == "env" else f"{use.target}{key}"
    if change == "changed":
        return Effect(ARRIVES, when_seen(use)) if is_init else Effect(STAYS_OLD, "old value until next start")
    if change == "added":
        if use.way == "env" and not use.is_optional:
            return Effect(ARRIVES, "next start works: the key it needs was missing")
        return Effect(ARRIVES, f"new variable {variable} at next start")
    if change == "deleted" and not use.is_optional:
        return Effect(FAILS, _missing(ref))
    if change == "deleted" and use.way == "env_from":
        return Effect(STAYS_OLD, "its variables are gone at next start")
    if use.way == "env" and not use.is_optional:
        return Effect(
            FAILS, f"next start FAILS: couldn't find key {key} in Secret {ref.namespace}/{ref.name}"
        )
    return Effect(STAYS_OLD, f"variable {variable} is gone at next start")


def _on_files(use: Use, change: ChangeKind, ref: SecretRef, key: str | None) -> Effect:
    if change == "deleted" and not use.is_optional:
        return Effect(FAILS, _missing(ref))
    if change == "removed" and use.is_listed and not use.is_optional:
        return Effect(FAILS, f"next start FAILS: references non-existent secret key: {key}")
    if change == "added" and use.is_listed and not use.is_optional:
        return Effect(ARRIVES, "next start works: the key it needs was missing")
    if not use.is_mounted:
        return Effect(NOTHING, "no container mounts it")
    if use.container_kind == "init":
        return Effect(ARRIVES, when_seen(use))
    if use.is_sub_path:
        return _on_sub_path(change)
    if change == "changed":
        return Effect(ARRIVES, when_seen(use))
    if change == "added":
        return Effect(ARRIVES, f"file {key} appears within 2 min")
    what = "its files disappear" if change == "deleted" else f"file {key} disappears"
    return Effect(STAYS_OLD, f"{what} within 2 min")


def _on_sub_path(change: ChangeKind) -> Effect:
    if change == "changed":
        return Effect(STAYS_OLD, "old file until next start (subPath)")
    if change == "added":
        return Effect(ARRIVES, "new file at next start (subPath)")
    return Effect(FAILS, "next start may FAIL: an empty directory replaces the file (subPath)")


def _missing(ref: SecretRef) -> str:
    return f'next start FAILS: secret "{ref.name}" not found'
