"""A user without a home, such as a container's random one: runs on, without settings and state."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from tui.cluster.kubeconfig import load
from tui.cluster.kubeconfig.trust import distrust
from tui.terminal import locations


@pytest.fixture(autouse=True)
def _homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name)

    def nobody(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)


def test_there_are_no_settings_no_state_and_no_kubeconfig() -> None:
    assert locations.settings_file(os.environ) is None
    assert locations.state_folder(os.environ) is None
    assert load.default_files({}) == []
    assert load.default_files({"KUBECONFIG": "/made/up"}) == [Path("/made/up")]


def test_no_kubeconfig_is_ones_own() -> None:
    assert distrust([Path("/made/up")]) == "/made/up is not under ~/.kube: you have no home directory"
    assert distrust([]) is None
