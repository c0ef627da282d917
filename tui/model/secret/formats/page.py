"""Print docs/inside-values.md: what the row of a key says of each format."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tui.model.secret.formats.registry import FORMATS
from tui.model.secret.formats.tokens import SHAPES

_INTRO = """\
# Inside values

The row of a key says what its value is, while the value stays masked: whose token it is, for which hosts
a certificate is and how long, which database a URL leads to.

![The keys of a Secret; each row says what is inside](../screenshots/named-values.svg)

- Shown is what is public of a format. Passwords, user names, tokens, queries and paths of `https` URLs
  are not. `--no-reveal` shows the same.
- A value that is not surely in a format has no name: `********` alone.
- Whatever ends (certificates, JWT, SSH and PGP keys, revocation lists, the client certificate of a
  kubeconfig) says how long that is. Once you opened its Secret, the [mark](keys.md#marks-before-a-name)
  in the list knows it too.
- Values are read in the background, up to 256 kB of a value, 64 levels deep, and 8 MB of what it unpacks
  to; of a longer one only the kind is known. What was read is dropped with the value.
- `facts: kinds` in the [settings](settings.md) hides hosts and names: rows then say "PEM certificate ·
  69d", "postgres URL".

## Formats

| Format | A row says, for example | Public | Never in a row |
|---|---|---|---|
"""
_TOKENS = """\

## Tokens

Known by their shape, after the rules of [gitleaks](https://github.com/gitleaks/gitleaks):
"""
_END = """\

<!-- Made by: python -m tui.model.secret.formats.page > docs/inside-values.md -->
"""


def inside_values_page() -> Iterator[str]:
    """Lines of the page."""
    yield from _INTRO.splitlines()
    for value_format in FORMATS:
        for row in value_format.page:
            yield f"| {row.format} | `{row.row}` | {row.public} | {row.hidden} |"
    yield from _TOKENS.splitlines()
    kinds = ", ".join(kind.replace(", ", " (") + ")" * (", " in kind) for kind, _ in SHAPES)
    yield f"{kinds}."
    yield from _END.splitlines()


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in inside_values_page()))
