"""Readers of Secrets on the real server: every kind is found, and a kind that may not be listed is a gap."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest

from tests.controlplane.manager_kinds import CERTIFICATE, EXTERNAL_SECRET, KUSTOMIZATION
from tests.controlplane.plane import ControlPlane
from tests.controlplane.planted import names_in
from tests.controlplane.planted_kinds import PLANTED
from tests.helpers import eventually
from tests.journeys.listing_rights import lister
from tests.journeys.reader_objects import make, objects
from tests.journeys.sessions import session_on
from tui.model.secret.secret import SecretRef
from tui.session.cache.readers import Readers, usage_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

BUILT_IN: Final = tuple(objects(""))
LISTED: Final = (
    *((one.group, one.resource, one.kind) for one in BUILT_IN),
    *((one.kind.group, one.kind.plural, one.kind.kind) for one in PLANTED[:2]),
)
"""Group, resource and kind: all built-in kinds, and two custom kinds that are known by their schemas."""
Told = set[tuple[str, str, str, str]]


@pytest.fixture(scope="module")
def namespace(whole_plane: ControlPlane) -> str:
    """Namespace in which an object of each kind names a Secret."""
    made = whole_plane.new_namespace()
    for found in objects(made):
        make(whole_plane, made, found)
    for name in {"nobodys"}.union(*(names_in(one.spec, "secret-") for one in PLANTED)):
        whole_plane.make(f"/api/v1/namespaces/{made}/secrets", {"metadata": {"name": name}})
    for planted in PLANTED:
        kind = planted.kind
        body = kind.body(f"full-{made}", spec=planted.spec_in(made))
        whole_plane.make(kind.path(made if kind.is_namespaced else ""), body)
    return made


@asynccontextmanager
async def searched(plane: ControlPlane, namespace: str, user: str = "") -> AsyncIterator[Readers]:
    """Search all kinds for readers in the namespace, and yield the readers."""
    async with session_on(plane, namespace, user=user) as session:
        session.search_readers(namespace)
        search = session.readers.search
        await eventually(lambda: search.phase == "ended" and not search.is_running, "the search")
        yield session.readers


def told(readers: Readers, namespace: str) -> Told:
    """Readers of the Secrets of these objects: Secret, kind, object, and way of reading."""
    names = {wanted.secret for wanted in BUILT_IN}.union(*(names_in(one.spec, "secret-") for one in PLANTED))
    refs = [SecretRef(namespace, name) for name in names]
    return {
        (ref.name, found.info.kind.name, found.info.name, found.use.how())
        for ref in refs
        for found in (*readers.of(ref), *readers.producers_of(ref), *readers.mentions_of(ref))
    }


@pytest.fixture(scope="module")
def everything(whole_plane: ControlPlane, namespace: str) -> Told:
    """Readers as found by a user who may list everything."""

    async def search() -> Told:
        async with searched(whole_plane, namespace) as readers:
            return told(readers, namespace)

    return asyncio.run(search())


async def test_a_reader_of_every_built_in_kind_is_found_at_its_key(
    whole_plane: ControlPlane, namespace: str
) -> None:
    async with searched(whole_plane, namespace) as readers:
        for wanted in BUILT_IN:
            ref = SecretRef(namespace, wanted.secret)
            found = [one.use for one in readers.of(ref) if one.info.kind.name == wanted.kind]
            assert found, wanted.kind
            if wanted.key is not None:
                assert all(use.reads(wanted.key) and not use.reads("another") for use in found), wanted.kind
            assert usage_of(readers)(ref) == "in use"
        assert readers.gaps == ()
        assert usage_of(readers)(SecretRef(namespace, "nobodys")) == "no reader found"


async def test_every_field_of_a_custom_kind_that_names_a_secret_is_found(
    whole_plane: ControlPlane, namespace: str, everything: Told
) -> None:
    for planted in PLANTED:
        found = {
            secret
            for secret, kind, name, _ in everything
            if (kind, name) == (planted.kind.kind, f"full-{namespace}")
        }
        assert found == names_in(planted.spec, "secret-"), planted.kind.kind
    async with searched(whole_plane, namespace) as readers:
        infos = [info for info in readers.rows if info.name == f"full-{namespace}"]
        uses = [use for info in infos for use in info.uses]
        assert len(uses) > 30 and all("found by field name" in use.notes for use in uses)


@pytest.mark.parametrize("without", LISTED, ids=lambda without: without[2])
async def test_without_the_right_to_list_one_kind_only_its_readers_are_missing_and_named_as_a_gap(
    whole_plane: ControlPlane, namespace: str, everything: Told, without: tuple[str, str, str]
) -> None:
    group, resource, kind = without
    user = lister(whole_plane, f"without-{resource}-{namespace}", (group, resource))
    async with searched(whole_plane, namespace, user) as readers:
        assert told(readers, namespace) == {one for one in everything if one[1] != kind}
        assert [(gap.what, gap.why) for gap in readers.gaps] == [
            (f"{resource}.{group}".rstrip("."), "refused")
        ]
        refs = [SecretRef(namespace, name) for name in ("nobodys", *(one[0] for one in everything))]
        assert all(usage_of(readers)(ref) != "no reader found" for ref in refs)


async def test_an_object_that_writes_a_secret_is_a_producer_and_no_reader(
    whole_plane: ControlPlane, namespace: str
) -> None:
    store = {"refreshInterval": "1h", "data": []}
    keystore = {"jks": {"create": True, "passwordSecretRef": {"name": "keystore", "key": "password"}}}
    made = (
        (EXTERNAL_SECRET, "by-its-name", store),
        (EXTERNAL_SECRET, "by-target", store | {"target": {"name": "target"}}),
        (CERTIFICATE, "certificate", {"secretName": "certificate-tls", "keystores": keystore}),
        (KUSTOMIZATION, "apps", {"decryption": {"provider": "sops", "secretRef": {"name": "age"}}}),
    )
    for kind, name, spec in made:
        whole_plane.make(kind.path(namespace), kind.body(name, spec=spec))
    async with searched(whole_plane, namespace) as readers:
        found = {
            name: (
                [one.info.name for one in readers.of(SecretRef(namespace, name))],
                [one.info.name for one in readers.producers_of(SecretRef(namespace, name))],
            )
            for name in ("by-its-name", "by-target", "target", "certificate-tls", "keystore", "age")
        }
    assert found == {
        "by-its-name": ([], ["by-its-name"]),
        "by-target": ([], []),
        "target": ([], ["by-target"]),
        "certificate-tls": ([], ["certificate"]),
        "keystore": (["certificate"], []),
        "age": (["apps"], []),
    }
