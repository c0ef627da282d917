"""Read values from files at typed paths, and save a value to a private file."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Final

from msgspec import Struct

from tui.model.secret.validation import MAX_DATA, key_problem
from tui.model.secret.value import Value, size_text
from tui.process.files import read_open

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISLNK, "a link"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class FileProblem(Exception):
    """Failure to find, read or save a file. The message is a sentence for the user."""


class PathFiles(Struct, frozen=True):
    """Files at a path: one file, or the files in a folder."""

    folder: Path
    sizes: Mapping[str, int]
    """Size in bytes of each file, by file name."""
    left_out: tuple[str, ...] = ()
    """Skipped entries, such as "logs is a folder"."""
    is_folder: bool = False


class SavePath(Struct, frozen=True):
    path: Path
    size: int | None
    """Size in bytes of the existing file at `path`; None if there is no file yet."""
    is_open: bool
    """True if users other than root and this user can write to the folder of `path`."""


def find(text: str) -> PathFiles:
    """Find the file at a typed path, or the files in the folder at this path. Raises FileProblem."""
    path = _path(text)
    try:
        if path.is_dir():
            return _in_folder(path)
        return PathFiles(path.parent, {path.name: _size(path)})
    except OSError as error:
        raise _problem(path, error) from None


def find_file(text: str) -> tuple[str, int]:
    """Name and size in bytes of the file at a typed path. Raises FileProblem, also for a folder."""
    path = _path(text)
    try:
        return path.name, _size(path)
    except OSError as error:
        raise _problem(path, error) from None


def read(text: str) -> dict[str, Value]:
    """Read the file at a typed path, or each file in the folder at this path. Raises FileProblem.

    Return a dict: keys are file names, values are the contents of the files.
    """
    files = find(text)
    values: dict[str, Value] = {}
    for name in files.sizes:
        path = files.folder / name
        try:
            values[name] = _read_file(path)
        except OSError as error:
            raise _problem(path, error) from None
        _check_sum(files.folder, sum(value.size for value in values.values()))
    return values


def read_file(text: str, most: int = MAX_DATA) -> Value:
    """Read the file at a typed path. Raises FileProblem, also for a folder or for more than `most` bytes."""
    path = _path(text)
    try:
        return _read_file(path, most)
    except OSError as error:
        raise _problem(path, error) from None


def read_stdin(most: int) -> Value:
    """Read stdin, then connect stdin to the terminal.

    Raises FileProblem, also if stdin is the terminal or has more than `most` bytes.
    """
    try:
        if os.isatty(0):
            raise FileProblem("stdin is the terminal; pipe a manifest to stdin.")
        os.set_blocking(0, True)  # another process may have made stdin non-blocking
        data = read_open(0, most)
    except OSError as error:
        raise _problem(Path("stdin"), error) from None
    if len(data) > most:
        raise FileProblem(f"stdin has over {size_text(most)}; the limit is {most >> 20} MiB.")
    # If the terminal is missing, the function `here` of tui/terminal/checks.py reports that later.
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
        os.dup2(terminal, 0)
        os.close(terminal)
    return Value(data)


def _in_folder(path: Path) -> PathFiles:
    sizes: dict[str, int] = {}
    left_out = []
    for file in sorted(path.iterdir()):
        status = file.lstat()
        if kind := _kind(status.st_mode):
            left_out.append(f"{file.name} is {kind}")
        elif problem := key_problem(file.name):
            raise FileProblem(f"{file.name} cannot be a key: {problem}")
        else:
            sizes[file.name] = status.st_size
    _check_sum(path, sum(sizes.values()))
    if not sizes:
        raise FileProblem(f"{path} has no files.")
    return PathFiles(path, sizes, tuple(left_out), is_folder=True)


def _check_sum(path: Path, size: int) -> None:
    if size > MAX_DATA:
        raise FileProblem(f"{path} has over {size_text(size)}; a Secret holds at most 1 MiB.")


def _size(path: Path, most: int = MAX_DATA) -> int:
    status = path.stat()
    if kind := _kind(status.st_mode):
        raise FileProblem(f"{path} is {kind}, not a file.")
    _check_size(path, status.st_size, most)
    return status.st_size


def _check_size(path: Path, size: int, most: int) -> None:
    if size > most:
        largest = f"{most >> 20} MiB" if most >> 20 else f"{most >> 10} KiB"
        limit = "a Secret holds at most 1 MiB" if most == MAX_DATA else f"the limit is {largest}"
        raise FileProblem(f"{path} has {size_text(size)}; {limit}.")


def _read_file(path: Path, most: int = MAX_DATA) -> Value:
    _size(path, most)  # checked before opening, because opening a device can have effects
    # Without O_NONBLOCK, opening a pipe that replaced the file would wait for a writer.
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if kind := _kind(os.fstat(file).st_mode):
            raise FileProblem(f"{path} is {kind}, not a file.")
        data = read_open(file, most)
    finally:
        os.close(file)
    _check_size(path, len(data), most)
    return Value(data)


def save_path(text: str, name: str) -> SavePath:
    """Find the path to save a value at; if `text` is a folder, add the file name `name`.

    Raises FileProblem for a missing folder, a path through a link, and an existing file that is not regular
    or belongs to another user.
    """
    path = _path(text).absolute()
    try:
        if path.is_dir():
            path /= name
    except OSError as error:
        raise _problem(path, error) from None
    folder = _folder_to_save_in(path)
    is_open = bool(folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) or folder.st_uid not in (0, os.getuid())
    return SavePath(path, _size_to_replace(path), is_open)


def _folder_to_save_in(path: Path) -> os.stat_result:
    folder = path.parent
    try:
        status, real = folder.stat(), folder.resolve()
    except OSError as error:
        raise _problem(folder, error) from None
    if real != Path(os.path.normpath(folder)):
        raise FileProblem(f"{folder} leads through a link. Type {real / path.name}")
    return status


def _size_to_replace(path: Path) -> int | None:
    """Size in bytes of the existing file at `path`; None if `path` does not exist.

    Raises FileProblem if the file must not be replaced.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _problem(path, error) from None
    if kind := _kind(status.st_mode):
        raise FileProblem(f"{path} is {kind}; type the path of a file.")
    if status.st_uid != os.geteuid():
        raise FileProblem(f"{path} belongs to another user and is not replaced.")
    return status.st_size


def save(path: Path, data: bytes, *, replaces: bool) -> None:
    """Save to a file that only this user can read. Raises FileProblem.

    `replaces`: True to replace an existing file, False to raise FileProblem for it. After an error, the
    existing file is unchanged.
    """
    _folder_to_save_in(path)  # other users may have changed the folder since `save_path`
    if replaces:
        _size_to_replace(path)
    name = path.with_name(f".{secrets.token_hex(8)}") if replaces else path
    try:
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _problem(path, error) from None
    try:
        with os.fdopen(file, "wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        if replaces:
            name.replace(path)
    except OSError as error:
        name.unlink(missing_ok=True)
        raise _problem(path, error) from None


def complete(text: str) -> tuple[str, list[str]]:
    """Complete the last part of a typed path, as a shell does.

    Return the completed path, and the names of files and folders that begin with the last part. The last
    part becomes the longest common prefix of these names. If no name begins with the last part, the path is
    unchanged.
    """
    folder, slash, prefix = text.rpartition("/")
    try:
        names = sorted(
            f"{entry.name}/" if entry.is_dir() else entry.name
            for entry in (_path(folder + slash) if slash else Path()).iterdir()
            if entry.name.startswith(prefix) and (prefix or not entry.name.startswith("."))
        )
    except (OSError, FileProblem):
        names = []
    if not names:
        return text, []
    common = takewhile(lambda pair: pair[0] == pair[1], zip(names[0], names[-1], strict=False))
    return folder + slash + "".join(char for char, _ in common), names


def _path(text: str) -> Path:
    if "\0" in text or not text.strip():
        raise FileProblem("Type the path of a file.")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise FileProblem(f"{text}: there is no such user.") from None


def _kind(mode: int) -> str:
    return "" if stat.S_ISREG(mode) else next((words for test, words in _KINDS if test(mode)), "special")


def _problem(path: Path, error: OSError) -> FileProblem:
    if isinstance(error, FileNotFoundError):
        return FileProblem(f"{path} does not exist.")
    if isinstance(error, BlockingIOError):
        return FileProblem(f"{path} cannot be read to the end: more data may follow.")
    return FileProblem(f"{path}: {error.strerror or type(error).__name__}.")
