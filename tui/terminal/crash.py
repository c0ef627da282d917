"""The crash guard reports an unexpected error by type and frames, without the text of the error.

An exception's text can contain a value: KeyError, int(), and the parsers of YAML and JSON quote their input.
Locals and source lines can contain values too, so the report omits them. It names each chained exception only
by type and innermost frame. The sentence of a ClusterError contains no value, so the report quotes it.
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

# Imported for type checkers only: --help also installs this crash guard, and should start fast.
if TYPE_CHECKING:
    import asyncio


MOST_FRAMES: Final = 30
MOST_REPORTS: Final = 20
_MOST_EARLIER: Final = 5
_ADVICE: Final = "The error's message is hidden, because it could contain a value."


def describe(error: BaseException) -> str:
    try:
        return "\n".join([*_heading(error), *_frames(error.__traceback__), *_earlier(error)])
    except Exception:
        # A library can define exceptions whose properties raise any error.
        return "Internal error of an unknown kind."


def place_of(error: BaseException) -> str:
    """Type of an error and its innermost frame in tui/, such as "IndexError at tui/ui/app/app.py:107".

    If no frame is in tui/, take the innermost of all frames. For an error that wraps another error in the
    attribute `error`, describe the inner error.
    """
    try:
        while isinstance(inner := getattr(error, "error", None), BaseException):
            error = inner
        frames = [frame.strip().partition(",")[0] for frame in _frames(error.__traceback__)]
        own_frames = [frame for frame in frames if frame.startswith("tui/")] or frames
        return " at ".join([_name(error), *own_frames[-1:]])
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
    roots = [root for root in sys.path if root and file.startswith(root.rstrip("/") + "/")]
    return Path(file).relative_to(max(roots, key=len)).as_posix() if roots else file


def _earlier(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen = {id(error)}
    waiting = _parents(error)
    while waiting and len(lines) < _MOST_EARLIER:
        parent = waiting.pop(0)
        if id(parent) in seen:
            continue
        seen.add(id(parent))
        place = "".join(_frames(parent.__traceback__)[-1:])
        lines.append(f"  earlier error: {_name(parent)}" + (f" at {place.strip()}" if place else ""))
        waiting += _parents(parent)
    return lines


def _parents(error: BaseException) -> list[BaseException]:
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    # Textual's WorkerFailed holds the worker's error in `error`.
    worker_error = getattr(error, "error", None)
    candidates = (error.__cause__, error.__context__, worker_error, *inner)
    return [parent for parent in candidates if isinstance(parent, BaseException)]


_held: list[str] | None = None
"""Collected reports, which `held` writes after the screen has ended; None outside of `held`."""


@contextmanager
def held() -> Iterator[None]:
    """Collect reports while a screen is drawn on stderr, and write them when the screen has ended."""
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
        return


def install() -> None:
    """Silence logging, and replace Python's hooks for errors.

    Python's own hooks would print the text of an exception.
    """
    sys.excepthook = _on_uncaught
    sys.unraisablehook = _on_unraisable
    threading.excepthook = _on_thread
    _silence_logging()


def watch(loop: asyncio.AbstractEventLoop) -> None:
    loop.set_exception_handler(_on_loop)


def _silence_logging() -> None:
    root = logging.getLogger()
    if not root.handlers:
        # Without a handler, logging.error() in a library would add a handler that writes to stderr.
        root.addHandler(logging.NullHandler())
    logging.lastResort = None
    # With the default True, a handler that fails would print the log message to stderr.
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
    # Python waits for the last threads when it ends. For a ctrl+c during this wait, Python calls this hook.
    if unraisable.exc_value is not None and not isinstance(unraisable.exc_value, KeyboardInterrupt):
        report(unraisable.exc_value)


def _on_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
        report(args.exc_value)


def _on_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    if isinstance(error, BaseException):
        report(error)
    # A context without an exception is not reported, because its message contains the repr of arguments.
