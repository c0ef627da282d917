"""Decide which of two versions of an object is newer."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

_KEPT: Final = 50_000


def is_newer(version: str, held: str) -> bool:
    """Is `version` later than `held`?

    resourceVersions are compared as integers when both are all digits, which the API server's are; those
    of other servers are opaque, and there the later arrival counts as newer.
    """
    if version.isascii() and held.isascii() and version.isdigit() and held.isdigit():
        return int(version) > int(held)
    return version != held


class Tombstones:
    """Uids that were deleted. A uid is never reused, so a later version with one of them is an old one."""

    def __init__(self) -> None:
        self._uids: OrderedDict[str, None] = OrderedDict()

    def add(self, uid: str) -> None:
        """Remember a deleted uid; only the latest 50,000, because no older page is in flight."""
        self._uids[uid] = None
        if len(self._uids) > _KEPT:
            self._uids.popitem(last=False)

    def discard(self, uid: str) -> None:
        """Forget a uid: the object exists."""
        self._uids.pop(uid, None)

    def __bool__(self) -> bool:
        return bool(self._uids)

    def __contains__(self, uid: str) -> bool:
        return uid in self._uids
