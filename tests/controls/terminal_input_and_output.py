"""Promises 4, 13, 14: only printable text is drawn, accidental input does nothing, leaving leaves nothing."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, Final

from tests.controls.control import Control, always, does_nothing
from tui.cluster.kubeconfig.trust import distrust
from tui.model.text.printable import printable
from tui.terminal.clipboard.clipboard import Clipboard
from tui.terminal.signals import signals_handled
from tui.ui.app.driver import CleanExitDriver
from tui.ui.input.key_guard import EscapeFragments, KeyGuard, WordRest
from tui.ui.textual_fixes.terminal_answers import TerminalAnswers
from tui.ui.widgets.text import runs, text_of


def _keeps_everything(original: Any) -> Any:
    async def empty(clipboard: Clipboard) -> bool:
        return False

    return empty


CONTROLS: Final = (
    Control(
        4,
        "escape sequences are printed as they came",
        printable,
        lambda original: lambda text: text,
        "tests/model/test_printable.py",
    ),
    Control(
        4,
        "escape sequences are drawn as they came",
        runs,
        lambda original: lambda cell: iter([(text_of(cell), False)]),
        "tests/widgets/test_text.py",
    ),
    Control(
        13,
        "a paste that comes as keys runs commands",
        KeyGuard.takes,
        always(True),
        "tests/ui/test_key_guard.py",
    ),
    Control(
        13,
        "the rest of a word runs commands after its first key was refused",
        WordRest.drops,
        always(False),
        "tests/ui/test_key_guard.py",
    ),
    Control(
        13,
        "the terminal's answers are taken for keys",
        TerminalAnswers.take,
        lambda original: lambda answers, text: text,
        "tests/ui/test_terminal_input.py",
    ),
    Control(
        13,
        "a broken escape sequence is taken for letters",
        EscapeFragments.drops,
        always(False),
        "tests/ui/test_escape_fragments.py",
    ),
    Control(
        13,
        "an untrusted kubeconfig runs its command without a question",
        distrust,
        does_nothing,
        "tests/cluster/test_plugin_trust.py::test_a_plugin_of_any_other_file_does_not_run",
    ),
    Control(
        14,
        "the clipboard keeps what was copied",
        Clipboard.empty,
        _keeps_everything,
        "tests/terminal/test_clipboard.py::test_the_clipboard_is_emptied_once_and_a_new_copy_has_its_own_time",
    ),
    Control(
        14,
        "the last frame stays on a terminal without a second screen",
        CleanExitDriver.stop_application_mode,
        lambda original: lambda driver: super(CleanExitDriver, driver).stop_application_mode(),
        "tests/terminal/test_ways_out.py::test_an_end_leaves_nothing_of_a_secret_in_the_multiplexer",
    ),
    Control(
        14,
        "the program lives on after its terminal is closed",
        signals_handled,
        lambda original: lambda leave, let_go, terminal=0: nullcontext(),
        "tests/terminal/test_hangup.py::test_a_closed_terminal_leaves_only_a_line_in_the_journal",
    ),
)
