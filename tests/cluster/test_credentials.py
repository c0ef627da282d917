"""Credentials: tokens, files that are read again, one renewal after a 401, impersonation."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

import tui
from tests.cluster.calls import CHANGES, REF, Call, everything_said, is_unlinked
from tests.cluster.rude_server import (
    TOKEN,
    Heard,
    Rude,
    Script,
    always,
    cluster_at,
    reply,
    secret_json,
    status_json,
    target_at,
)
from tests.helpers import eventually
from tests.terminal.drive import has_ended
from tui.cluster.auth.credentials import Credentials, login
from tui.cluster.auth.exec_plugin import Plugin
from tui.cluster.client import Cluster
from tui.cluster.kubeconfig.proxies import Proxy
from tui.cluster.kubeconfig.target import ExecSpec, Impersonate, Login, LoginTarget
from tui.model.errors import BadAnswer, BadKubeconfig, PluginFailed, Unauthorized

SPEC = ExecSpec("made-up-login", (), (), "client.authentication.k8s.io/v1", "Never", "", False, None)


class Runner(Plugin):
    """Plugin double that gives these logins, one after the other."""

    def __init__(self, *logins: Login) -> None:
        self.logins = list(logins)
        self.asked: list[bool] = []
        self.runs = 0

    def __call__(self, target: LoginTarget, may_ask: bool) -> Login:
        self.runs += 1
        self.asked.append(may_ask)
        if not self.logins:
            raise PluginFailed("made-up-login", 1)
        return self.logins.pop(0)

    def kill(self) -> None:
        """Kill nothing: the logins come from no process."""


def only(*tokens: str) -> Script:
    """Script of a server that accepts these tokens, and answers 401 to all others."""

    async def script(heard: Heard, writer: asyncio.StreamWriter) -> None:
        is_known = heard.header("authorization") in [f"Bearer {token}" for token in tokens]
        answer = reply(secret_json()) if is_known else reply(status_json(401, "Unauthorized"), 401)
        writer.write(answer)

    return script


def credentials_for(target: LoginTarget, runner: Runner, now: float = 0.0) -> tuple[Credentials, list[float]]:
    """Credentials with a clock that the test moves."""
    clock = [now]
    return Credentials(target, runner, now=lambda: clock[0]), clock


async def test_a_token_file_is_read_again_each_minute(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    credentials, clock = credentials_for(target_at("https://c", token=None, token_file=file), Runner())
    assert await credentials.headers() == {"Authorization": "Bearer first"}
    file.write_text("second")
    clock[0] = 59.0
    assert await credentials.headers() == {"Authorization": "Bearer first"}
    clock[0] = 60.0
    assert await credentials.headers() == {"Authorization": "Bearer second"}
    file.unlink()
    clock[0] = 200.0
    assert await credentials.headers() == {"Authorization": "Bearer second"}


async def test_a_token_file_wins_over_the_token_while_it_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "token"
    target = target_at("https://c", token="inline", token_file=file)
    assert await credentials_for(target, Runner())[0].headers() == {"Authorization": "Bearer inline"}
    file.write_text("of-the-file")
    assert await credentials_for(target, Runner())[0].headers() == {"Authorization": "Bearer of-the-file"}


async def test_a_missing_token_file_is_reported_as_unauthorized(tmp_path: Path) -> None:
    target = target_at("https://c", token=None, token_file=tmp_path / "token")
    with pytest.raises(Unauthorized) as refused:
        await credentials_for(target, Runner())[0].headers()
    assert is_unlinked(refused.value)


@pytest.mark.parametrize(
    "content", ["-----BEGIN KEY-----\nmade up\n-----END KEY-----", "a b", "ü", "x" * 16_385]
)
async def test_a_malformed_token_is_refused_from_a_file_and_from_the_kubeconfig(
    tmp_path: Path, content: str
) -> None:
    file = tmp_path / "token"
    file.write_text(content)
    with pytest.raises(BadKubeconfig) as refused:
        await credentials_for(target_at("https://c", token=None, token_file=file), Runner())[0].headers()
    assert content not in refused.value.sentence
    with pytest.raises(BadKubeconfig):
        login(target_at("https://c", token=content))


async def test_username_and_password_are_sent_as_basic_authorization() -> None:
    async with (
        Rude(always(reply(secret_json()))) as rude,
        cluster_at(rude.url, token=None, username="jane", password="päss") as cluster,
    ):
        await cluster.open(REF)
    assert rude.heard[0].header("authorization") == "Basic amFuZTpww6Rzcw=="


async def test_after_a_401_the_plugin_runs_once_more_without_the_terminal(call: Call) -> None:
    runner = Runner(Login("old"), Login("new"))
    async with Rude(only("new")) as rude:
        target = target_at(rude.url, token=None, exec=SPEC)
        cluster = Cluster(target, login(target, runner, may_ask=True))
        await asyncio.gather(call(cluster), return_exceptions=True)
        await cluster.close()
    assert [heard.header("authorization") for heard in rude.heard[:2]] == ["Bearer old", "Bearer new"]
    assert runner.asked == [True, False]


async def test_many_401s_at_once_run_the_plugin_once() -> None:
    runner = Runner(Login("old"), Login("new"))
    async with Rude(only("new")) as rude:
        target = target_at(rude.url, token=None, exec=SPEC)
        cluster = Cluster(target, login(target, runner))
        await asyncio.gather(*(cluster.open(REF) for _ in range(8)))
        await cluster.close()
    assert runner.runs == 2


async def test_a_second_401_is_final(call: Call) -> None:
    runner = Runner(Login("old"), Login("new"))
    async with Rude(only()) as rude:
        target = target_at(rude.url, token=None, exec=SPEC)
        cluster = Cluster(target, login(target, runner))
        with pytest.raises(Unauthorized):
            await call(cluster)
        await cluster.close()
    assert len(rude.heard) == 2


async def test_a_plugin_that_fails_after_a_401_is_the_reported_error_and_nothing_is_sent_again(
    call: Call,
) -> None:
    runner = Runner(Login("old"))
    async with Rude(only()) as rude:
        target = target_at(rude.url, token=None, exec=SPEC)
        cluster = Cluster(target, login(target, runner))
        with pytest.raises(PluginFailed) as failed:
            await call(cluster)
        await cluster.close()
    assert is_unlinked(failed.value)
    assert len(rude.heard) == 1


async def test_a_401_for_a_fixed_token_is_not_tried_again(call: Call) -> None:
    async with Rude(only()) as rude, cluster_at(rude.url) as cluster:
        with pytest.raises(Unauthorized):
            await call(cluster)
    assert len(rude.heard) == 1


async def test_a_401_reads_the_token_file_again(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("old")
    async with Rude(only("new")) as rude, cluster_at(rude.url, token=None, token_file=file) as cluster:
        with pytest.raises(Unauthorized):
            await cluster.open(REF)
        file.write_text("new")
        await cluster.open(REF)
    sent = [heard.header("authorization") for heard in rude.heard]
    assert sent == ["Bearer old", "Bearer old", "Bearer new"]


async def test_a_canceled_caller_does_not_stop_a_renewal_that_others_wait_for() -> None:
    runner = Runner(Login("new"))
    credentials, _ = credentials_for(target_at("https://c", token=None, exec=SPEC), runner)
    waiting = asyncio.create_task(credentials.renew(0))
    await asyncio.sleep(0)
    waiting.cancel()
    assert await credentials.renew(0)
    assert runner.runs == 1


async def test_closing_the_cluster_kills_its_plugin(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = (
        f"import os, time; print(os.getpid(), file=open({str(file)!r}, 'w'), flush=True); time.sleep(600)"
    )
    spec = replace(SPEC, command=sys.executable, args=("-c", script))
    target = target_at("http://127.0.0.1:1", token=None, exec=spec)
    cluster = Cluster(target, Credentials(target, Plugin()))
    renewal = asyncio.ensure_future(cluster.login.renew(0))
    await eventually(lambda: file.exists() and file.read_text(), "the plugin")
    await cluster.close()
    await eventually(lambda: has_ended(int(file.read_text())), "the end of the plugin")
    with pytest.raises(asyncio.CancelledError):
        await renewal


async def test_impersonation_sends_user_uid_groups_and_extras_as_headers() -> None:
    whom = Impersonate("jané", ("ops", "oncall"), "u-7", (("Reason/Why%", ("a", "b")),))
    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url, impersonate=whom) as cluster:
        await cluster.open(REF)
    heard = rude.heard[0]
    assert heard.header("impersonate-user") == "jané".encode().decode("latin-1")
    assert heard.all("impersonate-group") == ["ops", "oncall"]
    assert heard.header("impersonate-uid") == "u-7"
    assert heard.all("impersonate-extra-reason%2fwhy%25") == ["a", "b"]


async def test_the_user_agent_names_the_program() -> None:
    async with Rude(always(reply(secret_json()))) as rude, cluster_at(rude.url) as cluster:
        await cluster.open(REF)
    assert rude.heard[0].all("user-agent") == [f"secret-tui/{tui.__version__}"]


def test_a_text_that_contains_a_credential_is_recognized() -> None:
    credentials = login(target_at("https://c", token="made-up", password="pw-made-up", username="x"))
    assert credentials.hides("Authorization: Bearer made-up")
    assert credentials.hides("pw-made-up")
    assert credentials.hides("Basic eDpwdy1tYWRlLXVw")
    assert not credentials.hides("anything else")
    through = login(target_at("https://c", token=None, proxy=Proxy("http", "p", 1, "jane", "made-up-pass")))
    assert through.hides("your password made-up-pass is wrong")
    assert through.hides("Basic amFuZTptYWRlLXVwLXBhc3M=")


async def test_a_warning_that_echoes_the_login_is_dropped() -> None:
    answer = reply(secret_json(), warning=f'299 - "you sent {TOKEN}"')
    async with Rude(always(answer)) as rude, cluster_at(rude.url) as cluster:
        written = await cluster.write(REF, "u-1", "7", CHANGES)
    assert written.warnings == ()


async def test_a_page_that_echoes_a_login_too_long_to_show_is_not_shown() -> None:
    token = "made-up-" * 1_000
    page = reply(f"<title>{token}</title>".encode(), 403, content_type="text/html")
    async with Rude(always(page)) as rude, cluster_at(rude.url, token=token) as cluster:
        with pytest.raises(BadAnswer) as refused:
            await cluster.namespaces()
    assert "made-up" not in everything_said(refused.value)
