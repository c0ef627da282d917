"""Holds a control plane's servers, so that nothing outlives the test run that started them.

Run as a process of its own (`Supervisor` starts it): its standard input is the read end of a pipe whose
other end only the test run holds. However that run ends, `kill -9` included, the pipe then ends too, and
this process kills its servers, removes their folder and kills its process group. Until then it answers
commands, a JSON list a line: ["start", name, argv, log], ["signal", name, number], ["poll", name] (an exit
code, or null while the server runs).
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any


class Supervisor:
    """Client of the supervising process, in the test run: starts it, sends commands, and ends it."""

    def __init__(self, folder: Path) -> None:
        """Start the process; it removes `folder` when it ends."""
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            # A group of its own: ctrl-c on the test run's terminal is for the test run.
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """Process id of the supervising process, which leads the servers' process group."""
        return self._process.pid

    def start(self, name: str, argv: list[str], log: Path) -> int:
        """Start a server, its output appended to `log`; return its process id."""
        return int(self._ask("start", name, argv, str(log)))

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a server; a server that has ended gets none."""
        self._ask("signal", name, number)

    def exit_code(self, name: str) -> int | None:
        """Exit code of a server, None while it runs."""
        code = self._ask("poll", name)
        return None if code is None else int(code)

    def close(self) -> None:
        """Close the pipe, and return once the servers, their folder and the supervising process are gone."""
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

    def _ask(self, *command: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("the process that holds the servers is gone")
        return json.loads(answer)


def _start(folder: Path, argv: list[str], log: str) -> subprocess.Popen[bytes]:
    with Path(log).open("ab") as output:
        return subprocess.Popen(
            argv,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # No proxy, no kubeconfig, no cloud's variables: the servers see this folder only.
            env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder)},
        )


def _obey(folder: Path, servers: dict[str, subprocess.Popen[bytes]], command: list[Any]) -> int | None:
    verb, name, *rest = command
    if verb == "start":
        servers[name] = _start(folder, rest[0], rest[1])
        return servers[name].pid
    if verb == "signal":
        servers[name].send_signal(rest[0])
        return None
    return servers[name].poll()


def supervise(folder: Path) -> None:
    """Run commands until the pipe ends, then kill the servers and remove the folder."""
    servers: dict[str, subprocess.Popen[bytes]] = {}
    try:
        # Not `for line in sys.stdin`: that reads ahead, and would keep a command waiting.
        while line := sys.stdin.buffer.readline():
            sys.stdout.write(json.dumps(_obey(folder, servers, json.loads(line))) + "\n")
            sys.stdout.flush()
    finally:
        # Nothing may cut this short.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for server in servers.values():
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)
        os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    # Asked to end, it clears away as it does at the pipe's end.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit())
    supervise(Path(sys.argv[1]))
