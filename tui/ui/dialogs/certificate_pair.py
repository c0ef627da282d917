"""Question about a certificate and a private key that are in one value, and about damaged PEM."""

from __future__ import annotations

from collections.abc import Mapping

from tui.model.secret.formats.certificate_chain import bundle, pair_words
from tui.model.secret.formats.pem_layout import is_inside_text, laid_out
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.ui.dialogs.prompt import Question


def pair_question(key: str, value: Value) -> tuple[Question, Mapping[str, Value]] | None:
    """Return a question whether to set tls.crt and tls.key from the new value of `key`, and their values.

    If the value has no such pair, but PEM with damaged line breaks or blanks, the question offers to mend it.
    None if there is nothing to ask.
    """
    mended = laid_out(value.reveal())
    if mended is None and is_inside_text(value.reveal()):
        return None
    parts = bundle(mended or value.reveal())
    damage = ("Its line breaks or blanks are not those of PEM: secret-tui mends them.",) if mended else ()
    if parts is not None:
        values = {"tls.crt": Value(parts.chain), "tls.key": Value(parts.key)}
        title = f"{counted(parts.count, 'certificate')} and a private key in {key}"
        lines = ("Set tls.crt (the chain in its order) and tls.key from them?", pair_words(parts), *damage)
        back = f"keep all in {key}"
        return Question(title, lines, (("y", "set both"),), default="y", back=back), values
    if mended is None:
        return None
    line = "Its line breaks or blanks are not those of PEM. Mend them?"
    answers = (("y", "put right"),)
    question = Question(f"PEM in {key}", (line,), answers, default="y", back="keep as it is")
    return question, {key: Value(mended)}
