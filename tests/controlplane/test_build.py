"""Where the programs are looked for, without building any."""

import os
import stat
from pathlib import Path

import pytest

from tests.controlplane import build


@pytest.fixture
def nothing_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No assets, an empty cache, and a PATH with nothing on it; the folder that the PATH names."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setattr(build, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(build, "ENVIRONMENT", {"PATH": str(programs)})
    return programs


def _script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_kubebuilder_assets_come_first(
    tmp_path: Path, nothing_found: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("etcd", "kube-apiserver", "kubectl"):
        _script(tmp_path / name, "")
    monkeypatch.setitem(build.ENVIRONMENT, "KUBEBUILDER_ASSETS", str(tmp_path))
    found = build.find_or_build(controllers=False)
    assert found == build.Binaries(tmp_path / "etcd", tmp_path / "kube-apiserver", None)
    assert build.find_kubectl() == tmp_path / "kubectl"


def test_without_go_the_message_says_what_to_do(nothing_found: Path) -> None:
    with pytest.raises(build.CannotBuild, match=r"etcd is missing. Install Go 1.26 .* KUBEBUILDER_ASSETS"):
        build.find_or_build()


def test_what_was_built_is_found_again(nothing_found: Path, capfd: pytest.CaptureFixture[str]) -> None:
    # Stands in for `go build … -o OUT PACKAGE`, and notes each run.
    runs_file = nothing_found / "runs"
    _script(
        nothing_found / "go",
        f'PATH={os.defpath}; echo "$@" >> {runs_file}\n'
        'while [ "$1" != -o ]; do shift; done; echo built > "$2"; echo some/package >&2',
    )
    first = build.find_or_build()
    assert build.find_or_build() == first
    runs = runs_file.read_text().splitlines()
    assert len(runs) == 3
    assert all("-mod=readonly" in run and "-trimpath" in run for run in runs)
    assert f"gitVersion={build.version(build.APISERVER)}" in runs[1]
    assert first.kube_apiserver.read_text() == "built\n"
    assert "kube-apiserver" in capfd.readouterr().err


def test_a_failed_build_shows_the_last_lines_and_leaves_nothing(nothing_found: Path) -> None:
    _script(nothing_found / "go", "echo no such module >&2; exit 1")
    with pytest.raises(build.CannotBuild, match="could not build etcd:\nno such module"):
        build.find_or_build()
    assert not build.cached(build.ETCD).exists()


def test_another_pin_is_another_place_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build.cached(build.ETCD)
    (tmp_path / "etcd").mkdir()
    for name in ("go.mod", "go.sum"):
        text = (build.HERE / "etcd" / name).read_text()
        (tmp_path / "etcd" / name).write_text(text.replace("etcd/server/v3 v3.", "etcd/server/v3 v3.9"))
    monkeypatch.setattr(build, "HERE", tmp_path)
    assert build.cached(build.ETCD) != before
