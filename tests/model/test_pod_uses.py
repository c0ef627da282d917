"""Every way in which a pod can name a Secret is found, container by container; nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.pods import SNIPPETS, one_use, uses
from tui.model.readers.pod_spec import WAYS, ReferenceField
from tui.model.readers.reader import FAILS, NOTHING
from tui.model.secret.secret import SecretRef


def named_at(part: Any, path: list[str]) -> list[Any]:
    """Values at a path like `volumes[].secret.secretName`, lists flattened."""
    for name in path:
        parts = part if isinstance(part, list) else [part]
        inner = [one[name] for one in parts if name in one]
        part = [one for found in inner for one in (found if isinstance(found, list) else [found])]
    return list(part)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_each_way_is_found_by_itself_alone_and_its_path_leads_to_the_name(way: ReferenceField) -> None:
    use = one_use(SNIPPETS[way.id])
    assert (use.secret, use.way) == ("s", way.id)
    assert named_at(SNIPPETS[way.id], [*way.path.replace("[]", "").split("."), way.name_field]) == ["s"]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_an_empty_name_names_nothing(way: ReferenceField) -> None:
    def emptied(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: "" if value == "s" else emptied(value) for key, value in part.items()}
        return [emptied(one) for one in part] if isinstance(part, list) else part

    assert uses(emptied(SNIPPETS[way.id])) == ()


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.id)
def test_null_fields_count_as_empty(way: ReferenceField) -> None:
    empty = {"initContainers": None, "ephemeralContainers": None}
    spec = {
        "volumes": None,
        "imagePullSecrets": None,
        "containers": None,
        **empty,
        **SNIPPETS[way.id],
        **empty,
    }
    assert one_use(spec).way == way.id
    nulls = {"name": "x", "env": None, "envFrom": None, "volumeMounts": None, "restartPolicy": None}
    volumes = [
        {"name": "y", "secret": None},
        {"name": "z", "projected": {"sources": None}},
        {"name": "e", "csi": {}},
    ]
    assert uses({"containers": [nulls], "volumes": volumes}) == ()


def test_references_to_other_objects_are_not_counted_as_secrets() -> None:
    sources = [
        {"serviceAccountToken": {"path": "token"}},
        {"configMap": {"name": "s"}},
        {"downwardAPI": {}},
        {"clusterTrustBundle": {"name": "s"}},
        {"podCertificate": {}},
    ]
    container = {
        "name": "app",
        "env": [
            {"name": "A", "valueFrom": {"configMapKeyRef": {"name": "s", "key": "k"}}},
            {"name": "B", "valueFrom": {"fileKeyRef": {"path": "p", "volumeName": "v", "key": "k"}}},
        ],
        "envFrom": [{"configMapRef": {"name": "s"}}],
        "volumeMounts": [{"name": "v", "mountPath": "/x"}],
    }
    volumes = [
        {"name": "v", "projected": {"sources": sources}},
        {"name": "c", "configMap": {"name": "s"}},
        {"name": "f", "cephfs": {"secretFile": "/s"}},
        {"name": "i", "image": {"reference": "s"}},
        {"name": "e", "ephemeral": {"volumeClaimTemplate": {}}},
        {"name": "p", "persistentVolumeClaim": {"claimName": "s"}},
    ]
    assert uses({"containers": [container], "volumes": volumes}) == ()


def test_the_kind_of_every_container_is_known() -> None:
    env = [{"name": "P", "valueFrom": {"secretKeyRef": {"name": "s", "key": "p", "optional": True}}}]
    spec = {
        "containers": [{"name": "main", "env": env}],
        "initContainers": [
            {"name": "first", "env": env},
            {"name": "beside", "env": env, "restartPolicy": "Always"},
        ],
        "ephemeralContainers": [{"name": "debug", "env": env}],
    }
    found = {use.container: use.container_kind for use in uses(spec)}
    assert found == {"main": "container", "first": "init", "beside": "sidecar", "debug": "ephemeral"}
    assert all(use.is_optional and use.key == "p" and use.target == "P" for use in uses(spec))


def volume(mounts: list[dict[str, Any]], source: dict[str, Any], kind: str = "secret") -> dict[str, Any]:
    whole = (
        {"secretName": "s", **source}
        if kind == "secret"
        else {"sources": [{"secret": {"name": "s", **source}}]}
    )
    return {
        "containers": [{"name": "app", "volumeMounts": [{"name": "v", **mount} for mount in mounts]}],
        "volumes": [{"name": "v", kind: whole}],
    }


ITEMS = {"items": [{"key": "a", "path": "x"}, {"key": "b", "path": "certs/b.pem"}]}


@pytest.mark.parametrize("kind", ["secret", "projected"])
@pytest.mark.parametrize(
    ("mount", "source", "seen"),
    [
        ({"mountPath": "/m"}, {}, {(None, "/m", False)}),
        ({"mountPath": "/m/"}, ITEMS, {("a", "/m/x", False), ("b", "/m/certs/b.pem", False)}),
        ({"mountPath": "/m/k", "subPath": "key"}, {}, {("key", "/m/k", True)}),
        ({"mountPath": "/m", "subPath": "."}, {}, {(None, "/m", True)}),
        ({"mountPath": "/m/k", "subPathExpr": "$(POD)"}, {}, {(None, "/m/k", True)}),
        ({"mountPath": "/m/k", "subPathExpr": "$(POD)"}, ITEMS, {("a", "/m/k", True), ("b", "/m/k", True)}),
        ({"mountPath": "/f", "subPath": "x"}, ITEMS, {("a", "/f", True), ("b", "", False)}),
        ({"mountPath": "/f", "subPath": "certs/"}, ITEMS, {("b", "/f/b.pem", True), ("a", "", False)}),
        ({"mountPath": "/f", "subPath": "deep/er"}, {}, {(None, "", False)}),
        ({"mountPath": "/m", "readOnly": None}, {"items": []}, {(None, "/m", False)}),
    ],
)
def test_files_are_at_the_paths_where_the_kubelet_puts_them(
    kind: str, mount: dict[str, Any], source: dict[str, Any], seen: set[tuple[str | None, str, bool]]
) -> None:
    found = uses(volume([mount], source, kind))
    assert {(use.key, use.target, use.is_sub_path) for use in found} == seen
    assert all(use.is_mounted == bool(use.target) == (use.container == "app") for use in found)
    assert all(use.is_listed == bool(source.get("items")) for use in found)
    left_out = [use for use in found if not use.target]
    for use in left_out:  # the kubelet sets up the whole volume, although no mount shows the key
        effects = [
            use.effect(change, SecretRef("default", "s"), use.key) for change in ("changed", "deleted")
        ]
        assert [effect.severity for effect in effects] == [NOTHING, FAILS]


@pytest.mark.parametrize("way", [way for way in WAYS if "volumes" in way.path], ids=lambda way: way.id)
def test_an_unmounted_volume_is_still_a_use_of_its_secret(way: ReferenceField) -> None:
    spec = {**SNIPPETS[way.id], "containers": [{"name": "app"}]}
    use = one_use(spec)
    assert (use.way, use.container, use.is_mounted, use.target) == (way.id, None, False, "")


def test_each_mount_and_each_container_is_a_use() -> None:
    mounts = [{"name": "v", "mountPath": "/one"}, {"name": "v", "mountPath": "/two", "subPath": "k"}]
    spec = {
        "containers": [{"name": "a", "volumeMounts": mounts}, {"name": "b", "volumeMounts": mounts[:1]}],
        "volumes": [{"name": "v", "secret": {"secretName": "s", "optional": True}}],
    }
    assert [(use.container, use.target, use.key) for use in uses(spec)] == [
        ("a", "/one", None),
        ("a", "/two", "k"),
        ("b", "/one", None),
    ]
    assert all(use.is_optional for use in uses(spec))
