"""Twelve made-up kinds in the shape of real projects: fields that name a Secret, and fields that do not."""

from __future__ import annotations

from typing import Final

from tests.controlplane.planted import about, basic_auth, key_of, labels, one_of, planted, ref, tls_files

PLANTED: Final = (
    # Of Crossplane: what a provider writes, and what it logs in with.
    planted(
        "aws.crossed.example/v1beta1",
        "Bucket",
        {
            "deletionPolicy": "Delete",
            "forProvider": {
                "region": "other-region",
                "masterPasswordSecretRef": ref("secret-master", namespace="shop", key="made-up"),
                "roleArnRef": ref("other-role", policy={"resolution": "Required"}),
            },
            "providerConfigRef": ref("other-config", kind="ProviderConfig"),
            "writeConnectionSecretToRef": ref("secret-connection", namespace="shop"),
        },
        is_namespaced=False,
    ),
    planted(
        "crossed.example/v1",
        "ProviderConfig",
        {
            "credentials": {
                "source": one_of("Secret", "None", "Environment", "Filesystem"),
                "env": about("Env is a reference to an environment variable.", {"name": "other-variable"}),
                "fs": {"path": "other-path"},
                "secretRef": ref("secret-credentials", namespace="shop", key="made-up"),
            }
        },
        is_namespaced=False,
    ),
    # Of the Prometheus Operator: keys of Secrets beside keys of ConfigMaps, and lists of plain names.
    planted(
        "scraping.example/v1",
        "Target",
        {
            "endpoints": [
                {
                    "port": "other-port",
                    "basicAuth": basic_auth("secret-password"),
                    "bearerTokenSecret": key_of(
                        "secret-bearer", description="Secret to mount to read the token from."
                    ),
                    "authorization": {
                        "type": "Bearer",
                        "credentials": key_of(
                            "secret-login", description="Selects a key of a Secret in the namespace."
                        ),
                    },
                    "tlsConfig": tls_files("secret-ca", "secret-key"),
                }
            ],
            "selector": {"matchLabels": labels(app="other-app")},
        },
    ),
    planted(
        "scraping.example/v1",
        "Scraper",
        {
            "secrets": about(
                "Secrets is a list of Secrets in the same namespace, to be mounted.", ["secret-first"]
            ),
            "configMaps": about("ConfigMaps is a list of ConfigMaps in the same namespace.", ["other-rules"]),
            "additionalScrapeConfigs": key_of(
                "secret-scrapes", description="A key of a Secret with configurations."
            ),
            "remoteWrite": [
                {
                    "url": "https://other.example",
                    "basicAuth": basic_auth("secret-remote"),
                    "tlsConfig": tls_files("secret-remote-ca", "secret-remote-key"),
                }
            ],
            "serviceAccountName": "other-account",
        },
    ),
    # Of CloudNativePG: references by name, and plain strings.
    planted(
        "databases.example/v1",
        "Database",
        {
            "instances": 3,
            "superuserSecret": ref("secret-superuser"),
            "bootstrap": {"initdb": {"database": "other-database", "secret": ref("secret-owner")}},
            "certificates": {
                "serverTLSSecret": about(
                    "The secret of type kubernetes.io/tls containing the certificate.", "secret-server"
                ),
                "serverCASecret": about(
                    "The secret containing the CA which signed the certificate.", "secret-authority"
                ),
                "serverAltDNSNames": ["other.example"],
            },
            "externalClusters": [
                {
                    "name": "other-cluster",
                    "password": key_of(
                        "secret-replica", description="The reference to the password in a Secret."
                    ),
                }
            ],
            "imageCatalogRef": ref("other-catalog", kind="ImageCatalog"),
            "monitoring": {
                "customQueriesConfigMap": [key_of("other-queries", "ConfigMap", "Queries in ConfigMaps.")]
            },
        },
    ),
    # Of the Vault Secrets Operator: a plain string, and workloads to restart, which are no Secrets.
    planted(
        "vaults.example/v1beta1",
        "VaultLogin",
        {
            "caCertSecretRef": about(
                "Name of a Kubernetes Secret that holds a trusted certificate chain.", "secret-chain"
            ),
            "vaultConnectionRef": "other-connection",
            "approle": {
                "roleId": "other-role",
                "secretRef": about("Name of a Kubernetes Secret with the SecretID.", "secret-approle"),
            },
            "rolloutRestartTargets": [
                about(
                    "RolloutRestartTarget provides the configuration to restart on a change of the Secret.",
                    {
                        "kind": one_of(
                            "Deployment", "DaemonSet", "StatefulSet", description="Kind of the resource"
                        ),
                        "name": about("Name of the resource", "other-deployment"),
                    },
                )
            ],
        },
    ),
    # Of External Secrets: deep references, stores and generators.
    planted(
        "stores.example/v1",
        "Copy",
        {
            "provider": {
                "cloud": {
                    "auth": {
                        "secretRef": {
                            "accessKeyIDSecretRef": ref("secret-access", key="made-up", namespace="shop"),
                            "secretAccessKeySecretRef": ref("secret-secret", key="made-up", namespace="shop"),
                        }
                    },
                    "role": "other-role",
                }
            },
            "secretStoreRef": ref("other-store", kind=one_of("SecretStore", "ClusterSecretStore")),
            "dataFrom": [
                {
                    "sourceRef": {
                        "generatorRef": about(
                            "GeneratorRef points to a generator custom resource.",
                            {
                                "apiVersion": "v1",
                                "kind": about("Specify the Kind of the generator resource", "Password"),
                                "name": about("Specify the name of the generator resource", "other-maker"),
                            },
                        )
                    }
                }
            ],
        },
    ),
    # Of the Gateway API: who may refer to what; nothing here is read. Only for its group that is known.
    planted(
        "made-up.gateway.networking.k8s.io/v1",
        "Grant",
        {
            "from": [{"group": "doors.example", "kind": "Door", "namespace": "shop"}],
            "to": [
                {
                    "group": "",
                    "kind": about("Kind is the kind of the referent: Secret, or Service.", "Secret"),
                    "name": about(
                        "Name is the name of the referent. Unspecified, all of it.", "other-granted"
                    ),
                }
            ],
        },
    ),
    planted(
        "doors.example/v1",
        "Door",
        {
            "doorClassName": "other-class",
            "listeners": [
                {
                    "name": "other-listener",
                    "tls": {
                        "mode": "Terminate",
                        "certificateRefs": about(
                            "References to Kubernetes objects that contain TLS certificates, a Secret each.",
                            [
                                {
                                    "group": about("", "", default=""),
                                    "kind": about(
                                        'Kind is kind of the referent. For example "Secret".', "Secret"
                                    ),
                                    "name": "secret-certificate",
                                    "namespace": "shop",
                                },
                                {"kind": "Bundle", "group": "doors.example", "name": "other-bundle"},
                            ],
                        ),
                    },
                }
            ],
            "infrastructure": {
                "parametersRef": ref(
                    "other-map", group="", kind=about("Kind is kind of the referent.", "ConfigMap")
                )
            },
        },
    ),
    # Of Traefik and Istio: plain strings.
    planted(
        "routes.example/v1alpha1",
        "Route",
        {
            "tls": {
                "secretName": "secret-route",
                "options": ref("other-options", namespace="shop"),
                "certResolver": "other-resolver",
            },
            "clientAuth": {"secretNames": ["secret-one", "secret-two"], "clientAuthType": "other-type"},
            "servers": [
                {"tls": {"credentialName": "secret-login", "mode": "SIMPLE"}, "hosts": ["other.example"]}
            ],
            "services": [{"name": "other-service", "port": 80}],
        },
    ),
    # Of Flux: either a Secret or a ConfigMap, as the object says.
    planted(
        "releases.example/v2",
        "Release",
        {
            "valuesFrom": [
                {
                    "kind": one_of(
                        "Secret",
                        "ConfigMap",
                        description="Kind of the values referent, valid values are ('Secret', 'ConfigMap').",
                    ),
                    "name": "secret-values",
                    "valuesKey": "made-up",
                },
                {"kind": "ConfigMap", "name": "other-values", "optional": True},
            ],
            "kubeConfig": {
                "secretRef": ref("secret-kubeconfig", key="made-up"),
                "configMapRef": ref("other-map"),
            },
            "dependsOn": [ref("other-release", namespace="shop")],
            "sourceRef": {"kind": one_of("GitRepository", "Bucket"), "name": "other-repository"},
        },
    ),
    # Of KEDA: a pod template, what a trigger reads, and secrets of a cloud; of these only its group tells.
    planted(
        "made-up.keda.sh/v1alpha1",
        "ScaledTask",
        {
            "template": {
                "spec": {
                    "containers": [
                        {
                            "name": "other-container",
                            "env": [
                                {"name": "A", "valueFrom": {"secretKeyRef": key_of("secret-variable")}},
                                {
                                    "name": "B",
                                    "valueFrom": {"configMapKeyRef": key_of("other-key", "ConfigMap")},
                                },
                            ],
                            "envFrom": [
                                {"secretRef": ref("secret-variables", optional=True)},
                                {"configMapRef": ref("other-variables", optional=True)},
                            ],
                        }
                    ],
                    "imagePullSecrets": [ref("secret-pull")],
                    "volumes": [{"name": "other-volume", "secret": {"secretName": "secret-files"}}],
                    "serviceAccountName": "other-account",
                }
            },
            "secretTargetRef": [{"parameter": "made-up", "name": "secret-trigger", "key": "made-up"}],
            "cloudSecretManager": {"secrets": [{"parameter": "made-up", "name": "other-cloud"}]},
        },
    ),
)
