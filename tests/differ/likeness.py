"""Makes the answers of two servers comparable: what may differ between them is replaced."""

from __future__ import annotations

import re
from typing import Any, Final

_TIMES: Final = frozenset({"time", "creationTimestamp", "deletionTimestamp", "lastTransitionTime"})
_UID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_AGE: Final = re.compile(r"(\d+[smhdy])+|<unknown>")
_GENERATED: Final = re.compile(r"\b(gen\d+-)[a-z0-9]{5}\b")
_REPLACED: Final = (
    (re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r"(too old resource version:|Too large resource version:|current:) \d+( \(\d+\))?"), r"\1 N"),
    (re.compile(r'(resourceVersion\\*":? ?\\*"?)\d+'), r"\1N"),
    (re.compile(r"(ResourceVersion in \w+(?: meta)?: )\d+"), r"\1N"),
    (re.compile(r"(ResourceVersion in (?:the )?\w+(?: meta)? \()\d+"), r"\1N"),
    (re.compile(r"(resourceVersion:)\d+"), r"\1N"),
)


class Likeness:
    """For the answers of one server to one sequence, in their order.

    A uid becomes its place among the uids seen so far; so does the version of an object, so that a write
    which should have made another, or should not have, shows. The version of a list or a bookmark becomes
    the number of objects' versions that it is not older than. managedFields are sorted: their order is by
    time, and two servers are not equally fast.
    """

    def __init__(self) -> None:
        self._uids: dict[str, str] = {}
        self._versions: dict[str, str] = {}

    def of(self, value: Any, key: str = "") -> Any:
        """What is compared instead of `value`, an answer decoded from JSON."""
        if isinstance(value, dict):
            found = {
                name: self.of(part, name) for name, part in sorted(value.items()) if name != "description"
            }
            if "resourceVersion" in value:
                found["resourceVersion"] = self._version(value)
            return _in_one_order(found) if value.get("kind") == "Status" else found
        if isinstance(value, list):
            parts = [self.of(part) for part in value]
            return sorted(parts, key=str) if key in ("managedFields", "causes") else parts
        return self._text(value, key) if isinstance(value, str) else value

    def _version(self, metadata: dict[str, Any]) -> Any:
        version = metadata["resourceVersion"]
        if not isinstance(version, str) or not version.isdecimal():
            return version
        if metadata.get("name"):
            return self._versions.setdefault(version, f"version {len(self._versions)}")
        return f"after {sum(int(one) <= int(version) for one in self._versions)} versions"

    def _text(self, value: str, key: str) -> str:
        if key in _TIMES and value:
            return "TIME"
        if key == "continue" and value:
            return "TOKEN"
        if _AGE.fullmatch(value):
            return "AGE"
        value = _UID.sub(lambda found: self._uids.setdefault(found[0], f"uid {len(self._uids)}"), value)
        value = _GENERATED.sub(r"\1NAME", value)
        for pattern, stand_in in _REPLACED:
            value = pattern.sub(stand_in, value)
        return value


def _in_one_order(status: dict[str, Any]) -> dict[str, Any]:
    """The real server walks maps in no order, so that the reasons of one refusal come in any."""
    if len((status.get("details") or {}).get("causes") or ()) < 2:
        return status
    return status | {"message": sorted(re.split(r", |: \[|\]", status["message"]))}
