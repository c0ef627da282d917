"""Manager of the open Secret: read by its name alone, and the keys that a request changed."""

from __future__ import annotations

from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession
from tests.session.source_objects import (
    CERTIFICATE_KIND,
    ES_KIND,
    PUSH_KIND,
    certificate,
    change,
    external_secret,
    not_refreshed,
    refreshed,
    secret,
)
from tests.session.source_session import OWNED, REF, at_source, ends, run_of, sent
from tui.model.secret.formats.validity import Validity
from tui.model.text.times import parse_time
from tui.session.source import FoundSource


async def known(at: ClusterSession) -> tuple[FoundSource, ...]:
    """Wait for the managers of the open Secret that are read by name alone."""
    sources = at.session.sources
    await eventually(lambda: sources.of_open is not None and sources.of_open.found is not None, "its manager")
    assert sources.of_open is not None and sources.of_open.found is not None
    return sources.of_open.found


async def test_the_manager_of_the_open_secret_is_read_by_one_request_and_dropped_with_it() -> None:
    async with at_source(ES_KIND, PUSH_KIND, OWNED, external_secret()) as at:
        (one,) = await known(at)
        assert one.obj is not None and one.obj["metadata"]["name"] == "db"
        assert len([path for path in at.asked("GET") if "external-secrets.io" in path]) == 1
        at.session.leave()
        assert at.session.sources.of_open is None


TIMES = {
    "notBefore": "2025-09-25T14:00:00Z",
    "notAfter": "2025-12-24T14:00:00Z",
    "renewalTime": "2025-12-14T14:00:00Z",
}


async def test_the_renewal_time_of_the_open_certificate_is_known_until_its_object_is_gone() -> None:
    marked = secret(annotations={"cert-manager.io/certificate-name": "web"})
    begins, ends_at, renewal = map(parse_time, TIMES.values())
    assert begins and ends_at
    async with at_source(CERTIFICATE_KIND, marked, certificate(**TIMES)) as at:
        await known(at)
        issued = at.session.certificates.issued
        assert issued[REF] == Validity(begins, ends_at, renewal)

        at.fault("status", method="GET", path="*/certificates/web", code=500, times=1)
        at.others_set("password", b"made-up-2", REF)
        await eventually(lambda: at.session.sources.of_open.found[0].error is not None, "the error")  # type: ignore[union-attr, index]
        assert issued[REF] is not None, "what was known stays"

        at.home.store.delete("certificates.cert-manager.io", "default", "web")
        at.others_set("password", b"made-up-3", REF)
        await eventually(lambda: issued[REF] is None, "that it is gone")


async def test_no_manager_is_read_for_a_secret_that_names_none() -> None:
    for labels in ({}, {"reconcile.external-secrets.io/managed": "true"}):
        async with at_source(ES_KIND, PUSH_KIND, secret(labels=labels), external_secret()) as at:
            assert await known(at) == ()
            assert not [path for path in at.asked("GET") if "external-secrets.io" in path]


async def test_the_manager_is_read_again_when_the_secret_changes_and_after_a_request() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await known(at)
        not_refreshed(at.home)
        at.others_set("password", b"made-up-2", REF)

        def verdict() -> str:
            looked = at.session.sources.of_open
            assert looked is not None and looked.found is not None
            return looked.found[0].source.state(looked.found[0].obj or {}, looked.secret).verdict

        await eventually(lambda: verdict() == "in error", "the error")
        await sent(at)
        change(
            at.home,
            "externalsecrets.external-secrets.io",
            "db",
            conditions=external_secret()["status"]["conditions"],
        )
        refreshed(at.home, at.clock.now() + 1)
        await ends(at, "done")
        assert verdict() == "ok"


async def test_a_request_knows_which_keys_got_another_value_and_when_it_ended() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        await sent(at)
        at.others_set("password", b"made-up-2", REF)
        await eventually(lambda: run_of(at).keys == ("password",), "the key")
        refreshed(at.home, at.clock.now() + 1)
        run = await ends(at, "done")
        assert run.keys == ("password",) and run.ended is not None
        assert "made-up" not in repr(run)
