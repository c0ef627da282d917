"""Objects that tests of other kinds share: a made-up custom kind in two versions, and a Deployment."""

from __future__ import annotations

from typing import Any

Obj = dict[str, Any]

GROUP = "vault.example.test"


def definition(group: str = GROUP, *, has_status: bool = True) -> Obj:
    """The CustomResourceDefinition of Keys: v1 is preferred, v1beta1 served too, v1alpha1 not any more."""
    text = {"type": "string"}
    spec = {"type": "object", "properties": {"secretName": text, "rounds": {"type": "integer"}}}
    status = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec, "status": status}}}
    subresources: Obj = {"subresources": {"status": {}}} if has_status else {}
    versions = [
        {
            "name": name,
            "served": name != "v1alpha1",
            "storage": name == "v1",
            "schema": schema,
            **subresources,
        }
        for name in ("v1alpha1", "v1beta1", "v1")
    ]
    names = {"plural": "keys", "kind": "Key", "singular": "key", "listKind": "KeyList"}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"keys.{group}"},
        "spec": {"group": group, "scope": "Namespaced", "names": names, "versions": versions},
    }


def key(name: str, *, group: str = GROUP, namespace: str = "default", **spec: Any) -> Obj:
    """A Key with this spec."""
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": f"{group}/v1", "kind": "Key", "metadata": meta, "spec": spec}


def deployment(name: str, secret: str = "db", *, namespace: str = "default") -> Obj:
    """A Deployment whose pods read `secret`."""
    env = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": secret, "key": "password"}}}]
    pod = {"containers": [{"name": "app", "image": "example.test/app", "env": env}]}
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    meta = {"name": name, "namespace": namespace}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
