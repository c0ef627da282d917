"""Ports and command lines of the servers, all on loopback."""

import random
import socket
from dataclasses import dataclass
from pathlib import Path

# Below the range from which systems take the ports of outgoing connections: while the API server is down,
# no client's connection may come to sit on its port.
PORTS = range(20_000, 30_000)


@dataclass(frozen=True)
class Place:
    """Folders and ports of one control plane: keys and logs, etcd's data, and three ports."""

    folder: Path
    data: Path
    etcd_port: int
    peer_port: int
    secure_port: int

    @property
    def etcd_url(self) -> str:
        """Client address of etcd, plain HTTP."""
        return f"http://127.0.0.1:{self.etcd_port}"

    @property
    def url(self) -> str:
        """Address of the API server."""
        return f"https://127.0.0.1:{self.secure_port}"


def etcd(program: Path, place: Place) -> list[str]:
    """Command line of etcd, which need not survive a power cut."""
    peer = f"http://127.0.0.1:{place.peer_port}"
    return [
        str(program),
        "--name=test",
        f"--data-dir={place.data}",
        "--unsafe-no-fsync",
        f"--listen-client-urls={place.etcd_url}",
        f"--advertise-client-urls={place.etcd_url}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=test={peer}",
        # A large cluster is loaded for the figures; the default of 2 GiB leaves little room for its history.
        f"--quota-backend-bytes={8 << 30}",
    ]


def apiserver(program: Path, place: Place, *, watch_cache: bool) -> list[str]:
    """Command line of kube-apiserver: RBAC, its own TLS, certificates and static tokens, no compaction."""
    folder = place.folder
    flags = {
        "etcd-servers": place.etcd_url,
        "etcd-compaction-interval": "0",
        "bind-address": "127.0.0.1",
        "advertise-address": "127.0.0.1",
        "secure-port": str(place.secure_port),
        "tls-cert-file": str(folder / "serving.crt"),
        "tls-private-key-file": str(folder / "serving.key"),
        "client-ca-file": str(folder / "ca.crt"),
        "token-auth-file": str(folder / "tokens.csv"),
        "authorization-mode": "RBAC",
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": str(folder / "accounts.pub"),
        "service-account-signing-key-file": str(folder / "accounts.key"),
        "service-cluster-ip-range": "10.0.0.0/24",
        "endpoint-reconciler-type": "none",
        # Asked to end, it ends its watches too, instead of waiting a minute for their clients.
        "shutdown-watch-termination-grace-period": "1s",
        # Nobody makes the `default` service accounts that it wants every pod to have.
        "disable-admission-plugins": "ServiceAccount",
    }
    if not watch_cache:
        flags["watch-cache-sizes"] = "secrets#0,pods#0"
    return [str(program), *(f"--{name}={value}" for name, value in flags.items())]


def controller_manager(program: Path, kubeconfig: Path) -> list[str]:
    """Command line of kube-controller-manager: the controllers of workloads, accounts and roles alone."""
    controllers = (
        *("deployment", "replicaset", "replicationcontroller", "statefulset", "daemonset", "job", "cronjob"),
        *("serviceaccount", "clusterrole-aggregation"),
    )
    return [
        str(program),
        f"--kubeconfig={kubeconfig}",
        f"--controllers={','.join(f'{name}-controller' for name in controllers)}",
        # One of its kind, which serves nothing and is not throttled.
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=500",
        "--kube-api-burst=1000",
    ]


def free_ports(count: int) -> list[int]:
    """Choose free ports of the loopback address."""
    ports: list[int] = []
    while len(ports) < count:
        port = random.SystemRandom().choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in ports:
            ports.append(port)
    return ports
