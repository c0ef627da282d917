"""A credential plugin as a kubeconfig names it: prints an ExecCredential for one user, and counts its runs.

With `--seconds N` it hands out a fresh certificate that is good for N seconds, else the user's token.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

API_VERSION = "client.authentication.k8s.io/v1"


def _certificate(folder: Path, user: str, seconds: float) -> dict[str, str]:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from tests.controlplane import certs

    ca = certs.Pair((folder / "ca.crt").read_bytes(), (folder / "ca.key").read_bytes())
    lifetime = timedelta(seconds=seconds)
    ends = datetime.now(UTC) + lifetime
    pair = certs.client(ca, user, lifetime=lifetime)
    return {
        "clientCertificateData": pair.certificate.decode(),
        "clientKeyData": pair.key.decode(),
        "expirationTimestamp": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def main() -> None:
    """Takes the control plane's folder and the user's name; each run adds a byte to the user's `runs`."""
    parser = argparse.ArgumentParser(description="Prints an ExecCredential.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("user")
    parser.add_argument("--seconds", type=float)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    runs = os.open(folder / f"{arguments.user}.runs", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(runs, b".")
    os.close(runs)
    if arguments.seconds is None:
        status = {"token": (folder / f"{arguments.user}.token").read_text()}
    else:
        status = _certificate(folder, arguments.user, arguments.seconds)
    json.dump({"apiVersion": API_VERSION, "kind": "ExecCredential", "status": status}, sys.stdout)


if __name__ == "__main__":
    main()
