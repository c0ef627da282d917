"""The journal printed for a ticket: entries by time, context and Secret, from rotated files too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tui.cli import main
from tui.cli.output import ENOUGH
from tui.model.journal import ActingUser, JournalIdentity, entry, line
from tui.model.secret.secret import SecretRef
from tui.terminal.journal_file import JOURNAL_NAME, JournalFile

NOON = 1_795_521_600.0
JANE = JournalIdentity("home", "https://h:6443", "jane", "jane", ("ops",))
ROBOT = JournalIdentity("\u0440rod\x1b[31m", "https://p", "jane", "robot", (), ActingUser("robot"))
DB, KEY = SecretRef("web", "db"), SecretRef("default", "api-key")
TOLD = [
    "2026-11-24 12:00:00.000Z  home (h:6443)  jane  web/db  shown password",
    "2026-11-24 13:00:00.000Z  home (h:6443)  jane  default/api-key  copied token, in base64",
    "2026-11-24 14:00:00.000Z  \\u0440rod\\u001b[31m (p)  jane as robot  web/db  written a, b, confirmed",
]


@pytest.fixture
def folder() -> Path:
    """Folder with a journal of three lines, two of them in rotated files."""
    folder = Path(os.environ["XDG_STATE_HOME"]) / "secret-tui"
    entries = (
        entry(NOON, JANE, "shown", DB, ("password",), "", ""),
        entry(NOON + 3600, JANE, "copied", KEY, ("token",), "in base64", ""),
        entry(NOON + 7200, ROBOT, "written", DB, ("b", "a"), "", "confirmed"),
    )
    for record in entries:
        JournalFile(folder, most=1).write(line(record))
    return folder


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ([], TOLD),
        (["--since", "2026-11-24T13:00"], TOLD[1:]),
        (["--since", "2026-11-24T12:30", "--until", "2026-11-24T14:00"], TOLD[1:2]),
        (["--context", "home"], TOLD[:2]),
        (["--secret", "db"], [TOLD[0], TOLD[2]]),
        (["--secret", "default/*"], TOLD[1:2]),
        (["--secret", "*/db", "--context", "*rod*"], TOLD[2:]),
    ],
)
def test_the_journal_is_printed_by_time_context_and_secret(
    argv: list[str], told: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["journal", *argv]) == 0
    out, err = capsys.readouterr()
    assert (out.splitlines(), err) == (told, "")


def test_a_journal_without_matching_entries_is_reported(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    assert main.main(["journal", "--context", "none"]) == 0
    assert capsys.readouterr().out == f"No matching entries in {folder / JOURNAL_NAME}.\n"
    for path in folder.iterdir():
        path.unlink()
    assert main.main(["journal"]) == 0
    assert capsys.readouterr().out == f"No entries in {folder / JOURNAL_NAME}.\n"


def test_lines_that_cannot_be_parsed_are_counted(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    with (folder / JOURNAL_NAME).open("ab") as stream:
        stream.write(b"\x1b]0;made up\x07\n{}\n")
    assert main.main(["journal"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out == [*TOLD, f"2 lines of {folder / JOURNAL_NAME} could not be parsed."]


def test_a_journal_behind_a_link_is_not_read(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    other = folder.parent / "other"
    other.write_bytes(b"{}\n")
    (folder / JOURNAL_NAME).unlink()
    (folder / JOURNAL_NAME).symlink_to(other)
    assert main.main(["journal"]) == 1
    out, err = capsys.readouterr()
    assert (
        out == "" and f"The journal in {folder} cannot be read: {JOURNAL_NAME} must be a regular file" in err
    )


@pytest.mark.usefixtures("folder")
def test_printing_the_journal_needs_no_terminal_no_settings_and_no_cluster(tmp_path: Path) -> None:
    settings = Path(os.environ["XDG_CONFIG_HOME"]) / "secret-tui"
    settings.mkdir(mode=0o700)
    (settings / "config.yaml").write_text("broken: [")
    heavy = ("textual", "kubernetes", "aiohttp")
    code = "import sys; from tui.cli import main; main.main(['journal'])\n"
    code += f"print(*(name for name in {heavy!r} if name in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=True
    )
    assert done.stdout.splitlines() == [*TOLD, ""] and done.stderr == ""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_pipe_ends_the_journal_without_a_message(folder: Path, unbuffered: str) -> None:
    with (folder / JOURNAL_NAME).open("ab") as file:
        file.write(line(entry(NOON, JANE, "shown", DB, (), "", "")) * 3_000)
    command = [sys.executable, "-m", "tui", "journal"]
    env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as done:
        assert done.stdout is not None and done.stderr is not None
        assert done.stdout.readline().startswith(b"2026")
        done.stdout.close()
        assert (done.stderr.read(), done.wait()) == (b"", ENOUGH)
