"""`-f FILE --compare`: how the cluster differs from files. Nothing is drafted, no value is printed."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path

import pytest

from tui.cli import main
from tui.cli.argument_types import BadArguments
from tui.cli.arguments import parse
from tui.model.draft.comparison_report import ComparisonReport, comparison_report
from tui.model.draft.comparison_rows import ComparedKey, ComparedSecret
from tui.model.report import REPORT_WRITERS
from tui.model.secret.secret import SecretRef
from tui.model.text.printable import width
from tui.terminal import crash

GOLDEN = Path(__file__).with_name("report_golden")
AT = 1_795_528_800.0
SAME = "stringData: {password: 1f2d1e2e67df, username: admin}"
"""Data of Secret mysecret of the demo."""


@pytest.fixture(autouse=True)
def _hooks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)


def manifest(folder: Path, data: str, name: str = "mysecret", namespace: str = "default") -> str:
    file = folder / f"{name}.yaml"
    metadata = f"{{name: {name}, namespace: {namespace}}}"
    file.write_text(f"apiVersion: v1\nkind: Secret\nmetadata: {metadata}\n{data}\n")
    return str(folder)


def compared(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Compare files with the demo; return exit code, stdout and stderr."""
    code = main.main(["--demo", "--compare", *words])
    out, err = capsys.readouterr()
    assert "1f2d1e2e67df" not in out + err and "made-up" not in out + err
    return code, out, err


@pytest.mark.slow
def test_files_that_equal_the_cluster_end_with_0(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = compared(capsys, "-f", manifest(tmp_path, SAME))
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == ["Nothing found.", "Secrets compared: 1 same."]


@pytest.mark.slow
def test_each_differing_key_is_a_row_and_the_comparison_ends_with_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    manifest(tmp_path, 'stringData: {password: "made-up-1\\n", salt: made-up}')
    manifest(tmp_path, SAME, "new-one", "nowhere")
    code, out, _ = compared(capsys, "-f", str(tmp_path), "-o", "json")
    parsed = json.loads(out)
    assert (code, parsed["complete"], parsed["secrets"]) == (1, True, {"differs": 1, "only in files": 1})
    rows = [[*row.values()] for row in parsed["rows"]]
    assert rows == [
        ["differs", "default", "mysecret", "password", "value, final line break", "12 B", "10 B"],
        ["only in files", "default", "mysecret", "salt", "", "", "7 B"],
        ["only in cluster", "default", "mysecret", "username", "", "5 B", ""],
        ["only in files", "nowhere", "new-one", "", "", "", "2 fields"],
    ]


def test_a_cluster_that_cannot_be_reached_ends_with_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    config = {
        **{"apiVersion": "v1", "kind": "Config", "current-context": "x"},
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:1"}}],
        "users": [{"name": "x", "user": {"token": "made-up"}}],
    }
    (file := tmp_path / "config").write_text(json.dumps(config))
    file.chmod(0o600)
    folder = manifest(tmp_path / "files", SAME)
    assert main.main(["--kubeconfig", str(file), "-f", folder, "--compare"]) == 3
    out = capsys.readouterr().out
    assert "Nothing found, but some objects could not be read.\nSecrets compared: 1 not read.\n" in out
    assert "Not read: default/mysecret: " in out


def report(*, is_read: bool = True) -> ComparisonReport:
    """The report of a few made-up Secrets."""
    db, tls, new, gone = (SecretRef("web", name) for name in ("db", "shop-tls", "new", "refused"))
    rows = [
        ComparedSecret(new, new, "only here", same=2),
        ComparedSecret(
            *(tls, tls, "differs"),
            (
                ComparedKey("(type)", "changed", "type", ("kubernetes.io/tls", "Opaque")),
                ComparedKey(
                    *("tls.crt", "changed", "2 lines"),
                    ("cert: shop.example.test +1 · 60d", "cert: shop.example.test · 12d"),
                ),
            ),
            same=1,
        ),
        ComparedSecret(
            *(db, db, "differs"),
            (
                ComparedKey("=odd", "added", "", ("9 B", "")),
                ComparedKey("password", "changed", "final line break", ("19 B", "18 B")),
                ComparedKey("user", "removed", "", ("", "5 B")),
            ),
        ),
    ]
    if not is_read:
        why = "Refused: you may not get secrets refused in namespace web."
        rows.append(ComparedSecret(gone, gone, "not read", why=why))
    return comparison_report(rows, context="made-up", namespace="web", now=AT, zone=UTC)


@pytest.mark.parametrize(
    ("form", "columns", "ending"),
    [
        ("table", 80, "80.txt"),
        ("table", 120, "120.txt"),
        ("markdown", 0, "md"),
        ("json", 0, "json"),
        ("csv", 0, "csv"),
    ],
)
def test_each_output_format_equals_its_golden_file(form: str, columns: int, ending: str) -> None:
    made = REPORT_WRITERS[form](report(is_read=False), columns)
    assert made == (GOLDEN / f"compare.{ending}").read_text(encoding="utf-8")
    assert all(width(line) <= columns for line in made.splitlines()) or not columns


def test_an_unread_secret_ends_with_3_even_if_others_differ() -> None:
    assert (report().code, report(is_read=False).code) == (1, 3)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--compare"], "--compare needs files: -f, --set-file or --env-file"),
        (["-o", "json"], "-o needs --compare or secret-tui report"),
        (["-f", "a.yaml", "-o", "json"], "-o needs --compare or secret-tui report"),
        (["-f", "a.yaml", "--compare", "-A"], "--compare and -A cannot be used together"),
    ],
)
def test_options_that_do_not_go_together_are_refused(argv: list[str], says: str) -> None:
    with pytest.raises(BadArguments) as refused:
        parse(argv)
    assert str(refused.value) == says


def test_a_read_only_run_may_compare() -> None:
    assert parse(["-f", "a.yaml", "--compare", "--read-only", "-o", "csv"]).output == "csv"
