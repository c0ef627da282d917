"""Promises 8 and 15: read-only holds where requests leave; the journal has names and no values."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from tests.controls.control import Control, does_nothing
from tui.cluster.http.gate import Gate
from tui.model.secret.secret import Secret
from tui.model.settings.settings import Settings, tighten
from tui.session.writes.audit import Journal


def _loosens(original: Any) -> Any:
    def with_grade(settings: Settings, name: str, is_on: bool, origin: str) -> Settings:
        changed: dict[str, Any] = {name: is_on, "origins": {**settings.origins, name: origin}}
        return replace(settings, **changed)

    return with_grade


def _writes_values(original: Any) -> Any:
    def opened(journal: Journal, secret: Secret) -> None:
        journal.note("opened", secret.ref, tuple(value.reveal().decode() for value in secret.data.values()))

    return opened


CONTROLS: Final = (
    Control(
        8, "read-only lets every request out", Gate.check, does_nothing, "tests/promises/test_read_only.py"
    ),
    Control(
        8,
        "a later source of settings loosens an earlier one",
        tighten,
        _loosens,
        "tests/test_policy.py::test_a_restriction_holds_whichever_source_sets_it_and_no_other_lifts_it",
    ),
    Control(
        15,
        "the journal holds values",
        Journal.opened,
        _writes_values,
        "tests/promises/test_journal.py::test_the_journal_has_every_step_and_no_value_size_or_text_of_the_server",
    ),
    Control(
        15,
        "a write is not in the journal before it is sent",
        Journal.sends,
        does_nothing,
        "tests/promises/test_journal.py::test_a_write_under_way_when_the_terminal_goes_is_journaled_as_unknown",
    ),
)
