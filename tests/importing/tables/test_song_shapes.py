"""JSON of many shapes: where the words of a song are, and in which order they are sung."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import ColumnsError
from lyricslab.importing.readers.source import Columns, FileSongs
from tests.support.examples import one_in
from tests.support.read_back import read

ONE, TWO, CHORUS = ["grey geese go", "over the weir"], ["thin ice sings"], ["hey for the", "thaw"]
V1, V2, C = ("\n".join(part) for part in (ONE, TWO, CHORUS))
SUNG = f"{V1}\n\n{C}\n\n{V2}"


def file_of(value: Any, columns: Columns | None = None) -> FileSongs:
    (file,) = read("a.json", json.dumps(value), columns)
    return file


def numbered(song: dict[str, Any]) -> list[dict[str, Any]]:
    """Return three such songs that differ in every word."""
    return [json.loads(_marked(json.dumps(song), mark)) for mark in "pqr"]


def _marked(text: str, mark: str) -> str:
    for word in "geese weir ice thaw Goose".split():
        text = text.replace(word, word + mark)
    return text


CHORUS_BESIDE = [
    {"verses": [ONE, TWO], "chorus": CHORUS},
    {"chorus": CHORUS, "verses": [ONE, TWO]},
    {"verses": {"1": V1, "2": V2, "chorus": C}},
    {"verses": {"chorus": C, "1": ONE, "2": TWO}},
    {"verse1": V1, "verse2": V2, "chorus": C},
    {"chorus": C, "verse_1": ONE, "verse_2": TWO},
    {"verse1": V1, "chorus": C, "verse2": V2},
    {"v1": V1, "v2": V2, "c": C},
    {"strophen": [V1, V2], "refrain": C},
    {"couplets": [ONE, TWO], "refrain": CHORUS},
    {"estrofas": [V1, V2], "estribillo": C},
    {"zwrotki": [V1, V2], "refren": C},
    {"verser": [ONE, TWO], "refräng": CHORUS},
    {"stanza 1": ONE, "Stanza 2": TWO, "Chorus": C},
    {"lyrics": [ONE, TWO], "chorus": CHORUS},
    {"lyrics": f"{V1}\n\n{V2}", "chorus": C},
    {"lyrics": {"verses": [ONE, TWO], "chorus": CHORUS}},
    {"verses": [{"number": 1, "lines": ONE}, {"number": 2, "lines": TWO}], "chorus": {"text": C}},
    {"verses": [{"text": V1}, {"text": V2}], "chorus": C},
    {"lyrics": f"{V1}\n\n{C}\n\n{V2}", "chorus": C},
]


@pytest.mark.parametrize("words", CHORUS_BESIDE)
def test_the_chorus_is_sung_after_the_first_verse(words: dict[str, Any]) -> None:
    file = file_of(numbered({"title": "Goose", **words}))
    assert [song.title for song in file.songs] == ["Goosep", "Gooseq", "Gooser"]
    assert [song.text for song in file.songs] == [_marked(SUNG, mark) for mark in "pqr"]
    assert file.notes == ()


@pytest.mark.parametrize(
    "words",
    [
        {"lyrics": [{"type": "verse", "text": V1}, {"type": "chorus", "text": C}]},
        {"sections": [{"label": "Verse", "lines": ONE}, {"label": "Chorus", "lines": CHORUS}]},
        {"slides": [{"title": "Intro", "lyrics": ""}, {"title": "Verse", "lyrics": V1},
                    {"title": "Chorus", "lyrics": C}]},
        {"parts": [{"name": "verse", "lines": [{"text": x} for x in ONE]},
                   {"name": "chorus", "lines": [{"text": x} for x in CHORUS]}]},
        {"song": [{"verse": ONE}, {"chorus": CHORUS}]},
        {"lyrics": [["verse", V1], ["chorus", C]]},
    ],
)  # fmt: skip
def test_sections_with_names_are_labelled(words: dict[str, Any]) -> None:
    file = file_of(numbered({"title": "Goose", **words}))
    assert [song.title for song in file.songs] == ["Goosep", "Gooseq", "Gooser"]
    assert file.songs[0].text == _marked(f"[Verse]\n{V1}\n\n[Chorus]\n{C}", "p")


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ({"verses": [{"name": "v1", "lines": ONE}, {"name": "v2", "lines": TWO},
                     {"name": "c", "lines": CHORUS}]}, "v1 c v2 c"),
        ({"verses": {"v1": V1, "c1": C, "v2": V2}}, ["v1", "c1", "v2", "c1"]),
        ({"verses": [ONE, TWO], "chorus": CHORUS}, "V1, C, V2, C"),
    ],
)  # fmt: skip
def test_the_files_own_order_is_sung(words: dict[str, Any], order: Any) -> None:
    (song,) = file_of({"title": "Goose", **words, "verse_order": order}).songs
    stanzas = [stanza.split("]\n")[-1] for stanza in song.text.split("\n\n")]
    assert stanzas == [V1, C, V2, C]


@pytest.mark.parametrize(
    ("value", "titles", "artist"),
    [
        (
            {"name": "Reeds", "artist": "Una", "tracks": [{"n": 1, "song": song} for song in
             numbered({"title": "Goose", "lyrics": SUNG})]},
            ["Goosep", "Gooseq", "Gooser"],
            "Una",
        ),
        ({"songs": numbered({"titles": ["Goose", "x"], "lyrics": [ONE, CHORUS, TWO]}),
          "artist": "Una"}, ["Goosep", "Gooseq", "Gooser"], "Una"),
        ({"Folders": [{"Name": "All", "Songs": numbered({"Title": "Goose", "Author": "Una",
          "Parts": [{"Words": V1, "Kind": 0}, {"Words": C, "Kind": 1}, {"Words": V2, "Kind": 0}]})
          }]}, ["Goosep", "Gooseq", "Gooser"], "Una"),
        (numbered({"": 7, "title": "Goose", "poet": "Una", "poem": SUNG}),
         ["Goosep", "Gooseq", "Gooser"], "Una"),
        (numbered({"title": "Goose", "author": "Una", "lines": [*ONE, "", *CHORUS, "", *TWO],
                   "linecount": "5"}), ["Goosep", "Gooseq", "Gooser"], "Una"),
        ({"Goose": SUNG, "Gander": C + V1}, ["Goose", "Gander"], ""),
        ({"Goose": [ONE, CHORUS, TWO], "Gander": [CHORUS]}, ["Goose", "Gander"], ""),
        ({"s1": {"title": "Goose", "words": SUNG}, "s2": {"title": "Gander", "words": C}},
         ["Goose", "Gander"], ""),
        ({"title": {"0": "Goose", "1": "Gander"}, "lyrics": {"0": SUNG, "1": C}},
         ["Goose", "Gander"], ""),
        ({"columns": ["title", "lyrics"], "index": [0, 1], "data": [["Goose", SUNG],
          ["Gander", C]]}, ["Goose", "Gander"], ""),
        ({"response": {"song": {"name": "Goose", "lyrics": {"body": SUNG}}}}, ["Goose"], ""),
        ({"songs": [{"title": "Goose", "lyrics": SUNG}], "poems": [{"title": "Gander",
          "lyrics": C}]}, ["Goose", "Gander"], ""),
        (numbered({"title": "Goose", "raw_lyrics": SUNG, "sections": [{"type": "verse", "lines":
          ONE}, {"type": "chorus", "lines": CHORUS}, {"type": "verse", "lines": TWO}]}),
         ["Goosep", "Gooseq", "Gooser"], ""),
    ],
)  # fmt: skip
def test_songs_lie_anywhere(value: Any, titles: list[str], artist: str) -> None:
    file = file_of(value)
    assert [song.title for song in file.songs] == titles
    assert {song.artist for song in file.songs} == {artist}
    mark = "p" if titles[0] == "Goosep" else ""
    assert file.songs[0].text == _marked(SUNG, mark) if mark else file.songs[0].text == SUNG


def test_slides_with_titles_of_their_own_are_one_song() -> None:
    slides = [{"title": "Sunset", "lyrics": V1}, {"title": "Mill pond", "lyrics": C}]
    (song,) = file_of({"title": "Goose", "slides": slides}).songs
    assert (song.title, song.text) == ("Goose", f"{V1}\n\n{C}")


def test_slides_by_their_ids_and_slides_of_one_verse() -> None:
    slides = {"a7f": {"group": "Verse 1", "items": [{"lines": ONE}]},
              "b2c": {"group": "Verse 1", "items": [{"lines": TWO}]},
              "c9d": {"group": "Chorus", "items": [{"lines": CHORUS}]}}  # fmt: skip
    (song,) = file_of({"name": "Goose", "slides": slides}).songs
    assert (song.title, song.text) == ("Goose", f"[Verse 1]\n{V1}\n\n{V2}\n\n[Chorus]\n{C}")


def test_texts_among_objects_are_kept() -> None:
    (song,) = file_of({"title": "Goose", "stanzas": [{"lines": ONE}, V2, {"lines": CHORUS}]}).songs
    assert song.text == f"{V1}\n\n{V2}\n\n{C}"


def test_texts_and_lists_among_songs_are_songs() -> None:
    file = file_of([{"title": "Goose", "lyrics": V1}, V2, [CHORUS[0], CHORUS[1]], None])
    assert [(song.title, song.text) for song in file.songs] == [("Goose", V1), ("", V2), ("", C)]


def test_keys_of_points_and_nothing_are_keys() -> None:
    songs = [
        {".": "no", "..": 7, "": 1, "title": f"Goose {k}", "lyrics.": V1 * k} for k in (1, 2, 3)
    ]
    file = file_of(songs)
    assert [(song.title, song.text) for song in file.songs] == [
        (f"Goose {k}", V1 * k) for k in (1, 2, 3)
    ]


def test_titles_that_name_sections_are_not_the_songs() -> None:
    value = {
        "title": "Goose",
        "info": [{"name": "artist", "value": "Una"}],
        "slides": [{"title": "Verse 1", "lyrics": V1}, {"title": "Chorus", "lyrics": C}],
    }
    (song,) = file_of(value).songs
    assert (song.title, song.artist) == ("Goose", "Una")
    assert song.text == f"[Verse 1]\n{V1}\n\n[Chorus]\n{C}"


def test_reachable_keys_are_offered_and_can_be_chosen() -> None:
    value = {
        "shelf": [{"no": k, "item": {"x": V1 + mark, "y": mark}} for k, mark in enumerate("abc")]
    }
    with pytest.raises(ColumnsError) as caught:
        file_of(value)
    assert caught.value.columns == ("shelf.item.x", "shelf.item.y")
    for chosen in ("shelf.item.x", "x", "X "):
        assert [song.text for song in file_of(value, Columns(chosen)).songs] == [
            V1 + mark for mark in "abc"
        ]


def test_other_words_are_told() -> None:
    song = {"title": "Goose", "lyrics": SUNG, "notes": f"{C} and how it came about in the end"}
    (note,) = file_of(numbered(song)).notes
    assert "'notes'" in note and "left out" in note


STANZA = st.lists(st.sampled_from("reed rush sedge iris".split()), min_size=1, max_size=4)
KEYS = st.sampled_from(["chorus", "refrain", "bridge", "verse1", "verse2", "intro", "outro"])


@one_in(5)
@given(st.dictionaries(KEYS, STANZA, min_size=1), st.lists(STANZA, min_size=1, max_size=3))
def test_no_word_of_any_section_is_lost(beside: Any, verses: Any) -> None:
    marks = iter(range(1000))
    song = json.loads(
        json.dumps({"title": "Goose", "verses": verses, **beside}),
        object_hook=lambda inside: _unique(inside, marks),
    )
    wanted = sorted(line for key, part in song.items() if key != "title" for line in _leaves(part))
    (read_back,) = file_of([song]).songs
    assert sorted(filter(None, read_back.text.split("\n"))) == wanted


def _unique(inside: dict[str, Any], marks: Any) -> dict[str, Any]:
    def unique(value: Any) -> Any:
        if isinstance(value, list):
            return [unique(part) for part in value]
        return f"the {value} {next(marks)}"

    return {key: part if key == "title" else unique(part) for key, part in inside.items()}


def _leaves(value: Any) -> list[str]:
    return (
        [leaf for part in value for leaf in _leaves(part)] if isinstance(value, list) else [value]
    )


@pytest.mark.parametrize("kept", [range(3), [0, 2]])
def test_columns_by_number_as_pandas_writes_them(kept: list[int]) -> None:
    songs = numbered({"title": "Goose", "words": SUNG})
    columns = {name: {str(k): songs[k][name] for k in kept} for name in ("title", "words")}
    read_back = file_of({"": {str(k): k for k in kept}, **columns}).songs
    assert [song.title for song in read_back] == [songs[k]["title"] for k in kept]
    assert [song.text for song in read_back] == [songs[k]["words"] for k in kept]


def test_columns_by_number_may_hold_a_line_a_row() -> None:
    rows = [(title, f"{title} went {k} miles") for title in ("Goose", "Weir") for k in range(9)]
    names = ("song", "lyric")
    columns = {name: {str(k): row[n] for k, row in enumerate(rows)} for n, name in enumerate(names)}
    goose, weir = file_of(columns).songs
    assert (goose.title, weir.title) == ("Goose", "Weir")
    assert goose.text.split("\n")[::8] == ["Goose went 0 miles", "Goose went 8 miles"]


@pytest.mark.parametrize("name", ["completion", "output", "response"])
def test_answers_of_a_language_model_are_songs_and_their_prompts_are_not(name: str) -> None:
    songs = numbered({"prompt": "Sing of a Goose ->", name: SUNG})
    assert [song.text for song in file_of(songs).songs] == [song[name] for song in songs]
