"""Promise 16: which cluster is never in doubt, and guarded contexts ask for their name."""

from __future__ import annotations

from typing import Final

from tests.controls.control import Control, does_nothing
from tui.cluster.kubeconfig.target import LoginTarget
from tui.model.settings.settings import guarding
from tui.session.writes.drafts import DraftBook
from tui.session.writes.queue import Writes

CONTROLS: Final = (
    Control(
        16,
        "a server whose certificate is not checked has no badge",
        LoginTarget.badges,
        lambda original: property(lambda target: ()),
        "tests/cluster/test_kubeconfig.py::test_a_skipped_tls_check_is_loaded_with_its_badge_and_the_server_name",
    ),
    Control(16, "no context counts as production", guarding, does_nothing, "tests/model/test_production.py"),
    Control(
        16,
        "a guarded context is written to after any name",
        Writes.misnamed,
        does_nothing,
        "tests/promises/test_guarded_contexts.py::test_no_code_path_writes_in_a_guarded_context_without_its_name",
    ),
    Control(
        16,
        "drafts follow to another context",
        DraftBook.at,
        lambda original: lambda book, home, events: original(book, ("", ""), events),
        "tests/promises/test_drafts_stay_home.py",
    ),
)
