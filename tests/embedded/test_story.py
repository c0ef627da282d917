"""The tour's story: every way to read a Secret occurs, and nothing in it could be taken for real."""

from __future__ import annotations

import base64
import gzip
import json
import re
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from unicodedata import category

import aiohttp
import msgspec
import pytest
from cryptography import x509

from tests.faulty_cluster.server import FaultyCluster
from tui.embedded.demo.story import DEMO, load_story
from tui.embedded.objects.store import Store
from tui.model.readers.pod_spec import WAYS
from tui.model.readers.pods import PodInfo, PodShape, pod_info

STILL: Final = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""Time at which the story plays: its clock is stopped for pictures."""
VENDORS: Final = re.compile(
    rb"AKIA|ASIA[0-9A-Z]{16}|gh[pousr]_|github_pat_|glpat-|\bsk-|[sr]k_(live|test)_|xox[abposr]-|AIza|ya29\.|"
    rb"hv[sb]\.|npm_[A-Za-z0-9]{20}|dop_v1_|\bSG\.[A-Za-z0-9]|pypi-AgE|AGE-SECRET-KEY-|EAACEdEose0cBA"
)

Obj = dict[str, Any]


@cache
def _held() -> Store:
    """A store that holds the story. All tests share it and none writes to it."""
    store = Store(STILL.timestamp)
    for obj in load_story():
        store.put(obj)
    return store


def all_of(plural: str) -> dict[str, Obj]:
    """The objects of one kind by "namespace/name"."""
    return {key: record.obj for key, record in _held().by_resource[plural].records.items()}


def data(secret: Obj) -> dict[str, bytes]:
    return {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()}


def pods() -> dict[str, PodInfo]:
    """The pods as the program reads them."""
    return {name: pod_info(msgspec.convert(pod, PodShape)) for name, pod in all_of("pods").items()}


@pytest.mark.parametrize("way", [way.id for way in WAYS])
def test_every_way_to_read_a_secret_occurs_in_the_story(way: str) -> None:
    there = {name.split("/")[1] for name in all_of("secrets")}
    assert any(use.way == way and use.secret in there for pod in pods().values() for use in pod.uses)


def test_nothing_in_the_story_looks_like_a_vendors_credential() -> None:
    texts = [DEMO.read_bytes()]
    for secret in all_of("secrets").values():
        held = data(secret)
        texts += held.values()
        if "release" in held:
            texts.append(gzip.decompress(base64.b64decode(held["release"])))
    assert not any(VENDORS.search(text) for text in texts)


def test_a_secret_value_says_that_it_is_made_up() -> None:
    known = {("default/mysecret", "password"), ("kube-system/bootstrap-token-abcdef", "token-secret")}
    for name, secret in all_of("secrets").items():
        for key, value in data(secret).items():
            is_secret = re.search(r"pass|secret|token$|bearer|salt|api-key", key, re.IGNORECASE)
            if is_secret and value.isascii() and (name, key) not in known:
                assert b"made-up" in value or secret["type"].endswith("-token"), (name, key)
            if key.endswith(".crt"):
                for cert in x509.load_pem_x509_certificates(value):
                    names = cert.subject.rfc4514_string()
                    assert re.search(r"example\.test|Made-Up|payments-db", names), names


def _is_text(value: bytes) -> bool:
    try:
        return "\0" not in value.decode()
    except UnicodeDecodeError:
        return False


def test_texts_that_are_hard_to_show_are_in_a_namespace_of_their_own() -> None:
    """Control characters, letters that hide or turn, and endless names: no user meets them by chance."""
    hard = set()
    for place, secret in all_of("secrets").items():
        namespace, name = place.split("/")
        texts = (value.decode() for value in data(secret).values() if _is_text(value))
        signs = {char for text in texts for char in text if category(char) in ("Cc", "Cf")}
        if len(name) > 100 or signs - set("\r\n"):
            hard.add(namespace)
    assert hard == {"odd"}


async def test_the_server_accepts_every_secret() -> None:
    """The test creates each Secret over HTTP; only the key pair that does not match causes a warning."""
    warned = []
    given = ("name", "namespace", "labels", "annotations", "finalizers")
    async with FaultyCluster() as cluster, aiohttp.ClientSession() as session:
        session.headers["Authorization"] = f"Bearer {cluster.token}"
        for obj in load_story():
            meta = {key: value for key, value in obj["metadata"].items() if key in given}
            if obj["kind"] == "Namespace":
                cluster.store.put(obj)
            elif obj["kind"] == "Secret":
                url = f"{cluster.url}/api/v1/namespaces/{meta['namespace']}/secrets"
                async with session.post(url, json=obj | {"metadata": meta}) as answer:
                    assert answer.status == 201, (meta["name"], await answer.json())
                    warned += [meta["name"]] if "Warning" in answer.headers else []
                    held = all_of("secrets")[f"{meta['namespace']}/{meta['name']}"]
                    assert data(json.loads(await answer.read())) == data(held)
    assert warned == ["gateway-tls"]
