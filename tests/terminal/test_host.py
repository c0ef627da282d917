"""What the doctor says of a host: who may look into the process, and what can reach a disk."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tui.model.doctor_report import Finding
from tui.terminal import host


def looked(tmp_path: Path, env: dict[str, str] | None = None, **files: str) -> dict[str, Finding]:
    """The findings by what they are about, with these files in /proc."""
    for name, text in files.items():
        path = tmp_path / {"scope": "sys/kernel/yama/ptrace_scope"}.get(name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return {found.about: found for found in host.findings(env or {}, tmp_path)}


@pytest.mark.parametrize(
    ("is_dumpable", "scope", "sign", "says"),
    [
        (False, "0\n", "", "cannot read secret-tui's memory (Yama's ptrace_scope 0: any process"),
        (False, "", "", "(no Yama here)"),
        (True, "0\n", "!", "not protected by secret-tui (Yama's ptrace_scope 0"),
        (True, "1\n", "", "only of children"),
        (None, "", "!", "not known (no Yama here)"),
        (False, "made up", "", "(no Yama here)"),
    ],
)
def test_who_may_look_into_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_dumpable: bool | None,
    scope: str,
    sign: str,
    says: str,
) -> None:
    monkeypatch.setattr(host, "is_dumpable", lambda: is_dumpable)
    found = looked(tmp_path, scope=scope)["ptrace"]
    assert found.sign == sign and says in found.how


def test_cores_are_told_as_the_limit_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for soft, finding in (
        (0, Finding("core dumps", "none")),
        (1, Finding("core dumps", "not disabled", "!")),
    ):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, soft=soft: (soft, -1))
        assert looked(tmp_path)["core dumps"] == finding


def test_a_tmpfs_is_one_that_the_user_may_write_to(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    env = {"XDG_RUNTIME_DIR": str(run)}
    mounts = f"/dev/sda / ext4 rw 0 0\ntmpfs {tmp_path} tmpfs rw 0 0\n"
    assert looked(tmp_path, env, mounts=mounts)["tmpfs"] == Finding("tmpfs", str(run))
    for text in (mounts.replace(" tmpfs rw", " ext4 rw"), "", "odd\n"):
        assert looked(tmp_path, env, mounts=text)["tmpfs"].sign == "!"


def test_swap_is_worth_knowing(tmp_path: Path) -> None:
    head = "Filename Type Size Used Priority\n"
    assert looked(tmp_path, swaps=head)["swap"] == Finding("swap", "off")
    assert looked(tmp_path, swaps=head + "/dev/sdb partition 1 0 -2\n")["swap"].sign == "!"
    assert looked(tmp_path / "none")["swap"] == Finding("swap", "not known")
