"""The process: what others of the same user may see of it, what it leaves, and what its children get."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml

from tests.pseudo_terminal import Terminal
from tests.terminal.command_with_control import COMMAND
from tests.terminal.drive import PROGRAM, environment, until
from tests.terminal.server import Server
from tests.terminal.steps import OLD, goes_to
from tests.terminal.without_root import POWERLESS
from tests.value_search import traces, traces_in_files

pytestmark = pytest.mark.pty

ROOT: Final = Path(__file__).parents[2]
SLEEPS: Final = (sys.executable, "-c", "print(flush=True); import time; time.sleep(600)")
UNSHUT: Final = (sys.executable, "-c", "import sys; from tui.cli.main import main; sys.exit(main())")
"""The program without its protection: any process of its user may look into it."""
LOGS_IN: Final = """#!PYTHON
import json, os, resource, sys
files = {}
for name in os.listdir("/proc/self/fd"):
    try:
        files[name] = os.readlink("/proc/self/fd/" + name)
    except OSError:
        pass  # that of the listing itself
umask = os.umask(0)
told = {"env": dict(os.environ), "argv": sys.argv, "files": files, "umask": umask,
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0]}
open(FILE, "w").write(json.dumps(told))
print('{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1",'
      '"status":{"token":"made-up"}}')
"""


def seen_of(pid: int) -> set[str]:
    """Parts of a process that another process of this user may look at."""
    look = [*POWERLESS, "look", str(pid)]
    done = subprocess.run(look, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def started(terminal: Terminal) -> int:
    """Wait until the program runs, and show a value; return its pid."""
    terminal.until_shown("password")
    terminal.presses("r", OLD.decode())
    return terminal.pid


def test_another_process_of_this_user_sees_nothing_of_the_program() -> None:
    with subprocess.Popen([*POWERLESS, *SLEEPS], cwd=ROOT, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        assert seen_of(other.pid) == {"mem", "environ", "maps", "fd", "ptrace"}, "as of any other process"
        other.kill()
    command = [*POWERLESS, *COMMAND, "--demo", "default/mysecret"]
    with Terminal(command, env=environment(), cwd=str(ROOT)) as terminal:
        assert seen_of(started(terminal)) == set()


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV])
def test_a_fatal_signal_leaves_no_core_and_no_traceback(tmp_path: Path, number: signal.Signals) -> None:
    env = {**environment(), "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
    with subprocess.Popen([*POWERLESS, *SLEEPS], cwd=tmp_path, env=env, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.send_signal(signal.SIGKILL if number is signal.SIGSEGV else number)
    leaves_cores = bool(list(tmp_path.glob("core*")))
    is_file = not Path("/proc/sys/kernel/core_pattern").read_text().startswith(("|", "/"))
    assert leaves_cores == (is_file and number is signal.SIGABRT), "any other process leaves one"
    for core in tmp_path.glob("core*"):
        core.unlink()
    command = [*POWERLESS, *COMMAND, "--demo", "default/mysecret"]
    with Terminal(command, env=env, cwd=str(tmp_path)) as terminal:
        os.kill(started(terminal), number)
        assert terminal.until_end() == -number
        output = bytes(terminal.stream)
    assert list(tmp_path.iterdir()) == []
    assert b"Fatal Python error" not in output and b"File " not in output


def test_a_login_command_gets_the_users_own_limits_and_nothing_of_the_program(tmp_path: Path) -> None:
    told = tmp_path / "told"
    script = Path.home() / ".kube" / "logs-in"
    script.parent.mkdir(mode=0o700)
    script.write_text(LOGS_IN.replace("PYTHON", sys.executable).replace("FILE", repr(str(told))))
    script.chmod(0o700)
    with Server("--demo") as server:
        config = yaml.safe_load(server.kubeconfig.read_text())
        plugin = {
            "apiVersion": "client.authentication.k8s.io/v1",
            "interactiveMode": "Never",
            "command": str(script),
        }
        config["users"].append({"name": "dumps", "user": {"exec": plugin}})
        cluster = config["contexts"][0]["context"]["cluster"]
        config["contexts"].append({"name": "dumps", "context": {"cluster": cluster, "user": "dumps"}})
        file = script.with_name("config")
        file.write_text(yaml.safe_dump(config))
        env = environment()
        own = 'ulimit -S -c 8; umask 027; exec "$@"'
        command = ["sh", "-c", own, "sh", *COMMAND, "--kubeconfig", str(file), "default/mysecret"]
        with Terminal(command, env=env, cwd=str(ROOT)) as terminal:
            started(terminal)
            goes_to(terminal, "dumps")
            until(told.exists, lambda: "the login command to have run")
            terminal.until(lambda: told.read_text().endswith("}"), "the login command to have told")
            terminal.press("\x11")
            terminal.until_end()
    text = told.read_text()
    found = json.loads(text)
    assert traces(text.encode(), OLD.decode()) == []
    assert set(found["files"]) <= {"0", "1", "2"}
    assert found["env"].keys() - env.keys() <= {"KUBERNETES_EXEC_INFO", "PWD", "OLDPWD", "_", "SHLVL"}
    assert found["argv"] == [str(script)]
    assert (found["umask"], found["core"]) == (0o027, 8 * 512)


NOISY: Final = {
    **dict.fromkeys(("PYTHONASYNCIODEBUG", "PYTHONDEVMODE", "PYTHONFAULTHANDLER", "PYTHONINSPECT"), "1"),
    **{"PYTHONWARNINGS": "always", "PYTHONMALLOCSTATS": "1"},
    **{"TEXTUAL": "debug,devtools", "TEXTUAL_DEBUG": "1", "TEXTUAL_DRIVER": "made.up:Driver"},
    **{"TEXTUAL_PRESS": "r,D", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_SCREENSHOT_FILENAME": "shown.svg"},
    **{"TEXTUAL_SHOW_RETURN": "1", "TEXTUAL_ALLOW_SIGNALS": "1", "TEXTUAL_DEVTOOLS_HOST": "127.0.0.1"},
    **{"KUBERNETES_LOG_LEVEL": "debug", "SSLKEYLOGFILE": "keys.log"},
}
"""Variables that make Python, Textual or a library write down what it does."""


def test_no_environment_variable_makes_the_program_write_a_log_or_a_value(tmp_path: Path) -> None:
    folders = [tmp_path, *(Path(os.environ[name]) for name in ("HOME", "TMPDIR", "XDG_STATE_HOME"))]
    noisy = {**NOISY, "TEXTUAL_LOG": str(tmp_path / "log"), "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path)}
    with Terminal(
        [PROGRAM, "--demo", "default/mysecret"], env={**environment(), **noisy}, cwd=str(tmp_path)
    ) as terminal:
        started(terminal)
        terminal.press("r", "e")
        terminal.until_shown("mysecret / password")
        terminal.press("\x1b")
        # Python's statistics may push it off the screen at once.
        terminal.until(lambda: b"unchanged" in terminal.stream, "the answer to escape")
        drawn = len(terminal.stream)
        terminal.press("\x11")
        assert terminal.until_end() == 0
        after = bytes(terminal.stream[drawn:])
    assert traces_in_files(folders, OLD.decode()) == []
    assert {path.name for path in tmp_path.iterdir()} == set()
    assert traces(after.rpartition(b"\x1b[?1049l")[2], OLD.decode()) == []


def copies_in_memory(pid: int, wanted: bytes) -> int:
    """Count the copies of a value in the writable memory of a process, which a core file would hold."""
    found = 0
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            begin, end = (int(part, 16) for part in span.split("-"))
            if rights.startswith("rw"):
                try:
                    memory.seek(begin)
                    found += memory.read(end - begin).count(wanted)
                except OSError:
                    continue  # a mapping of the kernel's own
    return found


def test_copies_of_a_value_in_memory_are_printed_and_do_not_grow_under_the_cover() -> None:
    """Python does not erase freed bytes, so nothing is promised; the test prints what root would find."""
    with Server("--demo") as server:
        command = [*UNSHUT, "--kubeconfig", str(server.kubeconfig), "default/mysecret"]
        with Terminal(command, env=environment(), cwd=str(ROOT)) as terminal:
            pid = started(terminal)
            shown = copies_in_memory(pid, OLD)
            terminal.presses("\x0c", "enter return")
            terminal.watch(1)  # after a second no object of the program refers to the value
            covered = copies_in_memory(pid, OLD)
            terminal.press("\x11")
            terminal.until_end()
    sys.stdout.write(f"copies in memory: {shown} while it is shown, {covered} under the cover\n")
    assert shown and covered <= shown
