"""Edit a text in $VISUAL or $EDITOR, in a memory folder (tmpfs) that is removed afterwards.

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
"""Maximum size of an edited text in bytes. The largest Secret fits, even with every byte escaped."""
_GRACE: Final = 2.0
"""Seconds from SIGTERM to SIGKILL, and maximum seconds to wait for the editor's end after SIGKILL."""
_USUAL: Final = ("vi", "nano")
_VIM: Final = (
    *("-n", "-i", "NONE", "--cmd", "set nomodeline"),
    # vim runs the command of -c after the vimrc, so the command overrides the vimrc. With nofixendofline,
    # vim adds no final line break.
    *("-c", "set nobackup nowritebackup noundofile noswapfile nofixendofline"),
)
_EMACS: Final = "(setq make-backup-files nil auto-save-default nil create-lockfiles nil)"
_TAMED: Final = (
    (re.compile(r"vi|vim([.-].*)?|view|nvim"), _VIM),
    # -R: write no backups, histories or other files, whatever the nanorc says. -L: add no final line break.
    # -N: keep the line ends. -w: do not wrap long lines.
    (re.compile(r"r?nano([.-].*)?"), ("-R", "-L", "-N", "-w")),
    (re.compile(r"emacs([.\d-].*)?"), ("-nw", "--eval", _EMACS)),
)
"""Program names (as patterns) and options of editors. The options prevent copies and unwanted line breaks."""


class EditorProblem(Exception):
    """Failure to edit a text. The message is a sentence for the user."""


class Editor(Struct, frozen=True):
    name: str
    command: tuple[str, ...]
    keeps_no_copies: bool
    """True if the editor leaves no swap, backup or undo files."""


def find(env: Mapping[str, str]) -> Editor:
    """Find the editor that $VISUAL or $EDITOR names; if neither is set, find vi or nano.

    Raises EditorProblem.
    """
    variable = next((name for name in ("VISUAL", "EDITOR") if env.get(name, "").strip()), None)
    if variable is None:
        words = next(([name] for name in _USUAL if _which(name, env)), [])
        if not words:
            raise EditorProblem("No editor found: set $VISUAL or $EDITOR.")
    else:
        try:
            words = shlex.split(env[variable])
        except ValueError:
            raise EditorProblem(
                f"${variable} is not a command: it has an open quote, or ends with a backslash."
            ) from None
    if words[0] == "sensible-editor":  # this script would read the same variables again
        words = ["editor"]
    if (path := _which(words[0], env)) is None:
        raise EditorProblem(f"${variable or 'EDITOR'} names {words[0]}, which is not installed.")
    real = Path(path).resolve().name  # links such as /usr/bin/editor and vi lead to the real editor
    options = next((options for names, options in _TAMED if names.fullmatch(real)), None)
    return Editor(Path(words[0]).name, (path, *words[1:], *(options or ())), options is not None)


def _which(name: str, env: Mapping[str, str]) -> str | None:
    return shutil.which(name, path=env.get("PATH"))


class EditorRun:
    """A text in an editor. Call `begin`, `run` and `read` in this order, and always `end`."""

    def __init__(self, editor: Editor, text: Value, name: str, line: int = 0) -> None:
        """`line`: line at which the editor opens, counted from 1; 0 if the editor chooses."""
        self._editor, self._text, self._name, self._line = editor, text, name, line
        self._folder: Path | None = None
        self._held: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._ended = threading.Event()

    def begin(self, env: Mapping[str, str]) -> None:
        """Write the text to a file in a new, locked memory folder.

        If this fails, remove the folder and raise EditorProblem.
        """
        folder = tmpfs_folder(env) / f"{_NAME}{secrets.token_hex(8)}"
        try:
            folder.mkdir(mode=0o700)
            self._folder = folder
            _open_edits.append(self)
            # the lock ends with this process; other runs of the program remove unlocked folders
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
        """Run the editor until it ends.

        Return its exit code, or the negative number of the signal that ended it.

        Raises EditorProblem. The editor inherits this process's RLIMIT_CORE of 0, so it leaves no core dump.
        """
        if (folder := self._folder) is None or self._ended.is_set():
            return -signal.SIGKILL  # `end` was called before `run`
        at = (f"+{self._line}",) if self._line and self._editor.keeps_no_copies else ()
        try:
            self._child = subprocess.Popen([*self._editor.command, *at, str(folder / self._name)])
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise EditorProblem(f"{self._editor.name} cannot be run: {why}.") from None
        if self._ended.is_set():  # `end` was called meanwhile, on another thread
            self._child.kill()
        self.interrupt()  # handle a signal that came before the editor ran
        return self._child.wait()

    def read(self) -> Value | None:
        """Read the edited file; None if it was deleted. Raises EditorProblem."""
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
        """End the editor if a SIGTERM is ending this program. The editor handles ctrl+c (SIGINT) itself."""
        if is_ending() and self._child is not None:
            self._child.terminate()
            timer = threading.Timer(_GRACE, self._child.kill)
            timer.daemon = True
            timer.start()

    def end(self) -> None:
        self._ended.set()  # set first, because `run` checks it
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
    """End all editors and remove their folders. Called in a signal handler."""
    for edit in list(_open_edits):
        edit.end()


def sweep(env: Mapping[str, str]) -> str:
    """Remove editor folders left by killed runs of the program.

    Return a sentence about the removal, or "" if nothing was removed.
    """
    swept = [folder for folder in leftover_folders(env) if _remove(folder)]
    if not swept:
        return ""
    return f"Removed editor files that a killed secret-tui left in {swept[0].parent}."


def leftover_folders(env: Mapping[str, str]) -> list[Path]:
    """Find all folders with editor files. Some may belong to editors that are still open."""
    return [folder for parent in _candidates(env) for folder in parent.glob(f"{_NAME}*")]


def _remove(folder: Path) -> bool:
    """Remove a folder if this user owns the folder and no process has locked it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)
    except OSError:  # another run of the program locks the folder, or the removal failed
        return False
    finally:
        os.close(descriptor)
    return True


def _candidates(env: Mapping[str, str]) -> Iterator[Path]:
    """Yield existing folders that are in memory on most hosts."""
    for name in (env.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):
        if Path(name).is_absolute() and Path(name).is_dir():
            yield Path(name)


def tmpfs_folder(env: Mapping[str, str]) -> Path:
    """Find a memory folder where other users cannot replace this user's files. Raises EditorProblem."""
    for folder in _candidates(env):
        status = folder.stat()
        is_safe = status.st_uid == os.geteuid() or status.st_mode & stat.S_ISVTX
        if is_safe and _is_in_memory(status.st_dev) and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise EditorProblem("No editor opened: this host has no memory folder (tmpfs) for the file.")


def _is_in_memory(device: int) -> bool:
    """True if /proc/self/mountinfo (proc(5)) lists the filesystem with this device number as tmpfs."""
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            mount, _, filesystem = line.partition(" - ")
            if mount.split()[2] == f"{os.major(device)}:{os.minor(device)}":
                return filesystem.split()[0] == "tmpfs"
    return False
