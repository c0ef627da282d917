"""What the object on the server says of a write whose answer was lost: never more than is known."""

from __future__ import annotations

from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from tui.model.draft.draft import Changes
from tui.model.secret.secret import Secret, SecretRef
from tui.model.secret.value import Value
from tui.session.writes import intents
from tui.session.writes.outcome import SURE_AFTER, End, Sent, outcome_of

REF = SecretRef("default", "mysecret")
NOTHING = Changes({}, frozenset())
BOTH = Changes({"a": Value(b"2")}, frozenset("b"))
PATCH = Sent(intents.CHANGE, REF, "uid-a", "5", BOTH, {"a": Value(b"1")})
CREATE = Sent(intents.CREATE, REF, "", "", Changes({"a": Value(b"2")}, frozenset()), type="Opaque", at=1000.4)
DELETE = Sent(intents.DELETE, REF, "uid-a", "5", NOTHING)


def found(
    data: dict[str, bytes],
    *,
    uid: str = "uid-a",
    version: str = "6",
    created: float | None = 900.0,
) -> Secret:
    """What the server holds."""
    held = {key: Value(value) for key, value in data.items()}
    return Secret(REF, uid, version, "Opaque", held, created=created)


def kind(end: End | None) -> str | None:
    """In a word; None is not known yet."""
    return end.kind if end is not None else None


def test_a_creation_is_dated_by_the_servers_clock() -> None:
    hour_ahead, hour_behind = found({"a": b"2"}, created=4600.0), found({"a": b"2"}, created=-2600.0)
    assert kind(CREATE.intent.judge(CREATE, hour_behind, 0.0, -3600.0)) == "written"
    assert kind(CREATE.intent.judge(CREATE, hour_ahead, 0.0, 3600.0)) == "written"
    assert kind(CREATE.intent.judge(CREATE, found({"a": b"2"}, created=1001.0), 0.0, 3600.0)) == "conflict"


datas = st.dictionaries(st.sampled_from("abc"), st.sampled_from([b"1", b"2"]), max_size=3)


@given(
    datas,
    st.sampled_from(["4", "5", "6"]),
    st.sampled_from(["uid-a", "uid-b"]),
    st.floats(0, 100),
    st.booleans(),
)
def test_written_is_said_only_of_what_is_there_and_not_written_only_after_a_minute(
    data: dict[str, bytes], version: str, uid: str, passed: float, is_there: bool
) -> None:
    secret = found(data, uid=uid, version=version) if is_there else None
    for sent in (PATCH, CREATE, DELETE):
        end = sent.intent.judge(sent, secret, passed, 0.0)
        if kind(end) == "written":
            assert secret is not None and secret.data["a"] == Value(b"2")
        if kind(end) == "deleted":
            assert secret is None or secret.uid != sent.uid
        if kind(end) in (None, "not written"):
            assert (end is None) == (passed < SURE_AFTER)
            assert secret is None or secret.resource_version == sent.resource_version


@given(st.lists(st.text(alphabet="abcdef", min_size=1, max_size=3), unique=True, max_size=6))
def test_the_sentence_names_keys_and_never_values(keys: list[str]) -> None:
    marker = Value(b"m4rk3r")
    sent = Sent(intents.CHANGE, REF, "uid-a", "5", Changes(dict.fromkeys(keys, marker), frozenset()))
    text = sent.what
    assert text.endswith(" of default/mysecret")
    assert all(key in text for key in sorted(keys)[:2])
    for end in (End("written"), End("conflict", why="Why."), End("not written", why="Why.")):
        sentence = outcome_of(sent, end, 0.0, UTC).sentence
        assert "m4rk3r" not in sentence and "default/mysecret" in sentence
