"""Print docs/inside-values.md, which documents the row of a key for each format."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tui.model.secret.formats.registry import VALUE_FORMATS
from tui.model.secret.formats.tokens import SHAPES

_INTRO = """\
# Inside values

The row of a key describes its value while the value stays masked: the issuer of a token, the hosts and the
expiry of a certificate, the database of a URL.

![The keys of a Secret; each row says what is inside](../screenshots/named-values.svg)

- A row shows only public facts. Passwords, user names and tokens stay masked, and so do the queries and paths
  of `https` URLs. `--no-reveal` shows the same rows.
- A value whose format is not certain has no description: its row shows `********` alone.
- X.509 and SSH certificates, JWTs, PGP keys, revocation lists and client certificates of a kubeconfig show
  their expiry. Once you opened the Secret, its row in the list shows the expiry too: as a
  [mark](keys.md#marks-before-a-name), and in the column EXPIRES, by which `o` sorts.
- Values are read in the background, up to 256 kB, 64 levels deep, and 8 MB after unpacking. A larger value
  shows only its kind. The facts leave memory together with the value.
- `facts: kinds` in the [settings](settings.md) hides hosts and names. Rows then say "PEM certificate · 69d"
  or "postgres URL".

## A value decoded

`enter` on a key decodes its value. The facts come first. Below them is each leaf, a single value inside the
value, with its path and a mask.

![A decoded Helm release: one password is shown, leaves of a YAML below](../screenshots/decoded-value.svg)

| Press | To |
|---|---|
| `r`, `x` | show or hide the leaf under the cursor; a long leaf wraps below its row |
| `c`, `C`, `=` | copy the leaf without showing it, copy it as base64, compare it with a typed value |
| `enter` | open the leaf as a value of its own, with its facts and more decoded levels |
| `ctrl+f` | find Secrets that [hold the leaf](rotating.md#where-else-is-a-value-ctrlf), without showing it |
| `/`, `n` | find words in the paths, and in leaves that are shown |
| `v` | show the next view: text, bytes or leaves; masked leaves stay masked |
| `e`, `s`, `t` | [change the leaf](#change-one-leaf): edit it, set it without showing it, rotate it |
| `w` | review the draft; `esc` in the review returns to the leaf |

- The leaves of a docker config's `auth` are user name and password. A JWT has its claims, then its header.
  htpasswd has a hash for each user, authorized_keys and known_hosts a leaf for each line, and Terraform state
  its outputs. Percent-encoding and escapes are decoded. The table of [formats](#formats) lists the other
  formats.
- A leaf is decoded too, and its leaves are listed below it: base64 of JSON within JSON, a docker config
  within YAML, a token within `.env`. After two levels a line says "not decoded further: limit of two levels".
- The leaves of a Helm release are its values, its notes, and each key of the Secrets in its manifest. Any
  other object is a single leaf, see [Helm](helm.md).
- [Certificates and private keys](#certificates) have facts but no leaves; `r` shows their text.
- Names of fields are shown. A part of a name that may be a token (16 or more letters and digits) becomes `…`.
- At most 2,000 leaves are listed, including inner leaves. Decoding stops after half a second of processor
  time, or after 8 MB of unpacked data. A line then says what is not decoded. A value that is damaged, larger
  than 256 kB or nested too deep opens as text.
- A key that is already shown opens as text. With `facts: kinds` every value opens as text. `v` then shows
  the next view.
- The journal names the key. Its field `how` holds the path of the leaf.

## Change one leaf

`e` on a leaf edits its decoded text: `p@ss` in a URL, not `p%40ss`. `s` sets the leaf without showing it. `t`
rotates it, and the review then names other keys that still hold the old value.

- Only the leaf changes: comments, order, quotes and every other byte of the value stay. In a docker config,
  `auth` follows its user name and password.
- The change is a draft of the key, with `~` at the leaf. `w` reviews it with its path:
  `~ auths.ghcr.io.password  ******** → ********  9 B → 11 B`. In the Secret, `u` undoes a draft, `U` a write.
- A leaf that cannot be changed alone has no `e` in the footer. If you press `e`, the reason is shown: a JWT
  "is signed; set the whole token". The last column of [Formats](#formats) names these leaves. If a leaf
  cannot hold your text, such as a word in place of a number, you can correct the text.
- `v`, then `e`, changes the whole value.

![The review of a changed password in a docker config, by its path](../screenshots/leaf-review.svg)

## Certificates

`enter` on a certificate, a chain or a bundle (PEM, DER or PKCS#7) describes it without showing its text:

| Line | About |
|---|---|
| whether the chain is in order, and if not, the right order; certificates outside the chain | a chain |
| `issuer CN=issuing-ca is not in the chain` | a missing intermediate |
| `tls.key matches the first certificate` | private keys (PEM) in any key of the Secret |
| `verifies up to CN=root in ca.crt`, or why it does not | the leaf certificate, checked with `ca.crt` |
| subject, issuer, names, begin and end, kinds of key and signature | each of the first five certificates |
| `and 145 more certificates: 3 expired` | the other certificates of a bundle |
| `certificate 2 of 3 cannot be read`, and why | a damaged certificate |

A private key shows its kind, its size, whether it is encrypted, and its certificate in the Secret.

Trust is checked without the network, for the current time and the certificate's own names. Revocation is not
checked. Trust is not checked if the Secret has no `ca.crt`, or if the certificate has no names
(subjectAltName), is a CA, is not for servers, or has a key other than RSA and ECDSA. A line gives the reason.

## Keystores

`enter` on a PKCS#12 (`.p12`, `.pfx`), JKS or JCEKS lists each alias, its certificates, and whether it has a
private key.

![A PKCS#12, opened with the password in another key of its Secret](../screenshots/decoded-keystore.svg)

- Passwords come from other keys of the same Secret. At most eight keys with `pass` or `pwd` in their names
  are tried. The name most similar to the keystore's name is tried first (`keystore-password` for
  `keystore.p12`), an empty password last. No password is guessed. The first line names the key that opened
  the keystore, or says that no password opened it.
- `o` asks for the password if no password opened the keystore. The typed password is not shown, and is used
  only in this view.
- A JKS shows its entries without a password. With the password, a line says whether the file is intact.
- Private keys and secret keys are never read. A PKCS#12 with over 1,000,000 rounds of hashing is not opened.
- Once you opened the Secret, the key's row shows the expiry of the certificates. In the list, the Secret's
  mark and the column EXPIRES show it too.

## Formats

| Format | A row says, for example | Public | Never in a row | Changed alone |
|---|---|---|---|---|
"""
_CHANGED = """\

## One leaf changed

If the last column above allows a change, only the leaf is replaced in the value. Every other byte stays.

- The value is decoded again before the change is kept. A text is refused, with the reason, if it would change
  another leaf, or if the changed leaf does not decode to the typed text.
- A number stays a number, a boolean stays true or false, and a time stays a time. A null becomes a text. A
  text that looks like a number gets quotes.
- Quotes stay if they can hold the text. Escapes are written as in the rest of the value: `é` as itself or as
  `\\u00e9` in JSON and `.properties`. A line break stays one in a YAML block, and becomes `\\n` in quotes.
- Base64 is encoded again with the same line breaks. Compressed values cannot be changed leaf by leaf.
- In `.env` a text with `$` or a backtick gets single quotes, because shells expand these in double quotes.
- In INI a text with `#` or `;` needs quotes, because some programs read these signs as a comment.
"""
_TOKENS = """\

## Tokens

Tokens are recognized by their shape, with the rules of [gitleaks](https://github.com/gitleaks/gitleaks):
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
