"""Question about a value that has both a certificate and its private key, or that is damaged PEM."""

from __future__ import annotations

from collections.abc import Mapping

from tui.model.secret.formats.certificate_chain import bundle, pair_words
from tui.model.secret.formats.pem_layout import is_inside_text, laid_out
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.ui.dialogs.prompt import Question


def pair_question(key: str, value: Value) -> tuple[Question, Mapping[str, Value]] | None:
    """Return the question about a new value of `key`, and the values to set if the user answers "y".

    The question offers to set tls.crt and tls.key, or to mend damaged PEM. Return None if there is nothing to
    ask about `value`.
    """
    mended = laid_out(value.reveal())
    if mended is None and is_inside_text(value.reveal()):
        return None
    parts = bundle(mended or value.reveal())
    damage = (
        ("The value's line breaks or blanks are damaged; tls.crt and tls.key are mended.",) if mended else ()
    )
    if parts is not None:
        values = {"tls.crt": Value(parts.chain), "tls.key": Value(parts.key)}
        title = f"{counted(parts.count, 'certificate')} and a private key in {key}"
        lines = ("Set tls.crt (the chain, sorted) and tls.key from this value?", pair_words(parts), *damage)
        back = f"keep both in {key}"
        return Question(title, lines, (("y", "set both"),), default="y", back=back), values
    if mended is None:
        return None
    line = "The value's line breaks or blanks are damaged. Mend them?"
    answers = (("y", "mend"),)
    question = Question(f"PEM in {key}", (line,), answers, default="y", back="keep as it is")
    return question, {key: Value(mended)}
