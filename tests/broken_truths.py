"""What is said must be so: each such promise broken in one way, for tests/broken.py."""

from __future__ import annotations

from typing import Final

from tests import breaking
from tests.control import Control
from tui.model.errors import Conflict

OF_TRUTHS: Final = (
    Control(
        6,
        "another context ends the look after a write without a word",
        "tui.session.writes.revert_watch:Aftermath.watched",
        lambda real: property(lambda self: ()),
        ("tests/ui/test_contexts.py",),
    ),
    Control(
        5,
        "a Secret is deleted that is not as the question showed it",
        "tui.ui.review.delete:_differences",
        lambda real: lambda old, new: iter(()),
        ("tests/ui/test_deleting.py",),
    ),
    Control(
        12,
        "a conflict over anything is told as a change of the Secret",
        "tui.cluster.http.status_errors:_conflict",
        lambda real: lambda asked, status: Conflict(asked.what),
        ("tests/cluster/test_answers.py", "tests/session/test_conflicts.py"),
    ),
    Control(
        12,
        "a conflict does not say whose bytes a renamed key carries",
        "tui.ui.review.lines:about_conflict",
        lambda real: lambda *args: [line for line in real(*args) if " has the value of " not in str(line)],
        ("tests/ui/test_conflict.py::test_of_a_renamed_key_it_says_which_bytes_the_new_name_carries",),
    ),
    Control(
        12,
        "that a copy can be kept stays on screen when it was taken back",
        "tui.ui.app.clipboard:Copied.say_gone",
        breaking.does_nothing,
        ("tests/ui/test_copied.py",),
    ),
    Control(
        16,
        "kubectl's question goes to whatever context it is in",
        "tui.session.contexts:Contexts.asking",
        lambda real: lambda self, target: type(real(self, target))(),
        ("tests/ui/test_contexts.py", "tests/ui/test_thin_rights.py"),
    ),
)
