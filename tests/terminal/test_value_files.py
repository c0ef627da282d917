"""Values read from files and saved to them: any bytes, private, nothing lost."""

from __future__ import annotations

import errno
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model.secret.validation import MAX_DATA
from tui.terminal.value_files import FileProblem, complete, find, read, read_file, save, save_path

BYTES = b"made up \x00\xff\r\n"


@given(st.binary(max_size=300))
def test_any_bytes_are_the_same_after_saving_and_reading(data: bytes) -> None:
    path = Path(os.environ["TMPDIR"]) / "value"
    try:
        save(path, data, replaces=False)
        assert read(str(path))["value"].reveal() == data
    finally:
        path.unlink()


def test_a_saved_file_is_for_this_user_only_and_replaced_only_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "value"
    save(path, BYTES, replaces=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileProblem, match="File exists"):
        save(path, b"other", replaces=False)
    assert path.read_bytes() == BYTES
    path.chmod(0o644)
    save(path, b"other", replaces=True)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"other", 0o600)
    assert [file.name for file in tmp_path.iterdir()] == ["value"]


@pytest.mark.parametrize("replaces", [False, True])
def test_a_full_disk_leaves_the_saved_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaces: bool
) -> None:
    path = tmp_path / "value"
    if replaces:
        path.write_bytes(BYTES)

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem, match="value: No space left on device"):
        save(path, b"other", replaces=replaces)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == ([BYTES] if replaces else [])


def test_a_save_path_tells_the_size_of_its_file_and_whether_its_folder_is_open(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    at = save_path(str(tmp_path), "password")
    assert (at.path, at.size, at.is_open) == (tmp_path / "password", None, False)
    at.path.write_bytes(BYTES)
    tmp_path.chmod(0o1777)
    at = save_path(str(tmp_path / "password"), "other")
    assert (at.size, at.is_open) == (len(BYTES), True)


def test_nothing_is_saved_to_a_link_a_pipe_or_a_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(BYTES)
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "hanging").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name, words in {"link": "a link", "hanging": "a link", "pipe": "a pipe"}.items():
        with pytest.raises(FileProblem, match=f"{name} is {words}; type the path of a file."):
            save_path(str(tmp_path / name), "key")
    with pytest.raises(FileProblem, match="nosuch does not exist"):
        save_path(str(tmp_path / "nosuch" / "file"), "key")
    with pytest.raises(FileProblem, match="File exists"):
        save(tmp_path / "hanging", BYTES, replaces=False)


def test_nothing_is_saved_in_a_folder_behind_a_link(tmp_path: Path) -> None:
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "linked").symlink_to(tmp_path / "real")
    for typed, real in {
        "linked": "real/key",
        "linked/value": "real/value",
        "linked/deep/value": "real/deep/value",
        "linked/deep/../value": "real/value",
    }.items():
        words = f"leads through a link. Type {tmp_path}/{real}"
        with pytest.raises(FileProblem, match=re.escape(words)):
            save_path(str(tmp_path / typed), "key")
    for replaces in (False, True):
        with pytest.raises(FileProblem, match="leads through a link"):
            save(tmp_path / "linked" / "value", BYTES, replaces=replaces)
    assert save_path(str(tmp_path / "real" / "deep" / ".." / "value"), "key").size is None
    assert list((tmp_path / "real").iterdir()) == [tmp_path / "real" / "deep"]


def test_the_file_of_another_user_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "value").write_bytes(BYTES)
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    for ask in (save_path, lambda path, name: save(Path(path), b"other", replaces=True)):
        with pytest.raises(FileProblem, match="value belongs to another user and is not replaced"):
            ask(str(tmp_path / "value"), "key")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [BYTES]


def test_a_folder_gives_a_key_for_each_file_and_names_what_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "tls.crt").write_bytes(b"one")
    (tmp_path / "tls.key").write_bytes(BYTES)
    (tmp_path / "old").mkdir()
    (tmp_path / "to").symlink_to(tmp_path / "tls.crt")
    os.mkfifo(tmp_path / "pipe")
    values = read(str(tmp_path))
    assert {key: value.reveal() for key, value in values.items()} == {"tls.crt": b"one", "tls.key": BYTES}
    files = find(str(tmp_path))
    assert (files.sizes, files.is_folder) == ({"tls.crt": 3, "tls.key": len(BYTES)}, True)
    assert files.left_out == ("old is a folder", "pipe is a pipe", "to is a link")
    (tmp_path / "not a key").write_bytes(b"")
    with pytest.raises(FileProblem, match="not a key cannot be a key: A key has only letters"):
        read(str(tmp_path))


def test_finding_files_and_completing_a_path_open_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "value").write_bytes(BYTES)

    def opened(*_: object, **__: object) -> int:
        raise AssertionError("a file was opened")

    monkeypatch.setattr(os, "open", opened)
    assert find(str(tmp_path / "value")).sizes == {"value": len(BYTES)}
    assert find(str(tmp_path)).sizes == {"value": len(BYTES)}
    assert complete(f"{tmp_path}/v") == (f"{tmp_path}/value", ["value"])


def test_a_file_without_an_end_is_refused_and_read_no_further(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is like /proc/kmsg: some bytes, then none yet."""
    (tmp_path / "log").write_bytes(BYTES)
    parts = iter([b"made up"])

    def wait(*_: object) -> bytes:
        if (part := next(parts, None)) is None:
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return part

    monkeypatch.setattr(os, "read", wait)
    for ask in (read, read_file):
        with pytest.raises(FileProblem, match="log cannot be read to the end: more data may follow"):
            ask(str(tmp_path / "log"))


def test_a_nonblocking_pipe_is_read_from_stdin_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program that made the pipe may have set O_NONBLOCK."""
    program = "from tui.terminal.value_files import read_stdin; print(read_stdin(99).reveal())"
    end, start = os.pipe()
    os.set_blocking(end, False)
    child = subprocess.Popen([sys.executable, "-c", program], stdin=end, stdout=subprocess.PIPE)
    try:
        while not os.get_blocking(end) and child.poll() is None:  # until it reads, or failed to
            pass
        os.write(start, BYTES)
    finally:
        os.close(end)
        os.close(start)
    assert child.communicate(timeout=30)[0] == f"{BYTES!r}\n".encode()


def test_a_path_that_cannot_be_read_is_explained_in_a_sentence(tmp_path: Path) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(2 * MAX_DATA)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").mkdir()
    (tmp_path / "two").mkdir()
    for name in "ab":
        (tmp_path / "two" / name).write_bytes(bytes(MAX_DATA - 1))
    sentences = {
        "": "Type the path of a file.",
        "large": f"{large} has 2.1 MB; a Secret holds at most 1 MiB.",
        "two": "two has over 2.1 MB; a Secret holds at most 1 MiB.",
        "pipe": "pipe is a pipe, not a file.",
        "empty": "empty has no files.",
        "nosuch": "nosuch does not exist.",
        "large/x": "large/x: Not a directory.",
    }
    for name, sentence in sentences.items():
        with pytest.raises(FileProblem) as problem:
            read(name and str(tmp_path / name))
        assert str(problem.value).endswith(sentence)


def test_a_link_to_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "file").write_bytes(BYTES)
    assert read(str(tmp_path / "link"))["link"].reveal() == BYTES


def test_completion_goes_as_far_as_all_matching_paths_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "tls.crt").touch()
    (tmp_path / "certs" / "tls.key").touch()
    (tmp_path / "certs" / ".hidden").touch()
    assert complete(f"{tmp_path}/ce") == (f"{tmp_path}/certs/", ["certs/"])
    assert complete(f"{tmp_path}/certs/") == (f"{tmp_path}/certs/tls.", ["tls.crt", "tls.key"])
    assert complete(f"{tmp_path}/certs/.") == (f"{tmp_path}/certs/.hidden", [".hidden"])
    assert complete(f"{tmp_path}/x") == (f"{tmp_path}/x", [])
    assert complete(f"{tmp_path}/nosuch/x") == (f"{tmp_path}/nosuch/x", [])
    monkeypatch.chdir(tmp_path)
    assert complete("c") == ("certs/", ["certs/"])
    monkeypatch.setenv("HOME", str(tmp_path))
    assert complete("~/c") == ("~/certs/", ["certs/"])


def test_an_impossible_path_is_explained_and_completes_to_nothing() -> None:
    long = "x" * 300
    for text, sentence in {long: "File name too long", "~made-up-user/x": "there is no such user"}.items():
        for ask in (read, lambda typed: save_path(typed, "key")):
            with pytest.raises(FileProblem, match=sentence):
                ask(text)
        assert complete(text) == (text, [])
