"""Write a whole Secret as a manifest to edit, and find the changes in the edited text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from msgspec.structs import replace

from tui.model.draft.documents import NOT_YAML, ManifestProblem, cut_by_comment
from tui.model.draft.manifest_objects import SecretManifest, read_manifest
from tui.model.secret import export
from tui.model.secret.fields import LAST_APPLIED, MASKED_ANNOTATIONS, holds_values, parts
from tui.model.secret.secret import Secret
from tui.model.secret.value import Value

FieldChanges: TypeAlias = Mapping[str, Value | None]
"""New values of fields, with None for a removed field."""

_KEY: Final = re.compile(r"""  (?P<quote>["']?)(?P<key>[-._a-zA-Z0-9]+)(?P=quote):""")
"""Start of a line with a key, as `export.to_edit` and kubectl write it."""
_HEAD: Final = (
    "All keys of this Secret. Saving makes a draft and sends nothing.",
    "Text is in stringData, other values are in data as base64.",
    "Change, add or drop keys, labels, annotations and the field immutable.",
    "Left out: uid, versions, owners, finalizers. A draft cannot change them.",
)


class TextProblem(Exception):
    """Reason why an edited text is refused, as a sentence that quotes no value."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line
        """Line number, counted from 1; 0 if unknown."""


def to_text(shown: Secret) -> str:
    """Write `shown`, which is the Secret with the changes of its draft, as a manifest with comments above."""
    hidden = sorted(MASKED_ANNOTATIONS.keys() & shown.annotations.keys())
    hidden += [LAST_APPLIED] if shown.has_last_applied else []
    head = (*_HEAD, *(f"Left out, because it holds values or their digest: {name}" for name in hidden))
    empty = "" if shown.data else "stringData:\n"
    return "".join(f"# {line}\n" for line in head) + export.to_edit(shown) + empty


def first_line(text: str) -> int:
    """Return the number of the line below `stringData:`.

    If `text` has no `stringData:`, the line below `data:` counts. If `text` has neither, return 1.
    """
    lines = text.splitlines()
    starts = (lines.index(section) + 2 for section in ("stringData:", "data:") if section in lines)
    return next(starts, 1)


def key_at(text: str, line: int) -> str | None:
    """Return the key to which a line (counted from 1) belongs; None if the line belongs to no key."""
    key = None
    for row in reversed(text.splitlines()[:line]):
        if row in ("stringData:", "data:"):
            return key
        if row and not row.startswith((" ", "#")):
            return None
        if key is None and (match := _KEY.match(row)) is not None:
            key = match["key"]
    return None


def with_fields(secret: Secret, fields: Mapping[str, Value]) -> Secret:
    """Return a copy of `secret` with `fields` in place of its keys, labels, annotations and immutability."""
    split = parts(fields)
    annotations = _texts(split.annotations)
    return replace(
        secret,
        data={key: value for key, value in split.data.items() if value is not None},
        labels=_texts(split.labels),
        has_last_applied=annotations.pop(LAST_APPLIED, None) is not None,
        annotations=annotations,
        is_immutable=bool(split.is_immutable),
    )


def _texts(fields: FieldChanges) -> dict[str, str]:
    return {name: value.reveal().decode() for name, value in fields.items() if value is not None}


def changes(text: str, shown: Secret) -> FieldChanges:
    """Find the changes that the text makes to `shown`. Raises TextProblem."""
    # Without this line break, the value of a YAML block at the end would lose its last line break.
    edited = _read(text if text.endswith("\n") else f"{text}\n")
    for field, fixed, wanted in (
        ("name", shown.ref.name, edited.name),
        ("namespace", shown.ref.namespace, edited.namespace or shown.ref.namespace),
        ("type", shown.type, edited.type),
    ):
        if wanted != fixed:
            raise _problem(f"the {field} must stay {fixed}", edited.line)
    current = {name: value for name, value in shown.fields.items() if not holds_values(name)}
    changed: dict[str, Value | None] = {
        name: value for name, value in edited.fields.items() if current.get(name) != value
    }
    return changed | {name: None for name in current if name not in edited.fields}


def _read(text: str) -> SecretManifest:
    problem: TextProblem | None = None
    try:
        manifest = read_manifest(text.encode())
    except ManifestProblem as why:
        hint = "; a value with signs such as : or # needs quotes" if why.words == NOT_YAML else ""
        problem = _problem(why.words + hint, why.line)
    if problem is not None:
        raise problem
    if (line := cut_by_comment(text)) is not None:
        raise _problem("text after # would become a comment; put the whole value in quotes", line)
    if len(manifest.secrets) != 1 or manifest.others:
        raise _problem("is not exactly one Secret")
    return manifest.secrets[0]


def _problem(words: str, line: int = 0) -> TextProblem:
    where = f"Line {line}" if line else "The text"
    colon = "" if words.startswith(("is ", "has ", "holds ")) else ":"
    return TextProblem(f"{where}{colon} {words}.", line)
