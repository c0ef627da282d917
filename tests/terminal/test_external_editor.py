"""The file of an external editor: in memory, private, removed; the editor is started to keep no copy."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.model.secret.value import Value
from tui.terminal import external_editor
from tui.terminal.external_editor import (
    MOST_EDITED_BYTES,
    Editor,
    EditorProblem,
    EditorRun,
    abandon,
    find,
    leftover_folders,
    sweep,
)

VIM = Editor("made-up", ("/bin/true",), keeps_no_copies=True)
TEXT = Value(b"made up")


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[Path]:
    """Folder for $PATH with editors and links to them."""
    for name in ("vim.basic", "nano", "emacs-nox", "nvim", "code", "vi-of-others"):
        (tmp_path / name).touch(mode=0o700)
    for link, name in (("editor", "nano"), ("vi", "vim.basic"), ("emacs", "emacs-nox")):
        (tmp_path / link).symlink_to(name)
    yield tmp_path


def test_visual_comes_before_editor_and_the_usual_editors_come_after_both(tools: Path) -> None:
    path = {"PATH": str(tools)}
    assert find({**path, "VISUAL": "nvim -p", "EDITOR": "nano"}).command[:2] == (str(tools / "nvim"), "-p")
    assert find({**path, "VISUAL": " ", "EDITOR": "nano"}).name == "nano"
    assert find(path).name == "vi"
    (tools / "vi").unlink()
    assert find(path).name == "nano"
    (tools / "nano").unlink()
    with pytest.raises(EditorProblem, match=r"^No editor found: set \$VISUAL or \$EDITOR\.$"):
        find(path)


@pytest.mark.parametrize(
    ("named", "option"),
    [
        *(("vi", "NONE"), ("nvim", "NONE"), ("editor", "-R"), ("sensible-editor", "-R"), ("nano -l", "-R")),
        *(("emacs", "-nw"), ("code --wait", None), ("vi-of-others", None)),
    ],
)
def test_an_editor_is_recognized_by_the_target_of_its_links(
    named: str, option: str | None, tools: Path
) -> None:
    editor = find({"PATH": str(tools), "EDITOR": named})
    assert editor.keeps_no_copies == (option is not None)
    assert option is None or option in editor.command


def test_an_editor_variable_that_cannot_be_run_is_explained(tools: Path) -> None:
    with pytest.raises(EditorProblem, match=r"^\$VISUAL names joe, which is not installed\.$"):
        find({"PATH": str(tools), "VISUAL": "joe -x"})
    with pytest.raises(
        EditorProblem, match=r"^\$EDITOR is not a command: it has an open quote, or ends with a backslash\.$"
    ):
        find({"PATH": str(tools), "EDITOR": "vi 'a"})


def script(tmp_path: Path, body: str) -> Editor:
    """Write an editor that runs `body` on the file `$1`."""
    file = tmp_path / "made-up"
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o700)
    return Editor("made-up", (str(file),), keeps_no_copies=False)


def test_only_this_user_can_read_the_edited_file_and_all_of_it_is_removed(
    memory: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    body = f'stat -c %a "$1" "${{1%/*}}" > {log}; umask >> {log}; printf %s more >> "$1"; cp "$1" "$1~"'
    editing = EditorRun(script(tmp_path, body), TEXT, "value", 7)
    editing.begin(os.environ)
    assert editing.run() == 0
    assert editing.read() == Value(b"made upmore")
    editing.end()
    assert log.read_text().split()[:2] == ["600", "700"]
    assert list(memory.iterdir()) == []


def test_the_edited_file_is_never_put_on_a_disk(monkeypatch: pytest.MonkeyPatch, memory: Path) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", os.environ["HOME"])  # on a disk
    editing = EditorRun(VIM, TEXT, "value")
    editing.begin(os.environ)
    assert list(Path.home().iterdir()) == []
    editing.end()
    monkeypatch.setattr(external_editor, "_is_in_memory", lambda device: False)
    with pytest.raises(EditorProblem, match=r"this host has no memory folder \(tmpfs\) for the file\.$"):
        editing.begin(os.environ)


def test_a_file_that_cannot_be_written_is_reported_and_nothing_of_it_stays(memory: Path) -> None:
    former = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (TEXT.size - 1, former[1]))
    try:
        with pytest.raises(EditorProblem) as problem:
            EditorRun(VIM, TEXT, "value").begin(os.environ)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, former)
    assert str(problem.value) == f"No editor opened: {memory} cannot be used (File too large)."
    assert list(memory.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            'ln -sf /etc/passwd "$1"',
            "Nothing taken: the file cannot be read (Too many levels of symbolic links).",
        ),
        ('rm "$1"; mkfifo "$1"', "Nothing taken: made-up left no regular file."),
        (f'truncate -s {MOST_EDITED_BYTES + 1} "$1"', "Nothing taken: the file is too large (16.0 MB)."),
    ],
)
def test_an_edited_file_that_cannot_be_taken_is_refused_with_the_reason(
    body: str, said: str, memory: Path, tmp_path: Path
) -> None:
    editing = EditorRun(script(tmp_path, body), TEXT, "value")
    editing.begin(os.environ)
    editing.run()
    with pytest.raises(EditorProblem) as problem:
        editing.read()
    assert str(problem.value) == said
    editing.end()
    assert list(memory.iterdir()) == []


def test_a_deleted_file_differs_from_an_empty_one(memory: Path, tmp_path: Path) -> None:
    for body, wanted in (('rm "$1"', None), (': > "$1"', Value(b""))):
        editing = EditorRun(script(tmp_path, body), TEXT, "value")
        editing.begin(os.environ)
        editing.run()
        assert editing.read() == wanted
        editing.end()


def test_the_next_start_removes_the_files_of_a_killed_run_and_nothing_else(memory: Path) -> None:
    open_one = EditorRun(VIM, TEXT, "value")
    open_one.begin(os.environ)
    held = leftover_folders(os.environ)
    killed, link = memory / "secret-tui-edit-made-up", memory / "secret-tui-edit-link"
    killed.mkdir()
    (killed / "value").write_text("made up")
    link.symlink_to(Path.home())
    assert sweep(os.environ) == f"Removed editor files that a killed secret-tui left in {memory}."
    assert sorted(memory.iterdir()) == sorted([*held, link])
    assert sweep(os.environ) == ""
    abandon()
    assert list(memory.iterdir()) == [link]
