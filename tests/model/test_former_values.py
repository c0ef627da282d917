"""Old values that would be left in other keys, and how the new value replaces them there."""

from __future__ import annotations

import base64
import gc
import sys
from itertools import chain
from types import FrameType

import pytest

from tests.isolation import every_object
from tests.model.drafts import plain, secret
from tui.model.draft.draft import Draft
from tui.model.draft.former_values import (
    FormerHeld,
    former_held,
    plan_replacement,
    still_held,
    with_new_values,
)
from tui.model.draft.leaf_changes import changed_leaves
from tui.model.secret.compare import forms_of, holds
from tui.model.secret.value import Value


@pytest.mark.parametrize(
    ("held", "old", "new", "after"),
    [
        (b"redis://cart:made-up-1@redis.test/0", b"made-up-1", b"made-up-2", b"redis://cart:made-up-2@redis.test/0"),
        (b"redis://a:made%2Fup@redis.test/0", b"made/up", b"p@ss:2", b"redis://a:p%40ss%3A2@redis.test/0"),
        (b"pg://a:pw@db-old.test:5432/x?y=1", b"db-old.test:5432", b"db.test:6432", b"pg://a:pw@db.test:6432/x?y=1"),
        (b"https://a.test/?t=made-up-1", b"made-up-1", b"p@ss:2", b"https://a.test/?t=p%40ss%3A2"),
        (b"redis://a:made%40up!@redis.test/0", b"made@up!", b"made-up-2", b"redis://a:made-up-2@redis.test/0"),
        (b"redis://a:made%2fup$@redis.test/0", b"made/up$", b"made-up-2", b"redis://a:made-up-2@redis.test/0"),
        (b"password=made-up-1;host=a\n", b"made-up-1\n", b"p@ss:2\n", b"password=p@ss:2;host=a\n"),
        (b'a=made-up-1\nb="made-up-1"\n', b"made-up-1", rb"m\1", b'a=m\\1\nb="m\\1"\n'),
        (b"a: >-\n  made-up-1\nb: '=made-up-1'\n", b"made-up-1", b"#2", b"a: >-\n  #2\nb: '=#2'\n"),
        (b"made-up-1", b"made-up-1", b"made-up-2", b"made-up-2"),
        (b"a://b:made-up-1@c", b"made-up-1", b"made-up-1-more", b"a://b:made-up-1-more@c"),
        (b"made@up-1 a://b:made%40up-1@c", b"made@up-1", b"x made@up-1", b"x made@up-1 a://b:x%20made%40up-1@c"),
        (b'{"p": "made-up-1", "u": "a://made-up-1@c"}', b"made-up-1", b'"2', b'{"p": "\\"2", "u": "a://%222@c"}'),
        (b'{"p": "made\\"up\\\\-1"}', b'made"up\\-1', b"made-up-2", b'{"p": "made-up-2"}'),
    ],
)  # fmt: skip
def test_the_new_value_replaces_the_old_one_in_another_key(
    held: bytes, old: bytes, new: bytes, after: bytes
) -> None:
    seen = secret({"password": old, "url": held, "user": b"ann"})
    draft = Draft.of(seen).set(seen, "password", Value(new))
    assert former_held(draft, seen) == (FormerHeld("password", ("url",)),)
    both = with_new_values(draft, seen)
    assert plain(both.data(seen)) == {"password": new, "url": after, "user": b"ann"}
    assert former_held(both, seen) == ()
    assert both.undo() == draft


@pytest.mark.parametrize(
    ("held", "old"),
    [
        (b"the admin of it", b"admin"),
        (b"made-up-10", b"made-up-1"),
        (b"else", b"made-up-1"),
        (b"", b"made-up-1"),
    ],
    ids=["too short to tell", "part of a word", "not there", "empty"],
)
def test_a_text_that_only_resembles_the_old_value_is_left_alone(held: bytes, old: bytes) -> None:
    seen = secret({"password": old, "url": held})
    draft = Draft.of(seen).set(seen, "password", Value(b"made-up-2"))
    assert former_held(draft, seen) == ()
    assert with_new_values(draft, seen) == draft


def test_the_old_value_is_kept_on_purpose_under_a_key_of_the_draft() -> None:
    seen = secret({"password": b"made-up-1", "password_previous": b"made-up-0", "backup": b"made-up-1"})
    new = {"password": Value(b"made-up-2"), "password_previous": Value(b"made-up-1")}
    draft = Draft.of(seen).set_all(seen, new)
    assert former_held(draft, seen) == (FormerHeld("password", ("backup",)),)


def test_a_key_that_the_draft_changes_elsewhere_is_named_too() -> None:
    seen = secret({"password": b"made-up-1", "url": b"redis://a:made-up-1@old.test/0"})
    new = {"password": Value(b"made-up-2"), "url": Value(b"redis://a:made-up-1@new.test/0")}
    draft = Draft.of(seen).set_all(seen, new)
    assert former_held(draft, seen) == (FormerHeld("password", ("url",)),)
    both = plain(with_new_values(draft, seen).data(seen))
    assert both == {"password": b"made-up-2", "url": b"redis://a:made-up-2@new.test/0"}


def test_an_added_or_dropped_key_replaces_nothing() -> None:
    seen = secret({"password": b"made-up-1", "url": b"a://made-up-1"})
    assert former_held(Draft.of(seen).drop(seen, "password"), seen) == ()
    assert former_held(Draft.of(seen).set(seen, "new", Value(b"made-up-1")), seen) == ()


def test_only_a_new_value_inside_a_url_is_percent_encoded() -> None:
    held = b"url=redis://cart:made-up-1@redis.test/0\npassword=made-up-1\n"
    seen = secret({"password": b"made-up-1", "env": held})
    both = with_new_values(Draft.of(seen).set(seen, "password", Value(b"p@ss:2")), seen)
    after = b"url=redis://cart:p%40ss%3A2@redis.test/0\npassword=p@ss:2\n"
    assert plain(both.data(seen))["env"] == after


def test_two_swapped_values_are_swapped_in_other_keys_too() -> None:
    seen = secret({"a": b"made-up-1", "b": b"made-up-2", "both": b"made-up-1 made-up-2"})
    draft = Draft.of(seen).set_all(seen, {"a": Value(b"made-up-2"), "b": Value(b"made-up-1")})
    assert plain(with_new_values(draft, seen).data(seen))["both"] == b"made-up-2 made-up-1"


def test_the_search_leaves_no_value_in_a_cache() -> None:
    seen = secret({"password": b"made-up-k3pt", "url": b"a://made-up-k3pt@b"})
    draft = Draft.of(seen).set(seen, "password", Value(b"made-up-2"))
    assert former_held(draft, seen)
    with_new_values(draft, seen)
    objects = every_object()
    # The collector does not list a dict of bytes; what holds the dict is listed.
    dicts = (held for held in (*objects, *gc.get_referents(*objects)) if isinstance(held, dict))
    assert [held for held in dicts if any(map(_names, chain(held, held.values())))] == []


def _names(held: object) -> bool:
    """True for a text or bytes with a part of the value, or a tuple that has them."""
    if isinstance(held, tuple):
        return any(map(_names, held))
    return "k3pt" in held if isinstance(held, str) else isinstance(held, bytes) and b"k3pt" in held


def test_a_long_word_is_searched_in_steps_as_long_as_the_old_value() -> None:
    seen = secret({"password": b"a" * 10, "long": b"a" * 10_000})
    draft = Draft.of(seen).set(seen, "password", Value(b"made-up-2"))
    finds = []

    def count(_frame: FrameType, event: str, function: object) -> None:
        if event == "c_call" and getattr(function, "__name__", "") == "find":
            finds.append(event)

    sys.setprofile(count)
    try:
        assert former_held(draft, seen) == ()
    finally:
        sys.setprofile(None)
    assert len(finds) <= 10_000 / 10 + 1


def test_an_old_value_is_found_that_begins_within_a_part_of_a_word() -> None:
    seen = secret({"password": b"up-up-up", "url": b"made_xup-up-up-up"})
    draft = Draft.of(seen).set(seen, "password", Value(b"made-up-2"))
    assert former_held(draft, seen) == (FormerHeld("password", ("url",)),)


def test_a_key_that_an_undo_or_a_later_write_changed_is_no_longer_listed() -> None:
    held = (FormerHeld("password", ("url",)),)
    old, new = Value(b"made-up-1\n"), Value(b"made-up-2\n")
    url, other = Value(b"redis://cart:made-up-1@redis.test"), Value(b"redis://cart:made-up-2@redis.test")
    after_write = {"password": new, "url": url}
    assert still_held(held, {"password": old, "url": url}, after_write) == held
    assert still_held(held, after_write, {"password": Value(b"made-up-3"), "url": url}) == held
    assert still_held(held, after_write, {"password": old, "url": url}) == ()
    assert still_held(held, after_write, {"password": new, "url": other}) == ()
    assert still_held(held, after_write, {"password": new}) == ()


def test_a_new_value_replaces_the_old_one_everywhere_in_another_secret() -> None:
    there = secret({"password": b"made-up-1\n", "url": b"redis://a:made-up-1@db.test", "user": b"ann"})
    plan = plan_replacement(there, Value(b"made-up-1"), Value(b"p@ss:2"))
    assert plan.draft is not None
    after = {"password": b"p@ss:2\n", "url": b"redis://a:p%40ss%3A2@db.test", "user": b"ann"}
    assert plain(plan.draft.data(there)) == after
    assert plan.differing == ("password", "url")


def test_bytes_that_are_no_text_are_left_alone() -> None:
    store = b"\xfe\xed\xfe\xed\0\0 made-up-1 \0"
    there = secret({"password": b"made-up-1", "keystore.jks": store})
    plan = plan_replacement(there, Value(b"made-up-1"), Value(b"made-up-2"))
    assert plan.differing == ("password",)
    draft = Draft.of(there).set(there, "password", Value(b"made-up-2"))
    assert former_held(draft, there) == (FormerHeld("password", ("keystore.jks",)),)
    assert with_new_values(draft, there) == draft


@pytest.mark.parametrize(
    ("held", "new"),
    [
        (b"user: ann\npassword: made-up-1\n", b"#made-up"),
        (b"user: ann\npassword: made-up-1\n", b"made #up"),
        (b"user: ann\npassword: made-up-1\n", b"!made-up"),
        (b"user: ann\npassword: made-up-1\n", b"*made-up"),
        (b'user: ann\npassword: "made-up-1"\n', rb"made\nup"),
        (b"user: ann\npassword: 'made-up-1'\n", b"made''up"),
        (b"config: |\n  user: ann\n  password: made-up-1\n", b"#made-up"),
        (b"- ann\n- made-up-1\n", b"#made-up"),
    ],
)
def test_a_new_value_that_yaml_would_read_differently_is_not_put_there(held: bytes, new: bytes) -> None:
    there = secret({"password": b"made-up-1", "app.yaml": held})
    plan = plan_replacement(there, Value(b"made-up-1"), Value(new))
    assert plan.differing == ("password",)
    assert "Not replaced in app.yaml: the old value is" in plan.notes[0] and "YAML" in plan.notes[0]
    draft = Draft.of(there).set(there, "password", Value(new))
    assert with_new_values(draft, there) == draft


def test_a_part_of_a_longer_word_is_not_replaced() -> None:
    there = secret({"password": b"made-up-10"})
    plan = plan_replacement(there, Value(b"made-up-1"), Value(b"made-up-2"))
    assert plan.draft is None
    assert plan.word == "not replaced"


def test_a_login_of_a_docker_config_gets_the_new_value_where_it_is_base64() -> None:
    def config(password: str) -> bytes:
        auth = base64.b64encode(f"ann:{password}".encode()).decode()
        entry = f'{{"username": "ann", "password": "{password}", "auth": "{auth}"}}'
        return f'{{"auths": {{"a.test": {{"auth": "{auth}"}}, "b.test": {entry}}}}}'.encode()

    there = secret({".dockerconfigjson": config("made-up-1")})
    assert holds(Value(config("made-up-1")[:60]), forms_of("made-up-1")), "the first has auth alone"
    plan = plan_replacement(there, Value(b"made-up-1"), Value(b"made-up-2"))
    assert plan.draft is not None
    assert not plan.notes
    assert plain(plan.draft.data(there)) == {".dockerconfigjson": config("made-up-2")}


def test_a_key_where_one_place_keeps_the_old_value_is_named() -> None:
    there = secret({"env": b"PASSWORD=made-up-1\nLONG=made-up-10\n"})
    plan = plan_replacement(there, Value(b"made-up-1"), Value(b"made-up-2"))
    assert plan.draft is not None
    assert plain(plan.draft.data(there)) == {"env": b"PASSWORD=made-up-2\nLONG=made-up-10\n"}
    assert "Not replaced in env: the old value is inside a longer word" in plan.notes[0]


def test_the_old_value_of_a_changed_leaf_is_searched_for_once_it_is_known() -> None:
    old, new = Value(b'{"db": {"password": "made-up-1"}}'), Value(b'{"db": {"password": "made-up-2"}}')
    seen = secret({"a.json": old.reveal(), "url": b"redis://ann:made-up-1@redis.test/0"})
    old = seen.data["a.json"]
    draft = Draft.of(seen).set(seen, "a.json", new)
    assert former_held(draft, seen) == ()
    assert changed_leaves("a.json", old, new)
    held = former_held(draft, seen)
    assert held == (FormerHeld("a.json db.password", ("url",)),)
    both = with_new_values(draft, seen)
    assert plain(both.data(seen))["url"] == b"redis://ann:made-up-2@redis.test/0"
    after = dict(draft.data(seen))
    assert still_held(held, {"a.json": old}, {**after, "a.json": old}) == held, "its own write"
    assert still_held(held, {"note": None}, {**after, "note": Value(b"made up")}) == held
    assert still_held(held, {"a.json": new}, {**after, "a.json": old}) == (), "an undo"
    assert still_held(held, {"url": after["url"]}, {**after, "url": Value(b"made up")}) == ()
