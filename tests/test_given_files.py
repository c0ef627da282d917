"""The files of the command line are read before the terminal is taken: a wrong one ends with 2."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pseudo_terminal import Terminal
from tests.test_start import Screenless, _on_a_terminal, kubeconfig, screenless
from tui.cli import main
from tui.cli.arguments import parse
from tui.cli.given_files import read_files
from tui.model.draft.plan import FileInputs
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value

__all__ = ["_on_a_terminal", "screenless"]

ROOT = str(Path(__file__).parent.parent)
SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\nstringData:\n  password: made-up\n"
IN_WEB = SECRET.replace("name: app", "name: app\n  namespace: web")


def write(file: Path, text: str | bytes) -> Path:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def opening(*argv: str, namespace: str = "shop") -> FileInputs:
    """Return what this command line drafts in a context with this namespace."""
    given = parse(argv)
    drafted = read_files(given).inputs(given, None, given.namespace or namespace)
    assert drafted is not None
    return drafted


def test_a_manifests_namespace_is_its_own_or_the_options_or_the_contexts(tmp_path: Path) -> None:
    plain, in_web = write(tmp_path / "a.yaml", SECRET), write(tmp_path / "b.yaml", IN_WEB)
    assert opening("-f", str(plain)).secrets[0].ref == SecretRef("shop", "app")
    assert opening("-f", str(plain), "-n", "web").secrets[0].ref == SecretRef("web", "app")
    assert opening("-f", str(in_web)).secrets[0].ref == SecretRef("web", "app")
    both = opening("-f", str(plain), str(in_web), "-A")
    assert [secret.ref for secret in both.secrets] == [SecretRef("shop", "app"), SecretRef("web", "app")]
    assert (both.source, both.apply) == ("2 files", ("apply", "-f", str(plain), "-f", str(in_web)))
    assert "made-up" not in repr(both)


def test_a_folder_means_its_manifests_as_for_kubectl(tmp_path: Path) -> None:
    for name, text in {"b.yml": SECRET, "a.yaml": IN_WEB, "notes.txt": "no manifest"}.items():
        write(tmp_path / name, text)
    (tmp_path / "deeper.yaml").mkdir()
    write(tmp_path / "deeper.yaml" / "c.yaml", "not read")
    both = opening("-f", str(tmp_path), "-A")
    assert [secret.ref for secret in both.secrets] == [SecretRef("web", "app"), SecretRef("shop", "app")]
    assert (both.source, both.apply) == ("2 files", ("apply", "-f", str(tmp_path)))


def test_the_program_opens_in_the_namespace_of_the_files(
    tmp_path: Path, screenless: list[Screenless]
) -> None:
    file = str(write(tmp_path / "b.yaml", IN_WEB))
    assert main.main(["--kubeconfig", kubeconfig(tmp_path), "-f", file]) == 0
    (app,) = screenless
    assert (app.session.namespace, app.start) == ("web", None)


def test_keys_from_files_are_set_in_the_secret_that_is_named(
    tmp_path: Path, screenless: list[Screenless]
) -> None:
    file = write(tmp_path / "pw", b"made-up \xff\n")
    argv = ["--kubeconfig", kubeconfig(tmp_path), "web/db", "--set-file", f"pw={file}"]
    assert main.main(argv) == 0
    drafted = screenless[0].more["inputs"]
    assert isinstance(drafted, FileInputs)
    (secret,) = drafted.secrets
    assert (secret.ref, secret.type, secret.fields["pw"].reveal()) == (
        SecretRef("web", "db"),
        "",
        b"made-up \xff\n",
    )


def test_the_keys_of_an_env_file_are_set_beside_those_of_files(
    tmp_path: Path, screenless: list[Screenless], capsys: pytest.CaptureFixture[str]
) -> None:
    env, pw = write(tmp_path / ".env", "A=1\nB='2'\n"), write(tmp_path / "pw", "made-up")
    where = ["--kubeconfig", kubeconfig(tmp_path), "web/db", "--env-file", str(env)]
    assert main.main([*where, "--set-file", f"pw={pw}"]) == main.main(where) == 0
    both, alone = (app.more["inputs"] for app in screenless)
    assert isinstance(both, FileInputs) and isinstance(alone, FileInputs)
    assert both.secrets[0].fields == {"A": Value(b"1"), "B": Value(b"2"), "pw": Value(b"made-up")}
    assert (alone.source, list(alone.secrets[0].fields)) == (".env", ["A", "B"])
    assert main.main([*where, "--set-file", f"A={pw}"]) == 2
    write(env, "A=1\nmade-up\n")
    assert main.main(where) == 2
    assert capsys.readouterr().err.splitlines() == [
        "secret-tui: --set-file and --env-file both set the key A.",
        "secret-tui: --env-file: Line 2 is not KEY=VALUE.",
    ]


def test_given_files_are_empty_after_forget_and_the_inputs_stay(tmp_path: Path) -> None:
    given = parse(["-f", str(write(tmp_path / "a.yaml", SECRET))])
    files = read_files(given)
    drafted = files.inputs(given, None, "shop")
    files.forget()
    assert drafted is not None and len(drafted.secrets) == 1
    assert not files


@pytest.mark.usefixtures("screenless")
@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        (SECRET.replace("made-up", "&a made-up"), (), "FILE:6: has an anchor &: remove it."),
        (b"#" * (2 * 1024 * 1024 + 1), (), "-f: FILE has 2.1 MB; the limit is 2 MiB."),
        (IN_WEB, ("-n", "shop"), "FILE:1: Secret app has namespace web, but -n is shop."),
        (f"{SECRET}---\n{SECRET}", (), "FILE:8: Secret shop/app occurs twice."),
    ],
)
def test_a_manifest_that_cannot_be_used_ends_with_2(
    text: str | bytes, more: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "m.yaml", text)
    assert main.main(["--kubeconfig", kubeconfig(tmp_path), "-f", str(file), *more]) == 2
    assert capsys.readouterr().err == f"secret-tui: {said.replace('FILE', str(file))}\n"


@pytest.mark.usefixtures("screenless")
def test_a_file_that_cannot_be_read_ends_with_2_and_the_path_of_a_key_is_not_quoted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where, empty = ["--kubeconfig", kubeconfig(tmp_path)], str(tmp_path / "empty")
    (tmp_path / "empty").mkdir()
    ends, no_url = "Give the path of a file after KEY=.\n", "URLs are not read; use:"
    for argv, said in (
        (["-f", "no-such.yaml"], "-f: no-such.yaml does not exist.\n"),
        (["-f", "https://a.test/b"], f"-f: {no_url} curl -fsS URL | secret-tui -f -.\n"),
        (["-f", empty], f"-f: the folder {empty} has no .json, .yaml, .yml files.\n"),
        (["db", "--set-file", "pw=made-up"], f"--set-file pw: the file does not exist. {ends}"),
        (["db", "--set-file", f"pw={tmp_path}"], f"--set-file pw: the file is a folder, not a file. {ends}"),
        (
            ["db", "--set-file", "pw=~nobody-made-up"],
            f"--set-file pw: the file: there is no such user. {ends}",
        ),
        (["db", "--set-file", "pw=/dev/null"], f"--set-file pw: the file is a device, not a file. {ends}"),
    ):
        assert main.main([*where, *argv]) == 2
        assert capsys.readouterr().err == f"secret-tui: {said}"


@pytest.mark.usefixtures("screenless")
@pytest.mark.parametrize("by", ["variable", "rule"])
def test_files_to_draft_are_refused_in_a_context_that_a_variable_or_a_rule_makes_read_only(
    by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if by == "variable":
        monkeypatch.setenv("SECRET_TUI_READ_ONLY", "1")
    else:
        folder = Path(os.environ["XDG_CONFIG_HOME"]) / "secret-tui"
        folder.mkdir(mode=0o700)
        write(folder / "config.yaml", "contexts:\n- {match: 'a/b:c', read_only: true}\n").chmod(0o600)
    file = str(write(tmp_path / "a.yaml", SECRET))
    assert main.main(["--kubeconfig", kubeconfig(tmp_path), "-f", file]) == 2
    said = "secret-tui: -f, --set-file and --env-file cannot change Secrets: this context is read-only.\n"
    assert capsys.readouterr().err == said


@pytest.mark.slow
def test_a_manifest_from_a_pipe_is_checked_before_the_terminal() -> None:
    command = [sys.executable, "-m", "tui", "--demo", "-f", "-"]
    for text, code, said in (
        (SECRET, 1, "stdin is not a terminal"),
        ("x: [", 2, "stdin:2: is not valid YAML."),
    ):
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, cwd=ROOT, check=False, start_new_session=True
        )
        assert (done.returncode, said in done.stderr, done.stdout) == (code, True, ""), done.stderr


@pytest.mark.pty
def test_in_a_terminal_stdin_must_be_a_pipe() -> None:
    command = [sys.executable, "-m", "tui", "--demo", "-f", "-"]
    with Terminal(command, env={**os.environ}, cwd=ROOT) as terminal:
        assert terminal.until_end() == 2
    assert b"stdin is the terminal; pipe a manifest to stdin." in terminal.stream


@pytest.mark.pty
def test_a_manifest_is_read_from_a_pipe_and_then_keys_from_the_terminal(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", SECRET)
    command = f"cat {tmp_path}/a.yaml | {sys.executable} -m tui --demo -f -; echo ended $?"
    env = {**os.environ, "PYTHONPATH": ROOT}
    with Terminal(["bash", "-c", command], env=env, size=(120, 36), cwd=ROOT) as terminal:
        terminal.until_shown("Review: app")
        terminal.until_shown("accepted")
        terminal.presses("W", "Created: ")
        terminal.presses("\x11", "ended 0")
        terminal.until_end()
