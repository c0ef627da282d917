"""Validation rules of the API server for a Secret, to report problems before a write.

Source: kubernetes pkg/apis/core/validation/validation.go (ValidateSecret), apimachinery pkg/util/validation
(names, keys, labels). The returned sentences never contain a value of a Secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tui.model.secret.types.registry import secret_type
from tui.model.secret.value import Value, size_text
from tui.model.text.counts import listed

MAX_DATA: Final = 1_048_576
"""Maximum size in bytes of all values of a Secret together, without key names."""
MAX_NAME: Final = 253
MAX_NAMESPACE: Final = 63
MAX_KEY: Final = 253

MAX_LABEL: Final = 63
"""Maximum length of a label's value, and of a label's or annotation's name after its prefix."""

_LABEL_PART: Final = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_TOO_LARGE: Final = "The Secret's values take {} in all. The limit is 1 MiB (1,048,576 B)."
_MOST_NAMED: Final = 5

_LABEL: Final = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN: Final = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_KEY: Final = re.compile(r"[-._a-zA-Z0-9]+")


def name_problem(name: str) -> str | None:
    """Explain why a Secret cannot have this name, which must be a DNS-1123 subdomain."""
    if not name:
        return "A Secret needs a name."
    if len(name) > MAX_NAME:
        return f"A name has at most {MAX_NAME} characters; this one has {len(name)}."
    if _SUBDOMAIN.fullmatch(name):
        return None
    return (
        "A name has only lowercase letters, digits, dots and -; each part between dots starts and ends with "
        "a letter or digit."
    )


def namespace_problem(name: str) -> str | None:
    """Explain why a namespace cannot have this name, which must be a DNS-1123 label."""
    if not name:
        return "Type a namespace."
    if len(name) > MAX_NAMESPACE:
        return f"A namespace has at most {MAX_NAMESPACE} characters; this one has {len(name)}."
    if re.fullmatch(_LABEL, name):
        return None
    return "A namespace has only lowercase letters, digits and -, and starts and ends with a letter or digit."


def key_problem(key: str) -> str | None:
    """Explain why a Secret cannot have this key. The rule is IsConfigMapKey of apimachinery."""
    if not key:
        return "A key needs a name."
    if len(key) > MAX_KEY:
        return f"A key has at most {MAX_KEY} characters; this one has {len(key)}."
    if not _KEY.fullmatch(key):
        return "A key has only letters, digits, dots, - and _."
    if key == ".":
        return "A key cannot be “.”."
    if key.startswith(".."):
        return "A key cannot start with “..”."
    return None


def label_problem(name: str, value: str) -> str | None:
    if (problem := _qualified_problem(name, "label")) is not None:
        return problem
    if not value or (len(value) <= MAX_LABEL and _LABEL_PART.fullmatch(value)):
        return None
    return (
        f"A label's value has at most {MAX_LABEL} letters, digits, dots, - and _; it starts and ends with "
        "a letter or digit."
    )


def annotation_problem(name: str) -> str | None:
    return _qualified_problem(name.lower(), "annotation")


def _qualified_problem(name: str, what: str) -> str | None:
    """Check a name of the form NAME or PREFIX/NAME (IsQualifiedName)."""
    prefix, slash, own_name = name.rpartition("/")
    article = "An" if what[0] == "a" else "A"
    if slash and (len(prefix) > MAX_NAME or not _SUBDOMAIN.fullmatch(prefix)):
        return f"{article} {what}'s prefix (before /) must be a lowercase DNS name."
    if len(own_name) <= MAX_LABEL and _LABEL_PART.fullmatch(own_name):
        return None
    return (
        f"{article} {what}'s name has at most {MAX_LABEL} letters, digits, dots, - and _; it starts and "
        "ends with a letter or digit."
    )


def type_problem(name: str) -> str | None:
    """Refuse only an empty or blank type. The API server accepts all other types."""
    return None if name.strip() else "Enter a Secret type."


def data_problem(type: str, data: Mapping[str, Value]) -> str | None:  # noqa: A002
    """Return the first reason why the API server refuses `data`; None if no reason is found."""
    for key in sorted(data):
        if (problem := key_problem(key)) is not None:
            return problem
    size = sum(value.size for value in data.values())
    if size > MAX_DATA:
        return f"{_TOO_LARGE.format(size_text(size))} Largest keys: {_largest(data)}."
    problems = secret_type(type).problems(data)
    return problems[0][1] if problems else None


def _largest(data: Mapping[str, Value]) -> str:
    by_size = sorted(data, key=lambda key: (-data[key].size, key))
    return listed([f"{key} {size_text(data[key].size)}" for key in by_size], _MOST_NAMED)
