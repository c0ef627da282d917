"""Promises 1 and 5: bytes are kept exactly; no unseen change is overwritten, no edit is lost."""

from __future__ import annotations

from typing import Any, Final

from tests.controls.control import Control
from tui.cluster.api.bodies import patch_body
from tui.model.draft.draft import Draft
from tui.model.draft.editor_text import exact_bytes


def _removes_labels(original: Any) -> Any:
    def body(version: str, changes: Any) -> Any:
        sent = original(version, changes)
        return sent | {"metadata": sent["metadata"] | {"labels": None}}

    return body


def _keeps_mine(original: Any) -> Any:
    def rebase(draft: Draft, newer: Any) -> Any:
        for collision in original(draft, newer).collisions:
            draft = draft.resolve(collision.key, newer, "mine")
        return original(draft, newer)

    return rebase


CONTROLS: Final = (
    Control(
        1,
        "the editor adds a line break",
        exact_bytes,
        lambda original: lambda *args: original(*args) + b"\n",
        "tests/model/test_editor_text.py",
    ),
    Control(
        1,
        "a write removes labels that nobody edited",
        patch_body,
        _removes_labels,
        "tests/promises/test_untouched_keys.py",
    ),
    Control(
        5,
        "a write carries no resourceVersion",
        patch_body,
        lambda original: lambda version, changes: {"data": original(version, changes)["data"]},
        "tests/session/test_conflicts.py::test_an_unseen_change_of_the_same_key_is_not_overwritten",
    ),
    Control(
        5,
        "a key that both sides changed is overwritten without a question",
        Draft.rebase,
        _keeps_mine,
        "tests/model/test_rebase.py",
    ),
    Control(
        5,
        "what is undone while it is written is forgotten",
        Draft.after,
        lambda original: lambda draft, sent: draft,
        "tests/session/test_no_edit_vanishes.py",
    ),
)
