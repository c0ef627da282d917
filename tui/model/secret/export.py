"""Write a Secret as YAML, JSON, `.env`, a kubectl command, or an ExternalSecret.

Only `kubectl_yaml` includes owners, finalizers, and the metadata that the API server sets. Source:
apimachinery pkg/apis/meta/v1/types.go.
"""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Callable
from io import StringIO
from typing import Any, Final

import msgspec
import yaml
from dotenv.parser import parse_stream

from tui.model.secret.fields import LAST_APPLIED, MASKED_ANNOTATIONS
from tui.model.secret.secret import Secret
from tui.model.secret.types.registry import OPAQUE
from tui.model.secret.value import MASK, Value, facts
from tui.model.text.printable import has_unseen
from tui.model.text.times import rfc3339

_PLAIN: Final = re.compile(r"[A-Za-z_][-A-Za-z0-9_./]*")
_OTHER_TYPES: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"})
"""Words that some YAML readers read as a boolean, null or a number."""
_BLOCK: Final = re.compile(r"\S([^\r\n]*\S)?(\n([^\r\n]*\S)?)*\n?")
"""Text that all YAML readers read alike as a block."""
_BLOCK_HERE: Final = re.compile(r"([^\r\n]*\S)?(\n([^\r\n]*\S)?)*")
"""Text that this program reads correctly as a YAML block."""
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
"""Characters such as emoji, which libyaml escapes and PyYAML's own emitter does not."""
_SLOW_LIMIT: Final = 100_000
"""Maximum number of characters for PyYAML's own emitter, which takes 0.1 s for them."""
_DOCUMENT_END: Final = re.compile(r"(?<=\n)\.\.\.\n\Z")
"""End mark that libyaml writes after a block that ends in blank lines."""
_BLANKS: Final = re.compile(r"\s{100}")
"""Long run of blanks. dotenv needs quadratic time to parse such a run outside quotes."""
_NAME: Final = re.compile(r"[-._A-Za-z][-._A-Za-z0-9]*")
"""Variable name that kubectl accepts: apimachinery pkg/util/validation, IsEnvVarName."""
_AFTER: Final = "_='\"'\n"
"""Line that `_env_line` parses after a variable's line, to detect an unclosed quote in the value."""


class UnsupportedKeys(ValueError):
    """Raised if a format cannot hold some keys."""

    def __init__(self, sentence: str, rest: str) -> None:
        super().__init__(sentence)
        self.rest = rest
        """Export of the keys that fit the format."""


def fields(secret: Secret, *, is_masked: bool = False, as_text: bool = False) -> dict[str, Any]:
    """Build a manifest of the Secret.

    `is_masked` replaces each value with a mask. `as_text` writes values that are text to `stringData`,
    not to `data`.
    """
    data: dict[str, str] = {}
    texts: dict[str, str] = {}
    for key, value in secret.data.items():
        if is_masked or (as_text and facts(value).is_text):
            texts[key] = MASK if is_masked else value.reveal().decode()
        else:
            data[key] = b64encode(value.reveal()).decode()
    annotations = {name: text for name, text in secret.annotations.items() if name not in MASKED_ANNOTATIONS}
    metadata = {
        "name": secret.ref.name,
        "namespace": secret.ref.namespace,
        "labels": dict(secret.labels),
        "annotations": annotations,
    }
    obj = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {name: field for name, field in metadata.items() if field},
        "type": secret.type,
        "immutable": secret.is_immutable,
        "data": data,
        "stringData": texts,
    }
    return {name: field for name, field in obj.items() if field}


def as_yaml(secret: Secret, *, is_masked: bool = False, as_text: bool = False) -> str:
    """Write YAML with quotes around a text that could be read as a number, boolean or null, e.g. "1e3"."""
    return _dump(fields(secret, is_masked=is_masked, as_text=as_text), _BLOCK, allow_unicode=True)


def to_edit(secret: Secret) -> str:
    """Write the YAML that the user edits and this program reads again."""
    obj = fields(secret, as_text=True)
    texts = obj.pop("stringData", {})
    # Each text is dumped separately, because allow_unicode=False escapes all non-ASCII letters of a dump.
    entries = (_with_escapes({"stringData": {key: text}}) for key, text in texts.items())
    lines = [_DOCUMENT_END.sub("", entry).split("\n", 1)[1] for entry in entries]
    return "".join([_with_escapes(obj), *(["stringData:\n"] if texts else []), *lines])


def _with_escapes(obj: dict[str, Any]) -> str:
    text = _dump(obj, _BLOCK_HERE, allow_unicode=True)
    return _dump(obj, _BLOCK_HERE, allow_unicode=False) if has_unseen(text) else text


def _dump(obj: dict[str, Any], block: re.Pattern[str], *, allow_unicode: bool) -> str:
    def style(text: str) -> str | None:
        if _PLAIN.fullmatch(text) and text.lower() not in _OTHER_TYPES:
            return None
        return "|" if "\n" in text and block.fullmatch(text) and not has_unseen(text) else '"'

    return dumped(obj, style, allow_unicode=allow_unicode)


def dumped(
    obj: dict[str, Any],
    style: Callable[[str], str | None],
    *,
    allow_unicode: bool = True,
    sort_keys: bool = False,
) -> str:
    """Write YAML without folded lines. `style` maps a text to "|" (block), a quote, or None (plain)."""
    # libyaml takes 10 ms for 1 MB, PyYAML's own emitter 1 s. The outputs of both differ only in emoji.
    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    texts = _texts(obj)
    if sum(map(len, texts)) <= _SLOW_LIMIT and any(map(_ASTRAL.search, texts)):
        base = yaml.SafeDumper
    dumper: Any = type("StyledDumper", (base,), {})
    tag = "tag:yaml.org,2002:str"
    dumper.add_representer(str, lambda to, text: to.represent_scalar(tag, text, style=style(text)))
    width = 2**31 - 1
    return str(yaml.dump(obj, Dumper=dumper, allow_unicode=allow_unicode, sort_keys=sort_keys, width=width))


def _texts(node: Any) -> list[str]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [node] if isinstance(node, str) else [text for part in inner for text in _texts(part)]


def kubectl_yaml(secret: Secret, *, is_masked: bool) -> str:
    """Write YAML as `kubectl get secret -o yaml` does.

    Takes some milliseconds for large values, so call it outside the event loop.
    """
    comments = (
        [f"# {LAST_APPLIED} is left out: it holds a copy of the values"] if secret.has_last_applied else []
    )
    hidden = sorted(MASKED_ANNOTATIONS.keys() & secret.annotations.keys())
    comments += [f"# {name} is left out: it holds {MASKED_ANNOTATIONS[name]}" for name in hidden]
    if secret.is_terminating:
        comments.append("# this Secret is being deleted")
    obj = fields(secret, is_masked=is_masked)
    if is_masked and secret.data:
        obj["data"] = obj.pop("stringData")
    obj["metadata"] |= _of_server(secret)
    text = dumped(obj, lambda text: "|" if "\n" in text else None, sort_keys=True)
    return "".join(f"{line}\n" for line in comments) + text


def _of_server(secret: Secret) -> dict[str, Any]:
    metadata = {
        "creationTimestamp": rfc3339(secret.created) if secret.created is not None else None,
        "finalizers": list(secret.finalizers),
        "ownerReferences": msgspec.to_builtins(secret.owners),
        "resourceVersion": secret.resource_version,
        "uid": secret.uid,
    }
    return {name: value for name, value in metadata.items() if value}


def as_json(secret: Secret) -> str:
    return json.dumps(fields(secret), indent=2) + "\n"


def as_env(secret: Secret) -> str:
    """Write KEY=VALUE lines for python-dotenv. Raises UnsupportedKeys if a key or value does not fit."""
    lines = {key: _env_line(key, value) for key, value in secret.data.items()}
    reasons = [
        f"{key} "
        f"{'has a value that .env cannot hold' if _NAME.fullmatch(key) else 'is not a valid variable name'}"
        for key, line in lines.items()
        if line is None
    ]
    text = "".join(line for line in lines.values() if line is not None)
    if reasons:
        raise UnsupportedKeys(f"Some keys do not fit a .env file: {', '.join(reasons)}.", text)
    return text


def creating(secret: Secret) -> str:
    """Write a kubectl command that creates the Secret from files named like its keys."""
    words = ["kubectl", "create", "secret", "generic", secret.ref.name, "-n", secret.ref.namespace]
    words += [f"--type={secret.type}", *(f"--from-file={key}" for key in secret.data)]
    return shlex.join(words)


def as_external_secret(secret: Secret) -> str:
    """Write the YAML of an ExternalSecret that creates the keys of `secret`. The YAML contains no value.

    A type other than Opaque is set in a template. The template has no `data`, so External Secrets writes
    all keys. Source: external-secrets, externalsecret_controller_template.go.
    """
    name = secret.ref.name
    is_plain = secret.type == OPAQUE
    target: dict[str, Any] = {"name": name} | ({} if is_plain else {"template": {"type": secret.type}})
    obj = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": name, "namespace": secret.ref.namespace},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "SecretStore", "name": "STORE"},
            "target": target,
            "data": [
                {"secretKey": key, "remoteRef": {"key": "PATH", "property": key}} for key in secret.data
            ],
        },
    }
    return _dump(obj, _BLOCK, allow_unicode=True)


def _env_line(key: str, value: Value) -> str | None:
    """Write a line in the first notation that dotenv reads back unchanged; None if no notation works."""
    # Python replaces carriage returns with LF when it reads a file as text, so no notation keeps them.
    if not _NAME.fullmatch(key) or not facts(value).is_text or b"\r" in value.reveal():
        return None
    text = value.reveal().decode()
    single = text.replace("\\", "\\\\").replace("'", "\\'")
    double = text.replace("\\", "\\\\").replace('"', '\\"')
    plain = () if _BLANKS.search(text) else (text,)
    for written in (*plain, f"'{single}'", f'"{double}"'):
        line = f"{key}={written}\n"
        first, *later = parse_stream(StringIO(line + _AFTER, newline=""))
        if (first.key, first.value, len(later)) == (key, text, 1):
            return line
    return None
