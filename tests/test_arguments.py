"""The command line: what each argument means, and that values are neither taken from it nor quoted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tui.cli import main
from tui.cli.argument_types import SUBCOMMANDS, BadArguments, SecretToOpen, split
from tui.cli.arguments import (
    Arguments,
    called_as,
    near_commands,
    parse,
    parse_doctor,
    parse_journal,
    take_command,
)
from tui.model.journal import JournalFilter
from tui.model.why import WhyQuestion
from tui.terminal import crash


def test_several_flags_set_their_arguments_together() -> None:
    argv = [
        *("--kubeconfig", "a.yaml", "--context=c", "-n", "ns", "--as", "jane", "--as-group", "g1"),
        *("--as-group", "g2", "--request-timeout", "1m30s", "--read-only", "--no-reveal", "name"),
    ]
    assert parse(argv) == Arguments(
        secret=SecretToOpen("name"),
        kubeconfig=Path("a.yaml"),
        context="c",
        namespace="ns",
        as_user="jane",
        as_groups=["g1", "g2"],
        request_timeout=90.0,
        read_only=True,
        no_reveal=True,
    )
    assert parse(["-A", "--demo", "--print-config"]) == Arguments(
        secret=None, all_namespaces=True, demo=True, print_config=True
    )


@pytest.mark.parametrize(
    "name",
    [
        *("all_namespaces", "demo", "trust", "read_only", "no_reveal", "no_undo", "no_mouse"),
        *("print_config", "print_keymap"),
    ],
)
def test_a_flag_without_a_value_sets_its_own_argument_alone(name: str) -> None:
    flag = f"--{name.replace('_', '-')}"
    assert parse([flag]) == Arguments(secret=None, **{name: True})


def test_the_plugin_entry_for_k9s_opens_the_secret_under_its_cursor() -> None:
    page = (Path(__file__).parents[1] / "docs" / "from-k9s.md").read_text()
    (plugin,) = yaml.safe_load(page.split("```yaml\n")[1].split("```")[0])["plugins"].values()
    assert plugin["scopes"] == ["secrets"] and plugin["command"] == "secret-tui"
    row = {"$CONTEXT": "prod-eu", "$NAMESPACE": "web", "$NAME": "db"}
    assert parse([row.get(word, word) for word in plugin["args"]]) == Arguments(
        secret=SecretToOpen("db"), context="prod-eu", namespace="web"
    )


def test_a_pod_or_an_error_is_a_question_and_a_secret_in_a_namespace_is_not() -> None:
    error = 'MountVolume.SetUp failed for volume "v" : secret "db" not found, volumes=[v] pod/web-1'
    assert parse(["pod/web-1", "-n", "web"]) == Arguments(
        secret=None, why=WhyQuestion(kind="Pod", name="web-1"), namespace="web"
    )
    asked = WhyQuestion(fault='secret "db" not found', secret="db", kind="Pod", name="web-1")
    assert parse([error]) == Arguments(secret=None, why=asked)
    assert parse(["web/pod"]).secret == SecretToOpen("pod", "web")
    assert parse(["prod:pod/web-1"]).secret == SecretToOpen("web-1", "pod", "prod")


@pytest.mark.parametrize("argv", [["pod/web-1 password=made-up"], ["password=made up"], ["a=b pod/web-1"]])
def test_a_question_with_a_value_in_it_is_refused(argv: list[str]) -> None:
    with pytest.raises(BadArguments, match="Values are not taken"):
        parse(argv)


def test_an_error_from_a_namespace_other_than_the_options_is_refused() -> None:
    with pytest.raises(BadArguments, match="give different namespaces"):
        parse(["couldn't find key k in Secret payments/db", "-n", "web"])


NAME = st.from_regex(r"[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?", fullmatch=True)


@given(context=st.text(min_size=1).filter(lambda text: not text.startswith("-")), namespace=NAME, name=NAME)
def test_a_context_name_of_any_characters_is_split_off_whole(context: str, namespace: str, name: str) -> None:
    assert split(f"{context}:{namespace}/{name}") == SecretToOpen(name, namespace, context)


@pytest.mark.parametrize("text", ["", "a/", "/db", "prod:/db", "Payments/db", "a b", "prod:db"])
def test_a_malformed_name_of_a_secret_is_refused(text: str) -> None:
    with pytest.raises(BadArguments, match="NAMESPACE"):
        split(text)


def test_options_must_agree_with_the_context_and_namespace_of_the_secret() -> None:
    given_ = parse(["prod:payments/db"])
    assert (given_.context, given_.namespace) == ("prod", None)
    assert given_.secret == SecretToOpen("db", "payments", "prod")
    assert parse(["prod:payments/db", "--context", "prod", "-n", "payments"]).context == "prod"
    for flags in (["--context", "test"], ["-n", "orders"]):
        with pytest.raises(BadArguments, match="give different"):
            parse(["prod:payments/db", *flags])


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30.0), ("1m30s", 90.0), ("500ms", 0.5), ("1.5h", 5400.0), ("0", None)]
)
def test_a_time_out_is_read_as_kubectl_reads_it(text: str, seconds: float | None) -> None:
    assert parse(["--request-timeout", text]).request_timeout == seconds


HIDDEN = "hunter2-made-up"


@pytest.mark.parametrize(
    "argv",
    [
        [f"password={HIDDEN}"],
        ["db", "--set", f"password={HIDDEN}"],
        [f"--set=password={HIDDEN}"],
        ["--", f"password={HIDDEN}"],
        [f"-ppassword={HIDDEN}"],
        ["-f", "a.yaml", f"password={HIDDEN}"],
        ["db", "--set-file", "a=b", f"password={HIDDEN}"],
    ],
)
def test_a_key_with_its_value_is_refused_with_the_reason_and_not_quoted(argv: list[str]) -> None:
    with pytest.raises(BadArguments, match="not taken from the command line") as caught:
        parse(argv)
    assert HIDDEN not in str(caught.value)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (
            ["db", HIDDEN],
            "Give only one Secret to open, as NAMESPACE/NAME; for a pod, give pod/NAME",
        ),
        (["reprot", "health"], "(did you mean secret-tui report?)"),
        (["db", "--set", HIDDEN], "Unknown option: --set"),
        (["db", f"-x{HIDDEN}"], "Unknown option: -x"),
        ([f"--read-only={HIDDEN}"], "--read-only takes no value"),
        (["--request-timeout", HIDDEN], "--request-timeout: needs a duration"),
        (["--context"], "--context needs a value"),
        (["-j", "-g", "-j"], "Unknown options: -j, -g"),
        (["-f", "a.yaml", "--read-only"], "-f drafts changes: leave out --read-only, or add --compare"),
        ([HIDDEN, "-f", "a.yaml"], "-f and a Secret to open cannot be used together"),
        (["db", "--set-file", HIDDEN], "--set-file: needs KEY=PATH"),
        (["db", "--set-file", f"{HIDDEN}="], "--set-file: needs KEY=PATH"),
        (["db", "--set-file", f"a/b={HIDDEN}"], "--set-file: A key has only letters, digits, dots, - and _"),
        (["db", "--set-file", f"a={HIDDEN}", "--set-file", "a=x"], "--set-file: the key a occurs twice"),
        (["--env-file", HIDDEN], "--env-file needs a Secret: give NAMESPACE/NAME"),
        (["--set-file", f"a={HIDDEN}"], "--set-file needs a Secret: give NAMESPACE/NAME"),
        (
            ["db", "--read-only", "--set-file", f"a={HIDDEN}"],
            "--set-file drafts changes: leave out --read-only, or add --compare",
        ),
        ([f"--{HIDDEN}2"], "Unknown option, not shown"),
        (["--readonly"], "Unknown option: --readonly (did you mean --read-only?)"),
        (["-n", ".."], "-n: A namespace has only lowercase letters"),
        (["-A", "-n", "x"], "cannot be used together"),
        (["--demo", "--context", HIDDEN], "its own cluster"),
        (["--cont", HIDDEN], "Unknown option: --cont (did you mean --context?)"),
    ],
)
def test_arguments_that_do_not_fit_are_explained_and_not_quoted(argv: list[str], says: str) -> None:
    with pytest.raises(BadArguments) as caught:
        parse(argv)
    assert says in str(caught.value)
    assert HIDDEN not in str(caught.value)


def test_a_flags_own_value_may_hold_an_equals_sign() -> None:
    assert parse(["--context", "a=b", "--as=cn=jane"]) == Arguments(
        secret=None, context="a=b", as_user="cn=jane"
    )
    assert parse(["-n=web"]).namespace == "web"


def test_an_empty_kubeconfig_is_the_usual_one() -> None:
    assert parse(["--kubeconfig="]).kubeconfig is None is parse(["--kubeconfig", ""]).kubeconfig
    assert parse(["--kubeconfig=~/x"]).kubeconfig == Path.home() / "x"


def test_files_to_draft_and_keys_from_files_are_parsed() -> None:
    assert parse(["-f", "a=b.yaml", "c.yaml", "-n", "web", "-f", "-"]).files == ["a=b.yaml", "c.yaml", "-"]
    given_ = parse(["web/db", "--set-file", "tls.crt=a=b.pem", "--set-file=pw=~/pw"])
    assert given_.set_files == [("tls.crt", "a=b.pem"), ("pw", "~/pw")]


@given(st.lists(st.text(alphabet="-=abs", min_size=1, max_size=8), max_size=4))
def test_any_command_line_is_parsed_or_refused_with_a_message(argv: list[str]) -> None:
    try:
        assert isinstance(parse(argv), Arguments)
    except BadArguments as error:
        assert str(error)
    except SystemExit as end:
        assert end.code == 0


def test_impersonation_and_trust_options_are_parsed() -> None:
    flags = ["--as", "jane", "--as-group", "a", "--as-group", "b", "--as-uid", "7", "--trust"]
    given = parse([*flags, "--as-user-extra", "why=a=b", "--as-user-extra=why=c"])
    assert (given.as_user, given.as_groups, given.as_uid) == ("jane", ["a", "b"], "7")
    assert given.as_user_extra == [("why", "a=b"), ("why", "c")]
    assert given.trust and not parse([]).trust
    with pytest.raises(BadArguments, match="--as-user-extra: needs KEY=VALUE"):
        parse(["--as-user-extra", "why"])


@pytest.mark.parametrize("command", ["journal", "doctor"])
@pytest.mark.parametrize("before", [[], ["-n", "web"], ["--read-only"]])
def test_a_subcommands_name_alone_opens_no_secret(command: str, before: list[str]) -> None:
    with pytest.raises(BadArguments, match=f"to open a Secret of that name, give NAMESPACE/{command}"):
        parse([*before, "--", command])
    assert parse([f"web/{command}"]).secret == SecretToOpen(command, "web")


NOON = 1_795_521_600.0
"""2026-11-24 12:00 UTC."""


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("2h", "2026-11-24T10:00:00.000Z"),
        ("3d", "2026-11-21T12:00:00.000Z"),
        ("2026-11-24T14:00", "2026-11-24T14:00:00.000Z"),
        ("2026-11-24T14:00+02:00", "2026-11-24T12:00:00.000Z"),
        ("999999d", "1970-01-01T00:00:00.000Z"),
    ],
)
def test_a_time_of_the_journal_is_utc_or_how_long_ago(text: str, since: str) -> None:
    assert parse_journal(["--since", text], NOON).since == since
    assert parse_journal([f"--until={text}"], NOON) == JournalFilter(until=since)


@pytest.mark.parametrize(
    "argv",
    [
        ["--since", "yesterday-made-up"],
        ["--since", "9999999999-01-01"],
        ["--since"],
        ["password=made-up"],
        ["made-up"],
        ["-xmade-up"],
    ],
)
def test_arguments_that_the_journal_does_not_know_are_refused_and_not_quoted(argv: list[str]) -> None:
    with pytest.raises(BadArguments) as caught:
        parse_journal(argv, NOON)
    assert "made-up" not in str(caught.value)


@pytest.mark.parametrize(
    ("argv", "command", "rest"),
    [
        (["report", "-n", "web"], "report", ["-n", "web"]),
        (["-n", "web", "report", "stale"], "report", ["-n", "web", "stale"]),
        (
            ["--kubeconfig", "doctor", "--context=x", "doctor"],
            "doctor",
            ["--kubeconfig", "doctor", "--context=x"],
        ),
        (["-o", "json", "report"], "report", ["-o", "json"]),
        (["--demo", "journal"], "journal", ["--demo"]),
        (["-f", "report"], "", ["-f", "report"]),
        (["--", "report"], "", ["--", "report"]),
        (["web/db", "report"], "", ["web/db", "report"]),
        (["web/report"], "", ["web/report"]),
    ],
)
def test_options_may_come_before_a_subcommand_or_after_it(
    argv: list[str], command: str, rest: list[str]
) -> None:
    assert take_command(argv) == (command, rest)


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["--read-only", "report"], "secret-tui report takes no --read-only"),
        (["-f", "a.yaml", "report"], "secret-tui report takes no -f"),
        (["doctor", f"-n{HIDDEN}"], "secret-tui doctor takes no -n"),
        (["-n", HIDDEN, "journal"], "secret-tui journal takes no -n"),
        (["report", "--set-file", f"a={HIDDEN}"], "secret-tui report takes no --set-file"),
        (["web/db", "-o", HIDDEN], "-o/--output: must be one of table, json, markdown, csv"),
        ([f"--since={HIDDEN}"], "--since is an option of secret-tui journal"),
    ],
)
def test_an_option_of_another_subcommand_is_named(
    argv: list[str], says: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)
    monkeypatch.setattr(sys, "argv", ["secret-tui"])
    assert main.main(argv) == 2
    printed = capsys.readouterr().err
    assert printed.startswith(f"secret-tui: {says}. See ") and HIDDEN not in printed


def test_the_doctor_takes_a_kubeconfig_and_a_context_alone() -> None:
    assert parse_doctor([]) == Arguments()
    assert parse_doctor(["--kubeconfig", "x", "--context", "y"]) == Arguments(
        kubeconfig=Path("x"), context="y"
    )
    for argv in (["made-up"], ["a=b"], ["--demo"]):
        with pytest.raises(BadArguments) as caught:
            parse_doctor(argv)
        assert "made-up" not in str(caught.value)


def test_messages_name_the_program_as_the_user_called_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert called_as("/usr/bin/secret-tui") == called_as("/x/tui/__main__.py") == "secret-tui"
    assert called_as("/home/me/.local/bin/kubectl-secret_tui") == "kubectl secret-tui"
    with pytest.raises(SystemExit):
        parse(["--help"], "kubectl secret-tui")
    assert capsys.readouterr().out.startswith("usage: kubectl secret-tui [options] ")


def test_the_help_says_what_each_subcommand_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    printed = " ".join(capsys.readouterr().out.split())
    assert [word for word in SUBCOMMANDS if f"'secret-tui {word}'" not in printed] == []
    assert f"secret-tui {' | '.join(SUBCOMMANDS)}" in printed


def test_a_name_close_to_a_subcommand_suggests_the_subcommand() -> None:
    assert near_commands("docter") == ["secret-tui doctor"]
    assert near_commands("journals", "kubectl secret-tui") == ["kubectl secret-tui journal"]
    assert near_commands("help") == ["secret-tui --help"]
    assert near_commands("db-credentials") == []


def test_a_files_name_suggests_the_option_that_drafts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "db.yaml").touch()
    assert near_commands("db.yaml") == ["secret-tui -f db.yaml"]
    with pytest.raises(BadArguments, match="use -f FILE to draft the Secrets in the file"):
        parse([str(tmp_path / "db.yaml")])
