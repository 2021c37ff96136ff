"""JSON in many shapes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from lyricslab.errors import BrokenFileError, ColumnsError
from lyricslab.importing.readers.source import Columns
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read, read_songs

PAIR = [RawSong("Old Dog", "the dog\nsleeps", "Ann"), RawSong("Red River", "the river", "Bob")]
OBJECTS = [{"title": one.title, "author": one.artist, "text": one.text} for one in PAIR]
BARE = [RawSong(one.title, one.text) for one in PAIR]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (OBJECTS, PAIR),
        ({"songs": OBJECTS}, PAIR),
        ({"artist": "x", "data": {"count": 2, "tracks": OBJECTS}}, PAIR),
        (
            [
                {
                    "Song": o["title"],
                    "singer": {"name": o["author"]},
                    "LYRICS": o["text"].split("\n"),
                }
                for o in OBJECTS
            ],
            PAIR,
        ),
        ([one.text for one in PAIR], [RawSong("", one.text) for one in PAIR]),
        ({"lyrics": [one.text for one in PAIR]}, [RawSong("", "the dog\nsleeps\n\nthe river")]),
        ({"songs": [one.text for one in PAIR]}, [RawSong("", one.text) for one in PAIR]),
        ({one.title: one.text for one in PAIR}, BARE),
        ({one.title: one.text.split("\n") for one in PAIR}, BARE),
        ({one.title: {"lyrics": one.text} for one in PAIR}, BARE),
        (OBJECTS[0], PAIR[:1]),
        ({"name": "Old Dog", "body": [["a", "b"], ["c"]]}, [RawSong("Old Dog", "a\nb\n\nc")]),
        ([{"title": "Old Dog", "lyrics": None}], [RawSong("Old Dog", "")]),
        ([["Old Dog", "the dog\nsleeps"], ["Red River", "the river"]], BARE),
        ([[one.title, one.artist, one.text] for one in PAIR], PAIR),
        (
            [["the dog", "sleeps"], ["the river", "runs"]],
            [RawSong("", "the dog\nsleeps"), RawSong("", "the river\nruns")],
        ),
        ({"albums": [{"songs": OBJECTS[:1]}, {"songs": OBJECTS[1:]}]}, PAIR),
        (
            [{"album": "A", "songs": OBJECTS[:1]}, {"album": "B", "songs": OBJECTS[1:]}],
            [
                replace(one, details=(("album", name),))
                for one, name in zip(PAIR, "AB", strict=True)
            ],
        ),
        ({"albums": {"A": {"songs": OBJECTS[:1]}, "B": {"songs": OBJECTS[1:]}}}, PAIR),
        ({"artists": [{"name": "Ann", "albums": [{"name": "A", "tracks": OBJECTS}]}]}, PAIR),
        ({"songs": [{**one, "comments": [{"text": "so"}] * 3} for one in OBJECTS]}, PAIR),
        ([], []),
    ],
)
def test_json_of_many_shapes(value: Any, expected: list[RawSong]) -> None:
    assert read_songs("a.json", json.dumps(value, indent=2)) == expected
    assert read_songs("a.jsonl", json.dumps(value)) == expected


def test_a_song_a_line() -> None:
    text = "\r\n\n".join(map(json.dumps, OBJECTS))
    for name in ("a.jsonl", "a.ndjson", "a.json"):
        assert read_songs(name, text) == PAIR
        assert read_songs(name, b"\xef\xbb\xbf" + text.encode()) == PAIR


def test_json_without_a_lyrics_key_asks_and_then_obeys() -> None:
    value = [{"title": "Old Dog", "x": "the dog"}, {"title": "Red River", "y": 3}]
    with pytest.raises(ColumnsError, match="lyrics") as caught:
        read("a.json", json.dumps(value))
    assert caught.value.columns == ("x", "title")
    assert caught.value.title == "title"
    found = read_songs("a.json", json.dumps(value), Columns("x", title="title"))
    assert found == [RawSong("Old Dog", "the dog"), RawSong("Red River", "")]


def test_numbers_beyond_reading_are_passed_over() -> None:
    text = '[{"title": "Old Dog", "lyrics": "the dog", "id": ' + "9" * 5000 + "}]"
    for name in ("a.json", "a.jsonl"):
        assert read_songs(name, text) == [RawSong("Old Dog", "the dog")]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.jsonl", '{"a":' * 100_000, "nested too deeply"),
        ("a.json", json.dumps(OBJECTS)[:-20], "cut short"),
        ("a.jsonl", "\n".join(map(json.dumps, OBJECTS))[:-9], "Line 2"),
        ("a.json", "42", "no list of songs"),
        ("a.json", "[" * 100_000, "nested too deeply"),
    ],
)
def test_broken_json(name: str, text: str, says: str) -> None:
    with pytest.raises(BrokenFileError, match=says):
        read(name, text)
