"""Plugins run if the kubeconfig that names them is trusted, or a person agreed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cluster.kubeconfig_files import TOKEN, V1, config, put
from tests.cluster.test_exec_plugin import credential
from tui.cluster.auth.credentials import login
from tui.cluster.auth.login import LoginRequest, log_in
from tui.cluster.kubeconfig.load import load
from tui.cluster.kubeconfig.trust import NotTrusted, UntrustedKubeconfig


def _config(command: Path) -> dict[str, Any]:
    return config(user={"exec": {"command": str(command), "apiVersion": V1, "interactiveMode": "Never"}})


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """File that the plugin creates when it runs."""
    return tmp_path / "it-ran"


@pytest.fixture
def command(tmp_path: Path, mark: Path) -> Path:
    script = put(tmp_path / "login", f"#!/bin/sh\ntouch {mark}\necho '{credential(token=TOKEN)}'\n")
    script.chmod(0o700)
    return script


def test_a_plugin_of_a_trusted_file_runs_before_anything_else(kube: Path, command: Path, mark: Path) -> None:
    credentials = login(load(files=[put(kube / "config", _config(command))]))
    assert mark.exists()
    assert credentials._held.token == TOKEN
    assert TOKEN not in repr(credentials)


def test_a_plugin_of_any_other_file_does_not_run(tmp_path: Path, command: Path, mark: Path) -> None:
    file = put(tmp_path / "config", _config(command))
    with pytest.raises(NotTrusted) as refused:
        log_in(LoginRequest(file))
    assert not mark.exists()
    assert str(command) in refused.value.sentence
    assert "is not under ~/.kube" in refused.value.sentence
    assert refused.value.file == str(file)


def _asked(request: LoginRequest) -> UntrustedKubeconfig:
    with pytest.raises(NotTrusted) as refused:
        log_in(request)
    return refused.value.asks


def test_the_question_names_command_files_and_server(tmp_path: Path, command: Path) -> None:
    held = _config(command)
    held["users"][0]["user"]["exec"]["args"] = ["get-token", "a b; \x1b[2J", "x" * 600]
    held["users"][0]["user"]["exec"]["env"] = [{"name": "PROFILE", "value": "made up"}]
    held["users"][0]["user"]["tokenFile"] = "/etc/made-up"
    held["clusters"][0]["cluster"]["certificate-authority"] = "ca.pem"
    said = "\n".join(_asked(LoginRequest(put(tmp_path / "config", held))).lines())
    for part in (
        f"{command} get-token 'a b; ",
        "https://c:6443",
        "PROFILE",
        "/etc/made-up",
        "characters in all",
    ):
        assert part in said
    assert str(tmp_path / "ca.pem") in said
    assert "made up" not in said
    assert "\x1b" not in said
    assert said.isascii()


def test_the_question_names_proxy_skipped_check_and_files_in_short_lines(
    tmp_path: Path, command: Path
) -> None:
    held = _config(command)
    far = "/home/made-up/" + "d/" * 2_000 + "id_rsa"
    held["users"][0]["user"]["tokenFile"] = far
    held["clusters"][0]["cluster"].update(
        {"proxy-url": "http://bob:made-up-login@elsewhere.example:3128", "insecure-skip-tls-verify": True}
    )
    lines = _asked(LoginRequest(put(tmp_path / "config", held))).lines()
    assert "secret-tui would" in lines
    assert "  connect through the proxy http://elsewhere.example:3128" in lines
    assert "  skip the check of the server's certificate" in lines
    assert any(line.startswith("  read  /home/made-up/d/") and line.endswith("/id_rsa") for line in lines)
    assert max(map(len, lines)) < 500 and "made-up-login" not in str(lines)


def test_a_granted_request_runs_the_plugin_and_the_consent_is_saved_nowhere(
    tmp_path: Path, command: Path, mark: Path
) -> None:
    request = LoginRequest(put(tmp_path / "config", _config(command)))
    asks = _asked(request)
    log_in(request.granting(asks))
    assert mark.exists()
    assert _asked(request) == asks
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("*"))


def test_the_trust_option_runs_the_plugin_without_a_question(
    tmp_path: Path, command: Path, mark: Path
) -> None:
    log_in(LoginRequest(put(tmp_path / "config", _config(command)), is_trusted=True))
    assert mark.exists()


CHANGED: Final[dict[str, Callable[[Any], None]]] = {
    "command": lambda held: held["users"][0]["user"]["exec"].update(command="/bin/sh"),
    "argument": lambda held: held["users"][0]["user"]["exec"].update(args=["-c", "made up"]),
    "variable": lambda held: held["users"][0]["user"]["exec"].update(env=[{"name": "A", "value": "b"}]),
    "file": lambda held: held["users"][0]["user"].update(tokenFile="/etc/shadow"),
    "server": lambda held: held["clusters"][0]["cluster"].update(server="https://other"),
    "check": lambda held: held["clusters"][0]["cluster"].update({"insecure-skip-tls-verify": True}),
}


@pytest.mark.parametrize("what", CHANGED)
def test_consent_does_not_cover_a_changed_command_file_or_server(
    tmp_path: Path, command: Path, mark: Path, what: str
) -> None:
    held = _config(command)
    file = tmp_path / "config"
    request = LoginRequest(put(file, held))
    request = request.granting(_asked(request))
    CHANGED[what](held)
    put(file, held)
    _asked(request)
    assert not mark.exists()


def test_a_plugin_does_not_run_when_the_kubeconfig_has_a_token(kube: Path, command: Path, mark: Path) -> None:
    held = _config(command)
    held["users"][0]["user"]["token"] = "made-up-static"
    credentials = login(load(files=[put(kube / "config", held)]))
    assert not mark.exists()
    assert credentials._held.token == "made-up-static"
