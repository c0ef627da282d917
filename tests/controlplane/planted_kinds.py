"""Twelve made-up kinds in shapes that real projects have: places for Secrets, and places that are none."""

from __future__ import annotations

from typing import Final

from tests.controlplane.custom_kinds import CustomKind, flag, having, integer, many, text, texts
from tests.controlplane.planted import Planted, at, basic_auth, key_of, ref, tls_files

# Of Crossplane: what a provider writes, and what it logs in with.
BUCKET: Final = Planted(
    CustomKind(
        "aws.crossed.example",
        "v1beta1",
        "buckets",
        "Bucket",
        having(
            deletionPolicy=text(),
            forProvider=having(
                region=text(),
                masterPasswordSecretRef=ref(namespace=text(), key=text()),
                roleArnRef=ref(policy=having(resolution=text())),
            ),
            providerConfigRef=ref(kind=text()),
            writeConnectionSecretToRef=ref(namespace=text()),
        ),
        is_namespaced=False,
    ),
    {
        "deletionPolicy": "Delete",
        "forProvider": {
            "region": "other-region",
            "masterPasswordSecretRef": at("secret-master") | {"namespace": "shop"},
            "roleArnRef": {"name": "other-role"},
        },
        "providerConfigRef": {"name": "other-config", "kind": "ProviderConfig"},
        "writeConnectionSecretToRef": {"name": "secret-connection", "namespace": "shop"},
    },
)
PROVIDER_CONFIG: Final = Planted(
    CustomKind(
        "crossed.example",
        "v1",
        "providerconfigs",
        "ProviderConfig",
        having(
            credentials=having(
                source=text(enum=["None", "Secret", "Environment", "Filesystem"]),
                env=having("Env is a reference to an environment variable.", name=text()),
                fs=having(path=text()),
                secretRef=ref(namespace=text(), key=text()),
            )
        ),
        is_namespaced=False,
    ),
    {
        "credentials": {
            "source": "Secret",
            "env": {"name": "other-variable"},
            "fs": {"path": "other-path"},
            "secretRef": at("secret-credentials") | {"namespace": "shop"},
        }
    },
)
# Of the Prometheus Operator: keys of Secrets beside keys of ConfigMaps, and lists of plain names.
SERVICE_MONITOR: Final = Planted(
    CustomKind(
        "scraping.example",
        "v1",
        "targets",
        "Target",
        having(
            endpoints=many(
                having(
                    port=text(),
                    basicAuth=basic_auth(),
                    bearerTokenSecret=key_of(about="Secret to mount to read the bearer token from."),
                    authorization=having(
                        type=text(), credentials=key_of(about="Selects a key of a Secret in the namespace.")
                    ),
                    tlsConfig=tls_files(),
                )
            ),
            selector=having(matchLabels=texts()),
        ),
    ),
    {
        "endpoints": [
            {
                "port": "other-port",
                "basicAuth": {"username": at("secret-user"), "password": at("secret-password")},
                "bearerTokenSecret": at("secret-bearer"),
                "authorization": {"type": "Bearer", "credentials": at("secret-authorization")},
                "tlsConfig": {
                    "ca": {"secret": at("secret-ca"), "configMap": at("other-ca")},
                    "keySecret": at("secret-key"),
                },
            }
        ],
        "selector": {"matchLabels": {"app": "other-app"}},
    },
)
PROMETHEUS: Final = Planted(
    CustomKind(
        "scraping.example",
        "v1",
        "scrapers",
        "Scraper",
        having(
            secrets=many(text(), "Secrets is a list of Secrets in the same namespace, to be mounted."),
            configMaps=many(text(), "ConfigMaps is a list of ConfigMaps in the same namespace."),
            additionalScrapeConfigs=key_of(about="A key of a Secret with additional scrape configurations."),
            remoteWrite=many(having(url=text(), basicAuth=basic_auth(), tlsConfig=tls_files())),
            serviceAccountName=text(),
        ),
    ),
    {
        "secrets": ["secret-first", "secret-second"],
        "configMaps": ["other-rules"],
        "additionalScrapeConfigs": at("secret-scrapes"),
        "remoteWrite": [
            {
                "url": "https://other.example",
                "basicAuth": {"password": at("secret-remote")},
                "tlsConfig": {"ca": {"configMap": at("other-remote")}},
            }
        ],
        "serviceAccountName": "other-account",
    },
)
# Of CloudNativePG: references by name, and plain strings.
DATABASE: Final = Planted(
    CustomKind(
        "databases.example",
        "v1",
        "databases",
        "Database",
        having(
            instances=integer(),
            superuserSecret=ref(),
            bootstrap=having(initdb=having(database=text(), secret=ref())),
            certificates=having(
                serverTLSSecret=text("The secret of type kubernetes.io/tls containing the certificate."),
                serverCASecret=text("The secret containing the CA which signed the certificate."),
                clientCASecret=text("The secret containing the CA of the clients."),
                serverAltDNSNames=many(text()),
            ),
            externalClusters=many(
                having(name=text(), password=key_of(about="The reference to the password in a Secret."))
            ),
            imageCatalogRef=ref(kind=text()),
            monitoring=having(customQueriesConfigMap=many(key_of("ConfigMap", "Queries in ConfigMaps."))),
        ),
    ),
    {
        "instances": 3,
        "superuserSecret": {"name": "secret-superuser"},
        "bootstrap": {"initdb": {"database": "other-database", "secret": {"name": "secret-owner"}}},
        "certificates": {
            "serverTLSSecret": "secret-server",
            "serverCASecret": "secret-authority",
            "clientCASecret": "secret-clients",
            "serverAltDNSNames": ["other.example"],
        },
        "externalClusters": [{"name": "other-cluster", "password": at("secret-replica")}],
        "imageCatalogRef": {"name": "other-catalog", "kind": "ImageCatalog"},
        "monitoring": {"customQueriesConfigMap": [at("other-queries")]},
    },
)
# Of the Vault Secrets Operator: a plain string, and workloads to restart, which are no Secrets.
VAULT: Final = Planted(
    CustomKind(
        "vaults.example",
        "v1beta1",
        "vaultlogins",
        "VaultLogin",
        having(
            caCertSecretRef=text("Name of a Kubernetes Secret that holds a trusted certificate chain."),
            vaultConnectionRef=text(),
            approle=having(roleId=text(), secretRef=text("Name of a Kubernetes Secret with the SecretID.")),
            rolloutRestartTargets=many(
                having(
                    "RolloutRestartTarget provides the configuration to restart on a change of the Secret.",
                    kind=text("Kind of the resource", enum=["Deployment", "DaemonSet", "StatefulSet"]),
                    name=text("Name of the resource"),
                )
            ),
        ),
    ),
    {
        "caCertSecretRef": "secret-chain",
        "vaultConnectionRef": "other-connection",
        "approle": {"roleId": "other-role", "secretRef": "secret-approle"},
        "rolloutRestartTargets": [{"kind": "Deployment", "name": "other-deployment"}],
    },
)
# Of External Secrets: deep references, stores and generators.
STORE: Final = Planted(
    CustomKind(
        "stores.example",
        "v1",
        "copies",
        "Copy",
        having(
            provider=having(
                cloud=having(
                    auth=having(
                        secretRef=having(
                            accessKeyIDSecretRef=ref(key=text(), namespace=text()),
                            secretAccessKeySecretRef=ref(key=text(), namespace=text()),
                        )
                    ),
                    role=text(),
                )
            ),
            secretStoreRef=ref(kind=text(enum=["SecretStore", "ClusterSecretStore"])),
            dataFrom=many(
                having(
                    sourceRef=having(
                        generatorRef=having(
                            "GeneratorRef points to a generator custom resource.",
                            apiVersion=text(),
                            kind=text("Specify the Kind of the generator resource"),
                            name=text("Specify the name of the generator resource"),
                        )
                    )
                )
            ),
        ),
    ),
    {
        "provider": {
            "cloud": {
                "auth": {
                    "secretRef": {
                        "accessKeyIDSecretRef": at("secret-access"),
                        "secretAccessKeySecretRef": at("secret-secret"),
                    }
                },
                "role": "other-role",
            }
        },
        "secretStoreRef": {"name": "other-store", "kind": "SecretStore"},
        "dataFrom": [
            {"sourceRef": {"generatorRef": {"apiVersion": "v1", "kind": "Password", "name": "other-maker"}}}
        ],
    },
)
# Of the Gateway API: who may refer to what; nothing here is read. Only for its group that is known.
GRANT: Final = Planted(
    CustomKind(
        "made-up.gateway.networking.k8s.io",
        "v1",
        "grants",
        "Grant",
        having(
            from_=many(having(group=text(), kind=text(), namespace=text())),
            to=many(
                having(
                    group=text(),
                    kind=text("Kind is the kind of the referent: Secret, or Service."),
                    name=text("Name is the name of the referent. When unspecified, all of the kind."),
                )
            ),
        ),
    ),
    {
        "from": [{"group": "doors.example", "kind": "Door", "namespace": "shop"}],
        "to": [{"group": "", "kind": "Secret", "name": "other-granted"}],
    },
)
DOOR: Final = Planted(
    CustomKind(
        "doors.example",
        "v1",
        "doors",
        "Door",
        having(
            doorClassName=text(),
            listeners=many(
                having(
                    name=text(),
                    tls=having(
                        mode=text(),
                        certificateRefs=many(
                            having(
                                group=text(default=""),
                                kind=text('Kind is kind of the referent. For example "Secret".'),
                                name=text(),
                                namespace=text(),
                            ),
                            "References to Kubernetes objects that contain TLS certificates, a Secret each.",
                        ),
                    ),
                )
            ),
            infrastructure=having(
                parametersRef=having(group=text(), kind=text("Kind is kind of the referent."), name=text())
            ),
        ),
    ),
    {
        "doorClassName": "other-class",
        "listeners": [
            {
                "name": "other-listener",
                "tls": {
                    "mode": "Terminate",
                    "certificateRefs": [
                        {"kind": "Secret", "name": "secret-certificate"},
                        {"kind": "Bundle", "group": "doors.example", "name": "other-bundle"},
                    ],
                },
            }
        ],
        "infrastructure": {"parametersRef": {"group": "", "kind": "ConfigMap", "name": "other-parameters"}},
    },
)
# Of Traefik and Istio: plain strings.
ROUTE: Final = Planted(
    CustomKind(
        "routes.example",
        "v1alpha1",
        "routes",
        "Route",
        having(
            tls=having(secretName=text(), options=ref(namespace=text()), certResolver=text()),
            clientAuth=having(secretNames=many(text()), clientAuthType=text()),
            servers=many(having(tls=having(credentialName=text(), mode=text()), hosts=many(text()))),
            services=many(having(name=text(), port=integer())),
        ),
    ),
    {
        "tls": {
            "secretName": "secret-route",
            "options": {"name": "other-options"},
            "certResolver": "other-resolver",
        },
        "clientAuth": {"secretNames": ["secret-one", "secret-two"], "clientAuthType": "other-type"},
        "servers": [
            {"tls": {"credentialName": "secret-credential", "mode": "SIMPLE"}, "hosts": ["other.example"]}
        ],
        "services": [{"name": "other-service", "port": 80}],
    },
)
# Of Flux: either a Secret or a ConfigMap, as the object says.
RELEASE: Final = Planted(
    CustomKind(
        "releases.example",
        "v2",
        "releases",
        "Release",
        having(
            valuesFrom=many(
                having(
                    kind=text(
                        "Kind of the values referent, valid values are ('Secret', 'ConfigMap').",
                        enum=["Secret", "ConfigMap"],
                    ),
                    name=text(),
                    valuesKey=text(),
                    optional=flag(),
                )
            ),
            kubeConfig=having(secretRef=ref(key=text()), configMapRef=ref()),
            dependsOn=many(ref(namespace=text())),
            sourceRef=having(kind=text(enum=["GitRepository", "Bucket"]), name=text()),
        ),
    ),
    {
        "valuesFrom": [
            {"kind": "Secret", "name": "secret-values", "valuesKey": "made-up"},
            {"kind": "ConfigMap", "name": "other-values"},
        ],
        "kubeConfig": {"secretRef": at("secret-kubeconfig"), "configMapRef": {"name": "other-map"}},
        "dependsOn": [{"name": "other-release"}],
        "sourceRef": {"kind": "GitRepository", "name": "other-repository"},
    },
)
# Of KEDA: a pod template, what a trigger reads, and secrets of a cloud; of these only its group tells.
_CONTAINER: Final = having(
    name=text(),
    env=many(
        having(
            name=text(),
            valueFrom=having(
                secretKeyRef=key_of(about="Selects a key of a secret in the pod's namespace"),
                configMapKeyRef=key_of("ConfigMap", "Selects a key of a ConfigMap."),
            ),
        )
    ),
    envFrom=many(having(secretRef=ref(optional=flag()), configMapRef=ref(optional=flag()))),
)
SCALED_JOB: Final = Planted(
    CustomKind(
        "made-up.keda.sh",
        "v1alpha1",
        "scaledtasks",
        "ScaledTask",
        having(
            template=having(
                spec=having(
                    containers=many(_CONTAINER),
                    imagePullSecrets=many(ref()),
                    volumes=many(having(name=text(), secret=having(secretName=text(), optional=flag()))),
                    serviceAccountName=text(),
                )
            ),
            secretTargetRef=many(having(parameter=text(), name=text(), key=text())),
            cloudSecretManager=having(
                secrets=many(having(parameter=text(), name=text(), versionId=text())),
            ),
        ),
    ),
    {
        "template": {
            "spec": {
                "containers": [
                    {
                        "name": "other-container",
                        "env": [
                            {"name": "A", "valueFrom": {"secretKeyRef": at("secret-variable")}},
                            {"name": "B", "valueFrom": {"configMapKeyRef": at("other-variable")}},
                        ],
                        "envFrom": [
                            {"secretRef": {"name": "secret-variables"}},
                            {"configMapRef": {"name": "other-variables"}},
                        ],
                    }
                ],
                "imagePullSecrets": [{"name": "secret-pull"}],
                "volumes": [{"name": "other-volume", "secret": {"secretName": "secret-files"}}],
                "serviceAccountName": "other-account",
            }
        },
        "secretTargetRef": [at("secret-trigger") | {"parameter": "made-up"}],
        "cloudSecretManager": {"secrets": [{"parameter": "made-up", "name": "other-cloud"}]},
    },
)
PLANTED: Final = (
    *(BUCKET, PROVIDER_CONFIG, SERVICE_MONITOR, PROMETHEUS, DATABASE, VAULT),
    *(STORE, GRANT, DOOR, ROUTE, RELEASE, SCALED_JOB),
)
