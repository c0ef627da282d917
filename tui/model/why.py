"""The question that a person asks with `why`, read from a pasted error or the name of a pod or workload.

The texts are those of the kubelet (kubelet_pods.go, secret.go, watch_based_manager.go), of the API server and
of the admission of service accounts, alone or as kubectl, the events and the kubelet's log show them.
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
"""Characters of a line that a terminal may have broken inside a word."""
MAX_TEXT: Final = 65_536
"""Characters of a paste that are read."""


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
"""The worst first: what keeps a container from its start, then what may, then what passes by itself.

A blank fits any gap, or none: a terminal may have broken the line there. These are compiled on first use.
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
"""A row of `kubectl get pods -A`, one of `kubectl get pods`, and a name alone."""
_NAMESPACES: Final = (
    rf"(?:^|\s)(?:-n|--namespace)[ =]?(?P<namespace>{_LABEL})(?:\s|$)",
    rf"(?m)^Namespace:\s+(?P<namespace>{_LABEL})\s*$",
    rf"(?m)^(?P<namespace>{_LABEL})\s+\d\S*\s.*\b(?:Warning|Normal)\s",
)


class Asked(Struct, frozen=True, kw_only=True):
    """Subject of the question: a Secret, a key, a reader; "" for what the text does not name."""

    fault: str = ""
    """The error, on one line; "" if only a reader is named."""
    namespace: str = ""
    secret: str = ""
    key: str = ""
    kind: str = ""
    """The reader's, as the API writes it: "Pod", also where an error has only its name; "" for any."""
    name: str = ""
    pulls: tuple[str, ...] = ()
    """Image pull secrets, one of which is missing."""
    image: str = ""
    """An image that could not be pulled."""

    @property
    def text(self) -> str:
        """The same in one line, as a person could have typed it."""
        reader = f"{self.kind.lower()}/{self.name}" if self.kind else self.name
        is_told = not self.namespace or f"{self.namespace}/{self.secret}" in self.fault
        return " ".join(
            part for part in (self.fault, reader, "" if is_told else f"-n {self.namespace}") if part
        )


def parse(text: str) -> Asked | None:
    """Return the subject of a text; None if it names neither an error of a Secret nor a reader."""
    text = text[:MAX_TEXT].replace('\\"', '"').strip()
    flat = _joined(text)
    found = {**_reader(text), **_fault(flat)}
    if not found:
        return None
    space = next((match["namespace"] for one in _NAMESPACES if (match := re.search(one, text))), "")
    asked = Asked(**{"namespace": space, **found})  # type: ignore[arg-type]  # str but for pulls
    return replace(asked, kind=_KIND_OF.get(asked.kind.lower(), ""))


def parse_typed(text: str) -> Asked | None:
    """The same of what a person types or pastes where only this is asked: a name alone is enough."""
    asked = parse(text)
    if asked is None and (match := next((m for bare in _BARE if (m := re.search(bare, text.strip()))), None)):
        return Asked(name=match["name"], namespace=match.groupdict().get("namespace") or "")
    return asked


def _joined(text: str) -> str:
    """The lines as one. A longest line that an unindented one follows was broken inside a word."""
    lines = text.splitlines()
    longest = max(map(len, lines), default=0)
    joined = ""
    for line, following in pairwise([*lines, ""]):
        is_broken = len(line) == longest >= _LEAST_WRAPPED and following[:1].strip()
        joined += line.lstrip() if is_broken else f"{line.strip()} "
    return joined.strip()


def _fault(flat: str) -> dict[str, str | tuple[str, ...]]:
    for fault in _FAULTS:
        if match := re.search(fault, flat):
            found: dict[str, str | tuple[str, ...]] = dict(match.groupdict())
            if "pulls" in found:
                found["pulls"] = tuple(re.findall(_NAME, match["pulls"]))
            return found | {"fault": " ".join(match[0].split())}
    return {}


def _reader(text: str) -> dict[str, str]:
    for reader in _READERS:
        if match := re.search(reader, text):
            return {"kind": "pod", **match.groupdict()}
    return {}
