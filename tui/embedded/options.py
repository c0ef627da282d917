"""The parameters of a write: dryRun, fieldManager, fieldValidation.

Source: apimachinery, pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tui.embedded.http import Call
from tui.embedded.managed import user_agent_manager
from tui.embedded.status import Cause, invalid, quote, unprocessable

META_GROUP: Final = "meta.k8s.io"
_DIRECTIVES: Final = ("", "Ignore", "Warn", "Strict")


@dataclass(frozen=True)
class Options:
    """One write's parameters. `validation` is Ignore, Warn or Strict; Warn unless asked otherwise."""

    is_dry_run: bool
    manager: str
    validation: str = "Warn"

    @classmethod
    def of(cls, call: Call, kind: str) -> Options:
        """From the query. Raises ApiError (422) about `kind` (CreateOptions ...)."""
        causes = list(_causes(call))
        if causes:
            raise unprocessable(kind, "", causes, META_GROUP)
        manager = call.query.get("fieldManager", "") or user_agent_manager(call.headers.get("User-Agent", ""))
        return cls(
            bool(call.query.getall("dryRun", [])), manager, call.query.get("fieldValidation") or "Warn"
        )


def _causes(call: Call) -> Iterator[Cause]:
    for value in call.query.getall("dryRun", []):
        if value != "All":
            yield _unsupported("dryRun", value, ("All",))
    manager = call.query.get("fieldManager", "")
    if len(manager.encode()) > 128:
        yield Cause("FieldValueTooLong", "Too long: may not be more than 128 bytes", "fieldManager")
    for at, char in enumerate(manager):
        if not char.isprintable():
            why = f"should not contain unprintable characters: {ord(char)} at {at}"
            yield invalid("fieldManager", manager, why)
    directive = call.query.get("fieldValidation", "")
    if directive not in _DIRECTIVES:
        yield _unsupported("fieldValidation", directive, _DIRECTIVES)


def _unsupported(path: str, value: str, known: tuple[str, ...]) -> Cause:
    detail = "supported values: " + ", ".join(quote(one) for one in known)
    return Cause.of("FieldValueNotSupported", path, value, detail)
