"""Credential plugins: their input, the limits on their time and output, and the end of their processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cluster.calls import everything_said, is_unlinked
from tests.cluster.kubeconfig_files import V1
from tests.cluster.rude_server import target_at
from tests.terminal.drive import has_ended
from tui.cluster.auth import exec_plugin
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.kubeconfig.proxies import Proxy
from tui.cluster.kubeconfig.target import ExecSpec, Login, LoginTarget
from tui.model.errors import PluginFailed

TOKEN = "made-up-plugin-token"
V1BETA1 = "client.authentication.k8s.io/v1beta1"


def credential(version: str = V1, **status: Any) -> str:
    return json.dumps({"kind": "ExecCredential", "apiVersion": version, "status": status})


def target(
    script: str, *, version: str = V1, mode: str = "Never", wants_cluster: bool = False
) -> LoginTarget:
    """A target whose plugin is this Python script."""
    spec = ExecSpec(
        command=sys.executable,
        args=("-c", script),
        env=(("MADE_UP", "from the kubeconfig"),),
        api_version=version,
        interactive_mode=mode,
        install_hint="get it from\n\n  your administrator\n",
        wants_cluster=wants_cluster,
        cluster_config={"audience": "made up"},
    )
    return replace(target_at("https://c:6443", token=None), exec=spec, ca=b"authority", tls_server_name="n")


def run(script: str, **how: Any) -> Login:
    return Plugin()(target(script, **how), False)


def failure(script: str, **how: Any) -> PluginFailed:
    with pytest.raises(PluginFailed) as failed:
        run(script, **how)
    assert is_unlinked(failed.value)
    assert TOKEN not in everything_said(failed.value)
    return failed.value


def prints(text: str) -> str:
    return f"print({text!r})"


@pytest.mark.parametrize("version", [V1, V1BETA1])
def test_a_plugin_gives_a_token_with_its_expiry(version: str) -> None:
    given = credential(version, token=TOKEN, expirationTimestamp="2026-11-24T14:00:00Z")
    got = run(prints(given), version=version)
    assert (got.token, got.certificate, got.expires) == (TOKEN, None, 1795528800.0)
    assert TOKEN not in repr(got)


def test_a_plugin_gives_a_client_certificate() -> None:
    got = run(prints(credential(clientCertificateData="cert", clientKeyData="key")))
    assert (got.token, got.certificate) == (None, (b"cert", b"key"))


def test_a_plugin_gets_its_variables_and_the_cluster_but_no_stdin_and_no_open_files(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = f"""
import json, os, sys
seen = {{
    "info": json.loads(os.environ["KUBERNETES_EXEC_INFO"]), "made_up": os.environ["MADE_UP"],
    "home": os.environ["HOME"], "stdin": sys.stdin.read(), "files": sorted(os.listdir("/proc/self/fd")),
    "is_leader": os.getsid(0) == os.getpid(),
}}
open({str(seen)!r}, "w").write(json.dumps(seen))
{prints(credential(token=TOKEN))}
"""
    with _something_to_read_on_stdin():
        run(script, wants_cluster=True)
    told = json.loads(seen.read_text())
    assert told["info"] == {
        "kind": "ExecCredential",
        "apiVersion": V1,
        "spec": {
            "interactive": False,
            "cluster": {
                "server": "https://c:6443",
                "tls-server-name": "n",
                "certificate-authority-data": "YXV0aG9yaXR5",
                "config": {"audience": "made up"},
            },
        },
    }
    assert told["made_up"] == "from the kubeconfig"
    assert told["home"] == os.environ["HOME"]
    assert told["stdin"] == ""
    assert len(told["files"]) <= 4  # its own three, and the folder that it lists
    assert told["is_leader"]


@contextmanager
def _something_to_read_on_stdin() -> Iterator[None]:
    """Put a line on the stdin of this process meanwhile."""
    held, (reading, writing) = os.dup(0), os.pipe()
    os.write(writing, b"not for a plugin\n")
    os.close(writing)
    os.dup2(reading, 0)
    try:
        yield
    finally:
        os.dup2(held, 0)
        os.close(held)
        os.close(reading)


def test_a_plugin_without_provide_cluster_info_gets_no_cluster() -> None:
    check = "import os; assert 'cluster' not in os.environ['KUBERNETES_EXEC_INFO']\n"
    assert run(check + prints(credential(token="x"))).token == "x"


def test_a_plugin_gets_the_proxy_and_the_compression_setting_of_the_cluster() -> None:
    proxy = Proxy("http", "proxy", 3128, "jane", "p@ss")
    where = replace(target("", wants_cluster=True), proxy=proxy, compresses=False)
    assert where.exec is not None
    told = json.loads(exec_plugin._environment(where, where.exec, False)["KUBERNETES_EXEC_INFO"])["spec"][
        "cluster"
    ]
    assert (told["proxy-url"], told["disable-compression"]) == ("http://jane:p%40ss@proxy:3128", True)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            "import sys; sys.stderr.write('first\\nnot logged in\\x1b[31m\\n\\n'); sys.exit(3)",
            "not logged in",
        ),
        (prints("no json"), "no ExecCredential"),
        (prints(credential("client.authentication.k8s.io/v1beta1", token=TOKEN)), "another API version"),
        (prints(credential()), "neither a token"),
        (prints(credential(token=TOKEN, clientCertificateData="made up")), "a certificate without its key"),
        (prints(credential(clientKeyData="made up")), "a key without its certificate"),
        (prints(credential(token=TOKEN, expirationTimestamp=f"not {TOKEN}")), "no ExecCredential"),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", "no ExecCredential"),
    ],
)
def test_a_plugin_without_a_usable_credential_is_refused_with_the_reason(script: str, says: str) -> None:
    failed = failure(script)
    assert says in failed.sentence
    assert failed.sentence.isprintable()


def test_a_missing_plugin_is_reported_with_its_install_hint() -> None:
    missing = target("")
    assert missing.exec is not None
    missing = replace(missing, exec=replace(missing.exec, command="no-such-login-command"))
    with pytest.raises(PluginFailed) as failed:
        Plugin()(missing, False)
    assert "get it from your administrator" in failed.value.sentence


def test_plugin_output_over_the_limit_is_drained_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exec_plugin, "MAX_OUTPUT", 100_000)
    script = "import sys; sys.stderr.write('x' * 3_000_000); sys.stdout.write(' ' * 3_000_000 + '{}')"
    assert "more than 1 MiB" in failure(script).sentence


FORKS = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({path!r}, "w").write(str(child.pid))
time.sleep({seconds})
print({answer!r})
"""


@pytest.mark.slow
def test_a_plugin_that_times_out_is_killed_with_its_child_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exec_plugin, "PLUGIN_SECONDS", 2.0)
    script = FORKS.format(path=str(tmp_path / "pid"), seconds=600, answer="")
    assert "timed out" in failure(script).sentence
    assert _soon(lambda: has_ended(int((tmp_path / "pid").read_text())))


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that a person sees what the plugin writes to stderr."""
    monkeypatch.setattr(sys, "__stdin__", SimpleNamespace(isatty=lambda: True))


@pytest.mark.usefixtures("at_terminal")
def test_a_silent_plugin_gets_no_more_time_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exec_plugin, "PLUGIN_SECONDS", 0.5)
    with pytest.raises(PluginFailed, match="timed out"):
        Plugin()(target("import time; time.sleep(600)"), True)


@pytest.mark.slow
@pytest.mark.usefixtures("at_terminal")
def test_a_login_in_the_browser_may_take_as_long_as_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a plugin like one that opens a browser: its interactiveMode is Never, since it reads nothing."""
    monkeypatch.setattr(exec_plugin, "PLUGIN_SECONDS", 2.0)
    monkeypatch.setattr(exec_plugin, "_echo", lambda said: None)
    answer = credential(token=TOKEN)
    script = (
        f"import sys, time; print('visit ...', file=sys.stderr, flush=True); time.sleep(3); {prints(answer)}"
    )
    assert Plugin()(target(script), True).token == TOKEN


def test_a_process_that_a_plugin_leaves_running_is_killed(tmp_path: Path) -> None:
    script = FORKS.format(path=str(tmp_path / "pid"), seconds=0, answer=credential(token=TOKEN))
    assert run(script).token == TOKEN
    assert _soon(lambda: has_ended(int((tmp_path / "pid").read_text())))


def test_a_running_plugin_can_be_killed(tmp_path: Path) -> None:
    runner = Plugin()
    failed: list[PluginFailed] = []
    script = f"open({str(tmp_path / 'up')!r}, 'w'); import time; time.sleep(600)"

    def work() -> None:
        try:
            runner(target(script), False)
        except PluginFailed as error:
            failed.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    assert _soon((tmp_path / "up").exists)

    def is_killed() -> bool:
        runner.kill()  # the program may be up before the runner knows its process
        return not thread.is_alive()

    assert _soon(is_killed)
    assert [error.exit_code for error in failed] == [-9]
    runner.kill()


def test_a_plugin_that_starts_after_the_end_is_killed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exec_plugin, "PLUGIN_SECONDS", 20.0)
    runner = Plugin()
    runner.end()
    with pytest.raises(PluginFailed) as failed:
        runner(target("import time; time.sleep(600)"), False)
    assert failed.value.exit_code == -9


def _soon(is_true: Any) -> bool:
    for _ in range(1_000):
        if is_true():
            return True
        threading.Event().wait(0.01)
    return False


def test_a_plugin_that_must_ask_needs_a_terminal() -> None:
    assert "needs a terminal" in failure(prints(credential(token=TOKEN)), mode="Always").sentence


ASKS = f"""
import sys
from tests.cluster.test_exec_plugin import prints, target
from tui.cluster.auth.exec_plugin import Plugin
script = 'import sys; sys.stderr.write("code: "); sys.stderr.flush(); import json; code = input(); print(' \\
    'json.dumps(dict(kind="ExecCredential", apiVersion="{V1}", status=dict(token=code))))'
print("got", Plugin()(target(script, mode="Always"), True).token)
"""


def test_a_plugin_that_must_ask_gets_the_terminal_while_it_is_free() -> None:
    import pty

    ours, its = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", ASKS], stdin=its, stdout=its, stderr=its, close_fds=True)
    os.close(its)
    seen = b""
    try:
        while b"code: " not in seen:
            seen += os.read(ours, 1000)
        os.write(ours, b"made-up-code\n")
        while b"got made-up-code" not in seen:
            seen += os.read(ours, 1000)
    finally:
        child.wait(20)
        os.close(ours)
