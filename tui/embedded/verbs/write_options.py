"""The parameters of a write: dryRun, fieldManager, fieldValidation.

Source: apimachinery, pkg/apis/meta/v1/validation/validation.go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tui.embedded.causes import Cause, forbidden_field, invalid, not_supported, too_long
from tui.embedded.objects.managed_fields import user_agent_manager
from tui.embedded.status import unprocessable
from tui.embedded.verbs.call import Call

META_GROUP: Final = "meta.k8s.io"
LONGEST_MANAGER: Final = 128
_DIRECTIVES: Final = ("", "Ignore", "Strict", "Warn")


@dataclass(frozen=True)
class Options:
    """One write's parameters. `validation` is Ignore, Warn or Strict; Warn unless asked otherwise."""

    is_dry_run: bool
    manager: str
    validation: str = "Warn"

    @classmethod
    def of(cls, call: Call, kind: str) -> Options:
        """From the query. Raises ApiError (422) about `kind` (CreateOptions ...)."""
        causes = list(_causes(call, kind))
        if causes:
            raise unprocessable(kind, "", causes, META_GROUP)
        manager = call.query.get("fieldManager", "") or user_agent_manager(call.headers.get("User-Agent", ""))
        return cls(
            bool(call.query.getall("dryRun", [])), manager, call.query.get("fieldValidation") or "Warn"
        )


def _causes(call: Call, kind: str) -> Iterator[Cause]:
    if kind == "PatchOptions" and "force" in call.query:
        yield forbidden_field("force", "may not be specified for non-apply patch")
    manager = call.query.get("fieldManager", "")
    if len(manager.encode()) > LONGEST_MANAGER:
        yield too_long("fieldManager", LONGEST_MANAGER)
    for at, char in enumerate(manager):
        if not char.isprintable():
            yield invalid("fieldManager", manager, f"invalid character U+{ord(char):04X} (at position {at})")
    yield from dry_run_causes(call.query.getall("dryRun", []))
    directive = call.query.get("fieldValidation", "")
    if directive not in _DIRECTIVES:
        yield not_supported("fieldValidation", directive, _DIRECTIVES)


def dry_run_causes(given: list[str]) -> Iterator[Cause]:
    if any(value != "All" for value in given):
        yield not_supported("dryRun", given, ("All",))
