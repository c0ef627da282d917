"""Promises 2 and 3: a value is fetched only when asked for, and goes only where a person sends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from tests.controls.control import Control, does_nothing
from tui.cluster.client import Cluster
from tui.model.secret.value import Value
from tui.process.hardening import deny
from tui.session.open_secret import SecretLoader
from tui.terminal import external_editor
from tui.terminal.crash import describe
from tui.ui.app.auto_hide import AutoHide
from tui.ui.command_types import refusal


def _fetches_the_first(original: Any) -> Any:
    async def pages(cluster: Cluster, resource: Any, namespace: str | None) -> Any:
        async for page in original(cluster, resource, namespace):
            if resource.name == "secrets" and page.rows:
                await cluster.open(page.rows[0].ref)
            yield page

    return pages


CONTROLS: Final = (
    Control(
        3,
        "the file of an external editor lies on a disk",
        external_editor.tmpfs_folder,
        lambda original: lambda env: Path(env["HOME"]),
        "tests/terminal/test_external_editor.py::test_the_edited_file_is_never_put_on_a_disk",
    ),
    Control(
        3,
        "the file of an external editor stays when that ended",
        external_editor.EditorRun.end,
        does_nothing,
        "tests/terminal/test_external_editor.py::test_only_this_user_can_read_the_edited_file_and_all_of_it_is_removed",
    ),
    Control(
        2,
        "a value is fetched before its Secret is opened",
        Cluster.pages,
        _fetches_the_first,
        "tests/session/test_open_secret.py::test_a_value_is_fetched_by_open_and_by_nothing_else",
    ),
    Control(
        2,
        "values are kept after their Secret is left",
        SecretLoader.leave,
        does_nothing,
        "tests/session/test_open_secret.py::test_values_are_dropped_when_their_secret_is_left",
    ),
    Control(
        3,
        "a value's repr shows it",
        Value.__repr__,
        lambda original: lambda value: value.reveal().decode("utf-8", "replace"),
        "tests/model/test_value.py",
    ),
    Control(3, "--no-reveal reveals", refusal, does_nothing, "tests/promises/test_no_reveal.py"),
    Control(
        3,
        "values stay on screen after the focus is lost",
        AutoHide.hide_shown,
        does_nothing,
        "tests/promises/test_auto_hide.py::test_shown_values_are_hidden_soon_after_the_focus_is_lost",
    ),
    Control(
        3,
        "other processes of the same user may read the memory",
        deny,
        does_nothing,
        "tests/terminal/test_process_hardening.py::test_another_process_of_this_user_sees_nothing_of_the_program",
    ),
    Control(
        3,
        "a crash is told with the error's own words",
        describe,
        lambda original: lambda error: f"{original(error)} {error}",
        "tests/terminal/test_crash.py::test_an_error_in_a_task_is_reported_without_its_message",
    ),
)
