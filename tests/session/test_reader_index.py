"""ReaderIndex: which pods read which Secrets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.model.pods import pod
from tui.model.readers.pod_use import PodUse
from tui.model.readers.pods import PODS
from tui.model.secret.secret import SecretRef
from tui.session.cache.readers import ReaderStore

DB = SecretRef("default", "db")


def use(secret: str, key: str | None = None) -> PodUse:
    """Use of one key, or of the whole Secret."""
    return PodUse(secret=secret, way="env" if key else "env_from", key=key, container="main", target="DB")


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 9), st.booleans(), st.sets(st.sampled_from("xyz"))),
        max_size=30,
    )
)
def test_the_reader_index_agrees_with_the_pods_in_the_store(
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
