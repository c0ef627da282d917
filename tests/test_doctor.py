"""`secret-tui doctor`: one page that asks no cluster, runs nothing, and ends in lines without names."""

from __future__ import annotations

import os
import re
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console

from tui.cli import doctor, main
from tui.cli.doctor import DoctorFinding, Section, drawn, is_fit
from tui.model.viewers import Viewers
from tui.terminal import locations, viewers
from tui.terminal.clipboard import multiplexer
from tui.terminal.clipboard.multiplexer import Tmux

PICTURES: Final = Path(__file__).parent / "doctor"
GOOD: Final = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
HOST: Final = (DoctorFinding("swap", "off"),)
EXTERNAL: Final = Tmux("3.5a", has_focus_events=False)


@pytest.fixture(autouse=True)
def _a_plain_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, text in GOOD.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setattr(locations, "POLICY", tmp_path / "etc" / "policy.yaml")
    monkeypatch.setattr(doctor, "_host", lambda: HOST)
    monkeypatch.setattr(multiplexer, "tmux", lambda env: None)
    monkeypatch.setattr(viewers, "look", lambda env: Viewers())
    monkeypatch.setenv("PATH", str(tmp_path))


def page(capsys: pytest.CaptureFixture[str], code: int = 0, argv: Sequence[str] = ("doctor",)) -> str:
    assert main.main(argv) == code
    out, err = capsys.readouterr()
    assert err == ""
    return out


def part(page: str, title: str) -> str:
    """Lines of a section."""
    lines = page.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith(title)) + 1
    end = next((at for at in range(start, len(lines)) if lines[at][:1] != " "), len(lines))
    return "\n".join(lines[start:end])


@pytest.mark.parametrize(
    ("term", "many"), [("xterm-kitty", 256), ("tmux-256color", 256), ("linux", 16), ("screen", 16)]
)
def test_the_doctor_counts_the_colors_that_are_drawn(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, term: str, many: int
) -> None:
    kube()
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM")
    drawn = {"256": 256, "standard": 16}[str(Console(force_terminal=True).color_system)]
    assert drawn == many
    assert f"{many} (TERM={term}" in part(page(capsys), "Terminal")


def kube(text: str | None = None) -> Path:
    """Write a kubeconfig where the user's own is read."""
    folder = Path(os.environ["HOME"]) / ".kube"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = folder / "config"
    file.write_text(text if text is not None else EXEC)
    file.chmod(0o600)
    return file


EXEC: Final = """\
contexts:
- {name: made-up-context, context: {cluster: made-up-cluster, user: made-up-user}}
current-context: made-up-context
clusters:
- {name: made-up-cluster, cluster: {server: "https://made-up-server.example.test"}}
users:
- name: made-up-user
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      command: sh
      args: [-c, "touch ran"]
"""


@pytest.mark.parametrize("name", ["plain", "tmux"])
def test_the_page_equals_its_reviewed_copy(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if name == "tmux":
        monkeypatch.setattr(multiplexer, "tmux", lambda env: EXTERNAL)
        monkeypatch.setenv("TMUX", "/tmp/made-up,1,0")
        monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
        kube().chmod(0o666)
        seen = Viewers(("tmux pipe-pane",), clients=2)
        monkeypatch.setattr(viewers, "look", lambda env: seen)
    else:
        kube()
    output = re.sub(r"\n {20}", " ", page(capsys))  # where a line breaks depends on how long a path is here
    output = re.sub(r"[^ ]*/(config|state|home|etc)/", r"<\1>/", output)
    output = re.sub(r"(?m)^(.{6}(?:secret-tui|aiohttp|Python) ).*$", r"\1…", output)
    file = PICTURES / f"{name}.txt"
    assert output == file.read_text(), f"look at it, then keep it: {file}\n{output}"


@pytest.mark.parametrize(
    ("env", "tmux", "said"),
    [
        ({}, None, "  clipboard       the desktop's, through xclip"),
        ({"SSH_TTY": "/dev/pts/9"}, None, "  clipboard       the terminal's, through OSC 52; terminals do"),
        ({"container": "made-up"}, None, "  clipboard       the terminal's, through OSC 52; terminals do"),
        ({"STY": "1.made-up"}, None, "  clipboard       the terminal's, through OSC 52 through screen; te"),
        ({"STY": "1.made-up"}, None, "  mouse           not used: GNU screen would delay esc"),
        ({"TMUX": "made-up"}, EXTERNAL, "  clipboard       the terminal's, through tmux; terminals do"),
        ({"TMUX": "made-up"}, Tmux("3.1c"), "! clipboard       none: tmux 3.1c would keep the copy for all"),
        ({"TMUX": "made-up"}, Tmux(), "! clipboard       none: tmux does not answer"),
    ],
)
def test_the_doctor_names_the_clipboard_that_a_copy_goes_to(
    env: dict[str, str],
    tmux: Tmux | None,
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.ways._CONTAINERS", ())
    monkeypatch.setattr(multiplexer, "tmux", lambda env: tmux)
    (tmp_path / "xclip").touch(mode=0o700)
    for name, text in env.items():
        monkeypatch.setenv(name, text)
    assert said in part(page(capsys), "Terminal")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nano", "editor          nano keeps no copies of values"),
        ("made-up", "! editor          made-up may keep copies of edited values"),
    ],
)
def test_the_doctor_names_the_editor_and_warns_if_it_may_keep_copies(
    name: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / name).touch(mode=0o700)
    monkeypatch.setenv("VISUAL", name)
    assert said in part(page(capsys), "Host")


def test_lines_of_the_doctor_fit_and_hold_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    kube("contexts: []\n")
    output = page(capsys)
    assert all(line.isprintable() for line in output.splitlines())
    found = DoctorFinding("a\x1b[31m", "b\x9b " * 60)
    lines = list(drawn([Section("\x07", (found,), ("c\x1b",))]))
    assert all(line.isprintable() and len(line) <= 79 for line in lines)


def test_nothing_of_a_kubeconfig_is_run_and_no_cluster_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.setattr(socket, "getaddrinfo", None)
    kube()
    assert "trusted, 1 context" in page(capsys)
    loose = tmp_path / "loose"
    loose.write_text(EXEC)
    monkeypatch.setenv("KUBECONFIG", str(loose))
    assert "! loose" in (output := page(capsys)) and "not trusted, " in output
    assert not (tmp_path / "ran").exists()


def test_the_lines_for_a_report_name_no_host_context_or_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 1 192.0.2.2 22")
    monkeypatch.setenv("TMUX", "/tmp/made-up,1,0")
    kube()
    lines = part(page(capsys), "For a bug report")
    for name in ("made-up", "192.0.2", os.environ["HOME"], socket.gethostname()):
        assert name not in lines
    assert "secret-tui " in lines and "TERM=xterm-256color" in lines and "run inside: SSH" in lines


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"LC_ALL": "en_US.ISO-8859-1"}, "x encoding        not UTF-8"),
        ({"LC_ALL": "C", "STY": "1.made-up"}, "x encoding        not known to be UTF-8: use screen -U"),
        ({"TERM": "dumb"}, "x TERM            dumb"),
        ({"SECRET_TUI_READ_ONLY": "perhaps"}, "x settings        SECRET_TUI_READ_ONLY: must be"),
    ],
)
def test_a_setting_or_terminal_that_stops_the_program_ends_the_doctor_with_1(
    env: dict[str, str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in env.items():
        monkeypatch.setenv(name, text)
    assert says in page(capsys, code=1)


def test_a_kubeconfig_that_cannot_be_read_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    file = kube("contexts: [made-up-text")
    assert "made-up-text" not in (output := page(capsys, code=1)) and f"{file}" in output
    assert not is_fit([Section("a", (DoctorFinding("b", "c", "x"),))]) and is_fit(
        [Section("a", (DoctorFinding("b", "c", "!"),))]
    )


def test_the_doctor_checks_the_context_that_options_or_kubeconfig_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "another"))
    file = kube(EXEC.replace("made-up-context", "made-up-prod"))
    named = ["--kubeconfig", str(file), "--context", "made-up-prod", "doctor"]
    output = page(capsys, argv=named)
    assert "  context         made-up-prod: cluster made-up-cluster, namespace default" in output
    assert "guarded         PROD" in output and "another" not in output
    assert "x context         there is no context nope" in page(
        capsys, 1, argv=["doctor", "--context", "nope"]
    )
    kube(EXEC.replace("current-context: made-up-context", "current-context: gone"))
    monkeypatch.delenv("KUBECONFIG")
    assert "x context         there is no context gone" in page(capsys, 1)
    kube(EXEC.replace("current-context: made-up-context", ""))
    assert "! context         no current-context is set; use --context" in page(capsys)
    output = page(capsys, 1, argv=["doctor", "--kubeconfig", str(tmp_path / "gone")])
    assert "x gone" in output and "does not exist" in output


def test_the_doctor_warns_of_a_journal_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = Path(os.environ["XDG_STATE_HOME"])
    monkeypatch.setattr(os, "access", lambda place, mode: place != state)
    output = " ".join(page(capsys).split())
    assert "! journal file 0 lines in" in output and "journal.jsonl; the file cannot be written" in output


@pytest.mark.parametrize(
    ("tmux", "lines"),
    [(EXTERNAL, ["set -g focus-events on"]), (Tmux("3.5a", has_focus_events=True), []), (None, [])],
)
def test_the_doctor_gives_the_exact_lines_for_the_tmux_configuration(
    tmux: Tmux | None, lines: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiplexer, "tmux", lambda env: tmux)
    output = page(capsys)
    found = part(output, "Add to ~/.tmux.conf").split("\n") if "Add to" in output else []
    assert [line.strip() for line in found] == lines
