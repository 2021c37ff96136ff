"""Marks of other generators separate songs, and are never learned."""

from __future__ import annotations

import json
import time

import pytest

from lyricslab.importing.reading import read_file
from lyricslab.importing.song_marks import songs_between_marks

SONGS = [
    "Nine brass buttons on the sill\nThe needle still\n\nSew me, said the sleeve",
    "Blue thread, blue thread\nround the spool\n\nand round the chair\nand out",
    "Up the hem\nand down the hem",
]


def texts(name: str, text: str) -> list[str]:
    return [song.text for song in read_file(name, text.encode()).songs]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("<|startoftext|>\n", "\n<|endoftext|>\n"),
        ("<|startoftext|>", "<|endoftext|>"),
        ("", "<|endoftext|>\n"),
        ("", "\n\n<|endoftext|>\n\n"),
        ("<s>\n", "\n</s>\n"),
        ("<s>", "</s>"),
        ("<BOS>", "<EOS>\n"),
        ("<SONG>\n", "\n"),
        ("", " [EOS] "),
        ("[BOS]\n", "\n[EOS]\n"),
        ("<|im_start|>", "<|im_end|>\n"),
        ("", "\n<|end of song|>\n"),
        ("<start>", "<end>"),
    ],
)
def test_marks_separate_songs(begin: str, end: str) -> None:
    text = "".join(f"{begin}{song}{end}" for song in SONGS)
    assert texts("generated.txt", text) == SONGS
    (single,) = texts("one.txt", f"{begin}{SONGS[0]}{end}")
    assert single == SONGS[0]
    rows = [{"title": "A", "lyrics": f"{begin}{song}{end}"} for song in SONGS]
    assert texts("songs.json", json.dumps(rows)) == SONGS


def test_songs_on_one_line_with_escapes() -> None:
    lines = [song.replace("\n", "\\n") for song in SONGS]
    text = "".join(f"<|startoftext|>{line}<|endoftext|>" for line in lines)
    assert texts("generated.txt", text) == SONGS
    assert texts("generated.txt", "\n".join(f"<s>{line}</s>" for line in lines)) == SONGS


def test_a_title_between_marks_is_the_song_s() -> None:
    titles = ["Sill", "Spool", "Hem"]
    text = "".join(
        f"<|startoftext|><|title|>{title}<|lyrics|>{song}<|endoftext|>\n"
        for title, song in zip(titles, SONGS, strict=True)
    )
    songs = read_file("generated.txt", text.encode()).songs
    assert [(song.title, song.text) for song in songs] == list(zip(titles, SONGS, strict=True))


@pytest.mark.parametrize("end", ["</s>", "<|endoftext|>", "<eos>", "[EOS]"])
def test_marks_around_lines_separate_no_songs(end: str) -> None:
    begin = end.replace("/", "").replace("end", "start").replace("eos", "bos")
    text = "\n".join(f"{begin} {line} {end}" if line else "" for line in SONGS[1].split("\n"))
    assert [one.split() for one in texts("lines.txt", text)] == [SONGS[1].split()]


@pytest.mark.parametrize(
    "line",
    ["[End]", "[Start]", "I <s>hate</s> love you", "x < end > y", "<3 <3", "[Song]"],
)
def test_what_is_no_mark_stays(line: str) -> None:
    text = f"{SONGS[0]}\n{line}\n{SONGS[1]}"
    assert songs_between_marks(text) == [text]


@pytest.mark.parametrize(
    "unit", ["<|", "<|a", "[", "<s>", "</s> ", "<|endoftext|>", "<end of the "]
)
def test_hostile_text_takes_no_time(unit: str) -> None:
    started = time.process_time()
    songs_between_marks(unit * (300_000 // len(unit)))
    assert time.process_time() - started < 2


def test_titles_close_above_the_words_are_found() -> None:
    titles = ["Brass Buttons", "Blue Thread", "Hem"]
    pairs = list(zip(titles, SONGS, strict=True))
    text = "".join(f"{title}\n{song}\n<|endoftext|>\n" for title, song in pairs)
    songs = read_file("generated.txt", text.encode()).songs
    assert [(song.title, song.text) for song in songs] == pairs
    assert texts("one.txt", f"{SONGS[0]}<|endoftext|>la\n<|endoftext|>{SONGS[1]}")[1] == "la"


@pytest.mark.parametrize(("line_break", "stanza"), [("\\n", "\\n\\n"), ("<br>", "<br><br>")])
def test_a_song_a_line_with_its_breaks_written_out(line_break: str, stanza: str) -> None:
    lines = [song.replace("\n\n", stanza).replace("\n", line_break) for song in SONGS[:2]]
    assert texts("export.txt", "\n".join(lines)) == SONGS[:2]
    (song,) = read_file("export.txt", f"Hem{stanza}{lines[0]}".encode()).songs
    assert (song.title, song.text) == ("Hem", SONGS[0])
