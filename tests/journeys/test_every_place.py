"""Every field of the real server's schemas that can name a Secret is read by the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.controlplane.plane import ControlPlane
from tests.secret_places import NOT_READ, Place, excuses, forgotten, of_schemas, places

pytestmark = pytest.mark.real


def kinds(plane: ControlPlane) -> Iterator[tuple[str, str, list[Place]]]:
    """Yield group, kind and places of each kind of object, in every served version."""
    for path in plane.ask("GET", "/openapi/v3").body["paths"]:
        schemas = plane.ask("GET", f"/openapi/v3/{path}").body.get("components", {}).get("schemas", {})
        for name, schema in schemas.items():
            if (of := _kind_of(schema)) and "metadata" in schema["properties"]:
                yield of["group"], of["kind"], places(name, of_schemas(schemas))


def _kind_of(schema: dict[str, Any]) -> dict[str, str] | None:
    """Group, version and kind of a schema; None for shared types such as DeleteOptions, which name many."""
    told = schema.get("x-kubernetes-group-version-kind", ())
    return told[0] if len(told) == 1 and not told[0]["kind"].endswith("List") else None


def test_every_field_of_the_servers_schemas_that_can_name_a_secret_is_read(plane: ControlPlane) -> None:
    entries = list(kinds(plane))
    assert len({kind for _, kind, _ in entries}) > 60
    assert [one for group, kind, places in entries for one in forgotten(group, kind, places)] == []
    used = {pattern for _, kind, places in entries for place in places for pattern in excuses(kind, place)}
    assert set(NOT_READ) == used
