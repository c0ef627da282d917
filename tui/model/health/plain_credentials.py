"""Search ConfigMaps and environment variables for texts that look like credentials.

Only the shape of a text and the name of its key or variable are checked, so messages say "looks like". No
message quotes the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tui.model.api_object import (
    CONFIG_MAP,
    CRON_JOB,
    DAEMON_SET,
    DEPLOYMENT,
    JOB,
    POD,
    STATEFUL_SET,
    ApiKind,
    Obj,
    at,
    objects,
    text,
)
from tui.model.health.risks import PASSWORDS, PLACEHOLDER, REFERENCE, holds
from tui.model.readers.pods import workload_of
from tui.model.readers.point_at import WITHOUT_ROLLOUT
from tui.model.secret.formats.limits import MAX_INPUT
from tui.model.secret.formats.tokens import SHAPES
from tui.model.settings.accepted_risks import ALL_RISKS, ANNOTATION, accepted_in

PLAIN: Final = "plain"
"""Name of the risk of plain credentials. Annotations and settings accept the risk by this name."""
PLAIN_KINDS: Final = (CONFIG_MAP, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB, JOB, POD)
_CONTROLLERS: Final = frozenset(kind.kind for kind in PLAIN_KINDS)
"""Kinds of controllers. An object that such a controller owns is skipped: both have the same texts."""
_NOT_SEARCHED: Final = frozenset(("Rollout", *WITHOUT_ROLLOUT))
"""Kinds of workloads that are not searched. A credential in one of their pods is reported at the workload."""
_POD_SPECS: Final = {"Pod": "spec", "CronJob": "spec.jobTemplate.spec.template.spec"}
_POD_SPEC: Final = "spec.template.spec"
_PUBLIC: Final = frozenset(("Twilio account id", "AWS key id, lasting", "AWS key id, temporary"))
"""Names of the shapes that are not searched for, because an id without its secret key is no credential."""
_TOKEN: Final = re.compile(
    "(?<![A-Za-z0-9_-])(?:"
    + "|".join(f"({shape})" for name, shape in SHAPES if name not in _PUBLIC)
    + ")(?![A-Za-z0-9_-])"
)
_TOKEN_NAMES: Final = tuple(name for name, _ in SHAPES if name not in _PUBLIC)
_PRIVATE_KEY: Final = re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----(?:\s|\\n)+[A-Za-z0-9+/]{20}")
_URL_PASSWORD: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@'\"]{0,100}:([^\s/@?#'\"]{1,200})@")
_NO_PASSWORD: Final = re.compile(r"\d+|pass(?:word)?", re.IGNORECASE)


class PlainCredential(Struct, frozen=True):
    """Place of a text that looks like a credential: a ConfigMap's key or an environment variable."""

    namespace: str
    object: str
    place: str
    """Key of a ConfigMap, or a variable and its container: "app.yaml", "DB_PASSWORD of app"."""
    looks_like: str
    """Words that follow "looks like", such as "a URL with a password"."""
    is_accepted: bool = False
    """True if an annotation of the object accepts the risk."""


def plain_credentials(kind: ApiKind, obj: Obj) -> Iterator[PlainCredential]:
    accepted = accepted_in(text(obj, f"metadata.annotations.{ANNOTATION}"))
    namespace, title = text(obj, "metadata.namespace"), f"{kind.kind}/{text(obj, 'metadata.name')}"
    owners = objects(obj, "metadata.ownerReferences")
    if (owner := next((owner for owner in owners if owner.get("controller")), None)) is not None:
        labels = at(obj, "metadata.labels")
        workload, name = workload_of(
            text(owner, "kind"), text(owner, "name"), labels if isinstance(labels, dict) else {}
        )
        if workload in _CONTROLLERS:
            return
        if kind == POD and workload in _NOT_SEARCHED:
            title = f"{workload}/{name}"
    for place, name, value in _texts(kind, obj):
        if (looks_like := _looks_like(name, value)) is not None:
            yield PlainCredential(namespace, title, place, looks_like, bool(accepted & {PLAIN, ALL_RISKS}))


def _texts(kind: ApiKind, obj: Obj) -> Iterator[tuple[str, str, str]]:
    """Yield (place, name of the key or variable, text)."""
    if kind == CONFIG_MAP:
        for key, value in (obj.get("data") or {}).items():
            yield key, key, value
        return
    spec = _POD_SPECS.get(kind.kind, _POD_SPEC)
    for containers in ("initContainers", "containers"):
        for container in objects(obj, f"{spec}.{containers}"):
            for variable in objects(container, "env"):
                if isinstance(value := variable.get("value"), str):
                    name = text(variable, "name")
                    yield f"{name} of {text(container, 'name')}", name, value


def _looks_like(name: str, value: str) -> str | None:
    if not value or len(value) > MAX_INPUT:
        return None
    if _PRIVATE_KEY.search(value):
        return "a private key"
    if (token := _TOKEN.search(value)) is not None and token.lastindex:
        return f"a credential: {_TOKEN_NAMES[token.lastindex - 1]}"
    if any(_is_written_out(url[1]) for url in _URL_PASSWORD.finditer(value)):
        return "a URL with a password"
    if holds(name, PASSWORDS) and "\n" not in value.strip() and _is_written_out(value.strip()):
        return "a password"
    return None


def _is_written_out(password: str) -> bool:
    not_passwords = (REFERENCE, PLACEHOLDER, _NO_PASSWORD)
    return bool(password) and not any(pattern.fullmatch(password) for pattern in not_passwords)
