"""Rules for operators of services: Prometheus, Strimzi (Kafka), CloudNativePG; and for other kinds.

Source: the CRDs of each; and for the Secrets that they write, by names that follow from the object's, their
documentation.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.rule import KindRule, Place

_ALL: Final = Place("spec.**")


def _written(*patterns: str) -> tuple[Place, ...]:
    return tuple(Place("", produces=True, default=(pattern,)) for pattern in patterns)


_MONITORING: Final = "monitoring.coreos.com"
_MOUNTED: Final = Place("spec.secrets[]")

_PROMETHEUS: Final = (
    *(
        KindRule(_MONITORING, kind, (_ALL,), when="watched")
        for kind in (
            "ServiceMonitor",
            "PodMonitor",
            "Probe",
            "ScrapeConfig",
            "AlertmanagerConfig",
            "ThanosRuler",
        )
    ),
    *(
        KindRule(_MONITORING, kind, (_MOUNTED, _ALL), when="watched")
        for kind in ("Prometheus", "PrometheusAgent")
    ),
    KindRule(
        _MONITORING,
        "Alertmanager",
        (
            Place(
                "spec.configSecret",
                "alertmanager.yaml alertmanager.yaml.gz",
                default=("alertmanager-{}",),
                is_optional=True,
            ),
            _MOUNTED,
            _ALL,
        ),
        when="watched",
    ),
)

_KAFKA: Final = "kafka.strimzi.io"
_CLIENT: Final = (Place("spec.**", "@certificate @key @password"),)

_STRIMZI: Final = (
    KindRule(
        _KAFKA,
        "Kafka",
        (
            *_CLIENT,
            *_written(
                "{}-cluster-ca",
                "{}-cluster-ca-cert",
                "{}-clients-ca",
                "{}-clients-ca-cert",
                "{}-cluster-operator-certs",
            ),
        ),
    ),
    KindRule(_KAFKA, "KafkaUser", (*_CLIENT, *_written("{}"))),
    *(KindRule(_KAFKA, kind, _CLIENT) for kind in ("KafkaBridge", "KafkaMirrorMaker2", "KafkaNodePool")),
    KindRule(
        _KAFKA,
        "KafkaConnect",
        (
            *_CLIENT,
            Place("spec.build.output.pushSecret", ".dockerconfigjson"),
            Place("spec.template.buildConfig.pullSecret", ".dockerconfigjson"),
        ),
    ),
    KindRule(
        "access.strimzi.io",
        "KafkaAccess",
        (Place("spec.secretName", produces=True, default=("{}",)),),
    ),
)

_POSTGRES: Final = "postgresql.cnpg.io"
_CERTIFICATES: Final = ("serverTLS", "serverCA", "clientCA", "replicationTLS")

_CLOUD_NATIVE_PG: Final = (
    KindRule(
        _POSTGRES,
        "Cluster",
        (
            *(Place(f"spec.certificates.{one}Secret") for one in _CERTIFICATES),
            _ALL,
            *_written("{}-app", "{}-superuser", "{}-ca", "{}-server", "{}-replication"),
        ),
    ),
    KindRule(_POSTGRES, "Pooler", (_ALL,)),
    KindRule(_POSTGRES, "DatabaseRole", (_ALL,)),
)

RULES: Final = (*_PROMETHEUS, *_STRIMZI, *_CLOUD_NATIVE_PG)
