"""The controls of every file of this folder."""

from __future__ import annotations

from typing import Final

from tests.controls import (
    cluster_identity,
    exact_bytes_and_edits,
    known_and_unknown,
    private_values,
    read_only_and_journal,
    refusals_and_time_outs,
    reviewed_writes,
    terminal_input_and_output,
)
from tests.controls.control import Control

CONTROLS: Final[tuple[Control, ...]] = (
    *exact_bytes_and_edits.CONTROLS,
    *private_values.CONTROLS,
    *terminal_input_and_output.CONTROLS,
    *reviewed_writes.CONTROLS,
    *read_only_and_journal.CONTROLS,
    *refusals_and_time_outs.CONTROLS,
    *known_and_unknown.CONTROLS,
    *cluster_identity.CONTROLS,
)


def by_name(breaks: str) -> Control:
    return next(control for control in CONTROLS if control.breaks == breaks)
