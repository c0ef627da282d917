"""Objects that tests of other kinds share: a made-up custom kind in two versions, and a Deployment."""

from __future__ import annotations

from typing import Any

Obj = dict[str, Any]

GROUP = "vault.example.test"


def definition(*, has_status: bool = True) -> Obj:
    """The CustomResourceDefinition of Keys: v1 is preferred, v1beta1 served too, v1alpha1 not any more."""
    text = {"type": "string"}
    spec = {"type": "object", "properties": {"secretName": text, "rounds": {"type": "integer"}}}
    schema = {
        "openAPIV3Schema": {"type": "object", "properties": {"spec": spec, "status": {"type": "object"}}}
    }
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
        "metadata": {"name": f"keys.{GROUP}"},
        "spec": {"group": GROUP, "scope": "Namespaced", "names": names, "versions": versions},
    }


def key(name: str, **spec: Any) -> Obj:
    """A Key in the namespace default."""
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": f"{GROUP}/v1", "kind": "Key", "metadata": meta, "spec": spec}


def deployment(name: str, secret: str = "db") -> Obj:
    """A Deployment in the namespace default whose pods read `secret`."""
    env = [{"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": secret, "key": "password"}}}]
    pod = {"containers": [{"name": "app", "image": "example.test/app", "env": env}]}
    template = {"metadata": {"labels": {"app": name}}, "spec": pod}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    meta = {"name": name, "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
