"""`secret-tui report who`: what it prints in each format, its exit codes and its words."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.model.rbac_objects import Rbac, binding, pod, role, rule
from tui.cli import main
from tui.cli.argument_types import BadArguments
from tui.cli.arguments import parse_report
from tui.model.access.report import COLUMNS, WhoReport, readers_words, rows
from tui.model.report import REPORT_WRITERS
from tui.terminal import crash


@pytest.fixture(autouse=True)
def _hooks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Print the report on the demo; return exit code, stdout and stderr."""
    code = main.main(["report", "who", *words, "--demo"])
    out, err = capsys.readouterr()
    assert "made-up-" not in out + err
    return code, out, err


@pytest.mark.slow
def test_subjects_that_can_read_a_secret_by_its_name_or_all_secrets_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = printed(capsys, "payments/db-credentials")
    lines = [line.split() for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert lines[0] == ["WAY", "KIND", "SUBJECT", "NAMESPACE", "OBJECTS"]
    assert ["read", "User", "dana", "payments", "by", "name"] in lines
    assert ["read", "Group", "platform", "*", "all"] in lines
    assert ["exec", "Group", "support", "payments", "all"] in lines
    assert "    get secrets/db-credentials by RoleBinding/db-credentials with Role/db-credentials\n" in out
    said = "1 user, 2 groups and 3 service accounts can read, 1 group indirectly (exec)."
    assert f"Secret db-credentials: {said}" in " ".join(out.split())


@pytest.mark.slow
def test_json_names_the_pods_of_a_service_account(capsys: pytest.CaptureFixture[str]) -> None:
    _code, out, _err = printed(capsys, "-n", "payments", "-o", "json")
    found = json.loads(out)
    assert (found["report"], found["secret"], found["complete"], found["askFor"]) == ("who", None, True, [])
    (account,) = [row for row in found["rows"] if row["subject"] == "payments/default"]
    assert "payments/payments-db-0" in account["pods"]
    assert list(account) == list(COLUMNS)


@pytest.mark.slow
@pytest.mark.parametrize("words", [["payments/gone"], ["-n", "paymets"], ["gone", "-n", "payments"]])
def test_a_missing_secret_or_namespace_ends_with_3_and_prints_no_report(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = printed(capsys, *words)
    assert (code, out) == (3, "")
    assert err.startswith("secret-tui: Not found: ")


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["who", "--values"], "--values cannot be used with secret-tui report who"),
        (["who", "--fail-on", "care"], "--fail-on cannot be used with secret-tui report who"),
        (["who", "web/db", "-A"], "-A and a Secret cannot be used together"),
        (
            ["who", "web/db", "-n", "shop"],
            "--namespace and the argument give different namespaces",
        ),
        (
            ["missing", "web/db"],
            "secret-tui report takes one report; only the report who also takes a Secret",
        ),
    ],
)
def test_arguments_that_do_not_fit_are_refused(argv: list[str], says: str) -> None:
    with pytest.raises(BadArguments) as refused:
        parse_report(argv)
    assert str(refused.value) == says


def test_the_namespace_may_come_before_the_secret_or_as_an_option() -> None:
    for argv in (["who", "web/db"], ["who", "db", "-n", "web"], ["-n", "web", "who", "db"]):
        given = parse_report(argv)
        assert given.only is not None
        assert (given.namespace, given.only.name) == ("web", "db")


def sample(*, is_refused: bool = True) -> WhoReport:
    """Each kind of subject, what is long and wide, and what is not known; nothing of it is real."""
    accounts = tuple(pod(f"worker-{number:02}", "db", account="worker") for number in range(60))
    rbac = Rbac(
        role("reader", rule("get list watch", "secrets")),
        role("one", rule("get", "secrets", "db"), namespace="web"),
        role(
            "deploy",
            rule("create patch", "deployments statefulsets", groups="apps"),
            rule("create", "pods/exec"),
        ),
        binding("b", "ClusterRole/reader", "Group/名前は長い" + "x" * 90, "ServiceAccount/web/worker"),
        binding("one", "Role/one", "User/=made|up\x1b[31m", namespace="web"),
        binding("deploy", "ClusterRole/deploy", "User/dana", namespace="web"),
        binding("hidden", "Role/hidden", "User/erin", namespace="web"),
        pods=accounts,
        unread="web" if is_refused else "-",
    )
    accesses = rbac.accesses()
    return WhoReport(
        name="who",
        context="made-up",
        namespace="web",
        at=1_795_528_800.0,
        at_words="2026-11-24 14:00:00 UTC",
        columns=COLUMNS,
        rows=rows(accesses, rbac.pods),
        not_read=("refused: roles",) if is_refused else (),
        secret="db",
        readers=readers_words(accesses),
        ask_for=("list roles in namespace web", "list pods in namespace ops") if is_refused else (),
    )


def test_an_incomplete_answer_ends_with_3_and_names_the_rights_to_ask_for() -> None:
    assert (sample().code, sample(is_refused=False).code) == (3, 0)
    text = REPORT_WRITERS["table"](sample(), 120)
    assert "Not read: refused: roles.\n" in text
    assert "Ask for the right to list roles in namespace web and list pods in namespace ops.\n" in text
    assert ", 1 user indirectly (exec, new pod), 1 user with unknown\n  rights.\n" in text
    head, *lines = csv.reader(io.StringIO(REPORT_WRITERS["csv"](sample(), 0)))
    unknown = dict(zip(head, next(line for line in lines if line[0] == "not known"), strict=True))
    assert (unknown["subject"], unknown["role"]) == ("erin", "Role/hidden")
    assert any(line[2].startswith("'=made|up") for line in lines), "no formula"
