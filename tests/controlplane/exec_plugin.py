"""A credential plugin as a kubeconfig names it: prints an ExecCredential with the token in the named file."""

import json
import sys
from pathlib import Path

STATUS = {"token": Path(sys.argv[1]).read_text()}
CREDENTIAL = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": STATUS}
sys.stdout.write(json.dumps(CREDENTIAL))
