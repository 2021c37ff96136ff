"""Values computed from the store, kept in memory while they are current and shared by all threads.

A value is current while its version is the same: by default the revision of the store, which grows
with every change that a list of the runs shows. Each kind of value has its own limit; the values
that were not used for longest go first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from lyricslab.store.store import Store

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def cached(
    store: Store,
    kind: str,
    key: Hashable,
    make: Callable[[], T],
    *,
    version: object = None,
    limit: int = 64,
) -> T:
    """Return what `make` returns, computed once for each key and version.

    Values should be immutable: every thread gets the same one.

    Args:
        kind: what is cached, such as "sweep table".
        key: which one of them; two keys are kept side by side.
        version: what `make` depends on, compared with `==`; a new version replaces the old value.
            Read it before `make` runs. The store's revision unless given.
        limit: how many values of this kind are kept.
    """
    current = store.revision() if version is None else version
    return cached_each(store, kind, {key: current}, lambda _: {key: make()}, limit=limit)[key]


def cached_each(
    store: Store,
    kind: str,
    versions: Mapping[K, object],
    make: Callable[[list[K]], Mapping[K, T]],
    *,
    limit: int = 64,
) -> dict[K, T]:
    """Return a value for each key; `make` is called once, with the keys that are not current.

    Args:
        kind: what is cached.
        versions: the version of each key, as `cached` has it.
        make: computes the values of some keys.
        limit: how many values of this kind are kept.
    """
    return store.cache.get(kind, versions, make, limit)


class Cache:
    """The cached values of one store: see `cached`."""

    def __init__(self) -> None:
        self._kinds: dict[str, OrderedDict[Hashable, tuple[object, Any]]] = {}
        self._lock = Lock()

    def get(
        self,
        kind: str,
        versions: Mapping[K, object],
        make: Callable[[list[K]], Mapping[K, T]],
        limit: int,
    ) -> dict[K, T]:
        """See `cached_each`."""
        values: dict[K, T] = {}
        with self._lock:
            entries = self._kinds.setdefault(kind, OrderedDict())
            for key, version in versions.items():
                if key in entries and entries[key][0] == version:
                    values[key] = entries[key][1]
                    entries.move_to_end(key)
        stale = [key for key in versions if key not in values]
        if stale:
            made = make(stale)  # without the lock, so that one slow value holds up no other
            values |= {key: made[key] for key in stale}
            with self._lock:
                for key in stale:
                    entries[key] = (versions[key], values[key])
                    entries.move_to_end(key)
                while len(entries) > limit:
                    entries.popitem(last=False)
        return {key: values[key] for key in versions}
