"""Value that a running container has: every row of what Kubernetes does, and no verdict without grounds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.model.pods import pod
from tui.model.readers.freshness import (
    BAND,
    REFRESHED,
    UNKNOWN,
    History,
    KnownChange,
    Verdict,
    pods_words,
    value_counts,
    verdict,
    workload_words,
    worst,
)
from tui.model.readers.pod_spec import WAYS
from tui.model.readers.pod_use import PodUse
from tui.model.text.times import parse_time


def at(text: str, date: str = "2026-11-27") -> float:
    found = parse_time(f"{date}T{text}Z")
    assert found is not None
    return found


def use(way: str, **changes: Any) -> PodUse:
    usual: dict[str, Any] = {"key": "password", "container": "app", "container_kind": "container"}
    return PodUse(secret="db", way=way, is_mounted=way in ("volume", "projected"), **(usual | changes))


ENV, ALL_ENV, FILE = use("env"), use("env_from", key=None), use("volume")
SUB_PATH, PULL = use("volume", is_sub_path=True), use("image_pull", key=None, container=None)
NOW = at("15:00:00")
CHANGED = at("14:02:10")
OURS = KnownChange("password", CHANGED, CHANGED, "secret-tui")
WRITTEN = History(seen=(OURS,), moved=CHANGED, moved_by="secret-tui", is_bound=True)
MOVED = History(moved=CHANGED, moved_by="kubectl-edit", is_bound=True)
ADDED = replace(WRITTEN, seen=(replace(OURS, is_added=True),))
LISTED = use("volume", is_listed=True)
STALE = "started 13:58, the key password changed 14:02 by secret-tui"


def judged(
    one: PodUse, history: History, started: str = "13:58:00", now: float | None = NOW, **fields: Any
) -> Verdict:
    usual: dict[str, Any] = {"starts": (("app", at(started)),), "created": at("13:00:00")}
    return verdict(pod("web", one, **(usual | fields)), one, history, now)


@pytest.mark.parametrize(
    ("one", "history", "started", "word", "grounds"),
    [
        # Variables are read at each start of the container, and never again.
        (ENV, WRITTEN, "13:58:00", "old value", STALE),
        (ALL_ENV, WRITTEN, "13:58:00", "old value", "started 13:58, the key password changed 14:02 by"),
        (ENV, WRITTEN, "14:02:16", "new value", "the key password last changed 14:02 by secret-tui"),
        # What could not start without the key that was added has it, however soon it started.
        (ENV, ADDED, "14:02:11", "new value", "with the key password, which the container needs to start"),
        (LISTED, ADDED, "14:02:11", "new value", "with the key password, which the container needs to start"),
        # In the seconds around the start nothing can be told.
        (ENV, WRITTEN, "14:02:05", "not known", "changed at about the same time (14:02)"),
        (ENV, MOVED, "14:02:15", "not known", "changed at about the same time (14:02)"),
        (ENV, WRITTEN, "14:02:15", "not known", "changed at about the same time (14:02)"),
        # The time of managedFields is no later than a bound: a label moves it too.
        (ENV, MOVED, "13:58:00", "old value?", "may have changed 14:02: kubectl-edit wrote to the Secret"),
        (ENV, MOVED, "14:10:00", "new value", "the key password last changed 14:02 by kubectl-edit"),
        # Entries that gather several writers name none; some have no time; or there are none at all.
        (
            ENV,
            History(moved=CHANGED, moved_by="before-first-apply", is_bound=True),
            "14:10:00",
            "new value",
            "last changed 14:02",
        ),
        (
            ENV,
            UNKNOWN,
            "13:58:00",
            "not known",
            "the cluster does not record when the key password last changed",
        ),
        # A later certain change is known apart from an earlier possible one.
        (
            ENV,
            History(seen=(OURS,), moved=at("14:30:00"), moved_by="helm", is_bound=True),
            "14:10:00",
            "old value?",
            "may have changed 14:30: helm wrote to the Secret",
        ),
        # Created after the start: it is another Secret of that name, or an optional one that was missing.
        (
            ENV,
            History(created=CHANGED, moved=CHANGED, is_bound=True),
            "13:58:00",
            "old value?",
            "the Secret was created later, 14:02",
        ),
        # An immutable one that was replaced: the node may keep the former for new pods too.
        (
            ENV,
            History(created=CHANGED, moved=CHANGED, is_bound=True, keeps_replaced=True),
            "14:10:00",
            "not known",
            "an immutable Secret was replaced; the node may keep the old one",
        ),
        (
            FILE,
            History(created=CHANGED, moved=CHANGED, is_bound=True, keeps_replaced=True),
            "13:58:00",
            "old value?",
            "created later",
        ),
        (
            FILE,
            History(created=CHANGED, moved=CHANGED, is_bound=True, keeps_replaced=True),
            "14:10:00",
            "not known",
            "an immutable Secret was replaced",
        ),
        # Gone while it runs: a variable stays, and so do the files of a volume.
        (
            ENV,
            History(gone="secret"),
            "13:58:00",
            "old value",
            "the Secret is gone; the container keeps the old value",
        ),
        (
            ENV,
            History(gone="key"),
            "13:58:00",
            "old value",
            "the key password is gone; the container keeps the old value",
        ),
        (FILE, History(gone="secret"), "13:58:00", "old value", "the Secret is gone; the last files stay"),
        (SUB_PATH, History(gone="secret"), "13:58:00", "old value", "the container keeps the old value"),
        (use("env", is_optional=True), History(gone="secret"), "13:58:00", "not known", "does not exist"),
        # Files of a volume follow by themselves; the app may still hold what it read.
        (FILE, WRITTEN, "13:58:00", "new value", "the file was refreshed after 14:02; the app may need"),
        (FILE, WRITTEN, "14:05:00", "new value", "the key password last changed 14:02 by secret-tui"),
        (
            FILE,
            UNKNOWN,
            "13:58:00",
            "not known",
            "the file is refreshed within 2 min of a change; the app may",
        ),
        # A subPath is refreshed when its container starts again, if the volume was by then.
        (SUB_PATH, WRITTEN, "13:58:00", "old value", STALE),
        (SUB_PATH, WRITTEN, "14:02:30", "not known", "changed at about the same time"),
        (SUB_PATH, WRITTEN, "14:04:30", "new value", "last changed 14:02"),
        # The kubelet and drivers read on their own occasions.
        (PULL, WRITTEN, "13:58:00", "not known", "used at the next image pull"),
        (
            use("csi"),
            WRITTEN,
            "13:58:00",
            "not known",
            "the volume's driver reads the Secret at the next mount",
        ),
        (use("volume", container=None), WRITTEN, "13:58:00", "not known", "no container mounts the volume"),
    ],
)
def test_the_verdict_follows_what_kubernetes_does_for_each_way_of_reading(
    one: PodUse, history: History, started: str, word: str, grounds: str
) -> None:
    found = judged(one, history, started)
    assert found.word == word
    assert grounds in found.grounds


def test_a_file_is_not_new_before_the_kubelet_refreshed_it() -> None:
    soon = judged(FILE, WRITTEN, now=CHANGED + REFRESHED)
    assert soon.word == "not known" and soon.short == "within 2 min"
    assert soon.grounds == "the key password changed 14:02; the file is updated within 2 min"
    assert judged(FILE, WRITTEN, now=CHANGED + REFRESHED + 1).word == "new value"


def test_the_value_of_a_file_is_not_known_without_the_clock_of_the_server() -> None:
    assert judged(FILE, WRITTEN, now=None).word == "not known"


def test_a_new_pod_mounts_the_new_file_at_once() -> None:
    created = {"created": CHANGED + BAND + 1}
    assert judged(SUB_PATH, WRITTEN, "14:02:30", **created).word == "new value"
    assert "the app may" not in judged(FILE, WRITTEN, "14:02:30", **created).grounds


@pytest.mark.parametrize(
    ("kind", "waiting", "grounds", "short"),
    [
        ("container", (("app", "CrashLoopBackOff", ""),), "it reads the Secret when it starts", "next start"),
        ("init", (), "the container has ended; a new pod reads the Secret", "ended"),
        ("container", (), "the container does not run; it reads the Secret at its next start", "next start"),
    ],
)
def test_a_container_that_does_not_run_has_no_value(
    kind: Any, waiting: Any, grounds: str, short: str
) -> None:
    for way in ("env", "volume"):
        found = judged(use(way, container_kind=kind), WRITTEN, starts=(), waiting=waiting)
        assert (found.word, found.short) == ("not known", short)
        assert grounds in found.grounds


def test_the_start_of_the_container_that_reads_the_secret_counts() -> None:
    starts = (("beside", at("13:00:00")), ("app", at("14:10:00")))
    assert judged(ENV, WRITTEN, starts=starts).word == "new value"


def test_a_value_that_was_put_back_is_not_old() -> None:
    back, before = at("14:03:10"), at("13:00:00")
    there = KnownChange("password", CHANGED, CHANGED, "secret-tui", 1, 2)
    undone = KnownChange("password", back, back, "secret-tui", 2, 1)
    history = History(
        seen=(there, undone), moved=back, moved_by="secret-tui", unexplained=before, is_bound=True
    )
    why = "started 13:58, the key password got its former value back at 14:03"
    assert judged(ENV, history)[:2] == ("new value", why)
    assert judged(ENV, history, "14:02:40").word == "old value"
    maybe = judged(ENV, history, "12:58:00")
    assert maybe[:2] == ("old value?", "started 12:58, the key password may have changed 13:00")
    assert judged(ENV, replace(history, unexplained=None)).word == "not known"
    other = KnownChange("username", CHANGED, CHANGED, "secret-tui", 3, 4)
    both = judged(ALL_ENV, replace(history, seen=(there, other, undone)))
    assert both.word == "old value" and "the key username changed 14:02" in both.grounds


@pytest.mark.parametrize("one", [ENV, ALL_ENV, SUB_PATH])
def test_a_pod_that_was_created_after_the_change_is_new_however_soon_it_started(one: PodUse) -> None:
    what = "the data" if one.key is None else "the key password"
    for history in (WRITTEN, MOVED):
        found = judged(one, history, "14:02:13", created=at("14:02:11"))
        why = f"its pod was created 14:02, {what} last changed 14:02 by {history.moved_by}"
        assert (found.word, found.grounds) == ("new value", why)
    assert judged(one, WRITTEN, "14:02:11", created=at("14:02:10")).word == "not known"


def test_a_nodes_clock_that_is_behind_makes_no_new_pod_old() -> None:
    found = judged(ENV, WRITTEN, "13:59:00", created=at("14:02:12"))
    assert found.word == "new value" and found.grounds.startswith("its pod was created 14:02")


def test_a_time_of_another_day_has_its_date() -> None:
    found = judged(ENV, WRITTEN, starts=(("app", at("09:25:04", "2026-11-03")),))
    assert found.grounds == "started 3 Nov 09:25, the key password changed 14:02 by secret-tui"


TIMES = st.integers(0, 400).map(float)
HISTORIES = st.builds(
    History,
    created=st.none() | TIMES,
    seen=st.lists(
        st.builds(
            lambda key, since, more, was, now: KnownChange(key, since, since + more, "m", was, now),
            st.sampled_from(["a", "b"]),
            TIMES,
            st.integers(0, 9),
            st.integers(0, 2),
            st.integers(0, 2),
        ),
        max_size=3,
    ).map(lambda found: tuple(sorted(found, key=lambda one: one.since))),
    moved=st.none() | TIMES,
    unexplained=st.none() | TIMES,
    is_bound=st.booleans(),
    gone=st.sampled_from(["", "", "", "secret", "key"]),
    keeps_replaced=st.booleans(),
)
USES = st.builds(
    use,
    st.sampled_from([way.id for way in WAYS]),
    is_sub_path=st.booleans(),
    is_optional=st.booleans(),
    container=st.sampled_from(["app", "app", "app", None]),
    container_kind=st.sampled_from(["container", "init", "sidecar", "ephemeral"]),
)


@given(one=USES, history=HISTORIES, started=st.none() | TIMES, now=st.none() | TIMES)
def test_no_value_is_called_old_or_new_without_grounds(
    one: PodUse, history: History, started: float | None, now: float | None
) -> None:
    starts = () if started is None else (("app", started),)
    found = verdict(pod("web", one, starts=starts), one, history, now)
    assert found.grounds and "not known" not in found.grounds.split(",")[0]
    if found.word == "not known":
        return
    assert started is not None and one.container == "app"
    assert one.way in ("env", "env_from", "volume", "projected")
    assert found.instead == ""
    later = [seen for seen in history.seen if seen.since > started + BAND]
    bounds = [history.moved or 0.0, *(seen.until for seen in history.seen)]
    if found.word == "old value":
        assert later or (history.gone and not one.is_optional)
    elif found.word == "old value?":
        possible = (history.moved, history.unexplained, history.created)
        assert any(t is not None and t > started + BAND for t in possible)
    else:
        assert history.is_bound and (history.moved is not None or history.unexplained is not None)
        assert not history.gone and not history.keeps_replaced
        is_read = started > max(bounds) + BAND
        is_refreshed = one.way in ("volume", "projected") and not one.is_sub_path and now is not None
        of_key = [[seen for seen in later if seen.key == key] for key in {seen.key for seen in later}]
        is_same = history.unexplained is not None and started > history.unexplained + BAND
        is_same = is_same and bool(later) and all(found[0].was == found[-1].now != 0 for found in of_key)
        assert is_read or is_same or (is_refreshed and (now or 0.0) > max(bounds) + REFRESHED)


OLD, MAYBE = Verdict("old value", "because"), Verdict("old value?", "because")
NEW, UNSURE = Verdict("new value", "because"), Verdict("not known", "because")


def test_a_file_that_a_pod_waited_for_is_there_when_it_starts() -> None:
    def word(one: PodUse, history: History, started: str) -> str:
        return judged(one, history, started, now=CHANGED + 10).short

    assert word(LISTED, ADDED, "14:02:11") == "new"
    assert word(LISTED, ADDED, "13:58:00") == "within 2 min", "it ran before the key was there"
    assert word(LISTED, WRITTEN, "14:02:11") == "within 2 min", "the kubelet may have the former value"
    assert word(replace(LISTED, is_optional=True), ADDED, "14:02:11") == "within 2 min"
    assert word(FILE, ADDED, "14:02:11") == "within 2 min"


BACK = Verdict("new value", "because", is_back=True)
NEXT_PULL, SOON = Verdict("not known", "because", "next pull"), Verdict("not known", "b", "within 2 min")


@pytest.mark.parametrize(
    ("pods", "words", "of_workload"),
    [
        ([OLD, OLD, NEW], "2 pods keep the old value until they restart", "2 of 3 old"),
        ([OLD, MAYBE], "1 pod keeps the old value until it restarts", "1 of 2 old"),
        ([MAYBE, NEW], "1 pod may keep the old value until it restarts", "1 of 2 old?"),
        ([NEW, SOON], "1 pod may not have the new value yet", "within 2 min"),
        ([NEW, UNSURE], "1 pod may not have the new value yet", "not known"),
        ([NEW, NEW], "both pods have the new value", "new"),
        ([NEW], "its pod has the new value", "new"),
        ([BACK, BACK], "both pods have the current value", "new"),
        ([BACK, NEW], "both pods have the current value", "new"),
        ([NEXT_PULL], "", "next pull"),
        ([], "", ""),
    ],
)
def test_the_verdicts_of_several_pods_are_summed_up_in_words(
    pods: list[Verdict], words: str, of_workload: str
) -> None:
    assert pods_words(pods) == words
    assert workload_words(pods) == of_workload


def test_the_verdict_of_the_latest_change_is_shown_for_a_pod_with_equal_verdicts() -> None:
    user = judged(use("env", key="username"), History(moved=at("09:00:00"), is_bound=True), "14:05:00")
    told = worst([user, judged(ENV, MOVED, "14:05:00")])
    assert told is not None and "the key password last changed 14:02" in told.grounds


def test_the_first_of_keys_changed_together_is_named_and_otherwise_the_latest() -> None:
    former = KnownChange("password_previous", CHANGED, CHANGED, "secret-tui")
    assert "the key password changed" in judged(ALL_ENV, History(seen=(OURS, former))).grounds
    later = KnownChange("token", CHANGED + 60, CHANGED + 60)
    assert "the key token changed 14:03" in judged(ALL_ENV, History(seen=(later, OURS))).grounds


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["old value?"] * 3 + ["new value", "not known"], "3 old? 1 new of 5"),
        (["old value", "new value"], "1 old 1 new"),
        (["current value", ""], "1 new of 2"),
        (["new value", "current value"], "all new"),
        (["not known", "not known"], "not known"),
        (["", "not known"], ""),
    ],
)
def test_the_counts_of_pods_add_up_or_say_of_how_many(words: list[str], told: str) -> None:
    assert value_counts(words) == told
