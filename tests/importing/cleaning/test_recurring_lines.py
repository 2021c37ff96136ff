"""Menus and notices of a set of pages are removed; what many songs share and is sung stays."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from lyricslab.importing.reading import Intake, gather, read_file
from lyricslab.songs.raw_song import RawSong

WORDS = {
    "Brass Buttons": "Nine brass buttons on the sill\nThe needle still\n\nSew me, said the sleeve",
    "Blue Thread": "Blue thread, blue thread\nround the spool\n\nand round the chair\nand out",
    "Hem": "Up the hem\nand down the hem\n\nTurn it over\nturn it in",
    "Grandma's Thimble": "A silver hat\nfor half a thumb\n\nShe tapped the table\nlike a drum",
    "Pins": "Mind the pins\nthe floor has teeth\n\nMagnet high\nand pins beneath",
}
SINGERS = ["Peg Odell", "Peg Odell", "Tom Tarn", "Una Vale", "Tom Tarn"]


def zipped(pages: list[str], extension: str) -> Intake:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, page in enumerate(pages):
            archive.writestr(f"page{number}.{extension}", page)
    return read_file("pages.zip", stream.getvalue())


def learned(intake: Intake) -> dict[str, str]:
    return {song.title: song.text for song in intake.songs}


def found(intake: Intake) -> str:
    return next((one.summary for one in intake.cleaning.findings if one.rule.name == "set"), "")


def web_page(title: str, words: str, singer: str) -> str:
    return (
        f"<html><head><title>{title} lyrics | Thimble Tunes</title></head><body><ul><li>Home</li>"
        "<li>Newest</li><li>Peg Odell</li><li>Tom Tarn</li><li>Una Vale</li></ul>"
        f"<h1>{title} lyrics</h1><p>The lyrics of {title} are here for you to study, no more.</p>"
        f"<pre>{words}</pre><p>Seen a mistake? Write to the keeper of this web page.</p>"
        f"<p>Thimble Tunes home | {singer} lyrics</p></body></html>"
    )


@pytest.mark.parametrize("count", [3, 4, 5])
def test_words_on_every_web_page_are_removed(count: int) -> None:
    pages = [web_page(*song, singer) for song, singer in zip(WORDS.items(), SINGERS, strict=True)]
    intake = zipped(pages[:count], "html")
    assert learned(intake) == dict(list(WORDS.items())[:count])
    assert "'Seen a mistake? Write to the keeper" in found(intake)
    off = intake.with_rule("set", False)
    assert len(off.songs) == count + 1  # the menu
    assert "home |" in off.songs[1].text


HEADERS = {
    "head": ("Thimble Tunes - www.thimble.example\nSearch\nContact\n\n", ""),
    "menu": ("Home\nPeg Odell\nTom Tarn\nUna Vale\nWill Xavier\n\n", ""),
    "foot": ("", "\n\nThese words were typed for {} by friends of the thimble.\nBack to top"),
    "name": ("You are reading {} in the Thimble Songbook.\n\n", "\n\nMore songs by {singer} | Top"),
    "page": ("", "\n\nThe Thimble Songbook, page {number}"),
    "collection": ("Thimble Tunes\n\n", ""),
    "typed": ("", "\n\n{} as typed for the thimble people"),
    "both": ("Print this | Share this\n", "\nHome | Contact | Privacy\n(c) 2003 Thimble Tunes"),
}


@pytest.mark.parametrize("kind", HEADERS)
@pytest.mark.parametrize("place", ["files", "list"])
def test_words_around_every_song_are_removed(kind: str, place: str) -> None:
    head, foot = HEADERS[kind]
    songs = [
        (title, "".join(
            part.format(title, singer=singer, number=number) if part is not words else part
            for part in (head, words, foot)
        ))
        for number, ((title, words), singer) in enumerate(
            zip(WORDS.items(), SINGERS, strict=True), start=7
        )
    ]  # fmt: skip
    if place == "list":
        rows = [{"title": title, "lyrics": text} for title, text in songs]
        intake = read_file("songs.json", json.dumps(rows).encode())
    else:
        intake = gather(
            [
                read_file(f"{n}.json", json.dumps([{"title": title, "lyrics": text}]).encode())
                for n, (title, text) in enumerate(songs)
            ]
        )
    assert learned(intake) == WORDS


SUNG = {
    "refrain": ("", "\n\nSew on, sew on, my own true love,\nSew on till morning light."),
    "amen": ("", "\n\nAmen."),
    "first line": ("Come, all you tailors\n", ""),
    "set apart": ("Kyrie eleison\n\n", "\n\nGlory Hallelujah"),
    "syllables": ("Oh oh oh\n", "\nOh oh oh\nHey"),
    "labels": ("[Verse 1]\n", "\n\n[Chorus]\nSew on"),
    "title": ("", "\n\n{0}, {0}"),
    "home": ("", "\n\nTake me home\nBack home"),
}


@pytest.mark.parametrize("kind", SUNG)
def test_what_is_sung_in_every_song_stays(kind: str) -> None:
    head, foot = SUNG[kind]
    songs = {title: head + words + foot.format(title) for title, words in WORDS.items()}
    rows = [{"title": title, "lyrics": text} for title, text in songs.items()]
    intake = read_file("songs.json", json.dumps(rows).encode())
    assert learned(intake) == songs
    assert not found(intake)


def test_drafts_of_one_song_keep_what_they_share() -> None:
    verses = "Nine brass buttons\non the sill\n\nThe needle still\nSew me in"
    drafts = [
        f"{verses}\nsaid {end}\nCopied from www.thimble.example" for end in ("I", "you", "we")
    ]
    songs = tuple(RawSong(f"Draft {n}", text) for n, text in enumerate([*drafts, WORDS["Hem"]]))
    intake = Intake("drafts", songs, (), 0, enabled_rules=frozenset({"set"}))
    assert [song.text for song in intake.songs] == [
        *(f"{verses}\nsaid {end}" for end in ("I", "you", "we")),
        WORDS["Hem"],
    ]


def test_two_songs_are_no_set() -> None:
    songs = tuple(RawSong(t, f"{w}\nBack to top") for t, w in list(WORDS.items())[:2])
    intake = Intake("two", songs, (), 0, enabled_rules=frozenset({"set"}))
    assert [song.text for song in intake.songs] == [song.text for song in songs]


@pytest.mark.parametrize(
    ("shape", "shortened"),
    [
        ("{} lyrics and chords", True),
        ("{} | Thimble Tunes", True),
        ("Lyrics: {}", True),
        ("Thimble Tunes :: {}", True),
        ("Thimble Tunes - {}", False),
        ("{} Blues", False),
        ("Lyrics of the Needle, part {}", False),
        ("Song of {}", False),
    ],
)
def test_titles_lose_the_words_of_the_page(shape: str, shortened: bool) -> None:
    songs = tuple(RawSong(shape.format(title), words) for title, words in WORDS.items())
    intake = Intake("set", songs, (), 0, enabled_rules=frozenset({"set"}))
    expected = list(WORDS) if shortened else [song.title for song in songs]
    assert [song.title for song in intake.songs] == expected


def test_a_sung_line_with_the_title_stays_though_others_begin_alike() -> None:
    ends = ["I left a light on", "I left a coat behind", "I left a blue thread out", "I left a hem"]
    songs = [
        {"title": title, "lyrics": f"{words}\n{end}"}
        for (title, words), end in zip(
            WORDS.items(), [*ends[:1], ends[2], *ends[1::2]], strict=False
        )
    ]
    intake = read_file("songs.json", json.dumps(songs).encode())
    assert "I left a blue thread out" in learned(intake)["Blue Thread"]


def test_versions_of_one_song_keep_the_line_with_its_title() -> None:
    """The same line with the song's name in it, in four files of one song, is no footer."""
    ends = ["Old kettle", "New kettle", "Tin kettle", "My kettle"]
    pages = [
        f"Paper Lanterns\n\nWe hung up paper lanterns\nWhile {end.lower()} sang\n\n"
        f"{end} on the corner\nAnd how the evening rang"
        for end in ends
    ]
    others = [f"{title}\n\n{words}" for title, words in list(WORDS.items())[:2]]
    intake = zipped([*pages, *others], "txt")
    assert not found(intake)
    assert all("paper lanterns" in song.text for song in intake.songs[:4])


def test_what_is_all_of_a_song_is_no_page() -> None:
    """Songs that are built alike around their titles keep their words."""
    titles = ["The Kettle", "The Ladder", "The Lamp", "The Door", "The Stove"]
    lines = "[Verse {1}]\n{0} is older than the house\n{0} was here before\nPolish {0} on a Sunday"
    intake = zipped([f"{title}\n\n{lines.format(title, title[4:5])}" for title in titles], "txt")
    assert [song.title for song in intake.songs] == titles
    assert all(len(song.text.split("\n")) == 4 for song in intake.songs)
