"""Requests that only a real API server serves: this one refuses them, so that no test relies on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.embedded.conftest import Caller
from tests.faulty_cluster.server import FaultyCluster
from tui.embedded.demo.story import load_story

ROOT = Path(__file__).parents[2]
SECRETS = "/api/v1/namespaces/default/secrets"


STRATEGIC = {"Content_Type": "application/strategic-merge-patch+json"}
TABLE = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "code"),
    [
        ("PUT", f"{SECRETS}/mysecret", {"metadata": {"name": "mysecret"}}, {}, 405),
        ("POST", "/api/v1/namespaces", {"metadata": {"name": "n"}}, {}, 405),
        ("DELETE", "/api/v1/namespaces/default/pods/mypod", None, {}, 405),
        ("PUT", "/api/v1/namespaces/default/pods/mypod", {"metadata": {"name": "mypod"}}, {}, 405),
        ("PATCH", "/api/v1/namespaces/default/pods/mypod", {"metadata": {}}, STRATEGIC, 415),
        ("PATCH", f"{SECRETS}/mysecret", {"data": {"a": ""}}, STRATEGIC, 415),
        ("PATCH", f"{SECRETS}/mysecret", {"metadata": {"ownerReferences": []}}, {}, 400),
        ("POST", SECRETS, {"metadata": {"generateName": "a-"}}, {}, 400),
        ("POST", f"{SECRETS}?fieldValidation=Strict", {"metadata": {"name": "a"}}, {}, 400),
        ("GET", f"{SECRETS}?labelSelector=a", None, {}, 400),
        ("GET", f"{SECRETS}?fieldSelector=immutable%3Dtrue", None, {}, 400),
        ("GET", f"{SECRETS}?includeObject=Object", None, TABLE, 400),
        ("GET", f"{SECRETS}?limit=1&continue=made-up", None, {}, 400),
        ("GET", "/api/v1/namespaces/default/pods", None, TABLE, 406),
        ("GET", "/api/v1/endpoints", None, {}, 404),
        ("GET", "/apis/apps/v1beta1/deployments", None, {}, 404),
        ("GET", "/apis", None, {}, 406),
    ],
)
async def test_a_request_that_is_not_served_is_refused_and_changes_nothing(
    method: str, path: str, body: Any, headers: dict[str, str], code: int
) -> None:
    async with FaultyCluster(load_story()) as cluster, aiohttp.ClientSession(cluster.url) as session:
        version = cluster.store.version
        assert (await Caller(cluster, session)(method, path, body, **headers)).status == code
        assert cluster.store.version == version
