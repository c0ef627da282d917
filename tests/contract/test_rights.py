"""Users and rights: logins, refusals that name verb, resource and place, access reviews, impersonation."""

from __future__ import annotations

import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from tests.contract.planes import Plane, opened, values
from tests.contract.test_read import pages_of, rows_of
from tests.controlplane.users import ADMIN, EDITOR, NAMESPACE, NOBODY, ONLY_SECRET, READER, SINGLE
from tui.cluster.api.access_reviews import WHO_BODY, WHO_PATH
from tui.cluster.http.request import RequestInfo
from tui.cluster.kubeconfig.load import load
from tui.cluster.kubeconfig.target import Impersonate
from tui.model.draft.draft import Changes
from tui.model.errors import Forbidden, Unauthorized
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import OPAQUE

TILL = SecretRef(NAMESPACE, ONLY_SECRET)
NOTHING: frozenset[str] = frozenset()


async def test_the_server_names_the_user_and_their_groups(plane: Plane) -> None:
    async with plane.cluster(READER) as cluster:
        who = await cluster.who_am_i()
    assert who.user == READER
    assert "system:authenticated" in who.groups


async def test_each_kind_of_login_in_a_kubeconfig_logs_the_user_in(plane: Plane) -> None:
    folder = Path.home() / ".kube"
    folder.mkdir(mode=0o700)
    for way in plane.ways:
        file = folder / way
        plane.write_kubeconfig(file, READER, way)
        async with opened(load(files=[file])) as cluster:
            assert (await cluster.who_am_i()).user == READER


async def test_a_wrong_token_is_reported_as_unauthorized(plane: Plane) -> None:
    async with plane.cluster(token="made-up-and-wrong") as cluster:
        with pytest.raises(Unauthorized):
            await cluster.open(TILL)


async def test_a_refusal_names_the_missing_verb_resource_namespace_and_name(plane: Plane) -> None:
    async with plane.cluster(NOBODY) as cluster:
        till = (NAMESPACE, ONLY_SECRET)
        asked: dict[tuple[str, str, str | None, str | None], Coroutine[Any, Any, object]] = {
            ("list", "secrets", NAMESPACE, None): rows_of(cluster, NAMESPACE),
            ("list", "secrets", None, None): rows_of(cluster, None),
            ("get", "secrets", *till): cluster.open(TILL),
            ("patch", "secrets", *till): cluster.write(TILL, "uid", "1", Changes(values(a="x"), NOTHING)),
            ("create", "secrets", *till): cluster.create(TILL, OPAQUE, {}),
            ("delete", "secrets", *till): cluster.delete(TILL, "uid", "1"),
            ("list", "namespaces", None, None): cluster.namespaces(),
        }
        for missing, call in asked.items():
            with pytest.raises(Forbidden) as refused:
                await call
            told = refused.value
            assert (told.verb, told.resource, told.namespace, told.name) == missing


async def test_a_right_to_get_one_secret_opens_it_and_lists_nothing(plane: Plane) -> None:
    async with plane.cluster(ADMIN) as cluster:
        made = await cluster.create(TILL, OPAQUE, values(pin="made up"))
    try:
        async with plane.cluster(SINGLE) as cluster:
            assert set((await cluster.open(TILL)).data) == {"pin"}
            with pytest.raises(Forbidden):
                await pages_of(cluster, NAMESPACE)
            rights = await cluster.rights(NAMESPACE)
        assert rights.may("get", "secrets", ONLY_SECRET)
        assert not rights.may("list", "secrets")
        assert rights.names("get", "secrets") == (ONLY_SECRET,)
    finally:
        async with plane.cluster(ADMIN) as cluster:
            await cluster.delete(TILL, made.secret.uid, made.secret.resource_version)


async def test_an_editor_may_patch_in_one_namespace_and_a_reader_list_in_all(plane: Plane) -> None:
    async with plane.cluster(EDITOR) as cluster:
        here, elsewhere = await cluster.rights(NAMESPACE), await cluster.rights("default")
    assert here.may("patch", "secrets")
    assert not elsewhere.may("patch", "secrets")
    async with plane.cluster(READER) as cluster:
        anywhere = await cluster.rights("default")
    assert anywhere.may("list", "secrets")
    assert not anywhere.may("patch", "secrets")


async def test_an_impersonated_user_has_the_given_groups_and_not_the_rights_of_the_admin(
    plane: Plane,
) -> None:
    whom = Impersonate("jane", ("ops", "oncall"))
    async with plane.cluster(ADMIN, impersonate=whom) as cluster:
        who = await cluster.who_am_i()
        with pytest.raises(Forbidden):
            await cluster.open(TILL)
    assert who.user == "jane"
    assert {"ops", "oncall"} <= set(who.groups)


@pytest.mark.parametrize("started", [pytest.param("real", marks=pytest.mark.real)], indirect=True)
async def test_the_extra_fields_of_an_impersonated_user_arrive(plane: Plane) -> None:
    whom = Impersonate("jane", extra=(("reason/why", ("made up", "twice")),))
    asked = RequestInfo("create", "selfsubjectreviews", None)
    async with plane.cluster(ADMIN, impersonate=whom) as cluster:
        answer = await cluster._transport.request("POST", WHO_PATH, asked, body=WHO_BODY)
    user = json.loads(answer.body)["status"]["userInfo"]
    assert user["extra"] == {"reason/why": ["made up", "twice"]}


async def test_impersonation_needs_the_right_to_impersonate(plane: Plane) -> None:
    async with plane.cluster(EDITOR, impersonate=Impersonate("jane")) as cluster:
        with pytest.raises(Forbidden) as refused:
            await cluster.who_am_i()
        assert refused.value.sentence == "Refused: you may not impersonate users jane in this cluster."
