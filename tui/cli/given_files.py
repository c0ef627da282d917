"""Read the files named on the command line, before Textual takes over the terminal."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tui.cli.argument_types import BadArguments
from tui.cli.arguments import Arguments
from tui.model.draft.documents import ManifestProblem
from tui.model.draft.env_file import EnvProblem, read_env
from tui.model.draft.manifest_objects import Manifest, read_manifest
from tui.model.draft.plan import FileInputs, SecretInput
from tui.model.readers.needs import OtherObject
from tui.model.secret.secret import SecretRef
from tui.model.secret.value import Value
from tui.model.text.printable import printable
from tui.terminal.value_files import FileProblem, read_file, read_stdin

MOST_MANIFEST_BYTES: Final = 2 * 1024 * 1024
_ENDINGS: Final = (".json", ".yaml", ".yml")
"""Suffixes of the files that -f reads from a folder, as in kubectl."""


class GivenFiles(Struct, frozen=True):
    """Values from --set-file and --env-file by key, and manifests from -f by path."""

    values: dict[str, Value]
    manifests: dict[str, Manifest]

    def __bool__(self) -> bool:
        return bool(self.values or self.manifests)

    def inputs(self, given: Arguments, start: SecretRef | None, namespace: str) -> FileInputs | None:
        """Return the inputs of drafts: `values` for the Secret `start`, or else the objects of the manifests.

        Return None if there are neither manifests nor `values` for `start`. An object without a namespace
        gets `namespace`. Raises BadArguments if a Secret occurs twice in the manifests, or if the namespace
        of a Secret differs from -n.
        """
        if self.values and start is not None:
            source = "--set-file" if given.set_files else Path(given.env_file or "").name
            return FileInputs(source, (SecretInput(start, dict(self.values)),))
        if not self.manifests:
            return None
        secrets: dict[SecretRef, SecretInput] = {}
        others: list[OtherObject] = []
        for file, manifest in self.manifests.items():
            for obj in manifest.secrets:
                ref = SecretRef(obj.namespace or namespace, obj.name)
                if given.namespace not in (None, ref.namespace):
                    sentence = f"{_at(file, obj.line)}: Secret {obj.name} has namespace {ref.namespace},"
                    raise BadArguments(f"{sentence} but -n is {given.namespace}")
                if ref in secrets:
                    raise BadArguments(f"{_at(file, obj.line)}: Secret {ref} occurs twice")
                secrets[ref] = SecretInput(ref, obj.fields, obj.type)
            others += [replace(obj, namespace=obj.namespace or namespace) for obj in manifest.others]
        names = list(self.manifests)
        words = ["apply", *(("-n", namespace) if given.namespace else ())]
        words += [word for file in dict.fromkeys(given.files or ()) for word in ("-f", file)]
        source = Path(names[0]).name if len(names) == 1 else f"{len(names)} files"
        return FileInputs(source, tuple(secrets.values()), tuple(others), tuple(words))

    def forget(self) -> None:
        self.values.clear()
        self.manifests.clear()


def read_files(given: Arguments) -> GivenFiles:
    """Read all files that the options name. Raises BadArguments.

    Errors never quote PATH of --set-file KEY=PATH, because PATH may be a value typed by mistake.
    """
    values = _env(given.env_file) if given.env_file is not None else {}
    for key, path in given.set_files or ():
        if key in values:
            raise BadArguments(f"--set-file and --env-file both set the key {key}")
        try:
            values[key] = read_file(path)
        except FileProblem as problem:
            shown = path if path.startswith("~") else str(Path(path))
            with suppress(RuntimeError):
                shown = str(Path(path).expanduser())
            why = str(problem).removeprefix(shown).rstrip(".")
            sentence = f"--set-file {key}: the file{why}."
            raise BadArguments(f"{sentence} Give the path of a file after KEY=") from None
    files = [name for file in given.files or () for name in _in_folder(file)]
    return GivenFiles(values, {_name(file): _manifest(file) for file in dict.fromkeys(files)})


def _env(file: str) -> dict[str, Value]:
    try:
        return read_env(read_file(file).reveal())
    except (FileProblem, EnvProblem) as problem:
        raise BadArguments(f"--env-file: {str(problem).rstrip('.')}") from None


def _in_folder(file: str) -> list[str]:
    """List the files in the folder `file` that have a suffix in `_ENDINGS`.

    Subfolders are left out, as in kubectl. If `file` is not a folder, the list has only `file`.
    Raises BadArguments.
    """
    if not (folder := Path(file)).is_dir():
        return [file]
    try:
        files = sorted(
            str(entry) for entry in folder.iterdir() if entry.suffix in _ENDINGS and entry.is_file()
        )
    except OSError as error:
        raise BadArguments(f"-f: {printable(file)} cannot be read: {error.strerror}") from None
    if not files:
        raise BadArguments(f"-f: the folder {printable(file)} has no {', '.join(_ENDINGS)} files")
    return files


def _name(file: str) -> str:
    return "stdin" if file == "-" else file


def _manifest(file: str) -> Manifest:
    if file.startswith(("http://", "https://")):
        raise BadArguments("-f: URLs are not read; use: curl -fsS URL | secret-tui -f -")
    try:
        data = read_stdin(MOST_MANIFEST_BYTES) if file == "-" else read_file(file, MOST_MANIFEST_BYTES)
        return read_manifest(data.reveal())
    except FileProblem as problem:
        raise BadArguments(f"-f: {str(problem).rstrip('.')}") from None
    except ManifestProblem as problem:
        raise BadArguments(f"{_at(file, problem.line)}: {problem.words}") from None


def _at(file: str, line: int) -> str:
    return f"{_name(file)}:{line}" if line else _name(file)
