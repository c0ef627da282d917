"""Reasons why a manager does not do its work, from the objects that it made and from its events."""

from __future__ import annotations

from typing import Any

from tests.helpers import eventually
from tests.session.cluster_session import ClusterSession
from tests.session.source_objects import (
    CERTIFICATE_KIND,
    ES_KIND,
    Obj,
    certificate,
    external_secret,
    kind_of,
    not_refreshed,
    secret,
)
from tests.session.source_session import OWNED, at_source, ends, found, sent
from tests.session.test_source import READS
from tui.embedded.users import Rule
from tui.session.source import FoundSource

MADE_KINDS = (
    kind_of("CertificateRequest", "cert-manager.io", "v1"),
    kind_of("Order", "acme.cert-manager.io", "v1"),
    kind_of("Challenge", "acme.cert-manager.io", "v1"),
)
OF_CERTIFICATE = secret(annotations={"cert-manager.io/certificate-name": "web"})
FAILED = "could not get secret data from provider"


def in_error() -> Obj:
    """ExternalSecret whose condition does not have the store's message."""
    broken = {"type": "Ready", "status": "False", "reason": "SecretSyncedError", "message": FAILED}
    obj = external_secret()
    obj["status"]["conditions"] = [broken]
    obj["metadata"]["uid"] = "uid-es"
    return obj


def event(name: str, at: str, message: str, *, uid: str = "uid-es", **more: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": name, "namespace": "default"},
        "involvedObject": {"kind": "ExternalSecret", "name": "db", "uid": uid},
        **({"type": "Warning", "reason": "UpdateFailed", "message": message, "lastTimestamp": at} | more),
    }


async def explained(at: ClusterSession) -> FoundSource:
    """Wait for the reason why the manager of the open Secret does not work; return the manager."""
    await found(at)
    await eventually(lambda: has_reason(at), "the reason")
    looked = at.session.sources.looked
    assert looked is not None and looked.found
    return looked.found[0]


def has_reason(at: ClusterSession) -> bool:
    """True if the page has a reason."""
    looked = at.session.sources.looked
    return looked is not None and any(one.why for one in looked.found or ())


def made(
    kind: str, group: str, uid: str, owner: str, created: str = "2025-11-24T13:00:00Z", **parts: Any
) -> Obj:
    reference = {"apiVersion": "v1", "kind": "x", "name": "x", "uid": owner, "controller": True}
    return {
        "apiVersion": f"{group}/v1",
        "kind": kind,
        "metadata": {
            "name": uid,
            "namespace": "default",
            "uid": uid,
            "creationTimestamp": created,
            "ownerReferences": [reference],
        },
        **parts,
    }


async def test_an_external_secret_in_error_shows_the_stores_message_from_its_latest_event() -> None:
    events = (
        event("a", "2025-11-24T13:50:00Z", "connection refused"),
        event("b", "2025-11-24T13:58:00Z", "permission denied"),
        event("c", "2025-11-24T13:59:00Z", "all is well", type="Normal", reason="Updated"),
        event("d", "2025-11-24T13:59:00Z", "of another", uid="uid-other"),
    )
    async with at_source(ES_KIND, OWNED, in_error(), *events) as at:
        one = await explained(at)
        assert one.why == (("latest event", "UpdateFailed: permission denied (2025-11-24T13:58:00Z)"),)


async def test_no_events_are_read_for_a_manager_that_works() -> None:
    async with at_source(ES_KIND, OWNED, external_secret()) as at:
        one, *_ = await found(at)
        assert one.why == () and not [line for line in at.asked("GET") if "involvedObject" in line]


async def test_events_that_may_not_be_read_are_reported() -> None:
    rules = [*READS, Rule(("get",), ("externalsecrets",), groups=("external-secrets.io",))]
    async with at_source(ES_KIND, OWNED, in_error(), user="thin", users={"thin": rules}) as at:
        one = await explained(at)
        ((name, words),) = one.why
        assert name == "events" and words.startswith("not read. Refused: you may not list events")


async def test_a_refresh_that_failed_says_why_on_the_page() -> None:
    broken = event("a", "2025-11-24T13:59:00Z", "permission denied")
    story = external_secret()
    story["metadata"]["uid"] = "uid-es"
    async with at_source(ES_KIND, OWNED, story, broken) as at:
        await sent(at)
        not_refreshed(at.home)
        await ends(at, "failed")
        await at.in_time(lambda: has_reason(at), "the reason")


async def test_a_certificate_that_is_stuck_names_its_request_its_order_and_its_challenge() -> None:
    stuck = certificate()
    stuck["metadata"]["uid"] = "uid-cert"
    stuck["status"]["conditions"] = [{"type": "Issuing", "status": "True", "reason": "Renewing"}]
    approved = {"type": "Approved", "status": "True"}
    waits = {"type": "Ready", "status": "False", "reason": "Pending", "message": "waits for the order"}
    acme = "acme.cert-manager.io"
    challenge: Obj = {"spec": {"type": "HTTP-01", "dnsName": "web.example.test"}}
    story = (
        *(CERTIFICATE_KIND, *MADE_KINDS, OF_CERTIFICATE, stuck),
        made("CertificateRequest", "cert-manager.io", "old", "uid-cert", "2025-08-24T13:00:00Z"),
        made(
            "CertificateRequest", "cert-manager.io", "r", "uid-cert", status={"conditions": [approved, waits]}
        ),
        made("Order", acme, "o", "r", status={"state": "pending"}),
        made("Challenge", acme, "done", "o", **challenge, status={"state": "valid"}),
        made("Challenge", acme, "c", "o", **challenge, status={"state": "pending", "reason": "status 404"}),
        made("Challenge", acme, "x", "of-another", **challenge, status={"state": "pending"}),
    )
    async with at_source(*story) as at:
        one = await explained(at)
        assert one.why == (
            ("made", "CertificateRequest: Pending: waits for the order"),
            ("", "Order: pending"),
            ("", "Challenge: HTTP-01 web.example.test: pending: status 404"),
        )


async def test_a_certificate_request_that_waits_for_approval_or_is_denied_is_named() -> None:
    refused = {"type": "Denied", "status": "True", "reason": "Policy", "message": "not for this name"}
    for conditions, words in (
        ([], "waits for approval"),
        ([refused], "Denied: Policy: not for this name"),
    ):
        stuck = certificate()
        stuck["metadata"]["uid"] = "uid-cert"
        stuck["status"]["conditions"] = [{"type": "Issuing", "status": "True", "reason": "Renewing"}]
        asked = made(
            "CertificateRequest", "cert-manager.io", "r", "uid-cert", status={"conditions": conditions}
        )
        async with at_source(CERTIFICATE_KIND, *MADE_KINDS, OF_CERTIFICATE, stuck, asked) as at:
            one = await explained(at)
            assert one.why == (("made", f"CertificateRequest: {words}"),)
