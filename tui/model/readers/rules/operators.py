"""Rules for the objects of operators: Prometheus, Strimzi (Kafka), CloudNativePG.

A rule lists the fields that name Secrets, and the Secrets that an operator writes.

Sources: the CRDs of each operator; the documentation, for the names of the Secrets that operators write.
"""

from __future__ import annotations

from typing import Final

from tui.model.readers.rules.rule import KindRule, ReferencePath, rules

_ALL: Final = ReferencePath("spec.**")


def _written(*patterns: str) -> tuple[ReferencePath, ...]:
    return tuple(ReferencePath("", produces=True, default=(pattern,)) for pattern in patterns)


_MOUNTED: Final = ReferencePath("spec.secrets[]")

_PROMETHEUS: Final = rules(
    "monitoring.coreos.com",
    {
        "ServiceMonitor PodMonitor Probe ScrapeConfig AlertmanagerConfig ThanosRuler": (_ALL,),
        "Prometheus PrometheusAgent": (_MOUNTED, _ALL),
        "Alertmanager": (
            ReferencePath(
                "spec.configSecret",
                "alertmanager.yaml alertmanager.yaml.gz",
                default=("alertmanager-{}",),
                is_optional=True,
            ),
            _MOUNTED,
            _ALL,
        ),
    },
    "watch",
)

_CLIENT: Final = (ReferencePath("spec.**", "@certificate @key @password"),)

_STRIMZI: Final = (
    *rules(
        "kafka.strimzi.io",
        {
            "Kafka": (
                *_CLIENT,
                *_written(
                    "{}-cluster-ca",
                    "{}-cluster-ca-cert",
                    "{}-clients-ca",
                    "{}-clients-ca-cert",
                    "{}-cluster-operator-certs",
                ),
            ),
            "KafkaUser": (*_CLIENT, *_written("{}")),
            "KafkaBridge KafkaMirrorMaker2 KafkaNodePool": _CLIENT,
            "KafkaConnect": (
                *_CLIENT,
                ReferencePath("spec.build.output.pushSecret", ".dockerconfigjson"),
                ReferencePath("spec.template.buildConfig.pullSecret", ".dockerconfigjson"),
            ),
        },
    ),
    KindRule(
        "access.strimzi.io",
        "KafkaAccess",
        (ReferencePath("spec.secretName", produces=True, default=("{}",)),),
    ),
)

_CERTIFICATES: Final = ("serverTLS", "serverCA", "clientCA", "replicationTLS")

_CLOUD_NATIVE_PG: Final = rules(
    "postgresql.cnpg.io",
    {
        "Cluster": (
            *(ReferencePath(f"spec.certificates.{certificate}Secret") for certificate in _CERTIFICATES),
            _ALL,
            *_written("{}-app", "{}-superuser", "{}-ca", "{}-server", "{}-replication"),
        ),
        "Pooler DatabaseRole": (_ALL,),
    },
)

OPERATOR_RULES: Final = (*_PROMETHEUS, *_STRIMZI, *_CLOUD_NATIVE_PG)
