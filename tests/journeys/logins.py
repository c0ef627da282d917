"""Table of kubeconfigs, first part: credentials, the server, files, impersonation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from tests.controlplane import certs
from tests.controlplane.users import ADMIN, EDITOR, NOBODY, READER
from tests.journeys.login_proxies import OTHER_NAME
from tests.journeys.world import ANONYMOUS, Config, Row, World, b64


def _files(world: World) -> Config:
    world.put("pki/me.crt", world.plane.users[EDITOR].certificate.read_bytes())
    world.put("pki/me.key", world.plane.users[EDITOR].key.read_bytes())
    world.put("ca.pem", world.plane.ca_pem)
    user = {"client-certificate": "pki/me.crt", "client-key": "pki/me.key"}
    return world.config(user, cluster={"certificate-authority": "./ca.pem"})


def _expired(world: World) -> Config:
    pair = certs.client(world.plane.ca, READER, lifetime=timedelta(minutes=-5))
    return world.config({"client-certificate-data": b64(pair.certificate), "client-key-data": b64(pair.key)})


def _merged(world: World) -> Config:
    """Write files for KUBECONFIG: the first sets the user, the second the context, the third nothing."""
    world.put("empty", "")
    world.put("first", _text({"users": [{"name": "u", "user": world.token(EDITOR)}]}))
    world.put("third", _text({**world.config(world.token(NOBODY)), "current-context": "none"}))
    return world.config(world.token(NOBODY))


def _text(config: Config) -> str:
    return json.dumps(config)


def _merged_env(world: World) -> Mapping[str, str]:
    names = ("", "missing", "empty", "first", "config", "third", "")
    return {"KUBECONFIG": ":".join(str(world.kube / name) if name else "" for name in names)}


def _acting(**more: Any) -> Callable[[World], Config]:
    names = {"as_user": "as", "uid": "as-uid", "groups": "as-groups", "extra": "as-user-extra"}
    return lambda world: world.config(world.token(ADMIN) | {names[name]: what for name, what in more.items()})


LOGINS: Final[dict[str, Row]] = {
    # What proves who asks
    "token": Row(lambda w: w.config(), READER),
    "certificate inline": Row(lambda w: w.config(w.certificate(EDITOR)), EDITOR),
    "certificate in files by relative paths": Row(_files, EDITOR),
    "certificate and token": Row(lambda w: w.config(w.certificate(EDITOR) | w.token(READER)), EDITOR),
    "token file": Row(lambda w: w.config({"tokenFile": w.token_file()}), READER),
    "token file with a line break at its end": Row(
        lambda w: w.config({"tokenFile": w.token_file(w.plane.users[READER].token + "\n")}), READER
    ),
    "token file wins over the token": Row(
        lambda w: w.config({"tokenFile": w.token_file()} | w.token(NOBODY)), READER
    ),
    "token file that is missing": Row(
        lambda w: w.config({"tokenFile": "nowhere"}), None, "cannot be read or is empty"
    ),
    "wrong token": Row(lambda w: w.config({"token": "made-up"}), None, "rejected this login"),
    "token with a blank": Row(
        lambda w: w.config({"token": "made up"}), None, "such as spaces or line breaks"
    ),
    "username and password": Row(
        # No server takes it any more: it is as if nothing was sent.
        lambda w: w.config({"username": "reader", "password": "made up"}),
        ANONYMOUS,
    ),
    "username and token": Row(
        lambda w: w.config({"username": "reader", "password": "made up"} | w.token(READER)), None, "only one"
    ),
    "no user, and nobody is asked": Row(
        lambda w: w.config(contexts=[{"name": "real", "context": {"cluster": "c"}}]),
        ANONYMOUS,
        kubectl_refuses="it asks for a username and a password, which no server takes any more",
    ),
    "expired certificate": Row(_expired, None, "the client certificate expired on"),
    "auth-provider": Row(
        lambda w: w.config({"auth-provider": {"name": "oidc", "config": {"id-token": "made-up"}}}),
        None,
        "which kubectl removed; use an exec plugin",
    ),
    # Whom we trust
    "authority of another": Row(
        lambda w: w.config(cluster={"certificate-authority-data": b64(w.near.other_ca.certificate)}),
        None,
        "was rejected",
    ),
    "foreign certificate": Row(
        lambda w: w.config(server=f"https://127.0.0.1:{w.near.foreign.port}"), None, "was rejected"
    ),
    "foreign certificate, not checked": Row(
        lambda w: w.config(
            cluster={"insecure-skip-tls-verify": True}, server=f"https://127.0.0.1:{w.near.foreign.port}"
        ),
        READER,
    ),
    "not checked, and an authority": Row(
        lambda w: w.config(cluster=w.trusting(**{"insecure-skip-tls-verify": True})), None, ", not both"
    ),
    "server name of the certificate": Row(
        lambda w: w.config(cluster=w.trusting(**{"tls-server-name": OTHER_NAME})), READER
    ),
    # Files and contexts
    "several files": Row(_merged, EDITOR, env=_merged_env),
    "another context": Row(
        lambda w: w.config(
            contexts=[
                {"name": "real", "context": {"cluster": "c", "user": "none"}},
                {"name": "other", "context": {"cluster": "c", "user": "u"}},
            ]
        ),
        READER,
        flags=("--context", "other"),
    ),
    "server with nothing there": Row(
        lambda w: w.config(server="https://127.0.0.1:1"), None, "refused the connection"
    ),
    # Acting as somebody
    "acting as somebody": Row(
        _acting(as_user="jane", uid="u-7", groups=["ops", "on call"], extra={"example.com/why": ["a", "b"]}),
        "jane",
        groups=("ops", "on call"),
        uid="u-7",
        extra={"example.com/why": ["a", "b"]},
    ),
    "acting as somebody by flags": Row(
        _acting(as_user="jane", groups=["ops"]),
        "bob",
        flags=(
            "--as",
            "bob",
            "--as-group",
            "x",
            "--as-group",
            "y",
            "--as-uid",
            "u-8",
            "--as-user-extra",
            "why=a",
        ),
        groups=("x", "y"),
        uid="u-8",
        extra={"why": ["a"]},
    ),
    "acting as somebody without the right": Row(
        lambda w: w.config(w.token(NOBODY) | {"as": ADMIN}), None, "Refused"
    ),
}
