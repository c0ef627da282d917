"""A custom resource that names a Secret in any field, on the real server: the Secret is never "unused"."""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.controlplane.custom_kinds import ANY, CustomKind, having, install, many, text
from tests.controlplane.plane import ControlPlane
from tests.journeys.listing_rights import lister
from tests.journeys.test_readers import searched
from tui.model.secret.secret import SecretRef
from tui.session.cache import reader_search
from tui.session.cache.readers import Readers, usage_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

GROUP: Final = "mentions.example"
NAME: Final = "db-login"


def _kind(number: int, spec: dict[str, Any], **more: Any) -> CustomKind:
    return CustomKind(GROUP, "v1", f"mentions{number}", f"Mention{number}", spec, **more)


TEMPLATE: Final = {"spec": {"containers": [{"name": "a", "env": [{"name": "A", "value": NAME}]}]}}
OPEN: Final = (
    (_kind(0, ANY, is_open=True), {"params": {"deep": [{"any": NAME}]}}),
    (_kind(1, ANY), {"any": {"thing": NAME}}),
    (_kind(2, having(template=ANY, url=text())), {"template": TEMPLATE}),
    (
        _kind(3, ANY, status=ANY),
        {
            "steps": [{"script": f"kubectl get secret {NAME}"}],
            "workspaces": [{"secret": {"secretName": NAME}}],
        },
    ),
)
"""Kinds with x-kubernetes-preserve-unknown-fields: at the root, at spec, in a pod template, as in Tekton."""

REF: Final = having(kind=text(), name=text())
NAMED: Final = having(name=text())
MAP: Final = {"type": "object", "additionalProperties": text()}
FIELDS: Final = (
    (having(existingSecret=text()), {"existingSecret": NAME}),
    (having(passwordSecret=text()), {"passwordSecret": NAME}),
    (having(tls=having(secret=text())), {"tls": {"secret": NAME}}),
    (having(ref=REF), {"ref": {"kind": "Secret", "name": NAME}}),
    (having(databases=MAP), {"databases": {"main": NAME}}),
    (having(credentials=NAMED), {"credentials": {"name": NAME}}),
    (having(secretName=text()), {"secretName": NAME}),
    (having(secretRef=NAMED), {"secretRef": {"name": NAME}}),
    (
        having(auth=having(passwordRef=having(name=text(), key=text()))),
        {"auth": {"passwordRef": {"name": NAME, "key": "a"}}},
    ),
    (having(imagePullSecrets=many(NAMED)), {"imagePullSecrets": [{"name": NAME}]}),
    (having(secrets=many(text())), {"secrets": [NAME]}),
    (having(arguments=many(text())), {"arguments": [f"--login=vault://x/{NAME}#password"]}),
)
PLAUSIBLE: Final = tuple((_kind(10 + number, spec), value) for number, (spec, value) in enumerate(FIELDS))
CLUSTER: Final = (_kind(30, ANY, is_namespaced=False), {"namespace": "NAMESPACE", "any": NAME})
ALL: Final = (*OPEN, *PLAUSIBLE, CLUSTER)


@pytest.fixture(scope="module")
def kinds(whole_plane: ControlPlane) -> ControlPlane:
    install(whole_plane, (kind for kind, _ in ALL))
    return whole_plane


def _namespace(plane: ControlPlane) -> str:
    """Create a namespace with the Secret that objects name, and with one that no object names."""
    made = plane.new_namespace()
    for name in (NAME, "nobodys"):
        plane.make(f"/api/v1/namespaces/{made}/secrets", {"metadata": {"name": name}})
    return made


def _make(plane: ControlPlane, namespace: str, kind: CustomKind, spec: dict[str, Any]) -> None:
    spec = {name: namespace if value == "NAMESPACE" else value for name, value in spec.items()}
    name = f"one-{namespace}"
    plane.make(kind.path(namespace if kind.is_namespaced else ""), kind.body(name, spec=spec))


def _told(readers: Readers, namespace: str) -> tuple[str, set[str]]:
    """Usage of the Secret, and the kinds that read or mention it."""
    ref = SecretRef(namespace, NAME)
    named = (*readers.of(ref), *readers.mentions_of(ref))
    return usage_of(readers)(ref), {one.info.kind.name for one in named}


@pytest.mark.parametrize(
    ("kind", "spec"), ALL, ids=lambda one: one.kind if isinstance(one, CustomKind) else ""
)
async def test_a_custom_resource_that_names_a_secret_in_any_field_keeps_it_from_being_unused(
    kinds: ControlPlane, kind: CustomKind, spec: dict[str, Any]
) -> None:
    namespace = _namespace(kinds)
    async with searched(kinds, namespace) as readers:
        assert _told(readers, namespace) == ("no reader found", set())
    _make(kinds, namespace, kind, spec)
    async with searched(kinds, namespace) as readers:
        usage, named = _told(readers, namespace)
        assert named == {kind.kind} and usage in ("in use", "mentioned")
        assert usage_of(readers)(SecretRef(namespace, "nobodys")) == "no reader found"
        assert readers.gaps == ()


@pytest.mark.parametrize("without", [OPEN[0], PLAUSIBLE[4], CLUSTER], ids=lambda one: one[0].kind)
async def test_without_the_right_to_list_a_kind_nothing_is_called_unused(
    kinds: ControlPlane, without: tuple[CustomKind, dict[str, Any]]
) -> None:
    kind, spec = without
    namespace = _namespace(kinds)
    _make(kinds, namespace, kind, spec)
    user = lister(kinds, f"without-{kind.plural}-{namespace}", (GROUP, kind.plural))
    async with searched(kinds, namespace, user) as readers:
        assert _told(readers, namespace) == ("not known", set())
        assert [(gap.what, gap.why) for gap in readers.gaps] == [(f"{kind.plural}.{GROUP}", "refused")]


async def test_a_kind_with_more_than_the_limit_is_a_gap_and_nothing_is_called_unused(
    kinds: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_search, "MOST_MIB", 1)
    kind, namespace = OPEN[1][0], _namespace(kinds)
    for number in range(600):  # a chunk of 500 is over the limit
        body = kind.body(f"large-{number:03d}", spec={"filler": "x" * 4000})
        kinds.make(kind.path(namespace), body)
    async with searched(kinds, namespace) as readers:
        assert _told(readers, namespace) == ("not known", set())
        kinds.ask("DELETE", kind.path(namespace))
        assert (f"{kind.plural}.{GROUP} after 1 MiB", "stopped") in [
            (gap.what, gap.why) for gap in readers.gaps
        ]
