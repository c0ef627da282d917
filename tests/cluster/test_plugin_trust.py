"""Which plugins run at all: those of a trusted kubeconfig that kubectl's own policy does not forbid."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.kubefiles import TOKEN, V1, config, put
from tests.cluster.test_plugin import credential
from tui.cluster.credentials import Credentials, login
from tui.cluster.kubeconfig import load
from tui.cluster.plugin import Plugin
from tui.model.errors import BadKubeconfig


def _config(command: Path) -> dict[str, Any]:
    return config(user={"exec": {"command": str(command), "apiVersion": V1, "interactiveMode": "Never"}})


def has_run(mark: Path) -> bool:
    return mark.exists()


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that the plugin makes when it runs."""
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
    with pytest.raises(BadKubeconfig) as refused:
        login(load(files=[file]))
    assert not mark.exists()
    assert str(command) in refused.value.sentence
    assert "does not lie under ~/.kube" in refused.value.sentence
    assert refused.value.file == str(file)


async def test_nor_does_it_run_for_a_renewal(tmp_path: Path, command: Path, mark: Path) -> None:
    where = load(files=[put(tmp_path / "config", _config(command))])
    credentials = Credentials(where, Plugin())
    with pytest.raises(BadKubeconfig):
        await credentials.renew(credentials.turn)
    assert not has_run(mark)


def test_a_token_makes_the_plugin_needless(kube: Path, command: Path, mark: Path) -> None:
    held = _config(command)
    held["users"][0]["user"]["token"] = "made-up-static"
    credentials = login(load(files=[put(kube / "config", held)]))
    assert not mark.exists()
    assert credentials._held.token == "made-up-static"


ALLOWED = {"": True, "credentialPluginPolicy: AllowAll": True, "credentialPluginPolicy: DenyAll": False}


@pytest.mark.parametrize("policy", ALLOWED)
def test_kubectls_own_policy(kube: Path, command: Path, mark: Path, policy: str) -> None:
    put(kube / "kuberc", f"apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n{policy}\n")
    where = load(files=[put(kube / "config", _config(command))])
    if ALLOWED[policy]:
        login(where)
    else:
        with pytest.raises(BadKubeconfig) as refused:
            login(where)
        assert "kubectl's policy" in refused.value.sentence
    assert mark.exists() is ALLOWED[policy]


LIST = "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{%s: %s}]"


@pytest.mark.parametrize("word", ["name", "command"])
def test_kubectls_list_of_plugins(
    kube: Path, command: Path, mark: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, word: str
) -> None:
    where = load(files=[put(kube / "config", _config(command))])
    policy = put(
        tmp_path / "policy",
        f"credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{{{word}: other}}]",
    )
    monkeypatch.setenv("KUBERC", str(policy))
    with pytest.raises(BadKubeconfig):
        login(where)
    assert not mark.exists()
    put(policy, LIST % (word, "login"))
    monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
    login(where)
    assert mark.exists()


@pytest.mark.parametrize(
    "text",
    [
        "credentialPluginPolicy: Sometimes",
        "credentialPluginPolicy: DenyAll\ncredentialPluginAllowlist: [{name: login}]",
        "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{hash: x}]",
        "credentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{name: login, size: 3}]",
        "- a list",
        "{",
    ],
)
def test_a_policy_that_is_not_understood_lets_nothing_run(
    kube: Path, command: Path, mark: Path, text: str
) -> None:
    put(kube / "kuberc", text)
    where = load(files=[put(kube / "config", _config(command))])
    with pytest.raises(BadKubeconfig) as refused:
        login(where)
    assert refused.value.file.endswith("kuberc")
    assert not mark.exists()
