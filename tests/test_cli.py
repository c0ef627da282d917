"""The start of the command: what is refused before the terminal is taken, and with which exit code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pseudo_terminal import Terminal
from tui.cli import main, start
from tui.terminal import checks, crash

ROOT = str(Path(__file__).parent.parent)

HEAVY = ("textual", "kubernetes", "aiohttp", "yaml", "msgspec", "rich", "asyncio")


@pytest.fixture(autouse=True)
def _hooks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)


def run(*argv: str, code: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, without a terminal; then `code` in the same process."""
    script = f"import sys\nfrom tui.cli import main\nend = main.main(sys.argv[1:])\n{code}\nsys.exit(end)"
    command = [sys.executable, "-c", script, *argv]
    return subprocess.run(
        command,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def settings_file(text: str) -> Path:
    """Write the settings file of this test's home."""
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "secret-tui" / "config.yaml"
    file.parent.mkdir(mode=0o700)
    file.write_text(text)
    file.chmod(0o600)
    return file


@pytest.mark.parametrize("flag", ["--help", "--version", "-h"])
def test_help_and_version_load_nothing_heavy(flag: str) -> None:
    done = run(flag, code=f"print('loaded', *(name for name in {HEAVY!r} if name in sys.modules))")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "loaded"
    assert "secret-tui" in done.stdout
    assert done.stderr == ""


def test_the_version_is_the_packages_own() -> None:
    from importlib.metadata import version

    assert run("--version").stdout == f"secret-tui {version('secret-tui')}\n"


def test_scrubbing_removes_debugging_variables_and_keeps_three_of_textuals() -> None:
    kept = ("TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_FPS", "TERM", "MY_TEXTUAL")
    gone = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DRIVER", "PYTHONASYNCIODEBUG", "SSLKEYLOGFILE")
    env = dict.fromkeys((*kept, *gone), "x")
    main.scrub(env)
    assert set(env) == set(kept)


def test_a_library_that_logs_or_warns_writes_nothing() -> None:
    code = "import logging, warnings\nlogging.error('a')\nlogging.getLogger('b').critical('c')"
    code += "\nwarnings.warn('d')"
    done = run("--version", code=code)
    assert done.stderr == ""
    assert done.returncode == 0


def test_a_key_with_its_value_ends_with_2_and_is_not_echoed(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against threat 27: a value on the command line."""
    assert main.main(["default/db", "password=hunter2-made-up"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "not taken from the command line" in err
    assert "hunter2" not in err


def test_a_broken_settings_file_ends_with_2_and_names_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    file = settings_file("read_only: true\nkeymap: [\n")
    assert main.main(["--print-config"]) == 2
    assert f"{file}:3: is not valid YAML" in capsys.readouterr().err


def test_a_remapped_command_must_exist(capsys: pytest.CaptureFixture[str]) -> None:
    file = settings_file("keymap:\n  write_changes: ctrl+x\n  no_such_thing: x\n")
    assert main.main(["--print-config"]) == 2
    assert f"{file}:3: unknown command id: no_such_thing; " in capsys.readouterr().err


@pytest.mark.parametrize("has_terminal", [True, False])
def test_a_mistyped_subcommand_is_named_where_the_program_cannot_start(
    has_terminal: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "here", lambda env: None if has_terminal else "No terminal.")
    monkeypatch.setenv("KUBECONFIG", "/nonexistent/made-up")
    assert main.main(["docter"]) == 1
    assert capsys.readouterr().err.endswith(". Did you mean secret-tui doctor?\n")


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["--help", "--version", "--print-config"])
def test_a_full_or_closed_stdout_ends_with_1_and_a_sentence(flag: str) -> None:
    for where, why in ((">/dev/full", "No space left on device"), (">&-", "stdout is closed")):
        command = ["sh", "-c", f'exec "$@" {where}', "sh", sys.executable, "-m", "tui", flag]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.endswith(f"secret-tui: The output is incomplete: {why}.\n")
        assert "Internal error" not in done.stderr


def test_print_config_needs_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--print-config", "--read-only"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0].split() == ["read_only", "true", "from", "--read-only"]
    assert err == ""


def test_the_program_without_a_terminal_ends_with_1_and_one_sentence() -> None:
    done = run("--demo")
    assert done.returncode == 1
    assert done.stderr.startswith("secret-tui: stdin is not a terminal")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


@pytest.fixture
def _on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.terminal import checks

    monkeypatch.setattr(checks, "here", lambda env: None)


@pytest.mark.usefixtures("_on_a_terminal")
def test_a_kubeconfig_that_cannot_be_used_ends_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "config"
    file.write_text("contexts: [")
    assert main.main(["--kubeconfig", str(file)]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"secret-tui: {file}:")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("_on_a_terminal")
def test_no_kubeconfig_at_all_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.usefixtures("_on_a_terminal")
def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(start, "_login", interrupted)
    assert main.main([]) == 130


@pytest.mark.pty
@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"LC_ALL": "en_US.ISO-8859-1"}, "The locale is not UTF-8"),
        ({"TERM": "dumb"}, "TERM is dumb"),
        ({"TERM": ""}, "TERM is not set"),
    ],
)
def test_an_unfit_terminal_is_left_as_it_was(env: dict[str, str], says: str) -> None:
    with Terminal([sys.executable, "-m", "tui", "--demo"], env={**os.environ, **env}, cwd=ROOT) as terminal:
        assert terminal.until_end() == 1
    assert says.encode() in terminal.stream
    assert b"\x1b" not in terminal.stream


@pytest.mark.pty
@pytest.mark.parametrize("redirected", ["< /dev/null", "> out", "2> err"])
def test_a_redirected_stream_is_refused(redirected: str, tmp_path: Path) -> None:
    command = f"cd {tmp_path}; {sys.executable} -m tui --demo {redirected}; echo ended $?"
    with Terminal(["bash", "-c", command], env={**os.environ, "PYTHONPATH": ROOT}) as terminal:
        terminal.until_shown("ended 1")
        terminal.until_end()
    assert b"\x1b" not in terminal.stream
    assert all(b"\x1b" not in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.pty
@pytest.mark.parametrize("locale", [{}, {"LC_ALL": "C"}])
def test_the_program_runs_without_a_locale(locale: dict[str, str]) -> None:
    env = {name: text for name, text in os.environ.items() if not name.startswith(("LC_", "LANG"))} | locale
    with Terminal([sys.executable, "-m", "tui", "--demo"], env=env, cwd=ROOT) as terminal:
        terminal.until_shown("db-credentials")
        terminal.press("\x11")
        assert terminal.until_end() == 0
