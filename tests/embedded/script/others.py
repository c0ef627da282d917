"""Pods, namespaces, events and service accounts; certificates that do not fit their key."""

from __future__ import annotations

from typing import Final

from tests.embedded.script.case import (
    SECRETS,
    SHOP,
    STRATEGIC,
    TABLE,
    Case,
    b64,
    delete,
    emptied,
    get,
    post,
    secret,
    watch,
)
from tests.embedded.script.case import patch as patched

PODS: Final = f"{SHOP}/pods"
_POD: Final = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"name": "p", "labels": {"a": "b"}},
    "spec": {
        "containers": [
            {
                "name": "c",
                "image": "redis",
                "env": [
                    {"name": "A", "value": "x"},
                    {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                ],
                "envFrom": [{"secretRef": {"name": "s"}}],
                "volumeMounts": [{"name": "foo", "mountPath": "/etc/secret", "readOnly": True}],
                "ports": [{"containerPort": 80}],
            }
        ],
        "volumes": [
            {"name": "foo", "secret": {"secretName": "mysecret"}},
            {"name": "pr", "projected": {"sources": [{"secret": {"name": "x"}}]}},
        ],
        "imagePullSecrets": [{"name": "pull"}],
        "initContainers": [{"name": "i", "image": "x:1", "restartPolicy": "Always"}],
    },
}
_EVENT: Final = {
    "metadata": {"name": "e1"},
    "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "p"},
    "reason": "FailedMount",
    "message": "m ",
    "type": "Warning",
    "source": {"component": "kubelet", "host": "n"},
    "firstTimestamp": "2020-01-01T00:00:00Z",
    "lastTimestamp": "2020-01-02T00:00:00Z",
    "count": 3,
}
_SPACE: Final = "/api/v1/namespaces/{{fresh}}"
_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
_KEY: Final = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
_PAIRS: Final = (
    *(
        (_CERTIFICATE, _KEY),
        ("", ""),
        ("x", "y"),
        (_KEY, _KEY),
        (_CERTIFICATE, _CERTIFICATE),
        (_CERTIFICATE, ""),
    ),
    (_KEY + _KEY, _KEY),
    (_CERTIFICATE, _CERTIFICATE + _CERTIFICATE),
)


def _tls(number: int, certificate: str, key: str) -> Case:
    data = {"tls.crt": b64(certificate), "tls.key": b64(key)}
    return post(SECRETS, secret(f"tls{number}", type="kubernetes.io/tls", data=data))


CASES: Final[list[Case]] = [
    *emptied(),
    post(PODS, _POD),
    get(f"{PODS}/p"),
    get(f"{PODS}/p", TABLE),
    get(PODS, TABLE),
    get(f"{PODS}?includeObject=None", TABLE),
    post(PODS, _POD),
    patched(f"{PODS}/p", {"metadata": {"annotations": {"x": "y"}}}),
    patched(f"{PODS}/p", {"metadata": {"labels": {"a": None}}}, STRATEGIC),
    get(f"{PODS}?fieldSelector=status.phase=Pending,spec.nodeName=", TABLE),
    get(f"{PODS}?fieldSelector=spec.restartPolicy=Always"),
    watch("", TABLE, path=PODS),
    delete(f"{PODS}/p"),
    get(f"{PODS}/p"),
    post(PODS, {"metadata": {"name": "x"}}),
    post(PODS, {"metadata": {"name": "x"}, "spec": {"containers": []}}),
    post("/api/v1/namespaces", {"metadata": {"name": "{{fresh}}"}}),
    get(_SPACE),
    get(_SPACE, TABLE),
    post("/api/v1/namespaces", {"metadata": {"name": "{{fresh}}"}}),
    post("/api/v1/namespaces", {"metadata": {"name": "Tmp.1"}}),
    patched(_SPACE, {"metadata": {"labels": {"x": "y"}}}),
    delete(_SPACE),
    get(_SPACE, TABLE),
    post(f"{_SPACE}/secrets", secret("a")),
    get(f"{_SPACE}/secrets"),
    post("/api/v1/namespaces", {"metadata": {"name": "{{fresh}}"}}),
    delete("/api/v1/namespaces/default"),
    delete("/api/v1/namespaces/none"),
    post(
        f"{SHOP}/serviceaccounts",
        {"metadata": {"name": "bot"}, "imagePullSecrets": [{"name": "p"}], "secrets": [{"name": "s"}]},
    ),
    get(f"{SHOP}/serviceaccounts?fieldSelector=metadata.name=bot", TABLE),
    get(f"{SHOP}/serviceaccounts/bot"),
    patched(f"{SHOP}/serviceaccounts/bot", {"imagePullSecrets": []}),
    delete(f"{SHOP}/serviceaccounts/bot"),
    post(f"{SHOP}/events", _EVENT),
    get(f"{SHOP}/events", TABLE, ignored="cells"),
    get(f"{SHOP}/events/e1"),
    get(f"{SHOP}/events?fieldSelector=type=Warning,involvedObject.kind=Pod,reason=FailedMount"),
    get(f"{SHOP}/events?fieldSelector=source=kubelet"),
    get(f"{SHOP}/events?fieldSelector=reportingComponent=kubelet"),
    delete(f"{SHOP}/events/e1"),
    *(_tls(number, certificate, key) for number, (certificate, key) in enumerate(_PAIRS)),
]
