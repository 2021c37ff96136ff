"""Intakes: rules on and off, corrections, replacements of characters, the stored JSON."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import BrokenFileError, InputError
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, NAMES
from lyricslab.importing.intake_json import intake_from_json, intake_to_json
from lyricslab.importing.intake_report import report
from lyricslab.importing.lines import newlines
from lyricslab.importing.reading import FileReport, Intake, gather, read_paste
from lyricslab.songs.raw_song import RawSong

SHEET = """Old Dog

Capo 2
G        D
the  dog sleeps
[Chorus]
Em       C
by the door (x2)
You might also like
RIVER

G        D
the river runs
7Embed"""
MOST = DEFAULT_RULES | {"labels", "repeats"}
ON_OR_OFF = [frozenset[str](), DEFAULT_RULES, MOST, frozenset(NAMES)]


def made(*texts: str, on: frozenset[str] = DEFAULT_RULES, titles: str = "ABCDEF") -> Intake:
    drafts = tuple(RawSong(title, text, "Ann") for title, text in zip(titles, texts, strict=False))
    return Intake("mine", drafts, (), 0, enabled_rules=on)


def shown(taken: Intake, k: int) -> list[str]:
    return taken.songs[k].text.split("\n")


# ---- corrections of single songs


@pytest.mark.parametrize("on", ON_OR_OFF)
def test_a_song_is_split_at_the_line_that_is_shown(on: frozenset[str]) -> None:
    taken = made(SHEET, "a song\nwith other words", on=on)
    lines = shown(taken, 0)
    at = lines.index("RIVER" if "RIVER" in lines else "River")
    halves = taken.split_at(0, at)
    assert len(halves.songs) == 3
    assert halves.songs[1].title.lower() == "river"
    if "chords" in on:
        assert halves.songs[1].text == "the river runs"
    else:
        assert shown(halves, 1) == ["G        D", "the river runs", "7Embed"]
    assert shown(halves, 0) == lines[:at]
    assert halves.with_rule("chords", False).raw_songs[1].text.startswith("G        D\nthe river")


def test_a_song_cannot_be_split_at_a_repeated_line() -> None:
    taken = made(SHEET, "a song\nof other words", on=MOST)
    lines = shown(taken, 0)
    second = lines.index("by the door") + 1
    assert lines[second] == "by the door"
    with pytest.raises(InputError, match="came as one"):
        taken.split_at(0, second)
    for line in (0, -1, len(lines)):
        with pytest.raises(InputError, match="between two of its lines"):
            taken.split_at(0, line)


def double_spaced(start: int, lines: int) -> str:
    return "\n\n".join(f"the dog sleeps, part {k}" for k in range(start, start + lines))


def test_a_double_spaced_song_stays_closed_up_in_its_parts() -> None:
    taken = made(double_spaced(0, 12), "a song\nof other words")
    parts = taken.split_at(0, 3)
    assert [len(shown(parts, k)) for k in (0, 1)] == [3, 9]
    assert [song.title for song in parts.songs] == ["A", "", "B"]
    again = parts.join(0)
    assert again.songs[0].text == "\n\n".join(
        "\n".join(f"the dog sleeps, part {k}" for k in part) for part in (range(3), range(3, 12))
    )
    joined = taken.join(0)
    assert shown(joined, 0)[:2] == ["the dog sleeps, part 0", "the dog sleeps, part 1"]


def test_a_removed_title_line_stays_removed() -> None:
    taken = made(
        "Old Dog\n\nthe dog\nsleeps", "Red River\n\nthe river\nruns", titles=["Old Dog", ""]
    )
    untitled = made("Old Dog\n\nthe dog\nsleeps", "Red River\n\nthe river\nruns", titles=["", ""])
    for intake in (taken, untitled):
        renamed = intake.rename(0, "X \u00e9\n Y")
        assert (renamed.songs[0].title, renamed.songs[0].text) == ("X e Y", "the dog\nsleeps")
    assert untitled.songs[1].title == "Red River"
    named = made("the river\nruns", "Old Dog\n\nthe dog\nsleeps", titles=["A", "Old Dog"])
    assert named.join(0).songs[0].text == "the river\nruns\n\nOld Dog\n\nthe dog\nsleeps"
    assert untitled.join(0).with_rule("title", False).songs[0].text == (
        "Old Dog\n\nthe dog\nsleeps\n\nRed River\n\nthe river\nruns"
    )


@pytest.mark.parametrize("on", ON_OR_OFF)
def test_songs_are_numbered_as_they_are_shown(on: frozenset[str]) -> None:
    taken = made("[Solo]", "the dog\nsleeps", "[Intro]\n[Outro]", "the river\nruns", on=on)
    titles = [song.title for song in taken.songs]
    last = len(titles) - 1
    assert titles == (["B", "D"] if "labels" in on else ["A", "B", "C", "D"])
    assert taken.rename(last, "X").raw_songs[3].title == "X"
    assert taken.drop(last).raw_songs == taken.raw_songs[:3]
    assert taken.split_at(last, 1).raw_songs[3:] == (
        RawSong("D", "the river", "Ann"),
        RawSong("", "runs", "Ann"),
    )
    with pytest.raises(InputError, match=f"there are {last + 1}"):
        taken.rename(last + 1, "X")
    joined = taken.join(last - 1)
    assert joined.songs[-1].text.endswith("the river\nruns")
    assert len(joined.songs) == last


def test_chunks_are_of_the_cleaned_song() -> None:
    long = "Old Dog\n\n\n" + double_spaced(0, 400)
    taken = made(long, titles=["Old Dog"]).in_chunks()
    assert [song.title for song in taken.songs[:2]] == ["Old Dog, part 1", "Old Dog, part 2"]
    lines = [line for song in taken.songs for line in song.text.split("\n") if line]
    assert lines == [f"the dog sleeps, part {k}" for k in range(400)]
    assert "\n\n" not in taken.songs[0].text


LINES = st.lists(
    st.sampled_from(
        ["", "the dog", "G   D7", "[Chorus]", "go (x2)", "OLD DOG", "  a  b", "\u266a", "Embed"]
    ),
    min_size=1,
    max_size=9,
).map("\n".join)


@given(st.lists(LINES, min_size=1, max_size=4), st.sets(st.sampled_from(NAMES)), st.data())
def test_any_correction_succeeds_or_is_refused(
    texts: list[str], on: set[str], data: st.DataObject
) -> None:
    taken = made(*texts, on=frozenset(on))
    for _ in range(4):
        k = data.draw(st.integers(0, max(0, len(taken.songs))))
        change = data.draw(
            st.sampled_from(
                ["join", "split_at", "rename", "edit", "drop", "in_chunks", "split_undivided"]
            )
        )
        line = data.draw(st.integers(0, 9))
        more: dict[str, tuple[Any, ...]] = {
            "join": (k,), "split_at": (k, line), "rename": (k, "X"), "drop": (k,), "in_chunks": (),
            "edit": (k, texts[0]), "split_undivided": (),
        }  # fmt: skip
        with suppress(InputError):
            taken = getattr(taken, change)(*more[change])
        assert len(taken.origins) == len(taken.raw_songs)
        assert all(song.text.strip() for song in taken.songs)
        assert intake_from_json(intake_to_json(taken)).songs == taken.songs


@given(st.lists(LINES, min_size=1, max_size=3), st.sets(st.sampled_from(NAMES)), st.data())
def test_an_edited_song_is_the_words_that_were_typed_and_no_other_changes(
    texts: list[str], on: set[str], data: st.DataObject
) -> None:
    taken = made(*texts, on=frozenset(on))
    if not taken.songs:
        return
    k = data.draw(st.integers(0, len(taken.songs) - 1))
    typed = f"G   D7\nThe kettle  sings {k}\n\n[Chorus]\nand the \u00e9vening (x2)"
    edited = taken.edit(k, typed)
    now = edited.positions.index(taken.positions[k])  # a copy of it may have come back
    assert edited.songs[now].text == typed.replace("\u00e9", "e")
    assert [raw for n, raw in enumerate(edited.raw_songs) if n != edited.positions[now]] == [
        raw for n, raw in enumerate(taken.raw_songs) if n != taken.positions[k]
    ]
    assert edited.origins == taken.origins
    assert intake_from_json(intake_to_json(edited)) == edited


def test_an_edit_without_words_is_refused() -> None:
    for text in ("", " \n\n", "\u200b"):
        with pytest.raises(InputError, match="A song needs words"):
            made("the dog\nsleeps").edit(0, text)


def test_a_text_with_wide_gaps_that_was_read_as_one_song_can_be_split_at_them() -> None:
    tight = (
        "Paper Boats\nWe Made Them from the News\nAnd Sent Them Down\n\n\n"
        "Kitchen Light\nYou Left It on Again\n\nThe Moths Came\n\n\n"
        "Bus Stop Hymn\nNobody Here Is Going Home"
    )
    taken = gather([read_paste(tight, "a"), read_paste("other,\nwords", "b")])
    assert len(taken.songs) == 2
    divided = taken.split_undivided()
    assert [(song.title, len(song.sung_lines)) for song in divided.songs] == [
        ("Paper Boats", 2), ("Kitchen Light", 2), ("Bus Stop Hymn", 1), ("", 2),
    ]  # fmt: skip
    assert divided.origins == (frozenset({0}),) * 3 + (frozenset({1}),)
    assert not divided.drop(0).undivided
    untitled = "we made them\nand sent them\n\n\nyou left it on\nagain"
    songs = read_paste(untitled).split_undivided().songs
    assert [song.title for song in songs] == ["", ""]
    whole = read_paste("one song,\nin one piece\n\nof two stanzas")
    assert not whole.undivided and whole.split_undivided() == whole


# ---- replacements of characters


def test_characters_are_replaced_as_chosen() -> None:
    taken = made("caf\u00e9 \u266a\nna\u00efve", titles=["\u00e9"]).with_mapping(
        {"\u00e9": "\u00e9\u00e9", "\u266a": "*\n*", "\u00ef": " "}
    )
    assert taken.mapping == {"\u00e9": "ee", "\u266a": "* *", "\u00ef": " "}
    assert (taken.songs[0].title, taken.songs[0].text) == ("ee", "cafee * *\nna ve")
    assert {change.source: change.target for change in taken.changes} == dict(taken.mapping)
    assert (
        taken.with_mapping({}).songs
        == made("caf\u00e9 \u266a\nna\u00efve", titles=["\u00e9"]).songs
    )


def test_ascii_and_strings_are_never_replaced() -> None:
    taken = made("a cat\nb").with_mapping({"a": "X", "": "Y", "ca": "Z", "\n": "!"})
    assert taken.songs[0].text == "a cat\nb"


@given(
    st.dictionaries(st.text(max_size=2), st.text(max_size=5)), st.text(max_size=40).map(newlines)
)
def test_any_mapping_gives_ascii_songs_with_the_same_lines(
    mapping: dict[str, str], text: str
) -> None:
    taken = made(f"the dog\n{text}\nsleeps", on=frozenset()).with_mapping(mapping)
    plain = taken.songs[0].text
    assert plain.isascii()
    assert (plain.split("\n")[0], plain.split("\n")[-1]) == ("the dog", "sleeps")
    assert intake_from_json(intake_to_json(taken)).songs == taken.songs


# ---- rules


def test_combined_intakes_have_the_rules_of_the_first() -> None:
    first = read_paste("one \u00e9,\ntwo").with_rule("labels", True).with_mapping({"\u00e9": "E"})
    second = read_paste("three \u00e9,\nfour")
    both = gather([first, second])
    assert both.enabled_rules == DEFAULT_RULES | {"labels"}
    assert [song.text for song in both.songs] == ["one E,\ntwo", "three E,\nfour"]
    assert gather([second, first]).enabled_rules == DEFAULT_RULES
    assert gather([both]) == both


def test_the_songs_of_some_files_keep_the_rules() -> None:
    both = gather([read_paste("one,\ntwo", "a"), read_paste("[Solo]\nthree,\nfour", "b")])
    part = both.with_rule("labels", True).without_files([0])
    assert [song.text for song in part.songs] == ["three,\nfour"]
    assert part.with_rule("labels", False).songs[0].text == "[Solo]\nthree,\nfour"
    assert [file.name for file in part.files] == ["b"]


def test_cleaning_is_computed_once_and_reports_progress() -> None:
    taken = made("the dog  sleeps\nby the door")
    shares: list[float] = []
    result = taken.clean(shares.append)
    assert shares[-1] == 1.0
    assert taken.clean(lambda share: pytest.fail("again")) is result is taken.cleaning


def test_the_report_names_the_findings() -> None:
    taken = made("the  dog\n[Solo]\nsleeps", "one\ntwo")
    found = {one["remedy"]: one for one in json.loads(json.dumps(report(taken)))["findings"]}
    assert found.keys() == {"spaces", "labels"}
    assert (found["spaces"]["on"], found["labels"]["on"]) == (True, False)
    assert found["labels"]["found"] == "1 label, in 1 song."
    assert found["labels"]["songs"] == 1


# ---- JSON


TEXTS = st.text(max_size=20).map(newlines)  # as readers leave them
FILES = st.builds(FileReport, TEXTS, TEXTS, TEXTS, st.integers(0, 9), st.integers(0, 99))


@given(
    st.lists(st.builds(RawSong, TEXTS, TEXTS, TEXTS), max_size=3),
    st.sets(st.sampled_from(NAMES)),
    st.dictionaries(st.characters(), TEXTS),
    FILES,
)
def test_json_there_and_back(
    drafts: list[RawSong], on: set[str], mapping: dict[str, str], file: FileReport
) -> None:
    taken = Intake(
        "mine",
        tuple(drafts),
        (file,),
        2,
        ("a remark.",),
        (frozenset({0}),) * len(drafts),
        frozenset(on),
    ).with_mapping(mapping)
    assert intake_from_json(intake_to_json(taken)) == taken


def test_rules_that_no_longer_exist_are_ignored() -> None:
    text = intake_to_json(made("the dog,\nsleeps")).replace('"spaces"', '"leeches"')
    assert intake_from_json(text).enabled_rules == DEFAULT_RULES - {"spaces"}


GOOD = intake_to_json(
    gather([read_paste("one \u00e9,\ntwo", "a"), read_paste("three,\nfour", "b")])
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("drafts", [["A", "Ann"]]),
        ("drafts", [["A", "Ann", "text"]]),
        ("drafts", "songs"),
        ("origins", [[0]]),
        ("origins", [[0], [2]]),
        ("origins", [[0], [-1]]),
        ("origins", [["x"], [0]]),
        ("files", [{"name": "a"}]),
        ("files", [{"name": "a", "format": "b", "encoding": "", "songs": "x", "characters": 1}]),
        ("duplicates", float("inf")),
        ("duplicates", None),
        ("remarks", 3),
        ("on", [[]]),
        ("mapping", []),
    ],
)
def test_damaged_json_is_refused(key: str, value: object) -> None:
    values = json.loads(GOOD)
    with pytest.raises(BrokenFileError, match="Import the songs again"):
        intake_from_json(json.dumps(values | {key: value}))
    values.pop(key)
    with pytest.raises(BrokenFileError):
        intake_from_json(json.dumps(values))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", "null", "[" * 100_000, '{"name": "a"}', "\ud800"]
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(BrokenFileError):
        intake_from_json(text)


def test_any_small_damage_is_refused_or_harmless() -> None:
    rng = random.Random(7)
    for _ in range(400):
        at = rng.randrange(len(GOOD))
        torn = (
            GOOD[:at]
            + rng.choice(["", '"', "[", "0", "null", "{}"])
            + GOOD[at + rng.randrange(4) :]
        )
        try:
            taken = intake_from_json(torn)
        except BrokenFileError:
            continue
        assert all(song.framed.isascii() for song in taken.songs)
        assert taken.changed_share >= 0
        taken.without_files([1])
        report(taken)


def test_a_mapping_in_json_is_folded_too() -> None:
    values = json.loads(GOOD) | {"mapping": {"\u00e9": "\u00fc\n\u00fc"}}
    assert intake_from_json(json.dumps(values)).songs[0].text == "one u u,\ntwo"
