"""Gate for requests: exactly which methods and paths are let out, and which are not."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.cluster.http.gate import REVIEW_PATHS, Gate, is_plain, is_read, is_tunnel
from tui.model.errors import ReadOnly, Redirected

ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE", "get", "post")

WORDS = """api apis v1 namespaces default secrets pods db proxy exec attach portforward watch nodes log
authorization.k8s.io authentication.k8s.io selfsubjectreviews selfsubjectaccessreviews selfsubjectrulesreviews
localsubjectaccessreviews . .. %2e%2e %2f a%2Fb %00"""
SEGMENTS = st.sampled_from([*WORDS.split(), ""])
PATHS = st.one_of(
    st.lists(SEGMENTS, max_size=8).map(lambda parts: "/" + "/".join(parts)),
    st.sampled_from(sorted(REVIEW_PATHS)),
    st.sampled_from(sorted(REVIEW_PATHS)).flatmap(
        lambda path: st.sampled_from(
            [path + "/", path + "x", path[:-1], path.upper(), f"/{path}", path + "/x"]
        )
    ),
    st.text(max_size=30),
)


def goes(gate: Gate, method: str, path: str) -> bool:
    try:
        gate.check(method, "https", "cluster", 443, path)
    except (ReadOnly, Redirected):
        return False
    return True


def test_the_list_of_reviews_is_exact() -> None:
    assert {ACCESS, RULES, WHO} == REVIEW_PATHS


@given(st.sampled_from(METHODS), PATHS)
def test_read_only_lets_out_reads_and_access_reviews_and_nothing_else(method: str, path: str) -> None:
    gate = Gate("https://cluster", read_only=True)
    in_list = method == "GET" or (method == "POST" and path in (ACCESS, RULES, WHO))
    is_safe = is_plain(path) and not is_tunnel(path)
    assert goes(gate, method, path) is (in_list and is_safe)


@given(st.sampled_from(METHODS), PATHS)
def test_without_read_only_every_plain_path_is_let_out_except_tunnels(method: str, path: str) -> None:
    gate = Gate("https://cluster", read_only=False)
    assert goes(gate, method, path) is (is_plain(path) and not is_tunnel(path))


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/default/pods/web/exec",
        "/api/v1/namespaces/default/services/web/proxy",
        "/api/v1/nodes/one/proxy/metrics",
        "/api/v1/proxy/namespaces/default/pods/web",
        "/apis/group.example/v1/namespaces/default/things/one/attach",
        "/api/v1/namespaces/default/pods/web/%65xec",
        "/proxy/anything",
    ],
)
def test_exec_attach_and_proxy_paths_are_tunnels(path: str) -> None:
    assert is_tunnel(path)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/proxy/secrets/exec",
        "/api/v1/namespaces/attach",
        "/api/v1/nodes/proxy",
        "/api/v1/namespaces/default/pods/web/log",
        "/version",
    ],
)
def test_paths_that_only_look_like_tunnels_are_plain_reads(path: str) -> None:
    assert not is_tunnel(path)
    assert is_read("GET", path)


@pytest.mark.parametrize(
    ("server", "scheme", "host", "port", "path"),
    [
        ("https://cluster", "https", "cluster", 443, "/api"),
        ("https://Cluster:6443", "https", "cluster", 6443, "/api"),
        ("https://cluster:6443/k8s/c-1", "https", "CLUSTER", 6443, "/k8s/c-1/api"),
        ("http://[::1]:8080", "http", "::1", 8080, "/api"),
    ],
)
def test_requests_to_the_configured_server_pass_the_gate(
    server: str, scheme: str, host: str, port: int, path: str
) -> None:
    Gate(server, read_only=True).check("GET", scheme, host, port, path)


@pytest.mark.parametrize(
    ("scheme", "host", "port", "path"),
    [
        ("http", "cluster", 6443, "/k8s/c-1/api"),
        ("https", "other", 6443, "/k8s/c-1/api"),
        ("https", "cluster", 443, "/k8s/c-1/api"),
        ("https", "cluster", 6443, "/api"),
        ("https", "cluster", 6443, "/k8s/c-1x/api"),
    ],
)
def test_requests_to_another_server_or_path_are_refused(
    scheme: str, host: str, port: int | None, path: str
) -> None:
    with pytest.raises(Redirected):
        Gate("https://cluster:6443/k8s/c-1", read_only=False).check("GET", scheme, host, port, path)


def test_an_access_review_below_the_servers_own_path_may_only_be_posted() -> None:
    gate = Gate("https://cluster/k8s/c-1", read_only=True)
    for path, method in itertools.product(REVIEW_PATHS, ("POST", "PUT", "DELETE", "PATCH")):
        if method == "POST":
            gate.check(method, "https", "cluster", 443, "/k8s/c-1" + path)
            continue
        with pytest.raises(ReadOnly):
            gate.check(method, "https", "cluster", 443, "/k8s/c-1" + path)
