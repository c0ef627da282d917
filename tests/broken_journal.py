"""What is written down, and the admin's word, broken once each."""

from __future__ import annotations

import os
from typing import Any, Final

from tests import breaking
from tests.control import Control


def _writes_values(real: Any) -> Any:
    def opened(self: Any, secret: Any) -> None:
        self.note("opened", secret.ref, tuple(value.reveal().decode() for value in secret.data.values()))

    return opened


def _keeps_all_the_same(real: Any) -> Any:
    from tui.model.errors import OwnAlone

    def pass_on(self: Any, line: bytes) -> None:
        try:
            real(self, line)
        except OSError as error:
            raise OwnAlone(error.errno, error.strerror) from None

    return pass_on


OF_THE_JOURNAL: Final = (
    Control(
        15,
        "a value stands in the journal",
        "tui.session.writes.audit:Journal.opened",
        _writes_values,
        ("tests/promises/test_journal.py",),
    ),
    Control(
        15,
        "what cannot be written down is done, though it must be",
        "tui.session.writes.audit:Journal._failed",
        breaking.does_nothing,
        ("tests/promises/test_journal.py",),
    ),
    Control(
        15,
        "a write is not written down before it leaves",
        "tui.session.writes.audit:Journal.sends",
        breaking.does_nothing,
        ("tests/promises/test_journal.py",),
    ),
    Control(
        8,
        "the user's settings loosen the admin's policy",
        "tui.model.settings.settings:Settings.under",
        lambda real: lambda settings, policy: real(policy, settings) if policy.origins else settings,
        ("tests/test_policy.py",),
    ),
    Control(
        8,
        "anybody can write the admin's policy",
        "tui.terminal.settings_file:_refuse_if_others_may_write",
        breaking.does_nothing,
        ("tests/test_policy.py", "tests/test_config.py"),
    ),
    Control(
        15,
        "what somebody else keeps in the state folder is believed",
        "tui.terminal.remembered_file:_refuse_others",
        breaking.does_nothing,
        ("tests/terminal/test_state_files.py",),
    ),
    Control(
        3,
        "what the doctor has for a bug report names a host",
        "tui.cli.doctor:_report",
        lambda real: lambda env, tmux: [*real(env, tmux), env.get("SSH_CONNECTION", "")],
        ("tests/test_doctor.py",),
    ),
    Control(
        15,
        "the journal follows a link that somebody planted",
        "tui.terminal.journal_file:_FLAGS",
        lambda real: real & ~os.O_NOFOLLOW,
        ("tests/terminal/test_journal.py", "tests/terminal/test_state_files.py"),
    ),
    Control(
        15,
        "what the host's log refused, and was required there, stands in the journal as done",
        "tui.terminal.journal_file:JournalFile._pass_on",
        _keeps_all_the_same,
        (
            "tests/terminal/test_journal.py::test_a_host_that_has_no_log_is_said_and_what_must_be_there_is_nowhere",
        ),
    ),
    Control(
        15,
        "two programs put the journal aside at once",
        "tui.terminal.journal_file:_is_current",
        lambda real: lambda held, folder: True,
        ("tests/terminal/test_journal.py",),
    ),
)
