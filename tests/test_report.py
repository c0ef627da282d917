"""`secret-tui report`: what it prints in each format, its exit codes, and that no value is among it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.model.test_health import DB, evidence, reads, row
from tui.cli import main
from tui.cli.argument_types import BadArguments
from tui.cli.arguments import parse_report
from tui.model.errors import Forbidden, ServerTrouble
from tui.model.health.report import FORMATS, Report, report
from tui.model.readers.freshness import Verdict
from tui.model.readers.gaps import Gap, gap_of, gap_sentences
from tui.model.readers.needs import KnownKeys
from tui.model.secret.secret import SecretRef
from tui.terminal import crash

pytestmark = pytest.mark.slow

VALUES = ("made-up-password", "-----BEGIN", "made-up-api-key")
"""How values of the demo begin."""


@pytest.fixture(autouse=True)
def _hooks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of a report on the demo."""
    code = main.main(["report", *words, "--demo"])
    out, err = capsys.readouterr()
    assert not any(value in out + err for value in VALUES)
    return code, out, err


def test_missing_secrets_and_keys_are_a_table_and_end_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "missing", "-n", "payments")
    head, first, *_ = out.splitlines()
    assert code == 1
    assert head.split() == ["STATE", "NAMESPACE", "OBJECT", "SECRET", "KEY", "WHAT", "DO"]
    assert first.startswith("fails   payments    Deployment/ledger-worker")
    assert (
        "couldn't find key PASSWORD in Secret payments/db-credentials (1 pod waits; says the kubelet)"
        in first
    )
    assert err == ""


def test_health_of_all_namespaces_as_json_tells_values_only_when_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _err = printed(capsys, "-A", "-o", "json")
    told = json.loads(out)
    assert code == 1
    assert told["complete"]
    assert told["notChecked"] == 10
    assert {one["state"] for one in told["rows"]} == {"fails", "old value?", "care", "unused"}
    assert not any(one["key"] == "tls.crt" for one in told["rows"])
    code, out, _err = printed(capsys, "health", "-A", "-o", "json", "--values")
    told = json.loads(out)
    assert told["notChecked"] == 0
    assert "the certificate expired 30 d ago" in [one["what"] for one in told["rows"]]


def test_readers_tell_of_each_secret_what_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = printed(capsys, "readers", "-n", "payments")
    assert next(line for line in out.splitlines() if "legacy-db" in line).endswith("no reader found")
    line = next(line for line in out.splitlines() if "db-credentials" in line)
    assert "6 pods" in line
    assert line.endswith(
        "CronJob/statements, Deployment/fraud-check, Deployment/ledger-api, "
        "Deployment/ledger-import, Deployment/ledger-worker"
    )
    _code, out, _err = printed(capsys, "readers", "-n", "payments", "-o", "json")
    by = {one["secret"]: one["by"] for one in json.loads(out)["rows"]}
    assert by["db-tls"] == ["Deployment/ledger-api", "StatefulSet/payments-db"]
    assert by["legacy-db"] == []


def test_a_namespace_that_is_not_there_is_no_good_news(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "missing", "-n", "paymets")
    assert (code, out) == (3, "")
    assert "namespace paymets" in err


def test_a_cluster_that_cannot_be_reached_ends_with_3(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "x",
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
        "clusters": [{"name": "x", "cluster": {"server": "http://127.0.0.1:1"}}],
        "users": [{"name": "x", "user": {"token": "made-up"}}],
    }
    file = tmp_path / "config"
    file.write_text(json.dumps(config))
    file.chmod(0o600)
    assert main.main(["report", "missing", "--kubeconfig", str(file)]) == 3
    out, err = capsys.readouterr()
    assert out.startswith("Nothing found in what is known.\nSecrets: not known.\n")
    assert "Not read: failed: secrets, pods" in out
    assert err.startswith("secret-tui: ")


def told(name: str, *infos: object, **more: object) -> Report:
    found = evidence(*infos, **more)  # type: ignore[arg-type]
    return report(
        name, found, lambda ref: "", context="c", namespace="default", not_checked=lambda unknown: 2
    )


def test_3_is_stronger_than_1_and_0_needs_all_evidence() -> None:
    gap = Gap("jobs.batch", "refused", "Refused.")
    assert told("missing").code == 0
    assert told("missing", reads("web-1", "gone")).code == 1
    assert told("missing", reads("web-1", "gone"), gaps=(gap,)).code == 3
    assert told("missing", gaps=(gap,)).code == 3
    half: dict[SecretRef, KnownKeys | None] = {DB: KnownKeys(frozenset(), is_whole=False)}
    unknown = told("missing", reads("web-1", "gone"), has=half)
    assert (unknown.code, unknown.not_read) == (3, ("not known: the keys of default/db",))
    assert told("missing", reads("web-1", "gone", optional=True), has=half).code == 0
    assert told("stale", reads("web-1", "password")).code == 3, "which value it has is not known"
    known = {"verdict_of": lambda one, use: Verdict("new value", "")}
    assert told("stale", reads("web-1", "password"), **known).code == 0
    assert "Nothing found.\n" in FORMATS["table"](told("missing"))
    assert "Not read: refused: jobs.batch.\n" in FORMATS["table"](told("missing", gaps=(gap,)))
    assert "Not checked without --values: the contents of 2 Secrets.\n" in FORMATS["table"](told("health"))


def test_refused_lists_are_one_sentence() -> None:
    refused = [gap_of(what, Forbidden("list", what, "web")) for what in ("secrets", "pods")]
    broken = gap_of("jobs.batch", ServerTrouble(500))
    assert gap_sentences((*refused, broken, broken)) == [
        "Refused: you may not list secrets, pods.",
        broken.sentence,
    ]
    assert gap_sentences(refused[:1]) == ["Refused: you may not list secrets in namespace web."]


def test_what_is_foreign_is_no_markup_and_no_control_sequence() -> None:
    name = "web|<b>*\x1b[31m\n"
    found = told("missing", reads(name, "gone|`x`"), rows=(row("db"),))
    assert found.rows[0][3] == DB.name
    markdown = FORMATS["markdown"](found)
    (line,) = [line for line in markdown.splitlines() if line.startswith("| will fail")]
    assert line.replace(r"\|", "").count("|") == len(found.columns) + 1
    assert r"gone\|\`x\`" in line
    for text in (markdown, FORMATS["table"](found), FORMATS["json"](found)):
        assert "\x1b" not in text


@pytest.mark.parametrize("argv", [["made-up-password"], ["-o", "made-up-password"], ["missing", "made-up"]])
def test_a_wrong_word_is_refused_and_not_quoted(argv: list[str]) -> None:
    with pytest.raises(BadArguments) as refused:
        parse_report(argv)
    assert "made-up" not in str(refused.value)
