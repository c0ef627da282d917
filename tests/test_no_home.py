"""A user without a home, such as a container's random one: the program runs without settings and state."""

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

    def no_entry(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", no_entry)


def test_a_user_without_a_home_has_no_settings_state_or_default_kubeconfig() -> None:
    assert locations.settings_file(os.environ) is None
    assert locations.state_folder(os.environ) is None
    assert load.default_files({}) == []
    assert load.default_files({"KUBECONFIG": "/made/up"}) == [Path("/made/up")]


def test_a_user_without_a_home_trusts_no_kubeconfig() -> None:
    assert distrust([Path("/made/up")]) == "/made/up is not under ~/.kube: you have no home directory"
    assert distrust([]) is None
