"""Headings inside songs, and parts of a songbook that are no songs."""

from __future__ import annotations

import pytest

from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.lines import is_label
from lyricslab.importing.reading import read_file, read_paste

WORDS = "we carried coal up the frozen stair\nand no one asked us why"
OTHER = "burn low, burn long\nuntil the morning"
PROSE = (
    "These words came to me on a long walk by the canal, in a winter when nothing would thaw, and "
    "I wrote them down on the back of a bill. They were never meant for anybody but my sister."
)


def songs(text: str) -> list[tuple[str, str]]:
    return [(song.title, song.text) for song in divide(text).songs]


@pytest.mark.parametrize(
    "label",
    [
        "Verse 1 (Ann)",
        "Chorus (All)",
        "Bridge (Ann & Bob)",
        "Pre-Chorus (both)",
        "[Hook] (Ann Lee)",
    ],
)
def test_labels_with_a_name(label: str) -> None:
    assert is_label(label)


@pytest.mark.parametrize("line", ["Bridge (over the sea)", "Hook (me up)", "Break (My Heart)"])
def test_lines_with_brackets(line: str) -> None:
    assert not is_label(line)


NOTES = {"Instructions", "Notes", "Resources"}
ONE_SONG = {
    "notes and labels": ["Instructions", "Verse 1 (Ann)", "Chorus (All)"],
    "labels alone": ["Verse 1 (Ann)", "Chorus (All)", "Bridge"],
    "labels and one of its own": ["Intro", "Verse 1", "The quiet bit", "Chorus"],
    "the words": ["Lyrics"],
    "notes below": ["Verse 1", "Chorus", "Notes"],
    "notes above and links below": ["Instructions", "Intro (Ann)", "Verse 1 (Ann)", "Resources"],
}


@pytest.mark.parametrize("name", ONE_SONG)
@pytest.mark.parametrize("mark", ["##", "###"])
def test_the_headings_of_one_song(name: str, mark: str) -> None:
    parts = []
    for heading in ONE_SONG[name]:
        body = f"Play it slowly.\n\n```\nAm7 |x 0 2 0|\n```\n\n{PROSE}"
        parts.append(f"{mark} {heading}\n\n{body if heading in NOTES else WORDS}")
    divided = divide("# Frozen Stair\n\n" + "\n\n".join(parts))
    (song,) = divided.songs
    assert song.title == "Frozen Stair"
    assert song.text.count("we carried coal") == len(set(ONE_SONG[name]) - NOTES)
    assert "Play" not in song.text and "canal" not in song.text and "```" not in song.text
    kinds = [guess.kind for guess in divided.guesses]
    assert kinds == (["book_matter"] if "notes" in name else [])


def test_underlined_headings_of_one_song() -> None:
    text = f"Frozen Stair\n============\n\nVerse 1 (Ann)\n-------------\n{WORDS}\n\n"
    text += f"Chorus (All)\n------------\n{OTHER}"
    assert songs(text) == [("Frozen Stair", f"Verse 1 (Ann)\n\n{WORDS}\n\nChorus (All)\n\n{OTHER}")]


@pytest.mark.parametrize("count", [2, 7, 53])
def test_a_songbook_with_notes(count: int) -> None:
    head = "# My Songs\n\n*Written down in May*\n\n## Table of Contents\n\n"
    head += "\n".join(f"{k}. [Coal {k}](#coal-{k})" for k in range(count))
    parts = [
        f'<a id="x{k}"></a>\n\n## Coal {k}\n\n*Ann Lee, 2019*\n\n### Lyrics\n\n```\n'
        f"Verse 1\n{WORDS}\n\n"
        f"Chorus\n{OTHER}\nfor the {k}th time\n```\n\n### Notes\n\n{PROSE}\n\n"
        f'## Analysis of "Coal {k}"\n\n* **Sound:** {PROSE}\n\n---'
        for k in range(count)
    ]
    divided = divide("\n\n".join([head, *parts]))
    assert [song.title for song in divided.songs] == [f"Coal {k}" for k in range(count)]
    for k, song in enumerate(divided.songs):
        assert song.text == f"Verse 1\n{WORDS}\n\nChorus\n{OTHER}\nfor the {k}th time"
        assert song.artist == ""
    (guess,) = divided.guesses
    assert (guess.kind, guess.on) == ("book_matter", True)
    assert "Table of Contents" in guess.found


def test_fields_in_headings_and_in_notes() -> None:
    notes = f"Title: The Stair\nStyle: slow waltz\nYear: 2019\n\n{PROSE}"
    text = f"## Title: Coal\n\n### Lyrics\n\n{WORDS}\n\n### Notes\n\n{notes}\n\n"
    text += f"## Geese\n\n{OTHER}\n\n{WORDS}\n\n### Notes\n\n{PROSE}"
    assert songs(text) == [("Coal", WORDS), ("Geese", f"{OTHER}\n\n{WORDS}")]


def test_book_matter_can_be_kept() -> None:
    text = f"## Preface\n\n{PROSE}\n\n## Coal\n\n{WORDS}\n\n{OTHER}\n\n### Notes\n\n{PROSE}\n"
    text += f"\n## Geese\n\n{OTHER}\n\n{WORDS}"
    assert [title for title, _ in songs(text)] == ["Coal", "Geese"]
    divided = divide(text, declined={"book_matter"})
    assert [song.title for song in divided.songs] == ["Preface", "Coal", "Geese"]
    assert divided.songs[1].text == f"{WORDS}\n\n{OTHER}\n\n[Notes]\n\n{PROSE}"
    (guess,) = divided.guesses
    assert (guess.songs, guess.on) == (2, False)


@pytest.mark.parametrize("title", ["Background", "Legend", "Thanks"])
def test_songs_called_like_book_matter(title: str) -> None:
    text = f"# {title}\n\n{WORDS}\n\n{OTHER}\n\n# Coal\n\n{OTHER}\n\n{WORDS}"
    assert [name for name, _ in songs(text)] == [title, "Coal"]


def test_labels_in_a_book_of_songs() -> None:
    book = "\n\n".join(
        f"## {title}\n\n### Verse 1\n\n{WORDS}\n\n### Chorus\n\n{OTHER}"
        for title in ("Coal", "Geese")
    )
    assert [title for title, text in songs(f"# My Songs\n\n{book}") if text] == ["Coal", "Geese"]


@pytest.mark.parametrize(
    "mark",
    [
        "[Song {}: {}]",
        "[Track {}: {}]",
        "Song {}: {}",
        "**{}. {}**",
        "## Song {}: {}",
        "--- {}. {} ---",
    ],
)
def test_numbers_inside_marked_titles(mark: str) -> None:
    titles = ["Coal", "Geese", "Long Ago"]
    text = "\n\n".join(
        f"{mark.format(k, title)}\n[Verse 1]\n{WORDS}\n{title}\n\n[Chorus]\n{OTHER}"
        for k, title in enumerate(titles, 1)
    )
    assert [title for title, _ in songs(text)] == titles


HIGHEST = {
    "at the end": "## Coal\n\nlow\n\n## Geese\n\nhigh\n\n# Long Ago\n\nfar",
    "at the end, alone": "## Coal\n\nlow\n\n## Geese\n\nhigh\n\n# Long Ago",
    "in the middle": "## Coal\n\nlow\n\n# Long Ago\n\nfar\n\n## Geese\n\nhigh",
    "underlined, with no words": "====\n### Coal\n---\n\nlow\n\n# Geese\n\n====\nhigh\n",
}


@pytest.mark.parametrize("name", HIGHEST)
def test_one_highest_heading(name: str) -> None:
    words = {
        word
        for song in read_file("a.md", HIGHEST[name].encode()).raw_songs
        for word in song.text.split()
    }
    assert {"low", "high"} <= words


# ---- pasted


@pytest.mark.parametrize("size", [2, 4, 8])
@pytest.mark.parametrize("titles", [["Coal", "Geese"], ["Coal", "The Geese", "Long Ago"]])
def test_short_songs_that_are_pasted(size: int, titles: list[str]) -> None:
    parts = [
        "\n".join([title, *(f"and {k} of {title.lower()} go by" for k in range(size))])
        for title in titles
    ]
    found = read_paste("\n\n\n".join(parts)).raw_songs
    assert [song.title for song in found] == titles
    assert found[-1].text.split("\n")[0] == f"and 0 of {titles[-1].lower()} go by"


def test_several_songs_that_look_like_one_are_asked_about() -> None:
    parts = [f"{WORDS}\n\n{OTHER} {k}" for k in range(2)]
    pasted = read_paste("\n\n\n".join(parts))
    assert len(pasted.raw_songs) == 1
    assert [song.text for song in pasted.undivided[0]] == parts
