"""Values computed from the store: computed once while current, and never too many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from lyricslab.store.cache import cached, cached_each
from lyricslab.store.home import Home
from lyricslab.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(Home(tmp_path))


@pytest.fixture
def numbers() -> Iterator[int]:
    """A new number each time, to tell one computation from the next."""
    return count()


def test_a_value_is_computed_once_for_each_revision(store: Store, numbers: Iterator[int]) -> None:
    def value(key: str = "a") -> int:
        return cached(store, "numbers", key, lambda: next(numbers))

    assert [value(), value(), value("b"), value()] == [0, 0, 1, 0]
    with store._transaction() as db:
        db.execute("update workspace set revision = revision + 1")
    assert [value(), value(), value("b")] == [2, 2, 3]


def test_kinds_and_stores_are_apart(store: Store, numbers: Iterator[int], tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Store(Home(tmp_path / "other"))
    for place, kind in ((store, "a"), (store, "b"), (other, "a")):
        cached(place, kind, "", lambda: next(numbers))
    assert cached(other, "a", "", lambda: -1) == 2


def test_only_stale_keys_are_computed_again(store: Store) -> None:
    asked: list[list[str]] = []

    def make(keys: list[str]) -> dict[str, str]:
        asked.append(keys)
        return {key: key.upper() for key in keys}

    assert cached_each(store, "words", {"a": 1, "b": 1}, make) == {"a": "A", "b": "B"}
    assert list(cached_each(store, "words", {"c": 1, "b": 2, "a": 1}, make)) == ["c", "b", "a"]
    assert asked == [["a", "b"], ["c", "b"]]


def test_the_value_unused_for_longest_goes_first(store: Store, numbers: Iterator[int]) -> None:
    def value(key: str) -> int:
        return cached(store, "numbers", key, lambda: next(numbers), limit=2)

    assert [value(key) for key in "abaca"] == [0, 1, 0, 2, 0]
    assert value("b") == 3


def test_what_cannot_be_computed_is_not_kept(store: Store) -> None:
    with pytest.raises(ValueError, match="not yet"):
        cached(store, "words", "", lambda: _fail())
    assert cached(store, "words", "", lambda: "now") == "now"


def _fail() -> str:
    raise ValueError("not yet")
