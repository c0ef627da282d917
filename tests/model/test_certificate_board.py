"""The board of certificates: each fault is found once, on the right row, and sound certificates have none."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from tests.model.authorities import CLIENTS, NOW, Issued, chain, issued
from tests.model.pods import info
from tests.model.test_health import evidence
from tui.model.certificates.findings import CERTIFICATE_CHECKS, board
from tui.model.certificates.held import HeldCertificates, held_in_secret
from tui.model.certificates.objects import CA_BUNDLES, CONFIG_MAPS
from tui.model.certificates.rows import CertificateEvidence, CertificateRow
from tui.model.health.certificates import certificates_in
from tui.model.health.checks import judge
from tui.model.health.evidence import SourceTrouble, TlsHost
from tui.model.readers.reader import Reader, ReaderInfo
from tui.model.secret.formats.validity import Validity
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.types.registry import OPAQUE, TLS
from tui.model.secret.value import Value

AT: Final = NOW.timestamp()
DAY: Final = 86_400.0
SHOP: Final = SecretRef("web", "shop-tls")
MARKER: Final = b"made-up-marker-7731"
"""Value beside every certificate, which must never be shown."""


def made_secret(name: str, data: Mapping[str, bytes], kind: str = TLS, namespace: str = "web") -> Secret:
    values = {key: Value(value) for key, value in {**data, "note": MARKER}.items()}
    return Secret(SecretRef(namespace, name), f"uid-{name}", "1", kind, values)


def tls(
    name: str, *links: Issued, namespace: str = "web", key: Issued | None = None, **more: bytes
) -> Secret:
    """A TLS Secret with these certificates, and the key of the first."""
    text = b"".join(link.pem for link in links)
    data = {"tls.crt": text, "tls.key": (key or links[0]).key_pem}
    return made_secret(
        name, data | {name.replace("_", "."): value for name, value in more.items()}, namespace=namespace
    )


def held(*secrets: Secret) -> list[HeldCertificates]:
    return [each for secret in secrets for each in held_in_secret(secret)]


def rows(places: Iterable[HeldCertificates], **known: Any) -> tuple[CertificateRow, ...]:
    return board(CertificateEvidence(now=AT, held=tuple(places), **known))


def bundle_of(*authorities: Issued) -> str:
    return b64encode(b"".join(each.pem for each in authorities)).decode()


def webhook(bundle: str, service: str = "hook", namespace: str = "web") -> list[HeldCertificates]:
    client = {"caBundle": bundle, "service": {"namespace": namespace, "name": service}}
    obj = {"metadata": {"name": "guard"}, "webhooks": [{"name": "guard.test", "clientConfig": client}]}
    return [*CA_BUNDLES[0].held(obj)]


def serves(host: str, ref: SecretRef = SHOP) -> TlsHost:
    return TlsHost(ref.namespace, "Ingress/shop", host, ref)


def mounting_pod(secret: str, started: str) -> Reader:
    """A pod of the Deployment shop that has the Secret as files since then."""
    volume = {"name": "tls", "secret": {"secretName": secret}}
    return pod_reader({"volumeMounts": [{"name": "tls", "mountPath": "/tls"}]}, [volume], started)


def reading_pod(secret: str, key: str, way: str) -> Reader:
    """A pod of the Deployment shop that has had one key as a variable or a file since long ago."""
    started = "2026-10-01T00:00:00Z"
    if way == "env":
        source = {"secretKeyRef": {"name": secret, "key": key}}
        return pod_reader({"env": [{"name": "VALUE", "valueFrom": source}]}, [], started)
    volume = {"name": "tls", "secret": {"secretName": secret, "items": [{"key": key, "path": "one"}]}}
    return pod_reader({"volumeMounts": [{"name": "tls", "mountPath": "/tls"}]}, [volume], started)


def pod_reader(container: Mapping[str, Any], volumes: list[dict[str, Any]], started: str) -> Reader:
    spec = {"containers": [{"name": "app", **container}], "volumes": volumes}
    state = {"name": "app", "state": {"running": {"startedAt": started}}}
    pod: ReaderInfo = info(
        spec,
        {"phase": "Running", "containerStatuses": [state]},
        name="shop-1",
        namespace="web",
        labels={"pod-template-hash": "abc"},
        ownerReferences=[{"kind": "ReplicaSet", "name": "shop-abc", "controller": True}],
    )
    return Reader(pod, pod.uses[0])


LEAF, ISSUER, ROOT = chain("EC", "shop.test", "www.shop.test", days=(-21, 69))
FINE: Final = (LEAF, ISSUER)


def planted(what: str) -> tuple[list[HeldCertificates], dict[str, Any]]:
    """Places and evidence with exactly one fault, in the Secret shop-tls of web."""
    known: dict[str, Any] = {"created": {SHOP: AT - 300 * DAY}}
    if what == "expired":
        return held(tls("shop-tls", *chain("EC", "shop.test", days=(-100, -3))[:2])), known
    if what == "not valid yet":
        return held(tls("shop-tls", *chain("EC", "shop.test", days=(3, 90))[:2])), known
    if what == "key of another":
        return held(tls("shop-tls", *FINE, key=ISSUER)), known
    if what == "host not covered":
        return held(tls("shop-tls", *FINE)), known | {"hosts": [serves("shop.test"), serves("pay.test")]}
    if what == "ends soon":
        return held(tls("shop-tls", *chain("EC", "shop.test", days=(-80, 10))[:2])), known
    if what == "renewal fails":
        trouble = SourceTrouble("web", "Certificate/shop", "renewal fails", "Look at it", SHOP, AT - DAY)
        return held(tls("shop-tls", *FINE)), known | {"troubles": [trouble]}
    if what == "issuer missing":
        return held(tls("shop-tls", LEAF)), known
    if what == "wrong order":
        return held(tls("shop-tls", LEAF, ROOT, ISSUER)), known
    if what == "unrelated":
        stray = issued("stray.test", issued("other CA", number=7), "stray.test", number=8)
        return held(tls("shop-tls", LEAF, ISSUER, stray)), known
    if what == "pods with the former file":
        begins = AT - 21 * DAY
        pod = mounting_pod("shop-tls", "2026-10-01T00:00:00Z")
        assert begins > 0
        return held(tls("shop-tls", *FINE)), known | {"readers": lambda ref: (pod,) if ref == SHOP else ()}
    if what == "older copy":
        newer = issued("shop.test", ISSUER, "shop.test", "www.shop.test", number=9, days=(-1, 89))
        others = [tls("shop-tls", *FINE), tls("shop-tls", newer, ISSUER, namespace="prod")]
        return held(*others), known
    if what == "short key":
        weak = issued("shop.test", ROOT, "shop.test", kind="RSA1024")
        return held(tls("shop-tls", weak, ca_crt=ROOT.pem)), known
    if what == "no names":
        nameless = issued("shop.test", ROOT, is_ca=False)
        return held(tls("shop-tls", nameless, ca_crt=ROOT.pem)), known
    if what == "not for servers":
        client = issued("shop.test", ISSUER, "shop.test", uses=CLIENTS)
        return held(tls("shop-tls", client, ISSUER)), known | {"hosts": [serves("shop.test")]}
    if what == "CA expires first":
        short = issued("short CA", number=3, days=(-100, 60))
        return held(tls("shop-tls", issued("shop.test", short, "shop.test"), ca_crt=short.pem)), known
    if what == "self-signed":
        own = issued("shop.test", None, "shop.test", number=4)
        return held(tls("shop-tls", own)), known | {"hosts": [serves("shop.test")]}
    assert what == "keystore locked"
    name, key, certificate = b"shop", LEAF.key, LEAF.certificate
    assert not isinstance(key, x509.Certificate)
    store = pkcs12.serialize_key_and_certificates(
        name, key, certificate, None, BestAvailableEncryption(b"right")
    )
    data = {"shop.p12": store, "shop.password": b"made-up-wrong"}
    return held(made_secret("shop-tls", data, OPAQUE)), known


@pytest.mark.parametrize(
    ("what", "rank", "level", "fault", "says"),
    [
        ("expired", 1, "fails", "expired", "the certificate expired 3d ago (ended 2026-11-21 14:00:00)"),
        (
            "not valid yet",
            1,
            "fails",
            "not valid yet",
            "the certificate becomes valid in 3d (ends 2027-02-22 14:00:00)",
        ),
        (
            *("key of another", 2, "fails", "key does not match"),
            "tls.key belongs to certificate 2 of tls.crt, not to the first",
        ),
        (
            *("host not covered", 3, "fails", "not for pay.test"),
            "Ingress/shop serves pay.test, which the certificate does not cover",
        ),
        ("ends soon", 4, "care", "ends soon", "the certificate expires in 10d (ends 2026-12-04 14:00:00)"),
        ("renewal fails", 4, "care", "renewal fails", "Certificate/shop renewal fails"),
        ("issuer missing", 5, "care", "issuer missing", "its issuer EC issuing 0 is not in tls.crt"),
        (
            "wrong order",
            5,
            "care",
            "wrong order",
            "the order in tls.crt is wrong; the right order is 1, 3, 2",
        ),
        ("unrelated", 5, "care", "stray certificate", "certificate 3 is not part of the chain in tls.crt"),
        (
            *("pods with the former file", 7, "old value?", "old in 1 pod?"),
            "1 pod of Deployment/shop started before the certificate was renewed, and may keep the old one",
        ),
        (
            *("older copy", 8, "care", "older copy"),
            "prod/shop-tls tls.crt has a newer certificate with the same names, "
            "which ends 2027-02-21 14:00:00",
        ),
        (
            *("short key", 9, "care", "weak key RSA 1024"),
            "its key RSA 1024 is weak: clients may refuse the certificate",
        ),
        (
            "no names",
            9,
            "care",
            "no names",
            "the certificate has no alternative names (subjectAltName): clients refuse it",
        ),
        (
            "not for servers",
            9,
            "care",
            "not for servers",
            "the certificate is not for servers (no serverAuth)",
        ),
        (
            *("CA expires first", 10, "care", "CA expires first"),
            "its CA short CA expires in 60d, before the certificate",
        ),
        (
            "self-signed",
            11,
            "care",
            "self-signed",
            "the certificate is self-signed, and Ingress/shop serves it",
        ),
        ("keystore locked", 12, "care", "no password fits", "no password in the Secret opens shop.p12"),
    ],
)
def test_each_fault_of_a_certificate_is_found_once_and_on_its_row(
    what: str, rank: int, level: str, fault: str, says: str
) -> None:
    places, known = planted(what)
    found = rows(places, **known)
    (finding,) = [finding for row in found for finding in row.findings]
    assert (finding.rank, finding.level, finding.sentence) == (rank, level, says)
    row = next(row for row in found if row.findings)
    assert row == found[0], "the worst first"
    assert row.refs == (SHOP,) == (finding.ref,)
    assert row.fault == fault


def test_a_ca_bundle_that_ended_or_verifies_another_service_is_found_on_its_row() -> None:
    server = issued("hook", ISSUER, "hook.web.svc", number=5)
    served = held(tls("hook-tls", server, ISSUER))
    old = issued("old CA", number=6, days=(-400, -5))
    for bundle, says in (
        (
            old,
            "the caBundle of ValidatingWebhookConfiguration/guard expired 5d ago (ended 2026-11-19 14:00:00)",
        ),
        (
            issued("other CA", number=7, days=(-5, 900)),
            "the caBundle of ValidatingWebhookConfiguration/guard does not verify the certificate "
            "for hook.web.svc in hook-tls",
        ),
    ):
        first, second = rows([*served, *webhook(bundle_of(bundle))])
        (finding,) = first.findings
        assert (finding.rank, finding.level, finding.sentence) == (6, "fails", says)
        assert [copy.place.title for copy in first.copies] == ["ValidatingWebhookConfiguration/guard"]
        assert second.findings == ()
        assert second.served_by == ("ValidatingWebhookConfiguration/guard",)
    for bundle in (ISSUER, ROOT):
        found = rows([*served, *webhook(bundle_of(bundle))])
        assert not [row.findings for row in found if row.findings], "it verifies what the Service serves"


def test_a_cluster_in_order_has_no_finding() -> None:
    places = list[HeldCertificates]()
    for number in range(100):
        leaf = issued(f"app-{number}.test", ISSUER, f"app-{number}.test", number=number % 7)
        places += held(
            tls(f"app-{number}", leaf, ISSUER),
            tls(f"rooted-{number}", issued(f"in-{number}.test", ROOT, f"in-{number}.test"), ca_crt=ROOT.pem),
            made_secret(f"plain-{number}", {"password": b"made-up", "user": b"made-up"}, OPAQUE),
        )
    places += webhook(bundle_of(ROOT))
    hosts = [serves(f"app-{number}.test", SecretRef("web", f"app-{number}")) for number in range(100)]
    found = rows(places, hosts=hosts)
    assert len(found) == 201
    assert [finding for row in found for finding in row.findings] == []


def test_the_worst_fault_has_the_column_and_others_are_counted() -> None:
    old = tls("shop-tls", *chain("EC", "shop.test", days=(-100, -3))[:2], key=ROOT)
    (row,) = rows(held(old), hosts=[serves("pay.test")])
    assert row.fault == "expired +2"


def test_the_renewed_copy_of_a_certificate_is_listed_before_the_others() -> None:
    copies = [tls("a-copy", *FINE), tls("shop-tls", *FINE), tls("b-copy", *FINE)]
    (row,) = rows(held(*copies), managers={SHOP: "cert-manager"})
    assert [copy.place.name for copy in row.copies] == ["shop-tls", "a-copy", "b-copy"]


def test_an_encrypted_key_needs_care_where_a_server_reads_it() -> None:
    locked = LEAF.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"made-up"))
    text = LEAF.pem + ISSUER.pem
    (row,) = rows(held(made_secret("shop-tls", {"tls.crt": text, "tls.key": locked})))
    (finding,) = row.findings
    assert (finding.rank, finding.short, finding.key) == (2, "key is encrypted", "tls.key")
    assert finding.says == "tls.key is encrypted: a server needs the key's passphrase"
    (row,) = rows(held(made_secret("client", {"both.pem": text + locked}, OPAQUE)))
    assert row.findings == ()


def test_a_certificate_in_several_places_is_one_row() -> None:
    config_map = {
        "metadata": {"name": "trust", "namespace": "web"},
        "data": {"shop.pem": LEAF.pem.decode(), "other": "made-up"},
    }
    places = held(tls("shop-tls", *FINE), tls("copy", *FINE, namespace="prod"))
    (row,) = rows([*places, *CONFIG_MAPS.held(config_map)])
    assert [str(copy.place) for copy in row.copies] == [
        "prod/copy tls.crt",
        "web/shop-tls tls.crt",
        "ConfigMap web/trust shop.pem",
    ]
    assert (row.title, row.issuer, row.left(AT)) == ("shop.test +1", "EC issuing 0", "69d, 77 % left")


def test_a_row_shows_who_renews_the_certificate_and_when_and_who_serves_it() -> None:
    validity = Validity(AT - 21 * DAY, AT + 69 * DAY, AT + 39 * DAY)
    pod = mounting_pod("shop-tls", "2026-11-20T00:00:00Z")
    (row,) = rows(
        held(tls("shop-tls", *FINE)),
        issued={SHOP: validity},
        hosts=[serves("shop.test")],
        readers=lambda ref: (pod,),
    )
    assert row.renewal == "cert-manager in 39d"
    assert row.served_by == ("Ingress/shop", "Deployment/shop")
    assert row.findings == ()
    late = Validity(validity.begins, validity.ends, AT - 2 * DAY)
    (row,) = rows(held(tls("shop-tls", *FINE)), issued={SHOP: late})
    assert row.renewal == "cert-manager 2d late"
    assert [finding.rank for finding in row.findings] == [4]
    (row,) = rows(held(tls("shop-tls", *FINE)), managers={SHOP: "ExternalSecret/shop"})
    assert row.renewal == "ExternalSecret/shop"
    (row,) = rows(held(tls("shop-tls", *FINE)))
    assert row.renewal == "by hand"


def test_there_are_twelve_checks() -> None:
    assert len(CERTIFICATE_CHECKS) == 12


class CountedHosts(list[TlsHost]):
    """Hosts that count how often they are looped over."""

    loops = 0

    def __iter__(self) -> Iterator[TlsHost]:
        self.loops += 1
        return super().__iter__()


def test_hosts_are_not_looped_over_for_each_row() -> None:
    leaves = [issued(f"app-{number}.test", ISSUER, f"app-{number}.test") for number in range(10)]
    hosts = CountedHosts(serves("other.test", SecretRef("web", "other")) for _ in range(3))
    assert (
        len(rows(held(*(tls(f"app-{at}", leaf, ISSUER) for at, leaf in enumerate(leaves))), hosts=hosts))
        == 10
    )
    assert hosts.loops == 2


@pytest.mark.parametrize(
    ("hours", "end"),
    [(9, datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)), (14, datetime(9999, 12, 31, 11, tzinfo=UTC))],
    ids=["Tokyo", "Kiritimati"],
)
def test_a_certificate_that_never_ends_is_judged_in_a_time_zone_ahead_of_utc(
    hours: int, end: datetime
) -> None:
    zone, forever = timezone(timedelta(hours=hours)), (end - NOW) / timedelta(days=1)
    early = issued("shop.test", None, "shop.test", days=(3, forever))
    (row,) = rows(held(tls("shop-tls", early)), zone=zone)
    assert [finding.sentence for finding in row.findings] == [
        "the certificate becomes valid in 3d (never ends)"
    ]
    valid = issued("shop.test", ISSUER, "shop.test", "www.shop.test", number=9, days=(-1, forever))
    found = rows(held(tls("shop-tls", *FINE), tls("shop-tls", valid, ISSUER, namespace="prod")), zone=zone)
    assert "prod/shop-tls tls.crt has a newer certificate with the same names, which never ends" in {
        finding.says for row in found for finding in row.findings
    }
    assert "never ends" in {row.left(AT) for row in found}


@pytest.mark.parametrize("key", ["password", "ca.crt"])
@pytest.mark.parametrize("way", ["env", "volume"])
def test_a_pod_that_reads_another_key_neither_serves_it_nor_keeps_the_old_one(key: str, way: str) -> None:
    pod = reading_pod("shop-tls", key, way)
    secret = tls("shop-tls", *FINE, ca_crt=ROOT.pem, password=MARKER)
    (row,) = rows(held(secret), created={SHOP: AT - 300 * DAY}, readers=lambda ref: (pod,))
    assert (row.served_by, row.findings) == ((), ())


@pytest.mark.parametrize("key", ["tls.crt", "tls.key"])
def test_a_pod_that_reads_the_certificate_or_its_key_at_its_start_keeps_the_old_one(key: str) -> None:
    pod = reading_pod("shop-tls", key, "env")
    (row,) = rows(held(tls("shop-tls", *FINE)), created={SHOP: AT - 300 * DAY}, readers=lambda ref: (pod,))
    assert row.served_by == ("Deployment/shop",)
    assert [finding.level for finding in row.findings] == ["old value"]


def test_a_managed_or_self_signed_certificate_is_not_called_an_older_copy() -> None:
    newer = issued("shop.test", ISSUER, "shop.test", "www.shop.test", number=9, days=(-1, 89))
    places = held(tls("shop-tls", *FINE), tls("shop-tls", newer, ISSUER, namespace="prod"))
    found = rows(places, managers={SHOP: "ExternalSecret/shop"})
    assert [row.findings for row in found] == [(), ()]
    own = [issued("shop.test", None, "shop.test", number=at, days=(at - 9, 300)) for at in (4, 5)]
    places = held(tls("shop-tls", own[0]), tls("shop-tls", own[1], namespace="prod"))
    assert [row.findings for row in rows(places)] == [(), ()]


def test_a_rotated_authority_is_judged_by_all_of_its_certificates() -> None:
    old = issued("turning CA", number=30, days=(-300, 40))
    new = issued("turning CA", number=31, days=(-30, 900))
    for signer in (old, new):
        server = issued("hook", signer, "hook.web.svc", number=5)
        for bundle in ((old, new), (new, old)):
            roots = b"".join(each.pem for each in bundle)
            served = held(tls("hook-tls", server, ca_crt=roots))
            found = rows([*served, *webhook(bundle_of(*bundle))])
            assert [finding.says for row in found for finding in row.findings] == []


@pytest.mark.parametrize(
    "what", ["expired", "not valid yet", "key of another", "host not covered", "ends soon"]
)
def test_health_says_the_same_as_the_board_of_times_keys_and_hosts(what: str) -> None:
    places, known = planted(what)
    (finding,) = rows(places, **known)[0].findings
    (secret,) = (place for place in places if place.certificates)
    pem = b"".join(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in secret.ders)
    found = certificates_in(pem, planted_key(what))
    known_to_health = evidence(now=AT, today=None, certificates={SHOP: found}, hosts=known.get("hosts", ()))
    (same,) = judge(known_to_health, ("certificate", "host"))
    assert (same.level, same.says, same.do, same.ref) == (
        finding.level,
        finding.sentence,
        finding.do,
        finding.ref,
    )


def planted_key(what: str) -> bytes:
    """The private key beside the certificate: all leaves have the same one."""
    return (ISSUER if what == "key of another" else LEAF).key_pem
