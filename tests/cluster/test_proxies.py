"""Proxies: how one is chosen, what it is sent, and how its refusals are reported."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.calls import CHANGES, REF, everything_said, is_unlinked
from tests.cluster.kubeconfig_files import config, put
from tests.cluster.proxies import LOGIN, NAME, How, Proxying
from tests.cluster.rude_server import TOKEN, Rude, always, cluster_at, reply, secret_json, table_json
from tests.cluster.test_kubeconfig import refusal
from tests.controlplane import certs
from tui.cluster.api.resources import SECRETS
from tui.cluster.kubeconfig.load import in_cluster, load
from tui.cluster.kubeconfig.proxies import Proxy, from_environment, proxy_of
from tui.model.errors import BadKubeconfig, ClusterError, TimedOut, Unreachable

CA = certs.authority("made-up authority")
HTTP = Proxy("http", "proxy", 3128)

EXCEPTED = [
    # NO_PROXY, server, is it reached directly?
    ("", "https://c", False),
    ("*", "https://c", True),
    ("c", "https://c", True),
    ("C.Example", "https://c.example", True),
    ("example", "https://c.example", True),
    (".example", "https://c.example", True),
    (".example", "https://example", False),
    ("*.example", "https://c.example", True),
    ("ample", "https://c.example", False),
    ("c:6443", "https://c:6443", True),
    ("c:6443", "https://c", False),
    ("10.0.0.0/8", "https://10.1.2.3", True),
    ("10.0.0.0/8", "https://11.1.2.3", False),
    ("10.1.2.3", "https://10.1.2.3:6443", True),
    ("fd00::/8", "https://[fd00::1]:6443", True),
    ("[fd00::1]:6443", "https://[fd00::1]:6443", True),
    ("", "https://localhost:6443", True),
    ("", "https://127.0.0.9:6443", True),
]


@pytest.mark.parametrize(("excepted", "server", "is_direct"), EXCEPTED)
def test_no_proxy_is_read_as_go_reads_it(excepted: str, server: str, is_direct: bool) -> None:
    env = {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": excepted}
    assert from_environment(server, env) == (None if is_direct else HTTP)


NAMED: list[tuple[dict[str, str], str, Proxy | None]] = [
    ({}, "https://c", None),
    ({"HTTPS_PROXY": "proxy:3128"}, "https://c", HTTP),
    ({"https_proxy": "http://proxy:3128"}, "https://c", HTTP),
    ({"HTTP_PROXY": "http://proxy:3128"}, "https://c", None),
    ({"HTTP_PROXY": "http://proxy:3128"}, "http://c", HTTP),
    ({"HTTPS_PROXY": "http://proxy:3128", "no_proxy": "c"}, "https://c", None),
    ({"HTTPS_PROXY": "socks5h://proxy"}, "https://c", Proxy("socks5h", "proxy", 1080)),
]


@pytest.mark.parametrize(("env", "server", "proxy"), NAMED)
def test_the_proxy_is_taken_from_the_environment_by_the_servers_scheme(
    env: dict[str, str], server: str, proxy: Proxy | None
) -> None:
    assert from_environment(server, env) == proxy


def test_a_proxy_url_is_parsed_with_its_login_and_default_port() -> None:
    assert proxy_of("http://jane:p%40ss@[::1]:3128/") == Proxy("http", "::1", 3128, "jane", "p@ss")
    assert [proxy_of(f"{scheme}://p") for scheme in ("http", "https", "socks5")] == [
        Proxy("http", "p", 80),
        Proxy("https", "p", 443),
        Proxy("socks5", "p", 1080),
    ]
    for text in ("", "proxy:3128", "ftp://proxy", "http://", "http://p:x", "http://a b", "http://[::1"):
        assert proxy_of(text) is None


def test_the_login_of_a_proxy_is_in_no_repr_and_in_no_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "ftp://jane:made-up-pass@proxy"
    assert "made-up-pass" not in repr(proxy_of(text.replace("ftp", "http")))
    error = refusal(put(tmp_path / "a", config(cluster={"proxy-url": text})))
    assert "proxy-url" in error.sentence
    monkeypatch.setenv("HTTPS_PROXY", text)
    other = refusal(put(tmp_path / "b", config()))
    assert "HTTPS_PROXY" in other.sentence
    assert "made-up-pass" not in everything_said(error) + everything_said(other)


def test_the_proxy_of_the_kubeconfig_wins_over_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://other:1")
    monkeypatch.setenv("NO_PROXY", "c")
    file = put(tmp_path / "a", config(cluster={"proxy-url": "http://proxy:3128"}))
    assert load(files=[file]).proxy == HTTP
    assert load(files=[put(tmp_path / "b", config())]).proxy is None
    monkeypatch.setenv("NO_PROXY", "")
    for name in ("token", "ca.crt"):
        (tmp_path / name).write_text("made up")
    env = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}
    target = in_cluster(env, tmp_path)
    assert target is not None
    assert target.proxy == Proxy("http", "other", 1)


def _serving(folder: Path) -> ssl.SSLContext:
    certificate, key = certs.serving(CA).write(folder, "serving")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


KINDS = [
    (scheme, is_tls, asks)
    for scheme in ("http", "https", "socks5", "socks5h")
    for is_tls in (False, True)
    for asks in (False, True)
]


@pytest.mark.parametrize(("scheme", "is_tls", "asks"), KINDS)
async def test_the_name_of_the_server_is_looked_up_by_the_proxy_alone(
    tmp_path: Path, scheme: Any, is_tls: bool, asks: bool
) -> None:
    tls = _serving(tmp_path)
    async with (
        Rude(always(reply(secret_json())), tls=tls if is_tls else None) as rude,
        Proxying(scheme, asks=asks, tls=tls if scheme == "https" else None) as proxy,
    ):
        url = rude.url.replace("127.0.0.1", NAME)
        how: dict[str, Any] = {"proxy": proxy_of(proxy.url), "ca": CA.certificate}
        async with cluster_at(url, tls_server_name="localhost" if is_tls else None, **how) as cluster:
            await cluster.open(REF)
            await cluster.open(REF)
    assert len(rude.heard) == 2
    assert all(heard.header("proxy-authorization") is None for heard in rude.heard)
    assert proxy.asked
    assert all(NAME in asked for asked in proxy.asked)
    if is_tls:
        assert not any(TOKEN.encode() in head for head in proxy.heads)
    if asks and not scheme.startswith("http"):
        assert ":".join(LOGIN).encode() in proxy.heads


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_the_server_is_checked_behind_a_proxy_too(tmp_path: Path, scheme: Any) -> None:
    async with Rude(always(reply()), tls=_serving(tmp_path)) as rude, Proxying(scheme) as proxy:
        url = rude.url.replace("127.0.0.1", NAME)
        async with cluster_at(url, proxy=proxy_of(proxy.url), ca=CA.certificate) as cluster:
            with pytest.raises(Unreachable) as refused:
                await cluster.open(REF)
    assert (refused.value.why, rude.heard) == ("tls", [])
    assert is_unlinked(refused.value)


SAYS: dict[tuple[str, How], str] = {
    ("http", "refuses"): "does not allow connections to",
    ("http", "cuts"): "cut the connection",
    ("http", "garbage"): "is not an HTTP proxy",
    ("socks5", "refuses"): "does not connect to",
    ("socks5", "cuts"): "the proxy",
    ("socks5", "garbage"): "the proxy",
}


@pytest.mark.parametrize(("scheme", "how"), SAYS)
async def test_a_connection_that_the_proxy_refuses_or_breaks_names_the_proxy(
    tmp_path: Path, scheme: Any, how: How
) -> None:
    tls = _serving(tmp_path)
    async with (
        Rude(always(reply()), tls=tls) as rude,
        Proxying(scheme, how, tls=tls if scheme == "https" else None) as proxy,
        cluster_at(rude.url, proxy=proxy_of(proxy.url), ca=CA.certificate) as cluster,
    ):
        for ask in (cluster.open(REF), cluster.write(REF, "u-1", "7", CHANGES)):
            with pytest.raises(Unreachable) as refused:
                await ask
            assert SAYS[scheme, how] in refused.value.sentence
            assert proxy.place in refused.value.sentence
            assert is_unlinked(refused.value)
    assert rude.heard == []


@pytest.mark.parametrize(("scheme", "is_tls"), [("http", True), ("http", False), ("socks5", True)])
async def test_a_wrong_proxy_login_is_reported_and_not_quoted(
    tmp_path: Path, scheme: Any, is_tls: bool
) -> None:
    async with (
        Rude(always(reply()), tls=_serving(tmp_path) if is_tls else None) as rude,
        Proxying(scheme, asks=True) as proxy,
    ):
        wrong = proxy_of(f"{scheme}://jane:made-up-wrong@{proxy.place}")
        async with cluster_at(rude.url, proxy=wrong, ca=CA.certificate) as cluster:
            with pytest.raises(Unreachable) as refused:
                await cluster.open(REF)
    assert f"the proxy {proxy.place} requires a login" in refused.value.sentence
    assert "made-up-wrong" not in everything_said(refused.value)


async def test_an_html_page_from_a_proxy_names_the_proxy() -> None:
    async with (
        Rude(always(reply())) as rude,
        Proxying("http", "page") as proxy,
        cluster_at(rude.url, proxy=proxy_of(proxy.url)) as cluster,
    ):
        with pytest.raises(ClusterError) as refused:
            async for _ in cluster.pages(SECRETS, None):
                raise AssertionError("no rows")
    assert f"perhaps from the proxy {proxy.place}" in refused.value.sentence
    assert "Please log in" in refused.value.sentence


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_cannot_be_reached_is_named(scheme: Any) -> None:
    async with Proxying(scheme) as proxy:
        gone = proxy_of(proxy.url)
    for there, says in ((gone, "does not answer"), (proxy_of(f"{scheme}://proxy.invalid:1"), "DNS")):
        async with cluster_at("https://c.invalid", proxy=there) as cluster:
            with pytest.raises(Unreachable) as refused:
                await cluster.open(REF)
        assert there is not None
        assert refused.value.sentence.startswith(f"Not reachable: the proxy {there.place} ")
        assert says in refused.value.sentence


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_silent_proxy_times_out(scheme: Any) -> None:
    async with (
        Proxying(scheme, "hangs") as proxy,
        cluster_at("https://c.invalid", proxy=proxy_of(proxy.url), request_timeout=0.05) as cluster,
    ):
        with pytest.raises(TimedOut):
            await cluster.open(REF)


async def test_compressed_answers_are_not_requested_if_the_kubeconfig_disables_them(tmp_path: Path) -> None:
    file = put(tmp_path / "a", config(cluster={"disable-compression": True}))
    assert not load(files=[file]).compresses
    for compresses, encoding in ((True, "gzip"), (False, "identity")):
        async with (
            Rude(always(reply(table_json("db")))) as rude,
            cluster_at(rude.url, compresses=compresses) as cluster,
        ):
            async for _ in cluster.pages(SECRETS, None):
                pass
        assert rude.heard[0].header("accept-encoding") == encoding


def test_an_unsupported_proxy_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "gopher://proxy")
    with pytest.raises(BadKubeconfig):
        load(files=[put(tmp_path / "a", config())])
