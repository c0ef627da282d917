"""Print docs/inside-values.md, which documents the row of a key for each format."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tui.model.secret.formats.registry import VALUE_FORMATS
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
  kubeconfig) says how long that is. Once you opened its Secret, the list knows it too: by the
  [mark](keys.md#marks-before-a-name) and in the column EXPIRES, which `o` orders by.
- Values are read in the background, up to 256 kB of a value, 64 levels deep, and 8 MB of what it unpacks
  to; of a longer one only the kind is known. What was read leaves memory with the value.
- `facts: kinds` in the [settings](settings.md) hides hosts and names: rows then say "PEM certificate ·
  69d", "postgres URL".

## A value decoded

`enter` on a key shows its value decoded: its facts, and below them each leaf by its path, masked.

![A decoded Helm release: one password is shown, leaves of a YAML below](../screenshots/decoded-value.svg)

| Press | To |
|---|---|
| `r`, `x` | show or hide the leaf under the cursor alone; a long one wraps below its row |
| `c`, `C`, `=` | copy the leaf without showing it, copy it as base64, check a typed value against it |
| `enter` | open the leaf as a value of its own; its facts are told there, and more levels decoded |
| `ctrl+f` | which Secrets [hold the leaf](rotating.md#where-else-is-a-value-ctrlf), without showing it |
| `/`, `n` | find words in the paths, and in leaves that are shown |
| `v` | the value as text, as bytes, decoded again; nothing that was masked is shown |
| `e`, `s`, `t` | [change the leaf](#change-one-leaf) under the cursor: edit it, set it unseen, rotate it |
| `w` | review the draft; `esc` there comes back to the leaf |

- Each of the [formats](#formats) that has parts has leaves: `auth` of a docker config is its user name and
  password, a JWT has its claims, then the header, htpasswd a hash for each user, authorized_keys and
  known_hosts a line each, Terraform state its outputs. Percent-encoding and escapes are undone.
- What is inside a leaf is decoded too, and its leaves are listed below it: base64 of JSON within JSON, a
  docker config within YAML, a token within `.env`; base64 of a text as that text. After two levels a line
  says "not decoded further: two levels".
- Leaves of a Helm release are its values, its notes and each key of the Secrets in its manifest; any other
  object is one leaf, see [Helm](helm.md).
- [Certificates and private keys](#certificates) have facts and no leaves; `r` shows their text.
- Names of fields are shown; a part of one that may be a token, with 16 letters and digits or more, is `…`.
- At most 2,000 leaves are listed, inner ones included. Decoding stops after half a second of processor
  time, or 8 MB of unpacked data; a line says what is not decoded further. A value that is damaged, larger
  than 256 kB or nested too deep opens as text.
- A key that is shown already opens as text, and with `facts: kinds` every value does; `v` goes on.
- The journal names the key, and the path in `how`.

## Change one leaf

`e` on a leaf edits it as it is decoded: `p@ss` in a URL, not `p%40ss`. `s` sets it without showing it, `t`
rotates it, and the review then names other keys that still hold its old value.

- Only the leaf changes: comments, order, quotes and every other byte of the value stay. The `auth` of a
  docker config follows its user name and password.
- It is a draft of the key, with `~` at the leaf. `w` reviews it by its path:
  `~ auths.ghcr.io.password  ******** → ********  9 B → 11 B`. In the Secret `u` undoes it, `U` a write.
- A leaf that cannot be changed alone has no `e` in the footer, and pressing it says why: a JWT "is signed;
  set the whole token". The table of formats has a column for it. A text that its place cannot hold, such as
  a word for a number, is asked for again.
- `v`, then `e`, changes the whole value.

![The review of a changed password in a docker config, by its path](../screenshots/leaf-review.svg)

## Certificates

`enter` on a certificate, a chain or a bundle, in PEM, DER or PKCS#7, tells without showing its text:

| It says | Of |
|---|---|
| in order, or out of order and which order is right; which certificates are not part of the chain | a chain |
| `issuer CN=issuing-ca is not in the chain` | a missing intermediate |
| `tls.key matches the first certificate` | private keys (PEM) in any key of the Secret |
| `verifies up to CN=root in ca.crt`, or why it does not | the leaf, by the `ca.crt` of the Secret |
| subject, issuer, names, begin and end, kinds of key and signature | each of the first five |
| `and 145 certificates more: 3 expired` | the others of a bundle |
| `certificate 2 of 3 cannot be read`, and why | a damaged one |

A private key tells its kind, its size, whether it is encrypted, and which certificate of the Secret it
matches.

Trust is checked without the network, now, and for the certificate's own names; not whether it was revoked.
A line says why it is not checked: without `ca.crt` in the Secret, without names (subjectAltName), for a
CA, for what is no server certificate, and for other kinds of keys than RSA and ECDSA.

## Keystores

`enter` on a PKCS#12 (`.p12`, `.pfx`), JKS or JCEKS tells each alias, whether it has a private key, and its
certificates.

![A PKCS#12, opened with the password in another key of its Secret](../screenshots/decoded-keystore.svg)

- It is opened with what other keys of the same Secret hold: those with `pass` or `pwd` in their names, at
  most eight, the name most like its own first (`keystore.p12`: `keystore-password`), and an empty password.
  No password is guessed. The first line says which key opened it, or that none did.
- `o` asks for the password where none did. What you type is not shown, and opens this one view.
- A JKS tells its entries without a password; with it, whether the file is intact.
- Private keys and secret keys are never read. Of a PKCS#12 with over 1,000,000 rounds of hashing nothing is
  opened.
- Once its Secret is open, the row, the mark in the list and EXPIRES know when its certificates end.

## Formats

| Format | A row says, for example | Public | Never in a row | Changed alone |
|---|---|---|---|---|
"""
_CHANGED = """\

## One leaf changed

Where the last column says so, the leaf is replaced in the text of the value, and every other byte stays.

- The value is decoded again first. A text that would change another leaf, or would not be read as it is, is
  refused with the reason.
- A number stays a number, a boolean true or false, a time a time; a null becomes a text. A text that looks
  like a number gets quotes.
- Quotes stay as they are as long as they can hold the text. Escapes are those of the text around: `é` or
  `\\u00e9` in JSON and `.properties`; a line break in a YAML block, or `\\n` in quotes.
- Base64 is packed as it was, with the same line breaks. What is compressed is not changed leaf by leaf.
- In `.env` a text with `$` or a backtick gets single quotes, because shells replace it in others.
- In INI a text with `#` or `;` needs quotes, because some programs see a comment there.
"""
_TOKENS = """\

## Tokens

Known by their shape, after the rules of [gitleaks](https://github.com/gitleaks/gitleaks):
"""
_END = """\

<!-- Made by: python -m tui.model.secret.formats.page > docs/inside-values.md -->
"""


def inside_values_page() -> Iterator[str]:
    yield from _INTRO.splitlines()
    for value_format in VALUE_FORMATS:
        for row in value_format.page:
            yield f"| {row.format} | `{row.row}` | {row.public} | {row.hidden} | {row.edited} |"
    yield from _CHANGED.splitlines()
    yield from _TOKENS.splitlines()
    kinds = ", ".join(kind.replace(", ", " (") + ")" * (", " in kind) for kind, _ in SHAPES)
    yield f"{kinds}."
    yield from _END.splitlines()


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in inside_values_page()))
