"""Section labels are removed."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.cleaning import section_labels


def test_removed_labels_leave_no_gap(traced: Any) -> None:
    fixed = section_labels.remove_labels(
        traced("[Verse 1]\nthe dog\n\nChorus:\n\n[Chorus] oh dog\nverse by verse")
    )
    assert fixed.text == "the dog\n\noh dog\nverse by verse"
    assert list(fixed.origins) == [1, 2, 5, 6]


def test_a_label_without_a_blank_line_leaves_one(traced: Any) -> None:
    fixed = section_labels.remove_labels(
        traced("[Verse]\nthe dog\n[Chorus]\noh dog\n[Outro] oh\nRiff:")
    )
    assert fixed.text == "the dog\n\noh dog\n\noh"
    assert list(fixed.origins) == [1, 2, 3, 4, 4]


def test_words_that_name_sections_are_sung(traced: Any) -> None:
    song = traced("the chorus of the birds\na bridge over water\nverse by verse\n(oh no)")
    assert section_labels.remove_labels(song) is song
