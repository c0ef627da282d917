"""The question whether a certificate and its key are taken out of one value."""

from __future__ import annotations

from collections.abc import Mapping

from tui.model.secret.formats.certificate_chain import bundle, pair_words
from tui.model.secret.formats.pem_layout import is_inside_text, laid_out
from tui.model.secret.value import Value
from tui.model.text.counts import counted
from tui.ui.dialogs.prompt import Question


def pair_question(key: str, value: Value) -> tuple[Question, Mapping[str, Value]] | None:
    """Ask whether tls.crt and tls.key are set from what was typed, pasted or loaded into `key`, and to what.

    Also whether lines of PEM that no program can read are put right. None if there is nothing to ask.
    """
    laid = laid_out(value.reveal())
    if laid is None and is_inside_text(value.reveal()):
        return None
    found = bundle(laid or value.reveal())
    spoiled = ("Its line breaks or blanks are not those of PEM: secret-tui mends them.",) if laid else ()
    if found is not None:
        values = {"tls.crt": Value(found.chain), "tls.key": Value(found.key)}
        title = f"{counted(found.count, 'certificate')} and a private key in {key}"
        lines = ("Set tls.crt (the chain in its order) and tls.key from them?", pair_words(found), *spoiled)
        back = f"keep all in {key}"
        return Question(title, lines, (("y", "set both"),), default="y", back=back), values
    if laid is None:
        return None
    line = "Its line breaks or blanks are not those of PEM. Mend them?"
    answers = (("y", "put right"),)
    question = Question(f"PEM in {key}", (line,), answers, default="y", back="keep as it is")
    return question, {key: Value(laid)}
