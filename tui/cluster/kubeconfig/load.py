"""Make a LoginTarget from a context of a kubeconfig, with kubectl's defaults and checks."""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import urlsplit

from msgspec.structs import replace

from tui.cluster.kubeconfig import merge
from tui.cluster.kubeconfig.proxies import Proxy, from_environment, proxy_of
from tui.cluster.kubeconfig.target import ExecSpec, Impersonate, LoginTarget, is_in_clear
from tui.cluster.kubeconfig.trust import NotTrusted, UntrustedKubeconfig, distrust, kube_folder
from tui.model.errors import BadKubeconfig
from tui.model.kube_context import ContextFacts, ContextList, without_login
from tui.model.text.counts import listed
from tui.model.text.printable import ascii_only

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_EXEC_EXTENSION: Final = "client.authentication.k8s.io/exec"
_EXEC_VERSIONS: Final = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")
_MAX_FILE: Final = 1024 * 1024


def default_files(env: Mapping[str, str]) -> list[Path]:
    files = [Path(part) for part in env.get("KUBECONFIG", "").split(os.pathsep) if part]
    folder = kube_folder()
    return files or ([folder / "config"] if folder is not None else [])


def contexts(files: Sequence[Path]) -> ContextList:
    """List all contexts in file order. Raises BadKubeconfig.

    Runs no plugin, and reads no file that a kubeconfig names, such as a certificate.
    """
    merged = merge.read(files)
    return ContextList(tuple(map(partial(_facts, merged), merged.contexts)), merged.current_context)


def _facts(merged: merge.MergedEntries, name: str) -> ContextFacts:
    context, _ = merged.contexts[name]
    cluster, _ = merged.clusters.get(context.cluster or "", (merge.ClusterEntry(), None))
    return ContextFacts(
        name,
        cluster=context.cluster or "",
        server=without_login(cluster.server or ""),
        user=context.user or "",
        namespace=context.namespace or "default",
    )


def _is_address(server: str) -> bool:
    try:
        parts = urlsplit(server)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def load(
    *,
    files: Sequence[Path],
    context: str | None = None,
    namespace: str | None = None,
    acting: Impersonate | None = None,
    may: Callable[[UntrustedKubeconfig], bool] = lambda asks: False,
) -> LoginTarget:
    """Load a context, by default the current one.

    `may` decides if an untrusted kubeconfig may run commands and read files. Raises
    BadKubeconfig, and NotTrusted if `may` returns False.
    """
    merged = merge.read(files)
    if not merged.files:
        places = ", ".join(f"{file} (empty)" if file.exists() else str(file) for file in files)
        raise BadKubeconfig(f"no kubeconfig at {places or 'any path'}; use --kubeconfig FILE or --demo")
    chosen = _Chosen(merged, context or merged.current_context)
    _refuse(chosen)
    if is_in_clear(chosen.server()):
        chosen.forget_login()
    spec = _exec_spec(chosen)
    if (asks := _asks(chosen, spec)) and not may(asks):
        raise NotTrusted(asks)
    target = _target(chosen, spec)
    if bool(target.client_cert) != bool(target.client_key):
        missing = "client-key" if target.client_cert else "client-certificate"
        chosen.fail(f"user {ascii_only(target.user)} lacks {missing}")
    target_namespace, impersonate = namespace or target.namespace, _impersonate(chosen, acting)
    return replace(target, namespace=target_namespace, impersonate=impersonate, files=merged.files)


def _target(chosen: _Chosen, spec: ExecSpec | None) -> LoginTarget:
    user, cluster = chosen.user, chosen.cluster
    return LoginTarget(
        context=chosen.name,
        cluster=chosen.context.cluster or "",
        user=chosen.context.user or "",
        server=chosen.server(),
        namespace=chosen.context.namespace or "default",
        ca=chosen.bytes_of(cluster.certificate_authority_data, cluster.certificate_authority),
        client_cert=chosen.bytes_of(user.client_certificate_data, user.client_certificate),
        client_key=chosen.bytes_of(user.client_key_data, user.client_key),
        token=user.token or None,
        token_file=Path(user.token_file) if user.token_file else None,
        username=user.username or None,
        password=user.password if user.username else None,
        exec=spec,
        verify=not cluster.insecure_skip_tls_verify,
        tls_server_name=cluster.tls_server_name or None,
        proxy=_proxy(chosen),
        compresses=not cluster.disable_compression,
        sources=chosen.sources,
    )


class _Chosen:
    def __init__(self, merged: merge.MergedEntries, name: str) -> None:
        if not name:
            raise BadKubeconfig(
                f"no current-context is set; use --context; {_choices(merged)}",
                str(merged.files[0]),
            )
        if name not in merged.contexts:
            raise BadKubeconfig(
                f"there is no context {ascii_only(name)}; {_choices(merged)}", str(merged.files[0])
            )
        self.name = name
        self.context, self.file = merged.contexts[name]
        if not self.context.cluster or self.context.cluster not in merged.clusters:
            self.fail(f"cluster {ascii_only(self.context.cluster or '(none)')} is not defined")
        self.cluster, cluster_file = merged.clusters[self.context.cluster or ""]
        self.user, user_file = merge.UserEntry(), self.file
        if self.context.user:
            if self.context.user not in merged.users:
                self.fail(f"user {ascii_only(self.context.user)} is not defined")
            self.user, user_file = merged.users[self.context.user]
        self.sources = tuple(dict.fromkeys((self.file, cluster_file, user_file)))

    def forget_login(self) -> None:
        """Drop credentials and plugin, but not the impersonation, as kubectl does for plain HTTP."""
        user = self.user
        self.user = merge.UserEntry(
            as_user=user.as_user,
            as_uid=user.as_uid,
            as_groups=user.as_groups,
            as_user_extra=user.as_user_extra,
        )

    def fail(self, why: str) -> NoReturn:
        raise BadKubeconfig(f"context {ascii_only(self.name)}: {why}", str(self.file))

    def server(self) -> str:
        server = (self.cluster.server or "").rstrip("/")
        if server and "://" not in server:
            server = f"http://{server}"  # the default scheme, as in kubectl
        if not server.startswith(("https://", "http://")):
            self.fail("the server of its cluster must start with https:// or http://")
        if "@" in server.split("://", 1)[1].split("/", 1)[0] or set("?# \t\r\n") & set(server):
            self.fail("the server of its cluster may have only a host, a port and a path")
        if not _is_address(server):
            self.fail("the server of its cluster is not a valid URL")
        return server

    def bytes_of(self, inline: str | None, path: str | None) -> bytes | None:
        content = None
        try:
            if inline:
                content = base64.b64decode("".join(inline.split()), validate=True)
            elif path:
                with Path(path).open("rb") as stream:
                    content = stream.read(_MAX_FILE)
        except binascii.Error:
            why = "its certificate or key data is not valid base64"
        except OSError as error:
            why = f"{path} cannot be read ({error.strerror})"
        else:
            return content
        return self.fail(why)


def _choices(merged: merge.MergedEntries) -> str:
    return f"contexts: {listed([ascii_only(name) for name in merged.contexts], 8) or 'none'}"


def _refuse(chosen: _Chosen) -> None:
    user, cluster = chosen.user, chosen.cluster
    if cluster.insecure_skip_tls_verify and (
        cluster.certificate_authority or cluster.certificate_authority_data
    ):
        chosen.fail("set certificate-authority or insecure-skip-tls-verify, not both")
    if user.auth_provider:
        name = ascii_only(user.auth_provider.name or "(no name)")
        chosen.fail(
            f"its user logs in through the auth-provider {name}, which kubectl removed; use an exec plugin"
        )
    if user.username and (user.token or user.token_file):
        chosen.fail("its user has both a token and a username; only one can be sent")
    for field, inline, path in (
        ("certificate-authority", cluster.certificate_authority_data, cluster.certificate_authority),
        ("client-certificate", user.client_certificate_data, user.client_certificate),
        ("client-key", user.client_key_data, user.client_key),
    ):
        if inline and path:
            chosen.fail(f"set {field} or {field}-data, not both")
    for text in (user.as_user, user.as_uid, *(user.as_groups or ()), user.username, cluster.tls_server_name):
        if text and not text.isprintable():
            chosen.fail("as, as-uid, as-groups, username or tls-server-name has unprintable characters")


def _asks(chosen: _Chosen, spec: ExecSpec | None) -> UntrustedKubeconfig | None:
    user, cluster = chosen.user, chosen.cluster
    paths = (
        (cluster.certificate_authority, cluster.certificate_authority_data),
        (user.client_certificate, user.client_certificate_data),
        (user.client_key, user.client_key_data),
        (user.token_file, None),
    )
    reads = tuple(Path(path) for path, inline in paths if path and not inline)
    if not (reads or spec) or not (why := distrust(chosen.sources)):
        return None
    return UntrustedKubeconfig(
        context=chosen.name,
        server=chosen.server(),
        sources=chosen.sources,
        why=why,
        command=(spec.command, *spec.args) if spec else (),
        env=spec.env if spec else (),
        reads=reads,
        more=tuple(_ways(cluster)),
    )


def _ways(cluster: merge.ClusterEntry) -> Iterator[str]:
    if cluster.proxy_url:
        yield f"connect through the proxy {without_login(cluster.proxy_url)}"
    if cluster.insecure_skip_tls_verify:
        yield "skip the check of the server's certificate"


def _exec_spec(chosen: _Chosen) -> ExecSpec | None:
    plugin = chosen.user.exec
    if plugin is None:
        return None
    if not plugin.command:
        chosen.fail("the exec plugin of its user has no command")
    if plugin.api_version not in _EXEC_VERSIONS:
        chosen.fail("the exec plugin of its user must use client.authentication.k8s.io/v1 or v1beta1")
    mode = plugin.interactive_mode or ("IfAvailable" if plugin.api_version.endswith("v1beta1") else "")
    if mode not in ("Never", "IfAvailable", "Always"):
        chosen.fail("the exec plugin of its user needs an interactiveMode: Never, IfAvailable or Always")
    extensions = {entry.name: entry.extension for entry in reversed(chosen.cluster.extensions or [])}
    return ExecSpec(
        command=plugin.command,
        args=tuple(plugin.args or ()),
        env=tuple((entry.name, entry.value or "") for entry in plugin.env or ()),
        api_version=plugin.api_version,
        interactive_mode=mode,
        install_hint=plugin.install_hint or "",
        wants_cluster=bool(plugin.provide_cluster_info),
        cluster_config=extensions.get(_EXEC_EXTENSION),
    )


def _proxy(chosen: _Chosen) -> Proxy | None:
    url = chosen.cluster.proxy_url
    if not url:
        return _from_environment(chosen.server())
    proxy = proxy_of(url)
    if proxy is None:  # the error does not quote the URL, because it may contain a login
        chosen.fail("its proxy-url must be http://, https://, socks5:// or socks5h:// with a host")
    return proxy


def _from_environment(server: str) -> Proxy | None:
    why = ""
    try:
        return from_environment(server, os.environ)
    except ValueError as error:
        why = str(error)
    raise BadKubeconfig(why)


def _impersonate(chosen: _Chosen, acting: Impersonate | None) -> Impersonate | None:
    """Merge the command-line options in `acting` with the impersonation of the kubeconfig.

    As in kubectl, an option replaces the kubeconfig's setting of the same name.
    """
    user, acting = chosen.user, acting or Impersonate("")
    extra = {key: tuple(values) for key, values in (user.as_user_extra or {}).items()} | dict(acting.extra)
    merged = Impersonate(
        acting.user or user.as_user or "",
        acting.groups or tuple(user.as_groups or ()),
        acting.uid or user.as_uid or "",
        tuple(extra.items()),
    )
    if not merged.user and merged != Impersonate(""):
        chosen.fail("impersonated groups, UIDs and extras need a user: add --as")
    return merged if merged.user else None


def in_cluster(env: Mapping[str, str] | None = None, folder: Path = SERVICE_ACCOUNT) -> LoginTarget | None:
    """Target for the service account of the pod that runs this program; None outside a cluster."""
    env = os.environ if env is None else env
    host, port = env.get("KUBERNETES_SERVICE_HOST"), env.get("KUBERNETES_SERVICE_PORT")
    if not (host and port and (folder / "token").is_file()):
        return None
    ca, namespace_file = folder / "ca.crt", folder / "namespace"
    server = f"https://{f'[{host}]' if ':' in host else host}:{port}"
    return LoginTarget(
        context="in-cluster",
        cluster="in-cluster",
        user="service account",
        server=server,
        proxy=_from_environment(server),
        namespace=(namespace_file.read_text("utf-8").strip() if namespace_file.is_file() else "")
        or "default",
        ca=ca.read_bytes() if ca.is_file() else None,
        token_file=folder / "token",
    )
