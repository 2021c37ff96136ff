"""Folding: what comes out is ASCII, and what changed is counted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lyricslab.songs.fold import FEW_CHARS, Change, fold, merge_changes
from lyricslab.songs.vocab import PRINTABLE


@given(st.text(max_size=200))
def test_everything_becomes_printable_and_every_change_is_told(text: str) -> None:
    folded = fold(text)
    assert all(PRINTABLE[ord(char)] for char in folded.text)
    kept = sum(" " <= char <= "~" or char in "\t\n" for char in folded.text)
    added = sum(len(change.target) * change.count for change in folded.changes)
    changed = sum(change.count for change in folded.changes)
    assert kept == folded.characters - changed + added


def test_changes_are_counted() -> None:
    folded = fold("\u2019s caf\u00e9 cafe\u0301 \u2019n\u200b \u0416\r\nx\ry")
    assert folded.text == "'s cafe cafe 'n Zh\nx\ny"
    assert folded.changes == (
        Change("\u00e9", "e", 2),
        Change("\u2019", "'", 2),
        Change("\u0416", "Zh", 1),
        Change("\u200b", "", 1),
    )
    assert folded.characters == 22
    assert folded.changed_share == 6 / 22


def test_plain_text_stays() -> None:
    text = "".join(map(chr, range(32, 127))) + "\t\n"
    assert fold(text).text == text
    assert fold(text).changes == ()


def test_changes_of_several_texts_add_up() -> None:
    merged = merge_changes([(Change("a", "b", 2),), (Change("c", "", 3), Change("a", "b", 5))])
    assert merged == (Change("a", "b", 7), Change("c", "", 3))


@given(
    st.text("ab\u00e9\u00df\x01\u2019\U0001f3b5", max_size=20),
    st.dictionaries(
        st.sampled_from("\u00e9\u00df\x01"), st.sampled_from(["", "ss", "\u00e9", "\x01"])
    ),
)
def test_few_and_many_characters_are_replaced_alike(text: str, mapping: dict[str, str]) -> None:
    many = "".join(map(chr, range(0x410, 0x410 + 2 * FEW_CHARS)))
    few_and_many, few, only_many = (fold(part, mapping) for part in (text + many, text, many))
    assert few_and_many.text == few.text + only_many.text
    assert set(few_and_many.changes) == {*few.changes, *only_many.changes}
