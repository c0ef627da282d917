"""The tab key: a shell completes names of kubeconfigs and remembered ones; no cluster is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.pseudo_terminal import Terminal
from tui.model.settings.remembered import ContextMemory
from tui.terminal import locations
from tui.terminal.remembered_file import RememberedFile

KUBECONFIG: Final = """\
current-context: staging
contexts:
- {name: staging, context: {cluster: made-up, user: made-up, namespace: web}}
- {name: "arn:aws:eks:made-up", context: {cluster: made-up, user: made-up}}
- {name: "st\\e[31m", context: {cluster: made-up, user: made-up}}
clusters:
- {name: made-up, cluster: {server: "https://127.0.0.1:1"}}
users:
- name: made-up
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      command: sh
      args: [-c, "touch ran"]
"""
ROOT: Final = Path(__file__).parent.parent
COMMAND: Final = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -c "$CODE" "$@"\n'
PROGRAM: Final = COMMAND.replace("$CODE", "from tui.__main__ import run; run()")
BREAKS: Final = " \t\n\"'><=;|&(:"
"""Characters at which bash ends a word by itself."""


@pytest.fixture(autouse=True)
def _a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(os.environ["HOME"]) / ".kube"
    folder.mkdir()
    (folder / "config").write_text(KUBECONFIG)
    memory = RememberedFile(locations.state_folder(os.environ))
    memory.keep("staging", ContextMemory(recent=("shop",), opened=("hidden/made-up",)))
    memory.save("staging")
    place = tmp_path / "here"
    place.mkdir()
    (place / "db secret.yaml").touch()
    monkeypatch.chdir(place)
    file = tmp_path / "bin" / "secret-tui"
    file.parent.mkdir()
    file.write_text(PROGRAM)
    file.chmod(0o755)
    path = (tmp_path / "bin", Path(sys.executable).parent, os.environ["PATH"])
    monkeypatch.setenv("PATH", ":".join(map(str, path)))


def completed(line: str) -> list[str]:
    """Return bash's choices for the word at the end of the line, by argcomplete's protocol on file 8."""
    env = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_SHELL": "bash",
        "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        "_ARGCOMPLETE_COMP_WORDBREAKS": BREAKS,
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    done = subprocess.run(
        ["sh", "-c", "secret-tui 8>&1 9>/dev/null 1>/dev/null 2>&1 </dev/null"],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split("\013") if done.stdout else []


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("", ["doctor", "journal", "report", "completion", "shop/", "web/", "hidden/made-up"]),
        ("hid", ["hidden/made-up"]),
        ("web/db ", []),
        ("--no", ["--no-reveal", "--no-undo", "--no-mouse"]),
        ("--context ", ["staging", "arn:aws:eks:made-up"]),
        ("--context=st", ["staging"]),
        ("--context arn:", ["aws:eks:made-up"]),  # bash has the rest
        ("--kubeconfig $HOME/.kube/config --context st", ["staging"]),
        ("--kubeconfig ~/.kube/c", ["~/.kube/config"]),
        ("--kubeconfig nowhere --context ", []),
        ("-n ", ["shop", "web"]),
        ("-n s", ["shop"]),
        ("--context arn:aws:eks:made-up -n ", ["default"]),
        ("-f ", ["db\\ secret.yaml"]),
        ("--set-file key=d", ["db\\ secret.yaml"]),
        ("--set-file k", []),
        ("--as ", []),
        ("report ", ["health", "readers", "stale", "missing", "certificates", "who"]),
        ("report who ", ["shop/", "web/", "hidden/made-up"]),
        ("report missing -o ", ["table", "json", "markdown", "csv"]),
        ("report --v", ["--values"]),
        ("report --fail-on old", ["old-value", "old-value\\?"]),
        ("journal --context ", ["staging", "arn:aws:eks:made-up"]),
        ("journal --secret ", []),
        ("completion f", ["fish"]),
        ("--context staging -n shop report mi", ["missing"]),
        ("--context staging doctor --k", ["--kubeconfig"]),
    ],
)
def test_the_word_at_the_cursor_is_completed(line: str, choices: list[str]) -> None:
    assert completed(f"secret-tui {line}") == choices
    assert not Path("ran").exists()


@pytest.mark.pty
def test_completion_in_bash_needs_one_line_in_its_rc_file() -> None:
    rc = Path(os.environ["HOME"]) / ".bashrc"
    rc.write_text('PS1="ready "\neval "$(secret-tui completion bash)"\n')
    with Terminal(["bash", "--rcfile", str(rc)], env={**os.environ, "TERM": "xterm"}) as shell:
        shell.until_shown("ready")
        shell.press(*"secret-tui --context arn", "\t")
        shell.until_shown("secret-tui --context arn:aws:eks:made-up")
        shell.press(*"-n def", "\t")
        shell.until_shown("made-up -n default")
        shell.press(*"-f d", "\t")
        shell.until_shown("-f db\\ secret.yaml")
        shell.press("\x03")


@pytest.mark.parametrize(
    ("argv", "says"), [([], "needs a shell: bash, zsh, fish"), (["ksh"], "must be one of")]
)
def test_completion_for_a_missing_or_unknown_shell_is_refused(argv: list[str], says: str) -> None:
    done = subprocess.run(["secret-tui", "completion", *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and says in done.stderr and not done.stdout
