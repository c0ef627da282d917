"""kubeconfig files: merged as kubectl merges them, and refused with file and line."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cluster.calls import everything_said, is_unlinked
from tests.cluster.kubeconfig_files import TOKEN, V1, config, put
from tui.cluster.kubeconfig.load import contexts, default_files, in_cluster, load
from tui.cluster.kubeconfig.target import Impersonate, LoginTarget
from tui.model.errors import BadKubeconfig


def refusal(*files: Path, **how: Any) -> BadKubeconfig:
    with pytest.raises(BadKubeconfig) as refused:
        load(files=files, **how)
    assert is_unlinked(refused.value)
    assert TOKEN not in everything_said(refused.value)
    return refused.value


def test_the_current_context_gives_server_user_and_namespace(tmp_path: Path) -> None:
    target = load(files=[put(tmp_path / "a", config())])
    assert (target.context, target.cluster, target.user) == ("dev", "c", "u")
    assert (target.server, target.namespace, target.token) == ("https://c:6443", "default", TOKEN)
    assert target.verify
    assert target.files == target.sources == (tmp_path / "a",)


def test_the_namespace_option_wins_over_the_contexts_namespace(tmp_path: Path) -> None:
    held = config()
    held["contexts"][0]["context"]["namespace"] = "shop"
    file = put(tmp_path / "a", held)
    assert load(files=[file]).namespace == "shop"
    assert load(files=[file], namespace="attic").namespace == "attic"


def test_the_first_current_context_that_is_set_wins(tmp_path: Path) -> None:
    first = put(tmp_path / "a", {**config(context=""), "contexts": []})
    second = put(tmp_path / "b", config())
    third = put(tmp_path / "c", config(context="other"))
    assert load(files=[first, second, third]).context == "dev"


def test_the_first_file_that_names_an_entry_wins_whole(tmp_path: Path) -> None:
    first = put(tmp_path / "a", {"users": [{"name": "u", "user": {"username": "jane"}}]})
    second = put(tmp_path / "b", config())
    target = load(files=[first, second])
    assert (target.username, target.token) == ("jane", None)
    assert set(target.sources) == {first, second}


def test_empty_and_missing_files_are_skipped(tmp_path: Path) -> None:
    empty, blank = put(tmp_path / "empty", ""), put(tmp_path / "blank", " \n# nothing\n")
    assert load(files=[tmp_path / "missing", empty, blank, put(tmp_path / "a", config())]).context == "dev"
    said = refusal(tmp_path / "missing", empty).sentence
    assert f"no kubeconfig at {tmp_path}/missing, {empty} (empty); use --kubeconfig FILE" in said


def test_empty_segments_of_the_variable_are_skipped() -> None:
    env = {"KUBECONFIG": os.pathsep.join(["", "/a", "", "b", ""])}
    assert default_files(env) == [Path("/a"), Path("b")]
    assert default_files({}) == default_files({"KUBECONFIG": ":"}) == [Path.home() / ".kube" / "config"]


def test_a_context_without_a_user_is_anonymous(tmp_path: Path) -> None:
    held = config()
    del held["contexts"][0]["context"]["user"]
    target = load(files=[put(tmp_path / "a", held)])
    assert (target.user, target.token) == ("", None)


def test_paths_are_relative_to_their_file(kube: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(kube / "ca.pem", "authority")
    put(kube / "sub" / "cert", "certificate")
    put(kube / "sub" / "key", "key")
    cluster = put(kube / "cluster", {**config(cluster={"certificate-authority": "ca.pem"}), "users": []})
    user = {"client-certificate": "cert", "client-key": "key", "tokenFile": "token"}
    users = put(kube / "sub" / "users", {"users": [{"name": "u", "user": user}]})
    monkeypatch.chdir(kube)
    target = load(files=[Path("cluster"), users])
    assert cluster.is_file()
    assert (target.ca, target.client_cert, target.client_key) == (b"authority", b"certificate", b"key")
    assert target.token_file == kube / "sub" / "token"


def test_a_plugins_path_is_relative_and_its_name_is_not(kube: Path) -> None:
    def command(given: str) -> str:
        plugin = {
            "command": given,
            "apiVersion": "client.authentication.k8s.io/v1",
            "interactiveMode": "Never",
        }
        target = load(files=[put(kube / "config", config(user={"exec": plugin}))])
        assert target.exec is not None
        return target.exec.command

    assert command("./login") == str(kube / "login")
    assert command("/bin/login") == "/bin/login"
    assert command("login") == "login"


def test_inline_certificate_data_is_decoded(tmp_path: Path) -> None:
    inline = base64.b64encode(b"inline").decode()
    file = put(tmp_path / "a", config(cluster={"certificate-authority-data": inline}))
    assert load(files=[file]).ca == b"inline"


def test_over_plain_http_no_login_is_sent_and_nothing_run(tmp_path: Path) -> None:
    plugin = {"command": "made-up", "apiVersion": V1, "interactiveMode": "Never"}
    user = {"token": TOKEN, "tokenFile": "nowhere", "exec": plugin, "as": "jane"}
    for server in ("http://c:8080", "c:8080"):
        target = load(files=[put(tmp_path / "a", config(user=user, cluster={"server": server}))])
        assert (target.token, target.token_file, target.exec) == (None, None, None)
        assert (target.server, target.badges) == ("http://c:8080", ("HTTP",))
        assert target.impersonate == Impersonate("jane")
    for server in ("http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001"):
        target = load(files=[put(tmp_path / "b", config(cluster={"server": server}))])
        assert (target.token, target.badges) == (TOKEN, ())


@pytest.mark.parametrize("head", [{"kind": "Secret"}, {"apiVersion": "v2"}])
def test_a_file_of_another_kind_or_version_is_refused(tmp_path: Path, head: dict[str, str]) -> None:
    assert "not a kubeconfig" in refusal(put(tmp_path / "a", {**config(), **head})).sentence


def test_client_certificate_key_and_token_are_all_loaded(tmp_path: Path) -> None:
    data = {"client-certificate-data": "Y2VydA==", "client-key-data": "a2V5", "token": TOKEN}
    target = load(files=[put(tmp_path / "a", config(user=data))])
    assert (target.client_cert, target.client_key, target.token) == (b"cert", b"key", TOKEN)


def test_a_skipped_tls_check_is_loaded_with_its_badge_and_the_server_name(tmp_path: Path) -> None:
    cluster = {"insecure-skip-tls-verify": True, "tls-server-name": "n"}
    target = load(files=[put(tmp_path / "a", config(cluster=cluster))])
    assert (target.verify, target.tls_server_name) == (False, "n")
    assert target.badges == ("NO TLS CHECK",)


def test_impersonation_comes_from_the_kubeconfig_and_the_as_options(tmp_path: Path) -> None:
    user = {"as": "jane", "as-uid": "7", "as-groups": ["ops", "oncall"], "as-user-extra": {"why": ["a", "b"]}}
    file = put(tmp_path / "a", config(user={"token": TOKEN, **user}))
    assert load(files=[file]).impersonate == Impersonate(
        "jane", ("ops", "oncall"), "7", (("why", ("a", "b")),)
    )
    assert load(files=[file], acting=Impersonate("bob")).impersonate == Impersonate(
        "bob", ("ops", "oncall"), "7", (("why", ("a", "b")),)
    )
    plain = put(tmp_path / "b", config())
    assert load(files=[plain]).impersonate is None
    assert load(files=[plain], acting=Impersonate("bob", ("x",))).impersonate == Impersonate("bob", ("x",))
    assert "need a user: add --as" in refusal(plain, acting=Impersonate("", ("x",))).sentence


def test_listing_contexts_reads_no_other_file_and_runs_nothing(tmp_path: Path) -> None:
    reads = {"certificate-authority": "nowhere"}
    held = config(context="", user={"exec": {"command": "made-up"}}, cluster=reads)
    found = contexts([put(tmp_path / "a", held)])
    assert ([facts.name for facts in found.contexts], found.current) == (["dev"], "")


def test_a_listed_server_is_shown_without_the_login_in_its_address(tmp_path: Path) -> None:
    held = config(cluster={"server": "https://jane:made-up-login@c:6443/path"})
    found = contexts([put(tmp_path / "a", held)])
    assert [facts.server for facts in found.contexts] == ["https://c:6443/path"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (f"users:\n- name: u\n  user: {{token: {TOKEN}\nclusters: []\n", 4, "not valid YAML"),
        (f"users:\n\t- {TOKEN}\n", 2, "not valid YAML"),
        (f"- {TOKEN}\n", None, "not a kubeconfig"),
        (f"{TOKEN}\n", None, "not a kubeconfig"),
        (f"users: [{{name: u, user: {{token: [{TOKEN}]}}}}]\n", None, "users[0].user.token"),
        ("clusters: {}\n", None, "clusters"),
        ("\x00\x01", None, "not valid YAML"),
        ("a: &a [*a]\n", None, ""),
        ("a: !!python/object/apply:os.system ['true']\n", None, "not valid YAML"),
    ],
)
def test_a_broken_file_is_named_and_not_quoted(
    tmp_path: Path, text: str, line: int | None, says: str
) -> None:
    file = put(tmp_path / "a", text)
    refused = refusal(file)
    assert refused.file == str(file)
    assert line is None or refused.line == line
    assert says in refused.sentence


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_bad_kubeconfig(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "random-kubeconfig"
    file.write_bytes(data)
    try:
        load(files=[file])
    except BadKubeconfig as error:
        assert is_unlinked(error)
    finally:
        file.unlink()


def test_an_unknown_context_is_refused_with_the_names_of_the_known_ones(tmp_path: Path) -> None:
    file = put(tmp_path / "a", config(context=None))
    assert "dev" in refusal(file, context="prod").sentence
    assert "no current-context" in refusal(file).sentence


def test_names_from_a_file_are_shown_in_ascii(tmp_path: Path) -> None:
    held = config(context="рrod")
    held["contexts"] = [{"name": "рrod", "context": {"cluster": "\x1b[31m"}}]
    refused = refusal(put(tmp_path / "a", held))
    assert "\\u0440rod" in refused.sentence
    assert refused.sentence.isascii()
    assert "\x1b" not in refused.sentence


BAD_CLUSTERS: dict[str, dict[str, Any]] = {
    ", not both": {"insecure-skip-tls-verify": True, "certificate-authority-data": "eA=="},
    "the server of its cluster must": {"server": ""},
    "not a valid URL": {"server": "https://[oops"},
    "with https:// or http://": {"server": "ftp://c"},
    "only a host": {"server": "https://jane:made-up@c"},
    "only a host, a port": {"server": "https://c/?x=1"},
    "certificate-authority-data, not both": {
        "certificate-authority": "x",
        "certificate-authority-data": "eA==",
    },
    "not valid base64": {"certificate-authority-data": "made up"},
    "unprintable characters": {"tls-server-name": "a\r\nb"},
}


@pytest.mark.parametrize("says", BAD_CLUSTERS)
def test_a_malformed_cluster_is_refused_with_the_reason(tmp_path: Path, says: str) -> None:
    assert says in refusal(put(tmp_path / "a", config(cluster=BAD_CLUSTERS[says]))).sentence


BAD_USERS: dict[str, dict[str, Any]] = {
    "auth-provider oidc": {"auth-provider": {"name": "oidc", "config": {"client-secret": TOKEN}}},
    "only one can be sent": {"username": "jane", "password": "made up", "token": TOKEN},
    "client-key-data, not both": {
        "client-certificate-data": "eA==",
        "client-key": "x",
        "client-key-data": "eA==",
    },
    "lacks client-key": {"client-certificate-data": "eA=="},
    "lacks client-certificate": {"client-key-data": "eA=="},
    "has no command": {"exec": {"apiVersion": V1}},
    "v1 or v1beta1": {"exec": {"command": "x", "apiVersion": "client.authentication.k8s.io/v1alpha1"}},
    "interactiveMode": {"exec": {"command": "x", "apiVersion": V1}},
    "need a user: add --as": {"as-groups": ["ops"]},
    "unprintable characters": {"as": "jane\r\nX-Evil: 1"},
}


@pytest.mark.parametrize("says", BAD_USERS)
def test_a_malformed_user_is_refused_with_the_reason(tmp_path: Path, says: str) -> None:
    assert says in refusal(put(tmp_path / "a", config(user=BAD_USERS[says]))).sentence


@pytest.mark.parametrize("missing", ["clusters", "users"])
def test_a_context_whose_cluster_or_user_is_missing_is_refused(tmp_path: Path, missing: str) -> None:
    assert "is not defined" in refusal(put(tmp_path / "a", {**config(), missing: []})).sentence


READERS: dict[str, dict[str, Any]] = {
    "tokenFile": {"user": {"tokenFile": "secret"}},
    "client-key": {"user": {"client-certificate": "secret", "client-key": "secret"}},
    "certificate-authority": {"cluster": {"certificate-authority": "secret"}},
}


@pytest.mark.parametrize("reader", READERS)
def test_only_a_trusted_file_may_have_other_files_read(kube: Path, tmp_path: Path, reader: str) -> None:
    held = config(**READERS[reader])
    for folder in (kube, tmp_path):
        put(folder / "secret", "made up")
    assert load(files=[put(kube / "config", held)])
    elsewhere = refusal(put(tmp_path / "config", held)).sentence
    assert "is not under ~/.kube" in elsewhere
    assert "made up" not in elsewhere
    (kube / "config").chmod(0o666)
    assert "is writable by others" in refusal(kube / "config").sentence
    (kube / "config").chmod(0o600)
    kube.chmod(0o777)
    assert "is writable by others" in refusal(kube / "config").sentence
    kube.chmod(0o700)


def test_a_link_out_of_the_folder_is_not_trusted(kube: Path, tmp_path: Path) -> None:
    put(tmp_path / "config", config(user={"tokenFile": "token"}))
    (kube / "config").symlink_to(tmp_path / "config")
    assert "is not under" in refusal(kube / "config").sentence


def test_a_file_of_somebody_else_is_not_trusted(kube: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(kube / "config", config(user={"tokenFile": "token"}))
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert "not owned by you" in refusal(file).sentence


def test_an_untrusted_file_cannot_borrow_a_trusted_user(kube: Path, tmp_path: Path) -> None:
    trusted = put(kube / "config", config(user={"tokenFile": "token"}))
    evil = put(tmp_path / "evil", {**config(), "users": []})
    assert load(files=[trusted, evil])
    assert "is not under" in refusal(evil, trusted).sentence


def test_the_repr_of_a_target_shows_context_user_and_server_alone(tmp_path: Path) -> None:
    target = load(files=[put(tmp_path / "a", config())])
    assert repr(target) == "<LoginTarget dev: u at https://c:6443>"


def test_in_a_pod_the_service_account_gives_the_login(tmp_path: Path) -> None:
    env = {"KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}
    assert in_cluster(env, tmp_path) is None
    for name, text in (("token", TOKEN), ("ca.crt", "authority"), ("namespace", "shop\n")):
        (tmp_path / name).write_text(text)
    assert in_cluster({}, tmp_path) is None
    target = in_cluster(env, tmp_path)
    assert isinstance(target, LoginTarget)
    assert (target.server, target.namespace, target.ca) == ("https://10.0.0.1:443", "shop", b"authority")
    assert target.token_file == tmp_path / "token"
    assert target.kubectl_context == "", "kubectl knows no context of that name"
    six = in_cluster({**env, "KUBERNETES_SERVICE_HOST": "fd00::1"}, tmp_path)
    assert six is not None
    assert six.server == "https://[fd00::1]:443"
