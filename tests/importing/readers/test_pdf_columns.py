"""PDFs in columns: drawn row by row, one after the other, and pages that only look like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

import pytest

from lyricslab.importing.guess import PAGE_COLUMNS
from lyricslab.importing.readers.registry import reader_for
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read_one, read_songs
from tests.support.written_files import Song, drawn, pdf_file, text_of

SOUP: Song = (
    "Soup Again",
    [
        ["Mother stirs the copper pot", "Barley, leek and marrow bone", "Nobody will ask for more"],
        ["Soup again, oh soup again", "Ladle it until we sing"],
        ["Father salts it twice by night", "Grandma swears she saw a fish"],
    ],
)
KITE: Song = (
    "Kite on the Pylon",
    [
        ["Red kite on the pylon wire", "Tail of ribbons, torn and wet", "Nobody can climb so far"],
        ["Hum, you wires, hum for me", "Let the little dragon down"],
        ["Winter took its paper skin"],
    ],
)
TRAM: Song = (
    "Night Tram Nine",
    [
        ["Night tram nine is never full", "Two old men and one wet dog"],
        [
            "Ring the bell at Tanner Lane",
            "Ring it twice for luck and rain",
            "Ring it till we all get off",
        ],
    ],
)
SONGS = [RawSong(title, text_of(stanzas)) for title, stanzas in (SOUP, KITE, TRAM)]


def column(song: Song) -> list[tuple[str, float]]:
    """The title and lines of a song with the sizes of their letters; "" for blank lines."""
    title, stanzas = song
    return [(title, 18), ("", 12), *((line, 12) for line in text_of(stanzas).split("\n"))]


def across(
    columns: Sequence[Sequence[tuple[str, float]]], lefts: Sequence[float], top: float = 770
) -> str:
    """Columns drawn row by row."""
    rows = zip_longest(*columns, fillvalue=("", 12.0))
    return "".join(
        drawn(text, top - 14 * number, size, left)
        for number, row in enumerate(rows)
        for (text, size), left in zip(row, lefts, strict=True)
        if text
    )


def down(columns: Sequence[Sequence[tuple[str, float]]], lefts: Sequence[float]) -> str:
    """Columns drawn one after the other."""
    return "".join(across([column], [left]) for column, left in zip(columns, lefts, strict=True))


def read_declined(data: bytes) -> FileSongs:
    source = Source("a.pdf", data, declined=frozenset([PAGE_COLUMNS]))
    return reader_for(source).read(source)[0]


def moved(row: Sequence[str], height: float) -> str:
    """A row in one text, by steps from string to string."""
    return f"BT /F1 12 Tf 60 {height} Td ({row[0]}) Tj 260 0 Td ({row[1]}) Tj ET\n"


def shifted(row: Sequence[str], height: float) -> str:
    """A row in one array of strings, with a wide step between them."""
    step = -1000 * (260 - len(row[0]) * 7.2) / 12
    return f"BT /F1 12 Tf 60 {height} Td [({row[0]}) {step} ({row[1]})] TJ ET\n"


def spaced(row: Sequence[str], height: float) -> str:
    """A row in one string, with blanks between the columns."""
    return f"BT /F1 12 Tf 60 {height} Td ({row[0]:<36}{row[1]}) Tj ET\n"


def by_words(row: Sequence[str], height: float) -> str:
    """A row word by word, each a text of its own, with the next line begun after it."""
    words = ""
    for text, left in zip(row, (60, 320), strict=True):
        for word in text.split():
            words += f"BT /F1 12 Tf 12 TL 1 0 0 1 {left:.1f} {height} Tm ({word}) Tj T* ET\n"
            left += (len(word) + 1) * 7.2
    return words


@pytest.mark.parametrize("draw", [moved, shifted, spaced, by_words])
def test_columns_are_read_down_however_a_row_is_drawn(
    draw: Callable[[Sequence[str], float], str],
) -> None:
    left, right = (text_of(song[1]).split("\n") for song in (SOUP, KITE))
    page = "".join(
        draw((a, b), 770 - 14 * number)
        for number, (a, b) in enumerate(zip_longest(left, right, fillvalue=""))
        if a or b
    )
    file = read_one("a.pdf", pdf_file([page], font="Courier"))
    assert file.songs == (RawSong("a", text_of(SOUP[1]) + "\n\n" + text_of(KITE[1])),)
    assert [(guess.kind, guess.found, guess.songs, guess.on) for guess in file.guesses] == [
        (PAGE_COLUMNS, "1 page in two columns, read down each column.", 1, True)
    ]


def test_songs_side_by_side() -> None:
    two, three = (60, 330), (40, 225, 410)
    data = pdf_file([across([column(SOUP), column(KITE)], two)])
    assert read_songs("a.pdf", data) == SONGS[:2]
    data = pdf_file([across([column(TRAM), column(SOUP)], two), across([column(KITE)], two[:1])])
    assert read_songs("a.pdf", data) == [SONGS[2], SONGS[0], SONGS[1]]
    file = read_one("a.pdf", pdf_file([across(list(map(column, (SOUP, KITE, TRAM))), three)]))
    assert list(file.songs) == SONGS
    assert file.guesses[0].found == "1 page in three columns, read down each column."


def test_a_long_line_that_comes_close_to_the_next_column() -> None:
    long = "Barley, leek and marrow bone and all"
    left = [(line, 12.0) for line in text_of(SOUP[1]).split("\n")]
    right = [(line, 12.0) for line in text_of(KITE[1]).split("\n")]
    left[1] = (long, 12.0)  # to 8 points before the other column
    (song,) = read_songs("a.pdf", pdf_file([across([left, right], (60, 266))]))
    assert song.text.split("\n")[:3] == ["Mother stirs the copper pot", long, left[2][0]]
    assert "Tail of ribbons, torn and wet" in song.text.split("\n")


def test_songs_side_by_side_with_titles_like_their_lines() -> None:
    columns = [[(text, 12.0) for text, _ in column(song)] for song in (SOUP, KITE, TRAM)]
    for draw in (across, down):
        data = pdf_file([draw(columns[:2], (60, 330)), draw(columns[2:], (60,))])
        assert read_songs("a.pdf", data) == SONGS
    stanzas = [column[2:] for column in columns[:2]]
    title = drawn("Soup Again", 800, 12, 60)
    (song,) = read_songs("a.pdf", pdf_file([title + across(stanzas, (60, 330))]))
    assert song == RawSong("Soup Again", text_of([*SOUP[1], *KITE[1]]))


def test_columns_in_the_middle_of_their_width() -> None:
    def centred(song: Song, middle: float) -> list[tuple[str, float, float]]:
        return [(text, size, middle - 0.27 * size * len(text)) for text, size in column(song)]

    rows = zip_longest(centred(SOUP, 160), centred(KITE, 440), fillvalue=("", 12.0, 0.0))
    page = "".join(
        drawn(text, 770 - 14 * number, size, left)
        for number, row in enumerate(rows)
        for text, size, left in row
        if text
    )
    assert read_songs("a.pdf", pdf_file([page])) == SONGS[:2]


def test_columns_drawn_one_after_the_other_are_no_guess() -> None:
    for songs in ((SOUP, KITE), (KITE, SOUP, TRAM)):
        columns, lefts = list(map(column, songs)), (40, 225, 410)[: len(songs)]
        file = read_one("a.pdf", pdf_file([down(columns, lefts)]))
        assert [song.title for song in file.songs] == [title for title, _ in songs]
        assert [song.text for song in file.songs] == [text_of(song[1]) for song in songs]
        assert file.guesses == ()


def test_a_title_across_both_columns() -> None:
    def page(title: str, top: float, *songs: Song) -> str:
        verses = [column(song)[2:] for song in songs]
        return drawn(title, top + 30, 18, 200) + across(verses, (60, 330), top)

    text = "\n\n".join(text_of(song[1]) for song in (SOUP, KITE))
    other = "\n\n".join(text_of(song[1]) for song in (TRAM, SOUP))
    pages = page("Soup for All of Us", 780, SOUP, KITE) + page(
        "Night Soup at Nine", 600, TRAM, SOUP
    )
    assert read_songs("a.pdf", pdf_file([pages])) == [
        RawSong("Soup for All of Us", text),
        RawSong("Night Soup at Nine", other),
    ]


def chorded(stanzas: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
    rows = [row for stanza in stanzas for line in stanza for row in ("Am   G     F", line)]
    return [(row, 12.0) for row in rows]


def test_chords_above_the_lines_of_columns() -> None:
    (song,) = read_songs(
        "a.pdf", pdf_file([across([chorded(SOUP[1]), chorded(KITE[1])], (60, 330))])
    )
    sung = [line for line in song.text.split("\n") if line and "Am" not in line]
    assert sung == [line for _, stanzas in (SOUP, KITE) for stanza in stanzas for line in stanza]
    assert song.text.startswith("Am   G     F\nMother stirs")


def test_columns_on_some_pages_only() -> None:
    wide = "".join(
        drawn(f"{line}, and all of us were there to see and hear it, number {k}", 770 - 14 * k)
        for k, line in enumerate(text_of(TRAM[1]).split("\n"))
        if line
    )
    full = across([column(SOUP), column(KITE)], (60, 330))
    rest = [(line, 12.0) for line in ("", "", "Oh so wet and old", "Nobody rings the bell")]
    last = across([column(TRAM), rest], (60, 330))
    file = read_one("a.pdf", pdf_file([wide, full, last]))
    assert file.guesses[0].found == "2 pages in two columns, read down each column."
    assert [song.title for song in file.songs][-3:] == [
        "Soup Again",
        "Kite on the Pylon",
        "Night Tram Nine",
    ]
    assert file.songs[-1].text == text_of(TRAM[1]) + "\n\nOh so wet and old\nNobody rings the bell"


def test_columns_turned_back_are_read_across() -> None:
    data = pdf_file([across([column(SOUP), column(KITE)], (60, 330))])
    file = read_declined(data)
    assert "Mother stirs the copper pot Red kite on the pylon wire" in file.songs[0].text
    assert [(guess.kind, guess.on) for guess in file.guesses] == [(PAGE_COLUMNS, False)]
    assert read_declined(pdf_file([drawn("the dog,", 700)])).guesses == ()


def gaps(rows: Sequence[Sequence[tuple[float, str]]]) -> bytes:
    """A page of rows, each of strings with their places."""
    return pdf_file(
        [
            "".join(
                drawn(text, 770 - 14 * number, 12, left)
                for number, row in enumerate(rows)
                for left, text in row
            )
        ]
    )


LINES = [line for _, stanzas in (SOUP, KITE, TRAM) for stanza in stanzas for line in stanza]


@pytest.mark.parametrize(
    "rows",
    [
        # tabs after the first half of a line, to the next of several stops
        [
            [(72, line[:cut].strip()), (72 + 36 * (cut // 4 + 1), line[cut:].strip())]
            for line, cut in zip(LINES, [9, 14, 19, 12, 17, 8, 21] * 3, strict=False)
        ],
        # half lines at one place: the right half goes on with the left
        [
            [(72, line[:16].strip()), (300, line[16:].strip())]
            for line in map(str.capitalize, LINES)
        ],
        # chords above, at the syllables
        [
            row
            for k, line in enumerate(LINES)
            for row in ([(72 + 9 * k, "Am"), (200 + 7 * k, "G7")], [(72, line + " " + line)])
        ],
        # labels, numbers and counts
        [[(60, f"{k}."), (120, line)] for k, line in enumerate(LINES)],
        [
            [(60, "Verse 1"), (140, line)] if k % 3 else [(140, line)]
            for k, line in enumerate(LINES)
        ],
        [[(60, line), (400, "twice")] for line in LINES],
        [[(60, line), (500, str(k))] for k, line in enumerate(LINES)],
        # a few words at the side
        [
            [(60, line), (360, "(hum, hum, hum)")] if k % 6 == 0 else [(60, line)]
            for k, line in enumerate(LINES)
        ],
    ],
)
def test_gaps_within_lines_are_no_columns(rows: Sequence[Sequence[tuple[float, str]]]) -> None:
    file = read_one("a.pdf", gaps(rows))
    assert file.guesses == ()
    text = "\n".join(song.text for song in file.songs)
    for row in rows[1:]:
        assert " ".join(words for _, words in row) in text


def test_a_page_on_its_side() -> None:
    turned = across([column(SOUP), column(KITE)], (60, 330)).replace("BT", "q 0 1 -1 0 900 0 cm BT")
    assert read_songs("a.pdf", pdf_file([turned.replace("ET", "ET Q")])) == SONGS[:2]


def test_words_drawn_twice_to_look_bold() -> None:
    page = "".join(
        drawn(line, 770 - 14 * k, 12, left)
        for k, line in enumerate(text_of(TRAM[1]).split("\n"))
        if line
        for left in (72, 72.4)
    )
    assert read_songs("a.pdf", pdf_file([page])) == [RawSong("a", text_of(TRAM[1]))]
