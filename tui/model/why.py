"""Parse a pasted error about a Secret, or the name of a pod or workload.

Sources of the error texts: the kubelet (kubelet_pods.go, secret.go, watch_based_manager.go), the API server,
and the service account admission plugin.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.model.api_object import SHORT_NAMES

_NAME: Final = r"[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?"
_LABEL: Final = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_KEY: Final = r"[-._a-zA-Z0-9]*[-_a-zA-Z0-9]"
_KINDS: Final = (
    *("Pod", "Deployment", "StatefulSet", "DaemonSet"),
    *("ReplicaSet", "ReplicationController", "Job", "CronJob"),
)
_KIND_OF: Final = {"po": "Pod"} | {
    word: kind
    for kind in _KINDS
    for word in (kind.lower(), f"{kind.lower()}s", SHORT_NAMES.get(kind, kind.lower()))
}
_KIND: Final = "|".join(sorted(_KIND_OF, key=len, reverse=True))
_LEAST_WRAPPED: Final = 40
"""Minimum length of a line that a terminal may have broken inside a word."""
MAX_TEXT: Final = 65_536


_FAULTS: Final = tuple(
    text.replace(" ", r"\s*")
    for text in (
        rf"couldn.t find key (?P<key>{_KEY}) in Secret (?P<namespace>{_LABEL}) / (?P<secret>{_NAME})",
        rf'secrets? "(?P<secret>{_NAME})" not found',
        rf"references non-existent secret key: (?P<key>{_KEY})",
        rf'secret\.secretName="(?P<secret>{_NAME})" is not allowed because service account',
        rf"Keys \[(?P<key>{_KEY})[^\]]*\] from the EnvFrom secret (?P<namespace>{_LABEL})/"
        rf"(?P<secret>{_NAME})",
        r"Unable to retrieve some image pull secrets \((?P<pulls>[-a-z0-9., \s]+)\)",
        rf'object "(?P<namespace>{_LABEL})"/"(?P<secret>{_NAME})" not registered',
        r'(?:Failed to pull|Back-off pulling) image "(?P<image>[^"]+)"'
        r"(?:.*?(?:401|403|unauthorized|Unauthorized|denied|authorization failed))?",
    )
)
"""Patterns of errors. The worst error comes first, because `_fault` uses the first pattern that matches.

A terminal may break a line at a blank, so each blank of a pattern matches any white space or none.
"""

_READERS: Final = (
    rf"(?i)\b(?P<kind>{_KIND})(?:\.[\w.]+)?/(?P<name>{_NAME})",
    rf'\bpod="(?P<namespace>{_LABEL})/(?P<name>{_NAME})"',
    rf'\bpod "(?P<name>{_NAME})"',
    rf"\bpod=(?P<name>{_NAME})_(?P<namespace>{_LABEL})",
    rf"(?i)^(?:kubectl\s+(?:describe|get|logs)\s+)?(?P<kind>{_KIND})\s+(?P<name>{_NAME})(?:\s+-|$)",
    rf"(?m)^Name:\s+(?P<name>{_NAME})\s*$",
)
_BARE: Final = (
    rf"(?m)^(?P<namespace>{_LABEL})\s+(?P<name>{_NAME})\s+\d+/\d+\s",
    rf"(?m)^(?P<name>{_NAME})\s+\d+/\d+\s",
    rf"^(?P<name>{_NAME})(?:\s+(?:-n|--namespace)[ =]?(?P<namespace>{_LABEL}))?$",
)
"""Patterns of a row of `kubectl get pods -A`, a row of `kubectl get pods`, and a name without a kind."""
_NAMESPACES: Final = (
    rf"(?:^|\s)(?:-n|--namespace)[ =]?(?P<namespace>{_LABEL})(?:\s|$)",
    rf"(?m)^Namespace:\s+(?P<namespace>{_LABEL})\s*$",
    rf"(?m)^(?P<namespace>{_LABEL})\s+\d\S*\s.*\b(?:Warning|Normal)\s",
)


class WhyQuestion(Struct, frozen=True, kw_only=True):
    fault: str = ""
    namespace: str = ""
    secret: str = ""
    key: str = ""
    kind: str = ""
    name: str = ""
    pulls: tuple[str, ...] = ()
    """Image pull Secrets, of which at least one is missing."""
    image: str = ""

    @property
    def text(self) -> str:
        """Error, reader (a pod or workload) and namespace, in a line for `parse_typed`.

        The namespace is left out if the error contains it with the name of the Secret.
        """
        reader = f"{self.kind.lower()}/{self.name}" if self.kind else self.name
        omits_namespace = not self.namespace or f"{self.namespace}/{self.secret}" in self.fault
        return " ".join(
            part for part in (self.fault, reader, "" if omits_namespace else f"-n {self.namespace}") if part
        )


def parse(text: str) -> WhyQuestion | None:
    text = text[:MAX_TEXT].replace('\\"', '"').strip()
    flat = _joined(text)
    fields = {**_reader(text), **_fault(flat)}
    if not fields:
        return None
    namespace = next(
        (match["namespace"] for pattern in _NAMESPACES if (match := re.search(pattern, text))), ""
    )
    asked = WhyQuestion(**{"namespace": namespace, **fields})  # type: ignore[arg-type]  # only pulls is a tuple
    return replace(asked, kind=_KIND_OF.get(asked.kind.lower(), ""))


def parse_typed(text: str) -> WhyQuestion | None:
    """Parse as `parse` does, but also accept a name without a kind, or a row of `kubectl get pods`."""
    asked = parse(text)
    if asked is None and (match := next((m for bare in _BARE if (m := re.search(bare, text.strip()))), None)):
        return WhyQuestion(name=match["name"], namespace=match.groupdict().get("namespace") or "")
    return asked


def _joined(text: str) -> str:
    """Join lines that a terminal wrapped.

    Lines as long as the longest line probably end inside a word, so no blank is added after them. A blank is
    still added after lines shorter than `_LEAST_WRAPPED`, and before an indented or empty line.
    """
    lines = text.splitlines()
    longest = max(map(len, lines), default=0)
    joined = ""
    for line, following in pairwise([*lines, ""]):
        is_broken = len(line) == longest >= _LEAST_WRAPPED and following[:1].strip()
        joined += line.lstrip() if is_broken else f"{line.strip()} "
    return joined.strip()


def _fault(flat: str) -> dict[str, str | tuple[str, ...]]:
    for pattern in _FAULTS:
        if match := re.search(pattern, flat):
            fields: dict[str, str | tuple[str, ...]] = dict(match.groupdict())
            if "pulls" in fields:
                fields["pulls"] = tuple(re.findall(_NAME, match["pulls"]))
            return fields | {"fault": " ".join(match[0].split())}
    return {}


def _reader(text: str) -> dict[str, str]:
    for pattern in _READERS:
        if match := re.search(pattern, text):
            return {"kind": "pod", **match.groupdict()}
    return {}
