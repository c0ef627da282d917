"""Custom kind that is watched once it was listed: an Argo Rollout comes, changes and goes."""

from __future__ import annotations

from typing import Any

from tests.embedded.kinds import definition
from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession, cluster_session
from tests.session.test_reader_search import OTHER, STORY, searched, titles
from tui.embedded.users import Rule
from tui.model.secret.secret import SecretRef


def rollouts() -> dict[str, Any]:
    """CustomResourceDefinition of Argo Rollouts."""
    found = definition()
    found["metadata"]["name"] = "rollouts.argoproj.io"
    found["spec"] |= {"group": "argoproj.io", "names": {"kind": "Rollout", "plural": "rollouts"}}
    return found


def rollout(name: str, secret: str, namespace: str = "default") -> dict[str, Any]:
    container = {"name": "main", "image": "redis", "envFrom": [{"secretRef": {"name": secret}}]}
    return {
        "apiVersion": "argoproj.io/v1",
        "kind": "Rollout",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }


async def become(here: ClusterSession, *names: str, ref: SecretRef = OTHER) -> None:
    await eventually(lambda: titles(here, ref) == [f"Rollout/{name}" for name in names], f"{names}")


async def test_objects_of_a_custom_kind_are_followed_after_the_search() -> None:
    async with cluster_session(story=(*STORY, rollouts(), rollout("shop", "other"))) as here:
        await searched(here)
        await become(here, "shop")
        here.home.store.put(rollout("far", "other", "elsewhere"))
        here.home.store.put(rollout("cart", "other"))
        await become(here, "cart", "shop")
        here.home.store.delete("rollouts.argoproj.io", "default", "shop")
        await become(here, "cart")
        here.home.store.put(rollout("cart", "mysecret"))
        await become(here)
        await searched(here)
        assert "Rollout/cart" in titles(here) and here.session.readers.gaps == ()
        assert [one for one in here.session.readers.rows if one.namespace == "elsewhere"] == []
        here.home.store.put(rollout("cart", "other"))
        await become(here, "cart")


async def test_only_the_own_namespace_is_watched_if_no_other_may_be_read() -> None:
    reads = Rule(("get", "list", "watch"), ("*",), groups=("*",), namespaces=("default",))
    story = (*STORY, rollouts(), rollout("shop", "other"))
    async with cluster_session(story=story, user="oncall", users={"oncall": [reads]}) as here:
        await searched(here)
        here.home.store.put(rollout("cart", "other"))
        await become(here, "cart", "shop")
