"""Breaks each promise once and expects its tests to fail: `python -m tests.controls [WORD...]`.

A test that passes without the promise guards nothing. Each control replaces one thing, in a pytest of its
own; this module is also the plugin that does it there, before anything of the program is imported.
"""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
CHOSEN: Final = "CONTROL_OF_TESTS"
"""Names, in the environment of the inner pytest, the control that it applies."""


@dataclass(frozen=True, slots=True)
class Control:
    """One promise broken in one way."""

    promise: int
    """Its number in the design."""
    breaks: str
    """What is wrong then, as a name and as a sentence."""
    target: str
    """What is replaced: "module:attribute" or "module:Class.method"."""
    by: Callable[[Any], Any]
    """Makes the replacement from what was there."""
    tests: tuple[str, ...]
    """Where it must be noticed: each of these must fail."""


def _adds_a_line_break(real: Any) -> Any:
    return lambda *args: real(*args) + b"\n"


def _touches_labels(real: Any) -> Any:
    def body(version: str, changes: Any) -> Any:
        sent = real(version, changes)
        return sent | {"metadata": sent["metadata"] | {"labels": None}}

    return body


def _forgets_the_version(real: Any) -> Any:
    return lambda version, changes: {"data": real(version, changes)["data"]}


def _overwrites(real: Any) -> Any:
    def rebase(self: Any, newer: Any) -> Any:
        found = real(self, newer)
        draft = self
        for collision in found.collisions:
            draft = draft.resolve(collision.key, newer, "mine")
        return real(draft, newer)

    return rebase


def _rehearses_in_earnest(real: Any) -> Any:
    async def write(self: Any, *args: Any, dry_run: bool = False) -> Any:
        return await real(self, *args, dry_run=False)

    return write


def _does_nothing(real: Any) -> Any:
    return lambda *args, **options: None


def _takes_anything(real: Any) -> Any:
    def tighten(settings: Any, name: str, is_on: bool, origin: str) -> Any:
        from dataclasses import replace

        return replace(settings, **{name: is_on}, origins={**settings.origins, name: origin})

    return tighten


def _comes_back_at_once(real: Any) -> Any:
    async def empty(self: Any) -> bool:
        return False

    return empty


CONTROLS: Final = (
    Control(
        1,
        "the editor adds a line break",
        "tui.model.editing:exact_bytes",
        _adds_a_line_break,
        ("tests/model/test_editing.py", "tests/widgets/test_value_editor.py"),
    ),
    Control(
        1,
        "a write touches what nobody edited",
        "tui.cluster.writing:patch_body",
        _touches_labels,
        ("tests/promises/test_untouched.py",),
    ),
    Control(
        3,
        "a value shows itself",
        "tui.model.value:Value.__repr__",
        lambda real: lambda self: self.reveal().decode("utf-8", "replace"),
        ("tests/model/test_value.py",),
    ),
    Control(
        3,
        "a crash says its words",
        "tui.terminal.crash:_heading",
        lambda real: lambda error: [f"Internal error: {error!r}"],
        ("tests/terminal/test_crash.py", "tests/test_leaks.py::test_the_program_itself_shows_no_value"),
    ),
    Control(
        3,
        "Textual keeps its own variables",
        "tui.cli:scrub",
        _does_nothing,
        ("tests/test_cli.py::test_scrubbing_keeps_four_and_what_is_not_textuals",),
    ),
    Control(
        4,
        "foreign text is drawn as it is",
        "tui.model.printable:printable",
        lambda real: lambda text: text,
        ("tests/model/test_printable.py",),
    ),
    Control(
        5,
        "a write carries no version",
        "tui.cluster.writing:patch_body",
        _forgets_the_version,
        ("tests/contract/test_writing.py", "tests/live/test_writes.py"),
    ),
    Control(
        5,
        "a collision is decided unasked",
        "tui.model.draft:Draft.rebase",
        _overwrites,
        ("tests/model/test_rebase.py",),
    ),
    Control(
        6,
        "a lost answer counts as not written",
        "tui.live.sending:_LOST",
        lambda real: (),
        ("tests/live/test_unknown.py",),
    ),
    Control(
        7,
        "the dry run writes",
        "tui.cluster.cluster:Cluster.write",
        _rehearses_in_earnest,
        ("tests/contract/test_writing.py", "tests/live/test_writes.py"),
    ),
    Control(
        8,
        "the gate is open",
        "tui.cluster.gate:Gate.check",
        _does_nothing,
        ("tests/cluster/test_gate.py", "tests/live/test_writes.py"),
    ),
    Control(
        8,
        "a later source loosens",
        "tui.config:_tighten",
        _takes_anything,
        ("tests/test_config.py",),
    ),
    Control(
        14,
        "the clipboard keeps what was copied",
        "tui.terminal.clipboard:Clipboard.empty",
        _comes_back_at_once,
        ("tests/terminal/test_clipboard.py",),
    ),
)


def apply(control: Control) -> None:
    """Replace the target, and its name in every module of ours that has taken it over already."""
    module_name, _, path = control.target.partition(":")
    owner_path, _, name = path.rpartition(".")
    module = importlib.import_module(module_name)
    owner = reduce(getattr, owner_path.split(".") if owner_path else (), module)
    real = getattr(owner, name)
    broken = control.by(real)
    setattr(owner, name, broken)
    for other in [other for other_name, other in sys.modules.items() if other_name.startswith("tui.")]:
        if other.__dict__.get(name) is real:
            setattr(other, name, broken)


if CHOSEN in os.environ:
    apply(next(control for control in CONTROLS if control.breaks == os.environ[CHOSEN]))


def is_noticed(control: Control, tests: str) -> bool:
    """Does a test there fail with the promise broken?"""
    command = [sys.executable, "-m", "pytest", "-p", "tests.controls", "-x", "-m", "not real", tests]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, CHOSEN: control.breaks},
        capture_output=True,
        text=True,
        check=False,
    )
    # Not collecting, or collecting nothing, is no failing test.
    return done.returncode == 1 and re.search(r"\d+ failed", done.stdout) is not None


def main(words: list[str]) -> int:
    """Run those controls whose sentence holds one of the words, or all; 1 if one goes unnoticed."""
    chosen = [control for control in CONTROLS if not words or any(word in control.breaks for word in words)]
    unnoticed = 0
    for control in chosen:
        missed = [tests for tests in control.tests if not is_noticed(control, tests)]
        said = f"NOT noticed by {', '.join(missed)}" if missed else "noticed"
        sys.stdout.write(f"promise {control.promise}: {control.breaks}: {said}\n")
        sys.stdout.flush()
        unnoticed += bool(missed)
    sys.stdout.write(f"{len(chosen) - unnoticed} passed, {unnoticed} failed\n")
    return 1 if unnoticed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
