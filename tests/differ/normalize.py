"""Makes the answers of two servers comparable: what may differ between them is replaced."""

from __future__ import annotations

import re
from typing import Any, Final

_TIMES: Final = frozenset({"time", "creationTimestamp", "deletionTimestamp"})
_UID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_AGE: Final = re.compile(r"(\d+[smhdy])+|<unknown>")


class Likeness:
    """For the answers of one server to one sequence, in their order.

    A uid becomes its place among the uids seen so far; so does the version of an object, so that a write
    which should have made another, or should not have, shows. The version of a list becomes the number of
    objects' versions that it is not older than. managedFields are sorted: their order is by time, and two
    servers are not equally fast. Of a refusal the words are not compared: the program reads its reason, and
    the reason and field of each cause.
    """

    def __init__(self) -> None:
        self._uids: dict[str, str] = {}
        self._versions: dict[str, str] = {}

    def of(self, value: Any, key: str = "") -> Any:
        """What is compared instead of `value`, an answer decoded from JSON."""
        if isinstance(value, dict):
            if value.get("kind") == "Status" and value.get("status") == "Failure":
                value = _without_words(value)
            found = {
                name: self.of(part, name) for name, part in sorted(value.items()) if name != "description"
            }
            if "resourceVersion" in value:
                found["resourceVersion"] = self._version(value)
            return found
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
        return _UID.sub(lambda found: self._uids.setdefault(found[0], f"uid {len(self._uids)}"), value)


def _without_words(status: dict[str, Any]) -> dict[str, Any]:
    details = dict(status.get("details") or {})
    if "causes" in details:
        details["causes"] = [{**cause, "message": ""} for cause in details["causes"]]
    return {**status, "message": "", "details": details}
