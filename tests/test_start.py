"""The start from command line, settings and kubeconfig: target, session, app, exit code."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import pytest

from tui.cli import main
from tui.cluster.kubeconfig.target import Impersonate
from tui.model.secret.secret import SecretRef
from tui.model.settings.remembered import ContextMemory
from tui.session.session import Session
from tui.session.writes.intents import CHANGE
from tui.session.writes.outcome import Outcome
from tui.terminal import checks, crash
from tui.terminal.remembered_file import RememberedFile
from tui.terminal.settings_file import Settings


@pytest.fixture(autouse=True)
def _on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crash, "install", lambda: None)
    monkeypatch.setattr(checks, "here", lambda env: None)


class Screenless:
    """Stand-in for the app that ends at once, as if a person had pressed ctrl+q."""

    made: ClassVar[list[Screenless]] = []
    return_value: int | None = 0
    return_code: int | None = 0

    def __init__(
        self, session: Session, settings: Settings, *, start: SecretRef | None, badge: str, **more: object
    ) -> None:
        self.session, self.settings, self.start, self.badge = session, settings, start, badge
        self.sessions, self.more = [session], more
        self.made.append(self)

    async def run_async(self, *, mouse: bool) -> None:
        return None

    def reopened(self) -> None:
        return None

    def leave(self, code: int) -> None:
        raise AssertionError(f"nobody sent the signal {code}")

    def let_go(self) -> None:
        raise AssertionError("nobody hung up")


@pytest.fixture
def screenless(monkeypatch: pytest.MonkeyPatch) -> list[Screenless]:
    """The apps that were made, and are not drawn."""
    monkeypatch.setattr("tui.cli.start.SecretTui", Screenless)
    monkeypatch.setattr(Screenless, "made", [])
    return Screenless.made


def kubeconfig(folder: Path, server: str = "https://api.example.test:6443") -> str:
    file = folder / "kubeconfig"
    cluster = f"{{name: c, cluster: {{server: '{server}'}}}}"
    contexts = "{name: 'a/b:c', context: {cluster: c, user: u, namespace: shop}}, "
    contexts += "{name: prod-eu, context: {cluster: c, user: u}}"
    user = "{name: u, user: {token: made-up-token}}"
    file.write_text(
        f"clusters: [{cluster}]\ncontexts: [{contexts}]\nusers: [{user}]\ncurrent-context: 'a/b:c'\n"
    )
    return str(file)


@pytest.mark.parametrize(
    ("argv", "namespace", "start"),
    [
        ([], "shop", None),
        (["-n", "web"], "web", None),
        (["-A"], None, None),
        (["db"], "shop", SecretRef("shop", "db")),
        (["web/db"], "web", SecretRef("web", "db")),
        (["-A", "web/db"], None, SecretRef("web", "db")),
        (["-n", "web", "db"], "web", SecretRef("web", "db")),
        (["a/b:c:web/db"], "web", SecretRef("web", "db")),
    ],
)
def test_the_arguments_choose_the_namespace_and_the_secret_to_open(
    argv: list[str],
    namespace: str | None,
    start: SecretRef | None,
    tmp_path: Path,
    screenless: list[Screenless],
) -> None:
    assert main.main(["--kubeconfig", kubeconfig(tmp_path), *argv]) == 0
    (app,) = screenless
    assert app.session.cluster.target.context == "a/b:c"
    assert (app.session.namespace, app.start, app.badge) == (namespace, start, "")
    alone = start.name if start is not None and namespace is not None else None
    assert app.session.secrets.name == alone, "nothing else is asked for"


def test_flags_and_rules_of_a_context_reach_the_session(tmp_path: Path, screenless: list[Screenless]) -> None:
    rules = Path(os.environ["XDG_CONFIG_HOME"]) / "secret-tui" / "config.yaml"
    rules.parent.mkdir(mode=0o700)
    rules.write_text("contexts:\n- match: prod-*\n  read_only: true\n")
    rules.chmod(0o600)
    file = kubeconfig(tmp_path)
    for argv in (["--no-reveal"], ["prod-eu:web/db"], []):
        assert main.main(["--kubeconfig", file, *argv]) == 0
    hidden, ruled, free = screenless
    assert (hidden.settings.no_reveal, hidden.session.read_only) == (True, False)
    assert (ruled.settings.no_reveal, ruled.session.read_only) == (False, True)
    assert not free.session.read_only


@pytest.mark.parametrize("is_on", [True, False])
def test_names_are_remembered_unless_the_settings_say_no(
    is_on: bool, tmp_path: Path, screenless: list[Screenless], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TUI_REMEMBER", str(int(is_on)))
    assert main.main(["--kubeconfig", kubeconfig(tmp_path)]) == main.main(["--demo"]) == 0
    for app, is_kept in zip(screenless, (is_on, False), strict=True):
        memory = app.more["memory"]
        assert isinstance(memory, RememberedFile)
        memory.keep("a", ContextMemory(("web",)))
        memory.save("a")
        file = Path(os.environ["XDG_STATE_HOME"]) / "secret-tui" / "remembered.json"
        assert file.exists() is is_kept, "the demo remembers nothing"
        file.unlink(missing_ok=True)


def test_the_demo_begins_in_the_namespace_of_its_story(screenless: list[Screenless]) -> None:
    assert main.main(["--demo"]) == 0
    (app,) = screenless
    assert (app.badge, app.session.cluster.target.context) == ("DEMO", "payments-cluster")
    assert (app.session.namespace, app.start) == ("payments", None)


def test_the_demo_takes_flags_too(screenless: list[Screenless]) -> None:
    assert (
        main.main(["--demo", "--read-only", "-n", "web", "--as", "jane", "--as-group", "g", "mysecret"]) == 0
    )
    (app,) = screenless
    target = app.session.cluster.target
    assert (app.badge, app.session.read_only, app.start) == ("DEMO", True, SecretRef("web", "mysecret"))
    assert target.impersonate == Impersonate("jane", ("g",))
    assert "made-up" not in repr(target) and str(target.token) not in repr(target)


@pytest.mark.usefixtures("screenless")
def test_a_group_without_a_user_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--demo", "--as-group", "g"]) == 1
    assert capsys.readouterr().err == "secret-tui: --as-group, --as-uid and --as-user-extra need --as.\n"


@pytest.mark.usefixtures("screenless")
def test_a_write_of_unknown_outcome_ends_with_3_and_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ref = SecretRef("shop", "db")
    sentence = "sent, outcome unknown since 14:02: password of shop/db."
    lost = Outcome("unknown", CHANGE, ref, ("password",), 0.0, sentence)
    close = Session.close

    async def closed(self: Session) -> tuple[Outcome, ...]:
        await close(self)
        return (lost,)

    monkeypatch.setattr(Session, "close", closed)
    assert main.main(["--kubeconfig", kubeconfig(tmp_path)]) == 3
    assert capsys.readouterr().err == f"secret-tui: {lost.sentence}\n"


@pytest.mark.usefixtures("screenless")
def test_a_crash_ends_with_1(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Screenless, "return_value", None)
    monkeypatch.setattr(Screenless, "return_code", 1)
    assert main.main(["--kubeconfig", kubeconfig(tmp_path)]) == 1
