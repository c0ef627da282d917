"""ReaderIndex: who reads what; an event costs what its own pod's uses cost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.model.pods import pod
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PODS
from tui.model.secret.secret import SecretRef
from tui.session.cache.reader_index import ReaderIndex
from tui.session.cache.readers import ReaderStore

DB = SecretRef("default", "db")


def use(secret: str, key: str | None = None) -> PodUse:
    """A use of a key, or of the whole."""
    return PodUse(secret=secret, way="env" if key else "env_from", key=key, container="main", target="DB")


def test_readers_are_found_by_secret_and_by_key() -> None:
    index = ReaderIndex()
    index.put(pod("b", use("db", "password"), use("db", "username")))
    index.put(pod("a", use("db"), use("tls")))
    assert [(reader.info.name, reader.use.key) for reader in index.of(DB)] == [
        *(("a", None), ("b", "password"), ("b", "username"))
    ]
    assert [(reader.info.name, reader.use.key) for reader in index.of(DB, ["password"])] == [
        *(("a", None), ("b", "password"))
    ], "the whole Secret is every key"
    assert [reader.info.name for reader in index.of(DB, [])] == ["a"]
    assert index.of(SecretRef("web", "db")) == (), "another namespace is another Secret"
    assert index.names_in("default") == ("db", "tls")
    assert index.names_in("web") == ()


def test_pods_are_counted_whatever_keeps_them_running() -> None:
    index = ReaderIndex()
    for number in range(3):
        index.put(pod(f"web-{number}", use("db"), controller=("Deployment", "web")))
    index.put(pod("lonely", use("db")))
    assert index.count(DB) == 4
    index.drop(("default", "lonely"))
    assert index.count(DB) == 3
    index.put(pod("web-0", controller=("Deployment", "web")))
    index.drop(("default", "web-1"))
    index.drop(("default", "web-2"))
    assert (index.count(DB), index.of(DB), index.names_in("default")) == (0, (), ())


def test_an_event_touches_only_its_own_pods_entries() -> None:
    index = ReaderIndex()
    for number in range(1000):
        index.put(pod(f"pod-{number:04}", use("db"), use(f"own-{number}")))
    before = index.touched
    index.put(pod("pod-0500", use("db"), use("own-500"), use("new"), resource_version="2"))
    assert index.touched - before == 3
    before = index.touched
    index.put(pod("pod-0500", use("new"), resource_version="3"))
    assert index.touched - before == 3, "two that went, one that stayed"
    before = index.touched
    index.drop(("default", "pod-0500"))
    assert index.touched - before == 1
    assert index.count(DB) == 999


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.booleans(), st.sets(st.sampled_from("xyz"))),
        max_size=30,
    )
)
def test_the_index_is_what_the_pods_in_the_store_say(
    events: list[tuple[str, int, bool, set[str]]],
) -> None:
    store = ReaderStore(PODS, "default")
    for name, version, is_gone, secrets in events:
        sighting = pod(name, *(use(secret) for secret in sorted(secrets)), resource_version=str(version))
        if is_gone:
            store.gone(("default", name), f"uid-{name}")
        else:
            store.put(sighting)
    for secret in "xyz":
        ref = SecretRef("default", secret)
        wanted = [one.name for one in store.rows if any(used.secret == secret for used in one.uses)]
        assert [reader.info.name for reader in store.index.of(ref)] == wanted
        assert store.index.count(ref) == len(wanted)
        assert (secret in store.index.names_in("default")) == bool(wanted)


def test_a_whole_list_takes_away_pods_and_what_they_read() -> None:
    store = ReaderStore(PODS, "default")
    store.put(pod("a", use("db")))
    store.put(pod("b", use("db")))
    store.begin()
    store.page([pod("a", use("db"))])
    store.end("5")
    assert [one.name for one in store.rows] == ["a"]
    assert store.get(("default", "b")) is None
    assert [reader.info.name for reader in store.index.of(DB)] == ["a"]
