"""Promises 9 and 10: the interface never waits; a refusal is a state that says what is missing."""

from __future__ import annotations

from typing import Any, Final

from tests.controls.control import Control, always, does_nothing
from tui.model.errors import Forbidden
from tui.process.threads import looked_into, run_in_thread
from tui.session.cache.watches import Watches
from tui.ui.base.list_state import note_of


def _names_nothing(original: Any) -> Any:
    def begin(error: Forbidden, *args: Any, **how: Any) -> None:
        original(error, *args, **how)
        error.sentence = "Refused."

    return begin


CONTROLS: Final = (
    Control(
        9,
        "parsing a value has no time limit",
        looked_into,
        lambda original: run_in_thread,
        "tests/ui/test_expensive_values.py::test_a_look_that_takes_too_long_is_given_up_and_no_press_waits_for_it",
    ),
    Control(
        9,
        "a long list cannot be stopped",
        Watches.stop_lists,
        always(()),
        "tests/session/test_long_lists.py::test_a_long_list_can_be_stopped_and_read_again",
    ),
    Control(
        10,
        "a refusal does not name the verb and the resource",
        Forbidden.__init__,
        _names_nothing,
        "tests/model/test_errors.py",
    ),
    Control(
        10,
        "a pane that was refused shows no reason",
        note_of,
        does_nothing,
        "tests/ui/test_states.py::test_a_refusal_names_verb_and_resource_in_each_pane_and_the_rest_works",
    ),
)
