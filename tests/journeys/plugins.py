"""Credential plugin with many behaviors, as a kubeconfig names it: `python -I plugins.py FOLDER USER HOW`.

Tokens and certificates come from a control plane's folder; the exit code is 0 unless HOW says otherwise.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


def main() -> None:
    folder, user, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    info = json.loads(os.environ["KUBERNETES_EXEC_INFO"])
    status: dict[str, str] = {"token": (folder / f"{user}.token").read_text()}
    if how == "certificate":
        status = {
            "clientCertificateData": (folder / f"{user}.crt").read_text(),
            "clientKeyData": (folder / f"{user}.key").read_text(),
        }
    elif how == "device":
        sys.stderr.write("Open https://login.invalid and type ABCD-1234\n")
    elif how == "controls":
        sys.stderr.write("\x1b[2J\x1b]0;made-up\x07Open https://login.invalid\n")
    elif how.startswith("asks"):
        status["token"] = _asked(info, folder)
    elif how == "cluster":
        cluster = info["spec"]["cluster"]
        if cluster["config"] != {"audience": "made up"} or not cluster["certificate-authority-data"]:
            sys.exit("no cluster was given")
    elif how == "env":
        if os.environ.get("MADE_UP") != "from the kubeconfig":
            sys.exit("no variable was given")
    elif how == "garbage":
        sys.stdout.write("\x1b[2J\x00 not JSON {")
        return
    elif how == "hangs":
        time.sleep(600)
    elif how == "exit3":
        sys.stderr.write("first line\n\x1b[2J\x1b]0;made-up\x07no such user\n")
        sys.exit(3)
    if how.endswith("short"):
        ends = datetime.now(UTC) + timedelta(seconds=5)
        status["expirationTimestamp"] = ends.strftime("%Y-%m-%dT%H:%M:%SZ")
    json.dump({"kind": "ExecCredential", "apiVersion": info["apiVersion"], "status": status}, sys.stdout)


def _asked(info: dict[str, dict[str, bool]], folder: Path) -> str:
    """Ask on the terminal for a user and return that user's token; exit if the plugin may not ask."""
    if not info["spec"].get("interactive"):
        sys.exit("a person must be asked")
    sys.stderr.write("user: ")
    sys.stderr.flush()
    return (folder / f"{sys.stdin.readline().strip()}.token").read_text()


if __name__ == "__main__":
    main()
