"""A long text in pieces: nothing is lost, and no piece is longer than asked where it can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lyricslab.importing.chunks import chunk
from lyricslab.songs.song import Song

TEXTS = st.text(alphabet="abc de.\n\n", max_size=400)


@given(TEXTS, st.integers(5, 90))
def test_no_word_is_lost(text: str, size: int) -> None:
    pieces = chunk(Song("T", text), size)
    assert [word for piece in pieces for word in piece.text.split()] == text.split()


@given(TEXTS, st.integers(10, 90))
def test_chunks_have_the_given_length(text: str, size: int) -> None:
    longest_word = max(map(len, text.split()), default=0)
    for piece in chunk(Song("T", text), size):
        assert len(piece.text.strip()) <= max(size, longest_word)


def test_a_short_text_is_unchanged() -> None:
    song = Song("Old Dog", "the dog\n\nsleeps", "Ann")
    assert chunk(song, 30) == [song]


def test_chunks_end_with_paragraphs_if_possible() -> None:
    paragraphs = ["one " * 5, "two " * 6, "three " * 3, "four " * 9]
    song = Song("Book", "\n\n".join(map(str.strip, paragraphs)), "Ann")
    pieces = chunk(song, 45)
    assert [piece.title for piece in pieces] == ["Book, part 1", "Book, part 2", "Book, part 3"]
    assert "\n\n".join(piece.text for piece in pieces) == song.text
    assert {piece.artist for piece in pieces} == {"Ann"}
