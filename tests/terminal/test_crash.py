"""The crash guard: what it reports of an error, when, and what it relies on in Textual."""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import re
import subprocess
import sys
import textwrap

import pytest
from textual.app import App

from tests.value_search import MARKER, traces
from tui.model.errors import Throttled
from tui.terminal import crash
from tui.terminal.crash import describe, place_of
from tui.ui.textual_fixes.crash_guard import CrashGuard


def failed(error: BaseException) -> BaseException:
    """Raise the error and return it with its traceback."""
    try:
        raise error
    except BaseException as caught:
        return caught


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "__stderr__", stream)
    return stream


def test_a_report_has_the_errors_type_and_frames_and_not_its_message() -> None:
    report = describe(failed(ValueError(MARKER)))
    assert report.splitlines()[0].startswith("Internal error: ValueError.")
    assert "  tests/terminal/test_crash.py:" in report
    assert ", in failed" in report
    assert traces(report.encode()) == []


def test_a_report_of_the_programs_own_error_has_its_sentence() -> None:
    assert "The server is limiting requests (HTTP 429)." in describe(failed(Throttled(3)))


def test_an_escape_in_an_errors_sentence_is_made_printable() -> None:
    error = Throttled(3)
    error.sentence = "busy \x1b[2J"
    assert "\x1b" not in describe(failed(error))


def test_an_earlier_error_is_reported_by_its_type_and_place() -> None:
    error = RuntimeError("outer")
    error.__cause__ = failed(KeyError(MARKER))
    report = describe(failed(error))
    assert "earlier error: KeyError at tests/terminal/test_crash.py:" in report
    assert traces(report.encode()) == []


def test_an_exception_group_is_reported_by_the_types_of_its_errors() -> None:
    report = describe(failed(ExceptionGroup(MARKER, [KeyError(MARKER), OSError(MARKER)])))
    assert "KeyError" in report and "OSError" in report
    assert traces(report.encode()) == []


class Carrier(Exception):
    def __init__(self, error: BaseException) -> None:
        self.error = error


def test_a_report_in_one_line_has_the_errors_type_and_the_programs_last_frame() -> None:
    from tui.model.text.counts import counted

    try:
        counted(MARKER, MARKER)  # type: ignore[arg-type]
    except Exception as error:
        report = place_of(Carrier(error))
    assert re.fullmatch(r"\w+Error at tui/model/text/counts\.py:\d+", report)
    assert traces(report.encode()) == []
    assert place_of(failed(KeyError(MARKER))).startswith("KeyError at tests/terminal/test_crash.py:")
    assert place_of(KeyError(MARKER)) == "KeyError"
    assert place_of(Spiteful()) == "an error of an unknown kind"


class Spiteful(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError

    __repr__ = __str__

    @property
    def error(self) -> BaseException:
        raise ZeroDivisionError(MARKER)


def test_an_error_whose_text_cannot_be_read_is_still_reported() -> None:
    report = describe(failed(Spiteful()))
    assert report.startswith("Internal error")
    assert traces(report.encode()) == []


def test_reports_wait_while_a_screen_is_drawn_and_are_limited_in_number(stderr: io.StringIO) -> None:
    with crash.held():
        for _ in range(crash.MOST_REPORTS + 3):
            crash._on_uncaught(ValueError, ValueError(MARKER), None)
        assert stderr.getvalue() == ""
    assert stderr.getvalue().count("ValueError") == crash.MOST_REPORTS
    assert traces(stderr.getvalue().encode()) == []


def test_a_closed_stderr_causes_no_second_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "__stderr__", stream)
        crash._on_uncaught(ValueError, ValueError(MARKER), None)


def test_an_interrupt_is_no_crash(stderr: io.StringIO) -> None:
    crash._on_uncaught(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert stderr.getvalue() == ""


def test_an_interrupt_while_the_last_threads_end_is_no_crash() -> None:
    """Python reports an interrupt of its wait for the last threads as an error that no code can catch."""
    code = """
import os, signal, threading
from tui.terminal import crash

def interrupt():
    threading.main_thread().join()
    os.kill(os.getpid(), signal.SIGINT)

crash.install()
threading.Thread(target=interrupt).start()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")


async def test_an_error_in_a_task_is_reported_without_its_message(stderr: io.StringIO) -> None:
    async def fail() -> None:
        raise ValueError(MARKER)

    loop = asyncio.get_running_loop()
    crash.watch(loop)
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    loop.call_exception_handler({"message": f"closed {MARKER}", "handle": MARKER})
    loop.set_exception_handler(None)
    assert stderr.getvalue().startswith("secret-tui: Internal error: ValueError.")
    assert traces(stderr.getvalue().encode()) == []


def calls_in(function: object) -> set[str]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))  # type: ignore[arg-type]
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_textual_still_has_what_the_guard_relies_on() -> None:
    assert {"_fatal_error", "panic", "_exception"} <= calls_in(App._handle_exception)
    assert "_exception" in vars(App())
    own = {name for name in vars(CrashGuard) if not name.startswith("__")}
    assert own & set(dir(App)) == {"_fatal_error", "panic"}
