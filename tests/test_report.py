"""`secret-tui report`: what it prints in each format, its exit codes, and that it prints no value."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.model.certificate_samples import AT, SAMPLES, SHOP
from tests.model.test_health import DB, evidence, reads, row
from tui.cli import main
from tui.cli import report as cli_report
from tui.cli.argument_types import BadArguments
from tui.cli.arguments import parse_report
from tui.cli.parsers import FAIL_ON
from tui.model.certificates.findings import board
from tui.model.certificates.report import certificates_report
from tui.model.certificates.rows import CertificateEvidence
from tui.model.errors import Forbidden, ServerTrouble
from tui.model.health.checks import CHECKS
from tui.model.health.evidence import Evidence, TlsHost
from tui.model.health.finding import LEVELS, Finding, Level
from tui.model.health.report import HealthReport, report
from tui.model.readers.freshness import Verdict
from tui.model.readers.gaps import Gap, gap_of, gap_sentences
from tui.model.readers.needs import KnownKeys
from tui.model.report import REPORT_WRITERS, Report
from tui.model.secret.secret import SecretRef
from tui.model.text.printable import width
from tui.terminal import crash, locations

pytestmark = pytest.mark.slow

VALUES = ("made-up-password", "-----BEGIN", "made-up-api-key")
"""Beginnings of values of the demo."""


@pytest.fixture(autouse=True)
def _hooks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Print a report on the demo; return exit code, stdout and stderr."""
    code = main.main(["report", *words, "--demo"])
    out, err = capsys.readouterr()
    assert not any(value in out + err for value in VALUES)
    return code, out, err


def test_missing_secrets_and_keys_are_a_table_and_end_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "missing", "-n", "payments")
    head, first, what, do, *_ = out.splitlines()
    assert code == 1
    assert head.split() == ["STATE", "NAMESPACE", "OBJECT", "SECRET", "KEY"]
    assert first.split() == ["fails", "payments", "Deployment/ledger-worker", "db-credentials", "PASSWORD"]
    said = "1 pod waits, the kubelet says: couldn't find key PASSWORD in Secret payments/db-credentials"
    assert what == f"    {said}"
    assert do.startswith("    → Add the key PASSWORD (ExternalSecret/db may undo that), or change PASSWORD")
    assert err == ""


def test_health_of_all_namespaces_as_json_checks_values_only_when_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _err = printed(capsys, "-A", "-o", "json")
    told = json.loads(out)
    assert code == 1
    assert told["complete"]
    assert told["notChecked"] == 55
    assert {one["state"] for one in told["rows"]} == {"fails", "old value?", "care", "unused"}
    assert not any(one["key"] == "tls.crt" for one in told["rows"])
    code, out, _err = printed(capsys, "health", "-A", "-o", "json", "--values")
    told = json.loads(out)
    assert told["notChecked"] == 0
    expired = "the certificate expired 30d ago (ended 2026-10-25 14:00:00)"
    assert expired in [one["what"] for one in told["rows"]]


def test_a_risk_that_the_settings_accept_is_counted_and_no_row(capsys: pytest.CaptureFixture[str]) -> None:
    def told() -> tuple[int, bool]:
        _code, out, _err = printed(capsys, "health", "-A", "-o", "json", "--values")
        found = json.loads(out)
        return found["acceptedRisks"], any("is the same as" in row["what"] for row in found["rows"])

    assert told() == (0, True)
    file = locations.settings_file(os.environ)
    assert file is not None
    file.parent.mkdir(mode=0o700, parents=True)
    file.write_text("accepted_risks:\n- {risk: reused, namespace: payments, secret: 'db-*', key: password}\n")
    file.chmod(0o600)
    assert told() == (1, False)


def test_the_readers_report_names_what_reads_a_secret(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = printed(capsys, "readers", "-n", "payments")
    assert next(line for line in out.splitlines() if "legacy-db" in line).endswith("no reader found")
    said = "6 pods, 1 cron job, 1 deployment: CronJob/statements, Deployment/fraud-check, "
    names = ("Deployment/ledger-api", "Deployment/ledger-import", "Deployment/ledger-worker")
    assert said + ", ".join(names) in " ".join(out.split())
    _code, out, _err = printed(capsys, "readers", "-n", "payments", "-o", "json")
    by = {one["secret"]: one["by"] for one in json.loads(out)["rows"]}
    assert by["db-tls"] == ["Deployment/ledger-api", "StatefulSet/payments-db"]
    assert by["legacy-db"] == []


def test_a_report_on_a_missing_namespace_ends_with_3(capsys: pytest.CaptureFixture[str]) -> None:
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
    assert out.startswith("Nothing found, but some objects could not be read.\nSecrets: not known.\n")
    assert "Not read: failed: secrets, pods" in out
    assert err.startswith("secret-tui: ")


def told(name: str, *infos: object, fail_on: Level = "care", **more: object) -> Report:
    found = evidence(*infos, **more)  # type: ignore[arg-type]
    return report(
        name,
        found,
        lambda ref: "",
        context="c",
        namespace="default",
        fail_on=fail_on,
        not_checked=lambda unknown: 2,
    )


def table(found: Report) -> str:
    return REPORT_WRITERS["table"](found, 120)


def test_missing_evidence_ends_with_3_whatever_else_is_found() -> None:
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
    assert told("stale", reads("web-1", "password"), fail_on="will fail").code == 0, "it runs"
    fresh = told("stale", reads("web-1", "password"), verdict_of=lambda one, use: Verdict("new value", ""))
    assert fresh.code == 0
    assert "Nothing found.\n" in table(told("missing"))
    assert "Not read: refused: jobs.batch.\n" in table(told("missing", gaps=(gap,)))
    assert "Not checked without --values: ConfigMaps, environment variables and 2 Secrets.\n" in table(
        told("health")
    )


@pytest.mark.parametrize("found_level", LEVELS)
@pytest.mark.parametrize("fail_on", LEVELS)
def test_a_report_ends_with_1_for_the_level_that_was_asked_for_and_worse(
    found_level: Level, fail_on: Level, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(_: Evidence) -> Iterator[Finding]:
        yield Finding(level=found_level, namespace="default", says="made up", do="Nothing")

    monkeypatch.setitem(CHECKS, "missing", found)
    is_as_bad = LEVELS.index(found_level) <= LEVELS.index(fail_on)
    one = told("missing", fail_on=fail_on)
    assert (one.code, len(one.rows)) == (1 if is_as_bad else 0, 1)
    gap = Gap("jobs.batch", "refused", "Refused.")
    assert told("missing", fail_on=fail_on, gaps=(gap,)).code == 3


def test_a_secret_without_a_reader_ends_with_1_only_if_that_was_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert printed(capsys, "readers", "-n", "payments")[0] == 0
    assert printed(capsys, "readers", "-n", "payments", "--fail-on", "unused")[0] == 1
    assert printed(capsys, "-n", "web", "--fail-on", "will fail")[0] == 1
    assert printed(capsys, "stale", "-n", "payments", "--fail-on", "old-value?")[0] == 1
    assert printed(capsys, "stale", "-n", "payments", "--fail-on", "old-value")[0] == 3, "5 are not known"
    assert printed(capsys, "stale", "-n", "payments", "--fail-on", "will-fail")[0] == 0, "they run"


def test_the_levels_of_the_command_line_are_those_of_findings() -> None:
    assert [level.replace("-", " ") for level in FAIL_ON] == list(LEVELS)
    assert parse_report([]).fail_on == "care"


@pytest.mark.parametrize("columns", [40, 80, 120, 200])
@pytest.mark.parametrize("name", ["health", "readers"])
def test_no_line_of_a_table_is_longer_than_the_terminal(
    name: str, columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_report, "get_terminal_size", lambda fallback: os.terminal_size((columns, 24)))
    _code, out, _err = printed(capsys, name, "-A", "--values")
    widest = max(map(width, out.splitlines()))
    assert columns // 2 < widest <= columns
    whole = " ".join(out.split())
    names = "CronJob/statements, Deployment/fraud-check, Deployment/ledger-api, Deployment/ledger-import"
    said = (
        names if name == "readers" else "ExternalSecret/db may undo that), or change PASSWORD to password in"
    )
    assert said in whole, "sentences are not cut"


def test_a_table_that_goes_into_a_pipe_has_120_columns(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = printed(capsys, "health", "-A")
    assert 110 < max(map(width, out.splitlines())) <= 120


def test_every_cell_of_a_report_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    huge = 600_000
    rows = [replace(row(f"db-{number}"), type="T" * huge) for number in range(300)]
    rows.append(replace(row("x" * huge), type="Opaque"))
    found = told("readers", reads("web-1", "p" * huge), rows=rows)
    for name, written in REPORT_WRITERS.items():
        text = written(found, 120)
        assert len(text) < 300_000, name
        assert f"{'T' * 20}" in text
        assert "…" in text or "\\u2026" in text, "what is cut is said"
    missing = told("missing", reads("web-1", "p" * huge))
    assert all(len(written(missing, 120)) < 10_000 for written in REPORT_WRITERS.values())


def test_a_character_that_the_encoding_of_stdout_lacks_is_a_question_mark() -> None:
    command = [sys.executable, "-m", "tui", "report", "missing", "-n", "web", "--demo"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60)
    assert (done.returncode, done.stderr) == (1, "")
    assert "\n    ? Create Secret partner-ca\n" in done.stdout


DATE = re.compile(r"\d{4}-\d\d-\d\d ")


def test_every_time_has_its_date(capsys: pytest.CaptureFixture[str]) -> None:
    for form in REPORT_WRITERS:
        _code, out, _err = printed(capsys, "health", "-A", "--values", "-o", form)
        times = re.findall(r"(.{0,11})\b\d\d:\d\d:\d\d\b", out.replace("\\", ""))
        assert len(times) > 8
        bare = [before for before in times if not DATE.search(before) and not before.endswith("T")]
        assert bare == [], form
    assert (
        "Context payments-cluster, namespace web, as of 2026-11-24 14:00:00 UTC."
        in printed(capsys, "stale", "-n", "web")[1]
    )


def test_csv_has_rows_alone_and_the_rest_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "health", "-n", "payments", "-o", "csv")
    head, *rows = csv.reader(io.StringIO(out))
    assert head == ["state", "namespace", "object", "secret", "key", "what", "do"]
    assert len(rows) > 5 and {len(one) for one in rows} == {7}
    assert code == 1
    assert (
        "secret-tui: Not checked without --values: ConfigMaps, environment variables and 13 Secrets.\n" in err
    )
    _code, out, err = printed(capsys, "missing", "-n", "default", "-o", "csv")
    assert (out, err) == ("state,namespace,object,secret,key,what,do\n", "")


def test_no_cell_of_csv_is_a_formula() -> None:
    odd = replace(row("db"), type='=HYPERLINK("http://made-up.test")')
    (_head, cells) = csv.reader(io.StringIO(REPORT_WRITERS["csv"](told("readers", rows=[odd]), 0)))
    assert cells[2] == "'" + odd.type


def sample(name: str) -> HealthReport:
    """A finding of each level, and what is long, foreign, wide or several; nothing of it is real."""
    finding = ("state", "namespace", "object", "secret", "key", "what", "do")
    said = 'started 2026-11-12 08:40:06, the key api-key changed 2026-11-24 13:30:04: "kubectl-edit" wrote it'
    findings = [
        ("fails", "web", "Deployment/shop", "pull", "", "1 pod waits for the image: refused?", "Change it"),
        ("will fail", "web", "Deployment/a", "x" * 120, "PASS|WORD", "next start FAILS: no key", "Add it"),
        (
            "old value",
            "pay",
            "Deployment/api",
            "db",
            "api-key",
            f"2 pods keep an old value: {said}",
            "Restart",
        ),
        ("old value?", "pay", "Deployment/\x1b[31m", "db", "", "名前は長い" * 20, "Restart it"),
        ("care", "pay", "", "web-tls", "ca.crt", "it expires in 6d (ends 2026-12-01 14:00:00)", "Renew it"),
        ("unused", "pay", "", "old", "", "no reader found; everything was read", "Delete it"),
    ]
    readers = [
        ("pay", "db", "Opaque", "in use", "60 pods", tuple(f"Deployment/worker-{n:02}" for n in range(60))),
        ("pay", "tls", "kubernetes.io/tls", "in use", "1 pod", ("Deployment/api",)),
        ("web", "old", "=made-up", "no reader found", "", ()),
    ]
    is_list = name == "readers"
    return HealthReport(
        name=name,
        context="made-up",
        namespace="" if is_list else "pay",
        at=1_795_528_800.0,
        at_words="2026-11-24 14:00:00 UTC",
        columns=("namespace", "secret", "type", "state", "readers", "by") if is_list else finding,
        rows=tuple(readers if is_list else findings),
        fail_on="care",
        is_found=True,
        states={"in use": 2, "no reader found": 1, "not known": 0, "for controllers": 3},
        states_words="2 in use, 1 no reader found, 3 for controllers",
        not_read=("refused: jobs.batch, ingresses.networking.k8s.io", "not looked at: other kinds"),
        undecided=2,
        not_checked=0 if is_list else 4,
        accepted=0 if is_list else 2,
    )


def test_refused_lists_are_one_sentence() -> None:
    refused = [gap_of(what, Forbidden("list", what, "web")) for what in ("secrets", "pods")]
    broken = gap_of("jobs.batch", ServerTrouble(500))
    assert gap_sentences((*refused, broken, broken)) == [
        "Refused: you may not list secrets, pods.",
        broken.sentence,
    ]
    assert gap_sentences(refused[:1]) == ["Refused: you may not list secrets in namespace web."]


def test_foreign_names_in_a_report_are_neither_markup_nor_control_sequences() -> None:
    name = "web|<b>*\x1b[31m\n"
    found = told("missing", reads(name, "gone|`x`"), rows=(row("db"),))
    assert found.rows[0][3] == DB.name
    markdown = REPORT_WRITERS["markdown"](found, 0)
    (line,) = [line for line in markdown.splitlines() if line.startswith("| will fail")]
    assert line.replace(r"\|", "").count("|") == len(found.columns) + 1
    assert r"gone\|\`x\`" in line
    for text in (markdown, table(found), REPORT_WRITERS["json"](found, 0), REPORT_WRITERS["csv"](found, 0)):
        assert "\x1b" not in text


@pytest.mark.parametrize("argv", [["made-up-password"], ["-o", "made-up-password"], ["missing", "made-up"]])
def test_a_wrong_word_is_refused_and_not_quoted(argv: list[str]) -> None:
    with pytest.raises(BadArguments) as refused:
        parse_report(argv)
    assert "made-up" not in str(refused.value)


def certificates(within: float = math.inf, *, gaps: Sequence[Gap] = (), namespace: str = "pay") -> Report:
    """The report of the made-up certificates."""
    hosts = [TlsHost("pay", "Ingress/shop", "shop.test", SHOP)]
    rows = board(CertificateEvidence(now=AT, held=SAMPLES, hosts=hosts, managers={SHOP: "Argo CD/shop"}))
    return certificates_report(
        rows, gaps, context="made-up", namespace=namespace, now=AT, zone=UTC, fail_on="care", within=within
    )


def test_certificates_that_end_later_are_left_out_and_counted() -> None:
    found = certificates(within=30 * 86_400.0)
    assert [one[1] for one in found.rows] == ["old.test", "名前.test", "store.p12"]
    assert "2 end later" in found.summary


def test_a_list_that_may_not_be_read_is_a_gap_and_ends_with_3() -> None:
    gap = Gap("configmaps", "refused", "Refused.")
    found = certificates(gaps=(gap,))
    assert (found.code, found.not_read) == (3, ("refused: configmaps",))
    assert "Not read: refused: configmaps.\n" in table(found)
    empty = certificates_report((), (gap,), context="c", namespace="", now=AT, zone=UTC, fail_on="care")
    assert empty.code == 3
    assert table(empty).startswith(
        "Nothing found, but some objects could not be read.\nCertificates: not known.\n"
    )
    whole = certificates_report((), (), context="c", namespace="", now=AT, zone=UTC, fail_on="care")
    assert (whole.code, table(whole).splitlines()[1]) == (0, "Certificates: none.")


def test_certificates_of_the_demo_are_listed_and_stderr_counts_the_secrets_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = printed(capsys, "certificates", "-A", "-o", "json")
    found = json.loads(out)
    by = {one["certificate"]: one for one in found["rows"]}
    assert code == 1
    assert err == "secret-tui: Reads the values of 56 Secrets. The cluster's audit log shows these reads.\n"
    assert by["portal.example.test"]["what"] == "the certificate expired 30d ago (ended 2026-10-25 14:00:00)"
    assert by["shop.example.test +1"]["served"] == ["Ingress/shop", "Deployment/shop"]
    assert by["bank.example.test"]["copies"] == [
        "payments/bank-keystore client.p12",
        "payments/bank-keystore truststore.jks",
    ]
    code, out, err = printed(capsys, "certificates", "-n", "web", "--within", "30d", "-o", "csv")
    assert [one["certificate"] for one in csv.DictReader(io.StringIO(out))] == [
        "portal.example.test",
        "api.example.test",
    ]
    assert "Not checked: certificates in files on nodes, or inside texts such as YAML.\n" in err


def test_the_option_within_is_for_certificates_alone() -> None:
    assert parse_report(["certificates", "--within", "30d"]).within == 30 * 86_400.0
    for words in (["health", "--within", "30d"], ["certificates", "--within", "made-up"]):
        with pytest.raises(BadArguments) as refused:
            parse_report(words)
        assert "made-up" not in str(refused.value)
