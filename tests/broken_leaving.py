"""What leaves nothing behind, broken in one way each; tests/controls.py tries that it is noticed."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Final

from tests import breaking
from tests.control import Control

OF_LEAVING: Final = (
    Control(
        14,
        "a terminal that is gone without a signal is read for ever",
        "tui.terminal.signals:noticed",
        lambda real: lambda *_: nullcontext(),
        ("tests/terminal/test_hung_up.py::test_where_no_signal_says_so_it_ends_all_the_same",),
    ),
    Control(
        3,
        "others of the same user may look into the process",
        "tui.process.hardening:deny",
        breaking.does_nothing,
        ("tests/terminal/test_own_process.py::test_another_process_of_this_user_sees_nothing_of_it",),
    ),
    Control(
        3,
        "a killed process leaves its memory in a file",
        "tui.process.hardening:deny",
        breaking.does_nothing,
        ("tests/terminal/test_own_process.py::test_it_leaves_no_core_and_says_nothing",),
    ),
    Control(
        3,
        "a login command runs under our limits",
        "tui.process.hardening:given_back",
        lambda real: lambda: nullcontext(-1),
        (
            "tests/terminal/test_own_process.py::test_a_login_command_gets_the_users_own_limits_and_nothing_of_ours",
        ),
    ),
    Control(
        3,
        "what is copied stays in tmux",
        "tui.terminal.clipboard.ways:ByTmux._load",
        lambda real: lambda self: real(self)[:7],
        (
            "tests/terminal/test_clipboard_through.py::test_through_tmux_one_client_gets_it_once_and_nothing_stays",
        ),
    ),
    Control(
        3,
        "what one client of tmux got stays when another one copies",
        "tui.terminal.clipboard.ways:ByTmux.place",
        lambda real: property(lambda self: "tmux"),
        (
            "tests/terminal/test_clipboard_through.py::test_what_another_client_got_before_goes_when_this_one_copies",
        ),
    ),
    Control(
        3,
        "the first of two copies to the tmux buffer stays there",
        "tui.terminal.clipboard.ways:IntoTmux.place",
        lambda real: property(lambda self: "tmux"),
        (
            "tests/terminal/test_clipboard.py::test_what_is_copied_into_tmux_twice_is_there_once_and_then_no_more",
            "tests/terminal/test_clipboard_through.py::"
            "test_of_two_copies_into_tmuxs_own_buffer_neither_stays",
        ),
    ),
    Control(
        3,
        "what would run in a shell is copied unasked",
        "tui.model.secret.copy_formats:danger",
        breaking.does_nothing,
        ("tests/model/test_pasting.py", "tests/ui/test_copying.py"),
    ),
    Control(
        3,
        "over SSH it is the host's clipboard",
        "tui.terminal.clipboard.ways:is_remote",
        lambda real: lambda env: False,
        ("tests/terminal/test_clipboard.py",),
    ),
    Control(
        14,
        "the last frame stays where there is no second screen",
        "tui.ui.app.driver:LeavingNothing.stop_application_mode",
        lambda real: lambda self: super(type(self), self).stop_application_mode(),
        ("tests/terminal/test_ways_out.py::test_an_end_leaves_nothing",),
    ),
    Control(
        14,
        "what was shown is shown again after the shell",
        "tui.ui.app.auto_hide:SeeingEnds.hide_shown",
        breaking.does_nothing,
        ("tests/terminal/test_suspending.py",),
    ),
    Control(
        14,
        "coming back from the shell paints nothing",
        "tui.ui.app.app:SecretTui._paint_again",
        breaking.does_nothing,
        (
            "tests/terminal/test_ways_out.py::test_while_it_is_stopped_nothing_is_there_and_going_on_it_comes_back",
        ),
    ),
    Control(
        14,
        "it lives on without a terminal",
        "tui.terminal.signals:heard",
        lambda real: lambda leave, let_go: nullcontext(),
        ("tests/terminal/test_hung_up.py",),
    ),
    Control(
        14,
        "what was copied stays while the terminal is lent",
        "tui.ui.app.driver:LeavingNothing.close",
        lambda real: lambda self: super(type(self), self).close(),
        (
            "tests/terminal/test_lent.py::test_what_was_copied_is_emptied_while_another_program_has_the_terminal",
        ),
    ),
    Control(
        14,
        "what a login command started lives on",
        "tui.cluster.auth.process_tree:kill_with_offspring",
        breaking.does_nothing,
        ("tests/terminal/test_lent.py",),
    ),
    Control(
        14,
        "SIGTERM waits for a person at a login command",
        "tui.terminal.signals:_quit",
        lambda real: lambda number, leave: None if number == 15 else real(number, leave),
        ("tests/terminal/test_lent.py::test_sigterm_ends_the_program_the_command_and_what_that_started",),
    ),
    Control(
        14,
        "what the shell ends in the background takes the terminal first",
        "tui.ui.app.driver:LeavingNothing._has_terminal",
        lambda real: lambda self: True,
        (
            "tests/terminal/test_ended_while_stopped.py::test_it_ends_and_the_shells_terminal_is_as_it_was",
            "tests/terminal/test_lent.py::test_stopped_with_the_command_both_are_ended_by_sigterm",
        ),
    ),
    Control(
        14,
        "a copy outlasts a program that was stopped",
        "tui.ui.app.app:SecretTui.step_back",
        breaking.comes_back_at_once,
        (
            "tests/terminal/test_suspending.py::"
            "test_what_was_copied_is_taken_back_before_it_stops_unless_it_is_kept",
            "tests/terminal/test_clipboard_through.py::test_through_tmux_it_goes_before_the_program_is_stopped",
        ),
    ),
)
