"""Run an exec plugin, and read the ExecCredential that it prints.

Source: client-go plugin/pkg/client/auth/exec/exec.go, and the page "Authenticating" of kubernetes.io.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from typing import IO, Annotated, Any, Final

import msgspec

from tui.cluster.kubeconfig.target import ExecSpec, Login, LoginTarget
from tui.model.errors import PluginFailed
from tui.model.json_decoder import HiddenStruct, decoded
from tui.model.text.printable import cut_end, printable, printable_bytes
from tui.process.hardening import given_back

PLUGIN_SECONDS: Final = 30.0
"""Maximum seconds for a plugin that cannot ask the user."""
AT_TERMINAL: Final = 300.0
"""Maximum seconds for a plugin that uses the terminal, or has printed text that the user sees."""
MAX_OUTPUT: Final = 1024 * 1024
_SAID: Final = 200


class _Status(HiddenStruct, rename="camel"):
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class _ExecCredential(HiddenStruct, rename="camel"):
    kind: str = ""
    api_version: str = ""
    status: _Status | None = None


class Plugin:
    """Runner of exec plugins, one process at a time."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._owns_group = False
        self._is_ended = False

    def __call__(self, target: LoginTarget, may_ask: bool) -> Login:
        """Run the plugin of a target, and return the login that the plugin prints.

        Blocks until the plugin ends. Raises PluginFailed.

        The plugin may use the terminal only if `may_ask` is true, stdin is a terminal, and the
        plugin's `interactive_mode` is not "Never".
        """
        spec = target.exec
        assert spec is not None
        is_seen = may_ask and sys.__stdin__ is not None and sys.__stdin__.isatty()
        if spec.interactive_mode == "Always" and not is_seen:
            raise PluginFailed(spec.command, 1, how="needs a terminal to prompt you")
        is_interactive = is_seen and spec.interactive_mode != "Never"
        self._owns_group = not is_interactive
        self._child = _start(spec, _environment(target, spec, is_interactive), is_interactive)
        if self._is_ended:  # `end` was called before or during the start
            self.kill()
        try:
            code, out, err = _collect(self._child, owns_group=not is_interactive, is_seen=is_seen)
        finally:
            self._child = None
        if code != 0:
            raise PluginFailed(spec.command, code, _last_line(err))
        return _login(spec, out)

    def end(self) -> None:
        """Kill the running plugin. A plugin that starts later is killed at once."""
        self._is_ended = True
        self.kill()

    def kill(self) -> None:
        child = self._child
        if child is not None:
            _kill(child, self._owns_group)


def _environment(target: LoginTarget, spec: ExecSpec, is_interactive: bool) -> dict[str, str]:
    spec_info: dict[str, Any] = {"interactive": is_interactive}
    if spec.wants_cluster:
        cluster = {
            "server": target.server,
            "tls-server-name": target.tls_server_name or None,
            "insecure-skip-tls-verify": None if target.verify else True,
            "certificate-authority-data": target.ca or None,
            "proxy-url": target.proxy.url_with_login if target.proxy is not None else None,
            "disable-compression": None if target.compresses else True,
            "config": spec.cluster_config,
        }
        spec_info["cluster"] = {name: field for name, field in cluster.items() if field is not None}
    info = {"kind": "ExecCredential", "apiVersion": spec.api_version, "spec": spec_info}
    exec_info = msgspec.json.encode(info).decode()
    return {**os.environ, **dict(spec.env), "KUBERNETES_EXEC_INFO": exec_info}


def _start(spec: ExecSpec, env: dict[str, str], is_interactive: bool) -> subprocess.Popen[bytes]:
    problem: PluginFailed
    try:
        with given_back() as umask:
            return subprocess.Popen(
                [spec.command, *spec.args],
                stdin=None if is_interactive else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=env,
                umask=umask,
                # A new session has its own process group, so that `_kill` also ends the plugin's children.
                # An interactive plugin stays in our group: only the foreground group may read the terminal.
                start_new_session=not is_interactive,
            )
    except OSError as error:
        # Join the lines of the hint, because a line break would be drawn as a symbol.
        install_hint = " ".join(spec.install_hint.split()) if isinstance(error, FileNotFoundError) else ""
        hint = f"; {install_hint}" if install_hint else ""
        problem = PluginFailed(
            spec.command, 127, _printable(f"{error.strerror}{hint}".encode()), "cannot be run"
        )
    raise problem


def _collect(
    child: subprocess.Popen[bytes], owns_group: bool, is_seen: bool
) -> tuple[int | None, bytes, bytes]:
    """Return the exit code, stdout and stderr. The exit code is None after a timeout."""
    outputs = (bytearray(), bytearray())
    echo = _echo if is_seen else None
    readers = [
        threading.Thread(target=_drain, args=args, daemon=True)
        for args in ((child.stdout, outputs[0], None), (child.stderr, outputs[1], echo))
    ]
    for reader in readers:
        reader.start()
    try:
        code = _wait(child, PLUGIN_SECONDS if owns_group else AT_TERMINAL)
        if code is None and owns_group and is_seen and outputs[1]:
            code = _wait(child, AT_TERMINAL - PLUGIN_SECONDS)
    finally:
        _kill(child, owns_group)
        child.wait()
    for reader in readers:
        reader.join(1.0)
    return code, bytes(outputs[0]), bytes(outputs[1])


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int | None:
    try:
        return child.wait(seconds)
    except subprocess.TimeoutExpired:
        return None


def _drain(pipe: IO[bytes] | None, into: bytearray, echo: Callable[[bytes], None] | None) -> None:
    """Read the pipe to its end, because a full pipe would block the plugin."""
    assert pipe is not None
    with pipe:
        while data := os.read(pipe.fileno(), 65536):
            kept = data[: MAX_OUTPUT + 1 - len(into)]
            into += kept
            if echo is not None and kept:
                echo(kept)


def _echo(data: bytes) -> None:
    """Show text at once, because a question may end without a line break."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    stream = sys.__stderr__
    if stream is not None:
        with contextlib.suppress(OSError, ValueError):
            stream.write("\n".join(printable(line) for line in text.split("\n")))
            stream.flush()


def _kill(child: subprocess.Popen[bytes], owns_group: bool) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if owns_group:
            os.killpg(child.pid, signal.SIGKILL)
        elif child.poll() is None:
            child.kill()


def _login(spec: ExecSpec, out: bytes) -> Login:
    if len(out) > MAX_OUTPUT:
        raise PluginFailed(spec.command, 0, "it printed more than 1 MiB")
    credential: _ExecCredential | None = None
    with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
        credential = decoded(out, _ExecCredential)
    status = credential.status if credential else None
    if credential is None or credential.kind != "ExecCredential" or status is None:
        raise PluginFailed(spec.command, 0, "it printed no ExecCredential")
    if credential.api_version != spec.api_version:
        raise PluginFailed(spec.command, 0, "it answered in another API version than requested")
    cert, key = status.client_certificate_data, status.client_key_data
    if bool(cert) != bool(key):
        halves = "certificate", "key"
        has, lacks = halves if cert else halves[::-1]
        raise PluginFailed(spec.command, 0, f"it returned a {has} without its {lacks}")
    if not (status.token or cert):
        raise PluginFailed(spec.command, 0, "it returned neither a token nor a certificate")
    return Login(
        token=status.token or None,
        certificate=(cert.encode(), key.encode()) if cert and key else None,
        expires=status.expiration_timestamp.timestamp() if status.expiration_timestamp else None,
    )


def _last_line(err: bytes) -> str:
    lines = [line for line in err.splitlines() if line.strip()]
    return _printable(lines[-1]) if lines else ""


def _printable(line: bytes) -> str:
    return cut_end(printable_bytes(line.strip()), _SAID)
