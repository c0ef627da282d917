"""Compare Secrets with Secrets of other names, namespaces or contexts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from tui.model.errors import ClusterError
from tui.model.kube_context import ContextFacts
from tui.model.secret.secret import SecretRef, names_of
from tui.model.secret.validation import name_problem, namespace_problem
from tui.model.text.counts import counted, joined
from tui.model.text.printable import ascii_only
from tui.session.several.comparison import OtherContexts, PlaceComparison, compare, compare_elsewhere
from tui.session.several.namespaces import NamespacePlace
from tui.ui import router
from tui.ui.base.job import ask, is_still_here, reading
from tui.ui.base.screen import TuiScreen
from tui.ui.browser.panes import BrowserPanes
from tui.ui.dialogs.prompt import NameRequest, NameScreen

Keys: TypeAlias = tuple[str, ...] | None
"""Names of keys to copy or compare; None for the whole Secret."""
MOST_NAMED: Final = 3


Read: TypeAlias = Callable[[TuiScreen[Any]], Coroutine[Any, Any, list[PlaceComparison]]]


async def compare_here(browser: BrowserPanes, places: Mapping[SecretRef, SecretRef], keys: Keys) -> None:
    """Compare pairs of Secrets of this cluster, and show the differences.

    `places` has an item for each pair: the dict key is the other Secret, the value is the chosen Secret.
    """
    await _compare(browser, partial(_read_here, places, keys))


async def compare_namespaces(browser: BrowserPanes, here: str, typed: str) -> None:
    """Compare the namespace `here` with another. `typed` is NAMESPACE or CONTEXT/NAMESPACE."""
    context, _, namespace = typed.rpartition("/")
    facts = None
    if context and context != ascii_only(browser.shared.session.cluster.target.context):
        try:
            known = (await browser.shared.contexts.list()).contexts
        except ClusterError as error:
            browser.show_message(f"Not compared. {error.sentence}", "bad")
            return
        facts = next((facts for facts in known if ascii_only(facts.name) == context), None)
        if facts is None:
            browser.show_message(f"The kubeconfig has no context {context}.", "warning")
            return
    if (problem := compared_problem(here, namespace if facts is None else typed)) is not None:
        browser.show_message(problem, "warning")
        return
    places = NamespacePlace(here), NamespacePlace(namespace, facts)
    browser.app.push_screen(router.NamespacesScreen(browser.shared, places))


def compared_problem(here: str, typed: str) -> str | None:
    if typed == here:
        return f"Type a namespace other than {here}, or CONTEXT/NAMESPACE."
    return namespace_problem(typed.rpartition("/")[2])


async def compare_with_contexts(
    browser: BrowserPanes,
    refs: Sequence[SecretRef],
    keys: Keys,
    contexts: Sequence[ContextFacts],
    *,
    is_whole: bool = False,
) -> None:
    """Ask for a namespace, and compare each of `refs` with a Secret in each of `contexts`.

    The other Secret has the same name. It is in the typed namespace or, if none is typed, in the same
    namespace. If `refs` has one Secret, the user can also type another name.
    `is_whole`: True if `refs` are all Secrets of a namespace. If this is True and `contexts` has one item,
    compare all Secrets of that namespace with all Secrets of the namespace in the other context.
    """
    ref, names = refs[0], joined([ascii_only(facts.name) for facts in contexts], most=MOST_NAMED)
    is_one, namespaces = len(refs) == 1, {ref.namespace for ref in refs}
    wanted = NameRequest(
        f"Compare {names_of(refs)} with {names}",
        ("Namespace, or namespace/name" if is_one else "Namespace; empty: namespace of each Secret",),
        lambda typed: (
            _name_problem(place_of(ref, typed))
            if is_one
            else (typed and several_problem(refs, typed)) or None
        ),
        "compare",
        str(ref) if is_one else ref.namespace if len(namespaces) == 1 else "",
    )
    if (typed := await ask(browser, NameScreen(wanted))) is None:
        return
    if is_whole and len(contexts) == 1:
        namespace = typed or ref.namespace
        await compare_namespaces(browser, ref.namespace, f"{ascii_only(contexts[0].name)}/{namespace}")
    else:
        places = {place_of(ref, typed or ref.namespace): ref for ref in refs}
        await _compare(browser, partial(_read_elsewhere, places, keys, contexts))


async def _compare(browser: BrowserPanes, read: Read) -> None:
    try:
        comparisons = await reading(browser, read(browser))
    except ClusterError as error:
        browser.show_message(f"Not compared. {error.sentence}", "bad")
        return
    if is_still_here(browser):
        browser.show_status("")
        browser.app.push_screen(router.ComparisonListScreen(browser.shared, comparisons, read))


async def _read_here(
    places: Mapping[SecretRef, SecretRef], keys: Keys, screen: TuiScreen[Any]
) -> list[PlaceComparison]:
    screen.show_status(f"Reading {with_places(places, 'compare', 'with')} …")
    return await compare(screen.shared.session, places, keys)


async def _read_elsewhere(
    places: Mapping[SecretRef, SecretRef],
    keys: Keys,
    contexts: Sequence[ContextFacts],
    screen: TuiScreen[Any],
) -> list[PlaceComparison]:
    shared = screen.shared

    def begins(context: str) -> bool:
        stops = shared.keys.of("stop_running")
        screen.show_status(f"Reading {names_of(list(places))} in {context} … {stops} stops.")
        # Stop if another screen is on top. The login to `context` could ask a question, and a key pressed on
        # the other screen could answer it.
        return screen.app.screen is screen

    elsewhere = OtherContexts(
        contexts, shared.contexts, router.person_at(screen), shared.app.settings_of, begins
    )
    return await compare_elsewhere(shared.session, places, keys, elsewhere)


def what_of(keys: Keys, more: str = "") -> str:
    """Names or number of the chosen keys, followed by `more`; "" for the whole Secret."""
    if keys is None:
        return ""
    return (", ".join(keys) if len(keys) <= MOST_NAMED else counted(len(keys), "key")) + more


def name_of_two(refs: Sequence[SecretRef]) -> str:
    """A name that several of the Secrets have, or ""."""
    names = Counter(ref.name for ref in refs)
    return next((name for name, count in names.items() if count > 1), "")


def with_places(places: Mapping[SecretRef, SecretRef], verb: str, to: str) -> str:
    """Text such as "web and 3 places to copy it to"."""
    refs = sorted(set(places.values()))
    them = "it" if len(refs) == 1 else "them"
    return f"{names_of(refs)} and {counted(len(places), 'place')} to {verb} {them} {to}"


def place_of(ref: SecretRef, typed: str) -> SecretRef:
    """Parse a typed namespace, or namespace/name. Without a typed name, use the name of `ref`."""
    namespace, _, name = typed.partition("/")
    return SecretRef(namespace, name or ref.name)


def several_problem(refs: Sequence[SecretRef], namespace: str) -> str | None:
    shared_name = name_of_two(refs)
    sentence = f"Several Secrets are named {shared_name}; leave the field empty to keep their namespaces."
    return sentence if shared_name else namespace_problem(namespace)


def place_problem(refs: Sequence[SecretRef], typed: str) -> str | None:
    if len(refs) > 1:
        are_same = all(ref.namespace == typed for ref in refs)
        return (
            f"These Secrets are in {typed} already; type another namespace."
            if are_same
            else namespace_problem(typed)
        )
    place = place_of(refs[0], typed)
    is_same = (
        "This is the Secret itself; type another namespace, or namespace/name." if place == refs[0] else None
    )
    return _name_problem(place) or is_same


def _name_problem(place: SecretRef) -> str | None:
    return namespace_problem(place.namespace) or name_problem(place.name)
