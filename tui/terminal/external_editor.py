"""Hand a text to $VISUAL or $EDITOR, in a folder in memory (tmpfs) that is removed on every way out.

Sources: vim `:help startup.txt`, nano(1), the Emacs manual ("Auto Save", "Backup", "File Locks").
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shlex
import shutil
import signal
import stat
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.model.secret.value import Value, size_text
from tui.terminal.signals import is_ending

_NAME: Final = "secret-tui-edit-"
MOST_EDITED_BYTES: Final = 16_000_000
"""Bytes that are taken back: the largest Secret, every byte of it written as an escape."""
_GRACE: Final = 2.0
"""Seconds in which an editor may end after SIGTERM."""
_USUAL: Final = ("vi", "nano")
"""Editors to try if neither variable is set."""
_VIM: Final = (
    *("-n", "-i", "NONE", "--cmd", "set nomodeline"),
    # After the vimrc, which may have set them; what has no final line break gets none.
    *("-c", "set nobackup nowritebackup noundofile noswapfile nofixendofline"),
)
_EMACS: Final = "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)"
_TAMED: Final = (
    (re.compile(r"vi|vim([.-].*)?|view|nvim"), _VIM),
    # Restricted: no backups, histories and other files, whatever the nanorc says. No line breaks of its own.
    (re.compile(r"r?nano([.-].*)?"), ("-R", "-L", "-N", "-w")),
    (re.compile(r"emacs([.\d-].*)?"), ("-nw", "--eval", _EMACS)),
)
"""The editors that are known to leave no copies with these options."""


class EditorProblem(Exception):
    """Reason, as a sentence, why no editor is opened or no text is taken."""


class Editor(Struct, frozen=True):
    """Command to run, and facts about the editor."""

    name: str
    """Name as a person knows it: "vim"."""
    command: tuple[str, ...]
    keeps_no_copies: bool
    """True if this editor, as it is started, is known to leave no swap, backup and undo files."""


def find(env: Mapping[str, str]) -> Editor:
    """Find the editor of $VISUAL, else of $EDITOR, else a usual one. Raises EditorProblem."""
    variable = next((name for name in ("VISUAL", "EDITOR") if env.get(name, "").strip()), None)
    if variable is None:
        words = next(([name] for name in _USUAL if _which(name, env)), [])
        if not words:
            raise EditorProblem("No editor found: set $VISUAL or $EDITOR.")
    else:
        try:
            words = shlex.split(env[variable])
        except ValueError:
            raise EditorProblem(f"${variable} is not a command: a quote in it has no end.") from None
    if words[0] == "sensible-editor":  # Debian's; it would choose by the same variables again
        words = ["editor"]
    if (path := _which(words[0], env)) is None:
        raise EditorProblem(f"${variable or 'EDITOR'} names {words[0]}, which is not installed.")
    real = Path(path).resolve().name  # /usr/bin/editor, and vi, are links to the editor that is meant
    options = next((options for names, options in _TAMED if names.fullmatch(real)), None)
    return Editor(Path(words[0]).name, (path, *words[1:], *(options or ())), options is not None)


def _which(name: str, env: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=env.get("PATH"))


class EditorRun:
    """A text in an editor. `begin`, `run` and `read`; `end` in any case."""

    def __init__(self, editor: Editor, text: Value, name: str, line: int = 0) -> None:
        """`name` is the file's; the cursor starts on `line`, counted from 1, where the editor is known."""
        self._editor, self._text, self._name, self._line = editor, text, name, line
        self._folder: Path | None = None
        self._held: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()

    def begin(self, env: Mapping[str, str]) -> None:
        """Write the file. Raises EditorProblem; nothing is left then."""
        folder = tmpfs_folder(env) / f"{_NAME}{secrets.token_hex(8)}"
        try:
            folder.mkdir(mode=0o700)
            self._folder = folder
            _open_edits.append(self)
            # Locked for as long as this process is there, so that another one knows whether to remove it.
            self._held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(folder / self._name, flags, 0o600), "wb") as file:
                file.write(self._text.reveal())
        except OSError as error:
            self.end()
            why = error.strerror or type(error).__name__
            raise EditorProblem(f"No editor opened: {folder.parent} cannot be used ({why}).") from None

    def run(self) -> int:
        """Run the editor on our terminal until it ends; returns its exit code, negative for a signal.

        Raises EditorProblem. The editor keeps our limits, so that it leaves no core dump either.
        """
        if (folder := self._folder) is None or self._ended.is_set():
            return -signal.SIGKILL  # ended before it began
        at = (f"+{self._line}",) if self._line and self._editor.keeps_no_copies else ()
        try:
            self._child = subprocess.Popen([*self._editor.command, *at, str(folder / self._name)])
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise EditorProblem(f"{self._editor.name} cannot be run: {why}.") from None
        if self._ended.is_set():  # while it began, in another thread
            self._child.kill()
        self.interrupt()  # by a signal that came before it ran
        return self._child.wait()

    def read(self) -> Value | None:
        """Read the file after the editor; None if it is gone. Raises EditorProblem."""
        assert self._folder is not None
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(self._folder / self._name, flags), "rb") as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode):
                    raise EditorProblem(f"Nothing taken: {self._editor.name} left no regular file.")
                data = file.read(MOST_EDITED_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise EditorProblem(f"Nothing taken: the file cannot be read ({why}).") from None
        if len(data) > MOST_EDITED_BYTES:
            raise EditorProblem(f"Nothing taken: the file is too large ({size_text(status.st_size)}).")
        return Value(data)

    def interrupt(self) -> None:
        """Handle a signal while the editor has the terminal: end it if the program is to end.

        ctrl+c is for the editor, which gets it from the terminal.
        """
        if is_ending() and self._child is not None:
            self._child.terminate()
            timer = threading.Timer(_GRACE, self._child.kill)
            timer.daemon = True
            timer.start()

    def end(self) -> None:
        """End the editor if it still runs, and remove the folder with its content."""
        self._ended.set()  # first: `run` looks for it
        if self._child is not None and self._child.poll() is None:
            self._child.kill()
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(_GRACE)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        held, self._held = self._held, None
        if held is not None:
            os.close(held)
        self._folder = None
        if self in _open_edits:
            _open_edits.remove(self)


_open_edits: Final[list[EditorRun]] = []


def abandon() -> None:
    """The terminal is gone: end editors that still run, and remove their folders, at once."""
    for editing in list(_open_edits):
        editing.end()


def sweep(env: Mapping[str, str]) -> str:
    """Remove what a killed run left; a sentence about it, "" if nothing was left."""
    swept = [folder for folder in leftover_folders(env) if _remove(folder)]
    if not swept:
        return ""
    return f"Removed the file of an editor that a killed run of secret-tui left in {swept[0].parent}."


def leftover_folders(env: Mapping[str, str]) -> list[Path]:
    """Folders of texts that are in an editor, or were when their program was killed."""
    return [folder for parent in _candidates(env) for folder in parent.glob(f"{_NAME}*")]


def _remove(folder: Path) -> bool:
    """Remove a folder of this user whose process is gone; true if it was one."""
    try:
        held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if os.fstat(held).st_uid != os.geteuid():
            return False
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except OSError:  # locked: its editor is open
        return False
    finally:
        os.close(held)
    return True


def _candidates(env: Mapping[str, str]) -> Iterator[Path]:
    """Folders that usually are in memory."""
    for name in (env.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):
        if Path(name).is_absolute() and Path(name).is_dir():
            yield Path(name)


def tmpfs_folder(env: Mapping[str, str]) -> Path:
    """Find a folder in memory in which other users cannot replace ours. Raises EditorProblem."""
    for folder in _candidates(env):
        status = folder.stat()
        is_safe = status.st_uid == os.geteuid() or status.st_mode & stat.S_ISVTX
        if is_safe and _is_in_memory(status.st_dev) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise EditorProblem("No editor opened: this host has no folder in memory (tmpfs) for its file.")


def _is_in_memory(device: int) -> bool:
    """True if this device, a folder's `st_dev`, is a tmpfs according to /proc/self/mountinfo (proc(5))."""
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            mount, _, more = line.partition(" - ")
            if mount.split()[2] == f"{os.major(device)}:{os.minor(device)}":
                return more.split()[0] == "tmpfs"
    return False
