"""LeakSearch: search the Secrets, Helm records and ConfigMaps of one or all namespaces for a leaked token.

No value is kept except the token.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial

from msgspec.structs import replace

from tui.cluster.api.resources import SECRETS
from tui.model.api_object import CONFIG_MAP, Obj, text
from tui.model.config_map import config_map_values
from tui.model.errors import ClusterError
from tui.model.leak import LeakKind, LeakPlace, places_words
from tui.model.readers.gaps import Gap, gap_of
from tui.model.secret.compare import RECORD_KIND, Forms, TextOccurrence, holding, holds
from tui.model.secret.secret import SecretRef
from tui.model.secret.types.registry import HELM_RELEASE
from tui.model.secret.value import Value
from tui.model.text.counts import counted, joined
from tui.process.threads import run_in_thread
from tui.session.session import Session
from tui.session.several.value_search import ValueSearch, ValueSearchResult, search_values

_RECORDS = replace(SECRETS, query=(*SECRETS.query, ("fieldSelector", f"type={HELM_RELEASE}")))


class LeakSearch:
    """Search for one token."""

    def __init__(self, session: Session, token: str, *, names_leaves: bool) -> None:
        self._session, self.namespace = session, session.namespace
        self._token, self._names_leaves = Value(token.encode()), names_leaves
        self.progress = ""
        self.is_done = False
        self.began = 0.0
        """Time of the latest call of `run`, in seconds since the epoch by this computer's clock."""
        self._start_over()

    def _start_over(self) -> None:
        self._search = ValueSearch(self._token.reveal().decode(), names_leaves=self._names_leaves)
        self._maps, self._maps_read = list[LeakPlace](), 0
        self.gaps = list[Gap]()
        self.is_done = False

    @property
    def has_token(self) -> bool:
        return self._token.size > 0

    def forget(self) -> None:
        """Drop the token. The found places stay."""
        self._token = Value(b"")
        self._search.forget()

    async def run(self, changed: Callable[[], object]) -> None:
        self._start_over()
        self.began = self._session.clock.now()

        def show_progress(words: str) -> None:
            self.progress = words
            changed()

        try:
            await self._read_secrets(show_progress)
            await self._read_records(show_progress)
            await self._read_config_maps(show_progress)
            self.is_done = True
        finally:
            self.progress = ""
            changed()

    async def _read_secrets(self, show_progress: Callable[[str], None]) -> None:
        show_progress("Reading Secrets …")
        try:
            async with aclosing(self._session.read_whole(self.namespace, with_tokens=True)) as chunks:
                async for secrets in chunks:
                    await self._search.look_into_chunk(secrets)
                    show_progress(f"Searched {counted(self.result.read, 'Secret')} …")
        except ClusterError as error:
            self.gaps.append(gap_of("Secrets", error))

    async def _read_records(self, show_progress: Callable[[str], None]) -> None:
        """Search the Helm records. Only a few are read at the same time, because one can be 1 MiB large."""
        refs = list[SecretRef]()
        try:
            async with aclosing(self._session.cluster.pages(_RECORDS, self.namespace)) as pages:
                async for page in pages:
                    refs += [row.ref for row in page.rows]
        except ClusterError as error:
            self.gaps.append(gap_of("Helm records", error))
        total = counted(len(refs), "Helm record")
        await search_values(
            self._session, refs, self._search, lambda done: show_progress(f"Searched {done:,} of {total} …")
        )

    async def _read_config_maps(self, show_progress: Callable[[str], None]) -> None:
        show_progress("Reading ConfigMaps …")
        try:
            async with aclosing(self._session.cluster.objects.pages(CONFIG_MAP, self.namespace)) as pages:
                async for page in pages:
                    work = partial(_held_in_maps, page, self._search.forms, self._names_leaves)
                    self._maps += await run_in_thread(work)
                    self._maps_read += len(page)
                    show_progress(f"Searched {counted(self._maps_read, 'ConfigMap')} …")
        except ClusterError as error:
            self.gaps.append(gap_of("ConfigMaps", error))

    @property
    def result(self) -> ValueSearchResult:
        return self._search.result

    @property
    def places(self) -> Sequence[LeakPlace]:
        """Keys that hold the token, sorted by kind: Secrets first, then Helm records, then ConfigMaps."""
        result = self.result
        secrets = [
            LeakPlace(_kind(held), ref, held, result.sources.get(ref, ""))
            for ref, holdings in sorted(result.holdings.items())
            for held in holdings
        ]
        return [*sorted(secrets, key=lambda place: place.kind != "Secret"), *self._maps]

    @property
    def read_words(self) -> str:
        """Objects that were searched, such as "214 Secrets, 30 Helm records and 12 ConfigMaps"."""
        result = self.result
        counts = (
            (result.read - result.records, "Secret"),
            (result.records, "Helm record"),
            (self._maps_read, "ConfigMap"),
        )
        return joined([counted(count, word) for count, word in counts if count]) or "nothing"

    @property
    def found_words(self) -> str:
        return places_words(self.places)


def _kind(held: TextOccurrence) -> LeakKind:
    return "Helm record" if held.kind == RECORD_KIND else "Secret"


def _held_in_maps(page: Sequence[Obj], forms: Forms, names_leaves: bool) -> list[LeakPlace]:
    return [
        LeakPlace(
            "ConfigMap",
            SecretRef(text(obj, "metadata.namespace"), text(obj, "metadata.name")),
            holding(key, value, forms, names_leaf=names_leaves),
        )
        for obj in page
        for key, value in config_map_values(obj)
        if holds(value, forms)
    ]
