"""The crash guard: report an unexpected error by its type and frames, never by its text.

Exception texts hold values (KeyError, int(), YAML and JSON parsers quote their input), and so do locals,
source lines and chained exceptions. Only the sentence of a ClusterError is our own, and is shown.
"""

from __future__ import annotations

import logging
import sys
import threading
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.model.errors import ClusterError

# Not for --help: the guard is installed before the command line is parsed.
if TYPE_CHECKING:
    import asyncio


MOST_FRAMES: Final = 30
MOST_REPORTS: Final = 20
_CHAIN: Final = 5
_ADVICE: Final = "Its message is hidden: it could contain a value."


def describe(error: BaseException) -> str:
    """An unexpected error as lines of text: its type, its frames, the types that came before it."""
    try:
        return "\n".join([*_heading(error), *_frames(error.__traceback__), *_earlier(error)])
    except Exception:
        # Any attribute of a foreign exception class can raise anything.
        return "Internal error of an unknown kind."


def place_of(error: BaseException) -> str:
    """Type and place of an error in one line: "IndexError at tui/ui/app/shown_cells.py:107"."""
    try:
        while isinstance(carried := getattr(error, "error", None), BaseException):
            error = carried
        frames = [frame.strip().partition(",")[0] for frame in _frames(error.__traceback__)]
        ours = [frame for frame in frames if frame.startswith("tui/")] or frames
        return " at ".join([_name(error), *ours[-1:]])
    except Exception:
        return "an error of an unknown kind"


def _heading(error: BaseException) -> list[str]:
    if isinstance(error, ClusterError):
        from tui.model.text.printable import printable

        return [f"Internal error: {_name(error)} was not handled.", printable(error.sentence)]
    return [f"Internal error: {_name(error)}. {_ADVICE}"]


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _frames(traceback: types.TracebackType | None) -> list[str]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        frames.append(f"  {_short(code.co_filename)}:{traceback.tb_lineno}, in {code.co_name}")
        traceback = traceback.tb_next
    return frames[-MOST_FRAMES:]


def _short(file: str) -> str:
    """A source file as it would be imported: "tui/ui/app/app.py", wherever the package lies."""
    roots = [root for root in sys.path if root and file.startswith(root.rstrip("/") + "/")]
    return Path(file).relative_to(max(roots, key=len)).as_posix() if roots else file


def _earlier(error: BaseException) -> list[str]:
    """Types and last frames of chained and grouped exceptions."""
    lines: list[str] = []
    seen = {id(error)}
    waiting = _parents(error)
    while waiting and len(lines) < _CHAIN:
        parent = waiting.pop(0)
        if id(parent) in seen:
            continue
        seen.add(id(parent))
        place = "".join(_frames(parent.__traceback__)[-1:])
        lines.append(f"  before it: {_name(parent)}" + (f" at {place.strip()}" if place else ""))
        waiting += _parents(parent)
    return lines


def _parents(error: BaseException) -> list[BaseException]:
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    # Textual's WorkerFailed carries the worker's own error so.
    carried = getattr(error, "error", None)
    near = (error.__cause__, error.__context__, carried, *inner)
    return [parent for parent in near if isinstance(parent, BaseException)]


_held: list[str] | None = None
"""Reports that wait; None if each is written at once."""


@contextmanager
def held() -> Iterator[None]:
    """Hold back reports, because a screen is drawn on stderr."""
    global _held
    _held = []
    try:
        yield
    finally:
        waiting, _held = _held or [], None
        for text in waiting:
            _write(text)


def report(error: BaseException) -> None:
    text = describe(error)
    if _held is None:
        _write(text)
    elif len(_held) < MOST_REPORTS:
        _held.append(text)


def _write(text: str) -> None:
    try:
        if (stream := sys.__stderr__) is not None:
            stream.write(f"secret-tui: {text}\n")
            stream.flush()
    except (OSError, ValueError):
        # Nobody is left to be told.
        return


def install() -> None:
    """Take over every place where Python would print an exception's text, and silence logging."""
    sys.excepthook = _on_uncaught
    sys.unraisablehook = _on_unraisable
    threading.excepthook = _on_thread
    _silence_logging()


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Take over the loop's reports of failed tasks and callbacks."""
    loop.set_exception_handler(_on_loop)


def _silence_logging() -> None:
    root = logging.getLogger()
    if not root.handlers:
        # With a handler there, a library's logging.error() does not add one that writes to stderr.
        root.addHandler(logging.NullHandler())
    logging.lastResort = None
    # A handler that fails would print the message it failed at.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    warnings.simplefilter("ignore")
    asyncio_logger = logging.getLogger("asyncio")
    asyncio_logger.propagate = False
    asyncio_logger.handlers[:] = [logging.NullHandler()]


def _on_uncaught(
    kind: type[BaseException], error: BaseException, traceback: types.TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    report(error.with_traceback(traceback))


def _on_unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    # An interrupt comes here while Python waits for its last threads at the end.
    if unraisable.exc_value is not None and not isinstance(unraisable.exc_value, KeyboardInterrupt):
        report(unraisable.exc_value)


def _on_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        report(args.exc_value)


def _on_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        report(error)
    # Without an exception there is only a message, and that holds the repr of arguments.
