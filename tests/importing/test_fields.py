"""Fields around songs: what they tell becomes title, artist and details, and is never sung."""

from __future__ import annotations

import time

import pytest

from lyricslab.importing.boundaries.divide import divide
from lyricslab.songs.raw_song import RawSong

WORDS = "we carried coal up the frozen stair\nand no one asked us why\n\nburn low, burn long"
OTHER = "the geese went over at half past four\nI counted them all twice\n\nhome, they said"


def songs(text: str) -> list[tuple[str, str, str]]:
    return [(song.title, song.artist, song.text) for song in divide(text).songs]


def only(text: str) -> RawSong:
    (song,) = divide(text).songs
    return song


# ---- front matter


YAML = {
    "plain": "---\ntitle: Frozen Stair\nartist: Ann Lee\nkey: G\ntags: [coal, winter]\n---\n",
    "quotes and comments": (
        "---\n# a note\ntitle: \"Frozen Stair\" # of last year\nsinger: 'Ann Lee'\n"
        "key: G\ntags:\n  - coal\n  - winter\n---\n"
    ),
    "lists with dashes at the margin": (
        "---\nlayout: song\ntitle: Frozen Stair\nauthors:\n- name: Ann Lee\nkey: G\ntags:\n- coal\n"
        "- winter\n---\n\n"
    ),
    "nested": (
        "---\nsong:\n  title: Frozen Stair\n  artist: Ann Lee\n  key: G\ntags: [coal,\n  winter]\n"
        "...\n"
    ),
    "TOML": (
        '+++\ntitle = "Frozen Stair"\nartist = "Ann Lee"\nkey = "G"\ndraft = false\n'
        'tags = ["coal", "winter"]\n\n[params]\nfoo = 3\n+++\n'
    ),
    "in capitals, a link": (
        "---\nTitle: Frozen Stair\nArtist: '[[Ann Lee]]'\nKey: G\nTags: coal, winter\n---\n"
    ),
}


@pytest.mark.parametrize("name", YAML)
def test_front_matter(name: str) -> None:
    divided = divide(YAML[name] + "\n" + WORDS + "\n")
    (song,) = divided.songs
    assert (song.title, song.artist, song.text) == ("Frozen Stair", "Ann Lee", WORDS)
    details = dict(song.details)
    assert (details["key"], details["tags"]) == ("G", "coal, winter")
    assert not divided.guesses  # a format's own rule is no guess


def test_a_title_with_a_colon() -> None:
    assert only(f"---\ntitle: Coal: a winter's tale\n---\n{WORDS}").title == "Coal: a winter's tale"


def test_pandoc_titles() -> None:
    song = only(f"% Frozen Stair\n% Ann Lee\n% 3 May 2011\n\n{WORDS}")
    assert (song.title, song.artist, song.text) == ("Frozen Stair", "Ann Lee", WORDS)
    assert song.details == (("date", "3 May 2011"),)


def test_notes_without_a_title() -> None:
    assert only(f"---\ntags: [coal]\n---\n\n{WORDS}").title == ""
    song = only(f"---\ntags: [coal]\n---\n\n# Frozen Stair\n\n{WORDS}")
    assert (song.title, song.text, song.details) == ("Frozen Stair", WORDS, (("tags", "coal"),))


def test_a_heading_that_repeats_the_title() -> None:
    song = only(f"---\ntitle: Frozen Stair\n---\n\n# Frozen Stair\n\n## Verse 1\n\n{WORDS}")
    assert (song.title, song.text) == ("Frozen Stair", f"Verse 1\n\n{WORDS}")


@pytest.mark.parametrize("count", [2, 5, 30])
def test_several_notes_in_a_file(count: int) -> None:
    notes = [
        f"---\ntitle: Song {k} of coal\nkey: D\n---\n\n{WORDS}\nround {k}" for k in range(count)
    ]
    found = divide("\n\n".join(notes)).songs
    assert [song.title for song in found] == [f"Song {k} of coal" for k in range(count)]
    assert found[-1].text.endswith(f"round {count - 1}")
    assert all(song.details == (("key", "D"),) for song in found)


def test_front_matter_above_several_songs() -> None:
    text = f"---\ntitle: Winter Book\nartist: Ann Lee\n---\n\n# Frozen Stair\n\n{WORDS}\n\n"
    found = divide(f"{text}# Geese\n\n{OTHER}").songs
    assert [(song.title, song.artist, song.text) for song in found] == [
        ("Frozen Stair", "Ann Lee", WORDS),
        ("Geese", "Ann Lee", OTHER),
    ]
    assert found[1].details == (("book", "Winter Book"),)


def test_further_songs_under_headings() -> None:
    text = f"---\ntitle: Frozen Stair\nkey: G\n---\n\n{WORDS}\n\n# Geese\n\n{OTHER}\n"
    found = divide(f"{text}\n# Long Ago\n\n{WORDS}\n\n{OTHER}").songs
    assert [song.title for song in found] == ["Frozen Stair", "Geese", "Long Ago"]
    assert found[0].text == WORDS


def test_lyrics_in_front_matter() -> None:
    words = WORDS.replace("\n", "\n  ").replace("  \n", "\n")
    song = only(f"---\ntitle: Frozen Stair\nlyrics: |\n  {words}\n---\n")
    assert (song.title, song.text) == ("Frozen Stair", WORDS)


@pytest.mark.parametrize(
    "text",
    [
        f"---\nFrozen Stair\n\n{WORDS}\n---\nGeese\n\n{OTHER}",
        f"---\nMother: who is there?\nSon: nobody\n---\n{WORDS}",
        f"---\ntitle: Frozen Stair\n\n{WORDS}",
    ],
)
def test_rules_that_begin_no_front_matter(text: str) -> None:
    words = " ".join(" ".join(parts) for parts in songs(text)).split()
    assert set(WORDS.split()) <= set(words)
    assert "nobody" in words or "Mother:" not in text


# ---- fields that are recognised by their names


ABOVE = {
    "colons": "Title: Frozen Stair\nArtist: Ann Lee\nKey: G\nTempo: 96\n\n",
    "bold": "**Title:** Frozen Stair\n**Artist:** Ann Lee\n**Key:** G\n**Tempo:** 96\n\n",
    "bullets": "- Title: Frozen Stair\n- Author: Ann Lee\n- Key: G\n- Tempo: 96\n\n",
    "a heading": "# Frozen Stair\n\n*Artist*: Ann Lee\n*Key*: G\n*Tempo*: 96\n\n",
    "title and artist in lines": "Frozen Stair\nAnn Lee\nKey: [G]\nTempo: 96 bpm\n\n",
    "a title and a gap": "Frozen Stair\n\nArtist: Ann Lee\nKey: G\nTempo: 96\n\n",
    "blank lines between": "Title: Frozen Stair\n\nArtist: Ann Lee\n\nKey: G\n\nTempo: 96\n\n",
    "as in an outline": "title:: Frozen Stair\nartist:: [[Ann Lee]]\nkey:: G\ntempo:: 96\n\n",
    "equals signs": "TITLE = Frozen Stair\nARTIST = Ann Lee\nKEY = G\nTEMPO = 96\n\n",
}


@pytest.mark.parametrize("name", ABOVE)
def test_fields_above(name: str) -> None:
    divided = divide(ABOVE[name] + WORDS)
    (song,) = divided.songs
    assert (song.title, song.artist, song.text) == ("Frozen Stair", "Ann Lee", WORDS)
    details = dict(song.details)
    assert details["key"].strip("[]") == "G" and details["tempo"].startswith("96")
    (guess,) = divided.guesses
    assert (guess.kind, guess.songs, guess.on) == ("fields", 1, True)
    assert "Key" in guess.found.title()


def test_fields_of_church_programs() -> None:
    head = "Title: Frozen Stair\nAuthor: Ann Lee\nCopyright: 2003 Coal Press\nCCLI Number: 123456\n"
    song = only(f"{head}Order: 1C2CBC\nCategory: Winter\n\nVerse 1:\n{WORDS}")
    assert (song.title, song.artist, song.text) == ("Frozen Stair", "Ann Lee", f"Verse 1:\n{WORDS}")
    assert dict(song.details) == {
        "copyright": "2003 Coal Press",
        "ccli number": "123456",
        "order": "1C2CBC",
        "category": "Winter",
    }


BELOW = {
    "a card": "\n\n______\nName    Frozen Stair\nArtist  Ann Lee\nAlbum   Soot\nTrack no  7\n",
    "a card in one blank": (
        "\n\n_____\nName  Frozen Stair\nArtist Ann Lee\nAlbum  Soot\nTrack no 4\nYear 1999"
    ),
    "a card with tabs": (
        "\n\n-----\nTitle\tFrozen Stair\nArtist\tAnn Lee\nAlbum\tSoot\nYear\t1999\n"
    ),
    "colons at the end": "\n\nTitle: Frozen Stair\nArtist: Ann Lee\nAlbum: Soot\n",
    "colons under a rule": "\n\n***\nTitle: Frozen Stair\nSinger: Ann Lee\nAlbum: Soot\nYear: 1999",
}


@pytest.mark.parametrize("name", BELOW)
def test_fields_below(name: str) -> None:
    song = only(WORDS + BELOW[name])
    assert (song.title, song.artist, song.text) == ("Frozen Stair", "Ann Lee", WORDS)
    assert ("album", "Soot") in song.details


@pytest.mark.parametrize("kind", [*ABOVE, *BELOW])
def test_several_songs_with_fields(kind: str) -> None:
    fields = (ABOVE | BELOW)[kind]
    named = [(fields.replace("Frozen Stair", name), name) for name in ("Coal", "Geese", "Long Ago")]
    texts = [WORDS, OTHER, f"{OTHER}\n\nand once again\nthe geese"]
    parts = [
        words + head if kind in BELOW else head + words
        for (head, _), words in zip(named, texts, strict=True)
    ]
    assert songs("\n\n\n".join(parts)) == [
        (name, "Ann Lee", words) for (_, name), words in zip(named, texts, strict=True)
    ]


def test_fields_without_titles_belong_to_the_songs_found() -> None:
    head = "Key: {}\nCapo: 2\nWritten by: Ann Lee\n\n"
    text = f"# Coal\n\n{head.format('A')}{WORDS}\n\n# Geese\n\n{head.format('Bm')}{OTHER}"
    found = divide(text).songs
    assert [(song.title, song.text) for song in found] == [("Coal", WORDS), ("Geese", OTHER)]
    assert [dict(song.details)["key"] for song in found] == ["A", "Bm"]


def test_fields_can_be_declined() -> None:
    text = f"Title: Frozen Stair\nKey: G\n\n{WORDS}"
    divided = divide(text, declined={"fields"})
    assert [song.text for song in divided.songs] == [text]
    (guess,) = divided.guesses
    assert (guess.kind, guess.on, guess.songs) == ("fields", False, 1)


SUNG = {
    "speech": "She said: come home\nI said: not yet\n\nthe door: shut, the lamp: out",
    "roles": "Mother: where are you?\nSon: I am here\n\nMother: come in\nSon: not now",
    "singers": "Singer: where did you go?\nBand: we never left\nSinger: come back\nBand: yes",
    "words that are names": "Time: it flies\nand love: it goes\n\nMusic: play on, my friend",
    "one name": "and so she sang\nKey: the one I lost\nin the long grass",
    "labels": "Verse: we carried coal\nChorus: burn low\nVerse: and no one asked",
    "a note": "Note: he never came\nI waited all the night",
    "what is written": "Words: too many\nnobody reads them now\nand nobody will",
}


@pytest.mark.parametrize("name", SUNG)
@pytest.mark.parametrize("title", ["", "# Frozen Stair\n\n", "---\ntitle: Frozen Stair\n---\n"])
def test_sung_lines_with_a_colon_stay(name: str, title: str) -> None:
    divided = divide(title + SUNG[name])
    assert [song.text for song in divided.songs] == [SUNG[name]]
    assert not divided.guesses and not divided.songs[0].details


@pytest.mark.parametrize(
    "line", ["---\n", "---\na: b\n", "Key: G\n", "Title: a\n", "a: b\n  - c\n"]
)
def test_many_fields_take_no_longer_than_others(line: str) -> None:
    start = time.process_time()
    divide(line * 20_000)
    assert time.process_time() - start < 5
