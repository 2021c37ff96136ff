"""Section labels taken out."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.cleaning import section_labels


def test_labels_go_and_leave_no_hole(sheet: Any) -> None:
    mended = section_labels.strip(
        sheet("[Verse 1]\nthe dog\n\nChorus:\n\n[Chorus] oh dog\nverse by verse")
    )
    assert mended.text == "the dog\n\noh dog\nverse by verse"
    assert list(mended.origins) == [1, 2, 5, 6]


def test_a_label_without_a_blank_line_leaves_one(sheet: Any) -> None:
    mended = section_labels.strip(sheet("[Verse]\nthe dog\n[Chorus]\noh dog\n[Outro] oh\nRiff:"))
    assert mended.text == "the dog\n\noh dog\n\noh"
    assert list(mended.origins) == [1, 2, 3, 4, 4]


def test_words_that_name_sections_are_sung(sheet: Any) -> None:
    song = sheet("the chorus of the birds\na bridge over water\nverse by verse\n(oh no)")
    assert section_labels.strip(song) is song
