"""From files to songs, end to end: notes, corrections, and what is refused."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import (
    CorpusTooSmallError,
    EmptyFileError,
    EncodingError,
    FileTooLargeError,
    InputError,
    ReadError,
)
from lyricslab.importing import reading
from lyricslab.importing.intake_report import report
from lyricslab.importing.reading import (
    MAX_FILE_BYTES,
    FileReport,
    Intake,
    gather,
    read_file,
    read_paste,
    read_path,
)
from lyricslab.songs.fold import Change
from lyricslab.songs.raw_song import RawSong
from lyricslab.songs.song import Song

TWO = (
    b"Old Dog\n\n[Verse 1]\nthe dog  \nsleeps\n\n\n[Chorus]\noh dog\n"
    b"---\nRed River\n\nthe river ran\n"
)
RUSSIAN = (
    "\u0412\u044b\u0445\u043e\u0436\u0443 \u043e\u0434\u0438\u043d \u044f "
    "\u043d\u0430 \u0434\u043e\u0440\u043e\u0433\u0443,\n"
)


def songs(taken: Intake) -> list[tuple[str, str]]:
    return [(song.title, song.text) for song in taken.songs]


# ---- reading


def test_a_file_becomes_songs_and_a_report() -> None:
    taken = read_file("my_songs.txt", TWO)
    assert songs(taken) == [
        ("Old Dog", "[Verse 1]\nthe dog\nsleeps\n\n[Chorus]\noh dog"),
        ("Red River", "the river ran"),
    ]
    assert taken.name == "my songs"
    assert (taken.changes, taken.changed_share, taken.duplicates, taken.notes) == ((), 0, 0, ())
    assert taken.files[0].songs == 2
    first, second = TWO.decode().strip().replace("Dog\n\n", "Dog").split("\n---\n")
    assert taken.files[0].characters == len(first) + len(second.replace("\n\n", ""))
    assert (taken.files[0].format, taken.files[0].encoding) == ("text", "utf-8")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_file_in_any_encoding_is_folded_and_counted(codec: str) -> None:
    text = (
        "Caf\u00e9\n\nit\u2019s late,\nit\u2019s \u2018late\u2019 \u2026\r\nsays the caf\u00e9\r\n"
    )
    taken = read_file("a.txt", text.encode(codec))
    assert songs(taken) == [("Cafe", "it's late,\nit's 'late' ...\nsays the cafe")]
    assert taken.changes == (
        Change("\u2019", "'", 3),
        Change("\u00e9", "e", 2),
        Change("\u2018", "'", 1),
        Change("\u2026", "...", 1),
    )
    assert taken.files[0].encoding == codec.removesuffix("-sig").removesuffix("-le").removesuffix(
        "-be"
    )
    characters = len(
        "Caf\u00e9" + "it\u2019s late,\nit\u2019s \u2018late\u2019 \u2026\nsays the caf\u00e9"
    )
    assert taken.files[0].characters == characters
    assert taken.changed_share == 7 / characters
    assert any("7 characters" in note and "(3 times)" in note for note in taken.notes)


def test_a_note_says_how_much_of_a_cyrillic_text_changed() -> None:
    taken = read_file("a.txt", (RUSSIAN * 3).encode("cp1251"))
    assert taken.songs[0].text.startswith("Vykhozhu odin ya na dorogu,\n")
    assert all(song.framed.isascii() for song in taken.songs)
    letters = sum(map(str.isalpha, RUSSIAN)) * 3
    assert sum(change.count for change in taken.changes) == letters
    warning = next(note for note in taken.notes if "rewritten" in note)
    assert f"{taken.changed_share:.0%}" in warning
    assert taken.changed_share > 0.7


def test_characters_without_an_equivalent_are_noted() -> None:
    taken = read_file("a.txt", "the\u200b dog\u200b,".encode())
    assert taken.songs[0].text == "the dog,"
    assert any("2 characters were left out" in note and "U+200B" in note for note in taken.notes)


def test_an_encoding_chosen_by_hand() -> None:
    data = "the caf\u00e9,".encode("mac_roman")
    taken = read_file("a.txt", data, encoding="mac_roman")
    assert taken.songs[0].text == "the cafe,"
    assert taken.files[0].encoding == "mac_roman"
    with pytest.raises(EncodingError):
        read_file("a.txt", data, encoding="utf-8")


def test_json_lines_of_the_shared_form() -> None:
    rows = [
        {"title": "Old\nDog", "author": "Ann", "text": "the dog\u0085sleeps\x0b\ud83dwell"},
        {"title": "Red River", "author": "", "text": "the river"},
        {"title": "Silence", "author": "Bob", "text": " \n"},
    ]
    taken = read_file("a.jsonl", "\n".join(map(json.dumps, rows)).encode())
    assert taken.songs == (
        Song("Old Dog", "the dog\nsleeps\n?well", "Ann"),
        Song("Red River", "the river"),
    )
    assert any("'Silence'" in note for note in taken.notes)
    assert json.dumps(report(taken)).encode("utf-8")


def test_duplicates_are_kept_once() -> None:
    text = "a\n---\nb\n---\nOld Dog\n\nthe dog\nsleeps\n---\nb\n---\nthe dog\nsleeps  \n---\nB\n"
    taken = read_paste(
        text.replace("a\n", "x y,\n", 1).replace("b\n", "z w,\n").replace("B\n", "z W,\n")
    )
    assert songs(taken) == [
        ("", "x y,"),
        ("", "z w,"),
        ("Old Dog", "the dog\nsleeps"),
        ("", "z W,"),
    ]
    assert taken.duplicates == 2
    assert any(note.startswith("2 songs were there already") for note in taken.notes)


def test_an_untitled_duplicate_gets_the_title() -> None:
    taken = gather([read_paste("the dog,\nsleeps"), read_file("Old Dog.txt", b"the dog,\nsleeps")])
    assert songs(taken) == [("Old Dog", "the dog,\nsleeps")]


def test_several_files_as_one() -> None:
    first = read_file("one.txt", "it\u2019s one,\nsong".encode())
    second = read_file("two.csv", "title,lyrics\nB,it\u2019s two \u2013\nC,three\n".encode())
    third = read_file("three.txt", b"it's one,\nsong")
    taken = gather([first, second, third])
    assert [song.title for song in taken.songs] == ["one", "B", "C"]
    assert [file.name for file in taken.files] == ["one.txt", "two.csv", "three.txt"]
    assert taken.changes == (Change("\u2019", "'", 2), Change("\u2013", "-", 1))
    assert (taken.duplicates, taken.name) == (1, "one and 2 more")
    assert gather([first, second], name="mine").name == "mine"
    assert gather([first]) == first
    with pytest.raises(EmptyFileError):
        gather([])


def test_songs_keep_their_origins_through_every_correction() -> None:
    first = read_paste("A\n\n[Chorus]\nthe dog,\nsleeps\n---\nB\n\nthe cat,\nwakes", "one")
    second = read_paste("C\n\nthe river,\nran\n---\nB\n\nthe cat,\nwakes", "two")
    taken = gather([first, second])
    one, two = frozenset({0}), frozenset({1})
    assert taken.origins == (one, one | two, two)
    assert taken.with_rule("labels", True).rename(0, "D").origins == taken.origins
    assert taken.drop(0).split_at(0, 1).origins == (one | two, one | two, two)
    assert taken.join(0).origins == (one | two, two)
    assert songs(taken.rename(0, "D").without_files([1]))[0][0] == "D"
    assert [song.title for song in taken.without_files([0]).songs] == ["B", "C"]
    assert taken.without_files([0]).origins == (one, one)
    long = made(Song("Book", "a paragraph of it\n\n" * 500), *taken.songs)
    cut = gather([long, second]).in_chunks()
    assert len(cut.origins) == len(cut.songs)


def test_the_counts_of_a_note_add_up() -> None:
    text = "\u00fc" * 6 + "\u00c4" * 2 + "\u00df\u00e9" + "\u200b" + " x," * 99
    (replaced, lost) = read_file("a.txt", text.encode()).notes
    assert replaced.startswith("10 characters (")
    assert "(6 times), \u00c4 -> A (2 times), \u00df -> ss (once) and 1 other (once)." in replaced
    assert lost.startswith("1 character was left out")


def test_an_archive_reports_each_file(tmp_path: Path) -> None:
    path = tmp_path / "album.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("one.txt", "the dog,\nsleeps")
        made.writestr("in/two.jsonl", '{"title": "B", "text": "three"}')
        made.writestr("cover.png", b"\x89PNG")
    taken = read_path(path)
    assert taken.files == (
        FileReport("one.txt", "text", "utf-8", 1, len("onethe dog,\nsleeps")),
        FileReport("in/two.jsonl", "JSON", "utf-8", 1, len("Bthree")),
    )
    assert any("cover.png" in note for note in taken.notes)


def test_a_paste() -> None:
    assert songs(read_paste(TWO.decode()))[1] == ("Red River", "the river ran")
    assert songs(read_paste("the dog,\nsleeps")) == [("", "the dog,\nsleeps")]
    for nothing in ("", " \n\t\u2003"):
        with pytest.raises(EmptyFileError, match="Paste"):
            read_paste(nothing)
    assert read_paste("half \ud800 a character,").songs[0].text == "half ? a character,"


@given(st.text(max_size=400))
def test_any_paste_becomes_ascii_songs_or_a_sentence(text: str) -> None:
    try:
        taken = read_paste(text)
    except EmptyFileError:
        return
    assert taken.songs
    for song in taken.songs:
        assert song.text.strip()
        assert "\n" not in song.title
        assert song.ids.max() < 127
    json.dumps(report(taken)).encode()


@given(st.binary(min_size=1, max_size=200), st.sampled_from(sorted(reading.extensions())))
def test_any_bytes_under_any_name_become_songs_or_a_sentence(data: bytes, extension: str) -> None:
    try:
        taken = read_file(f"a.{extension}", data)
    except ReadError as error:
        sentence = str(error)
    else:
        sentence = f"{len(taken.songs)} songs."
    assert len(sentence) > 6
    assert sentence.endswith(".")
    assert sentence != "0 songs."


# ---- refused, with a sentence


@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.jsonl", "a.json"])
@pytest.mark.parametrize("data", [b"", b" \r\n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(name: str, data: bytes) -> None:
    with pytest.raises(EmptyFileError, match="no words") as caught:
        read_file(name, data)
    assert name in str(caught.value)


def test_a_file_of_300_mb_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(300 * 2**20)  # sparse: it takes no room
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(FileTooLargeError, match="300 MB"):
        read_path(path)


def test_the_limit_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileTooLargeError, match="50 MB"):
        read_file("a.txt", bytes(MAX_FILE_BYTES + 1))
    monkeypatch.setattr(reading, "MAX_FILE_BYTES", 12)
    assert read_file("a.txt", b"twelve bytes").songs
    with pytest.raises(FileTooLargeError):
        read_file("a.txt", b"twelve bytes!")
    with pytest.raises(FileTooLargeError):
        read_paste("twelve byt\u00e9s")


def test_lines_without_end_are_refused_wherever_they_are_written() -> None:
    data = b'[{"lyrics": "' + rb"a\n" * 1_000_005 + b'"}]'
    with pytest.raises(FileTooLargeError, match="'a.json' has 1,000,00[45] lines"):
        read_file("a.json", data)


def test_paths_that_are_not_files(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="There is no file"):
        read_path(tmp_path / "none.txt")
    with pytest.raises(ReadError, match="is a folder"):
        read_path(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ReadError, match="not a file"):
        read_path(tmp_path / "pipe.txt")


def test_one_song_only() -> None:
    taken = read_file("a.txt", b"the dog sleeps by the door,\n" * 9)
    with pytest.raises(CorpusTooSmallError, match="This is 1 song"):
        taken.corpus()


# ---- corrections

LINES = st.lists(
    st.text(alphabet="abc ,", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=5
)
SONG = st.builds(
    lambda title, lines: Song(title, "\n".join(line.strip() for line in lines), "Ann"),
    st.sampled_from(["", "Old Dog", "red river", "Who are you?", "99", "Blue, Moon"]),
    LINES,
)


def made(*own: Song) -> Intake:
    drafts = tuple(RawSong(song.title, song.text, song.artist) for song in own)
    return Intake("mine", drafts, (), 0, enabled_rules=frozenset())


@given(SONG, SONG, SONG, SONG)
def test_join_and_split_undo_each_other(a: Song, b: Song, c: Song, d: Song) -> None:
    whole = made(a, b, c, d)
    joined = whole.join(1)
    assert joined.songs[0] == a
    assert joined.songs[2] == d
    at = b.text.count("\n") + 2  # after the blank line between them
    again = joined.split_at(1, at)
    if c.title:
        assert again == whole
    else:
        assert again.songs[1] == b
        assert again.songs[2].text.split() == c.text.split()


@given(SONG, st.integers(0, 6))
def test_a_split_keeps_every_word(song: Song, line: int) -> None:
    lines = song.text.split("\n")
    if not 0 < line < len(lines):
        with pytest.raises(InputError, match="between two of its lines"):
            made(song).split_at(0, line)
        return
    first, second = made(song).split_at(0, line).songs
    assert first == Song(song.title, "\n".join(lines[:line]), "Ann")
    assert second.framed == "\n".join(lines[line:])


def test_a_line_above_a_blank_one_becomes_the_title() -> None:
    taken = made(Song("A", "one\ntwo\n\nOld Dog\n\nthe dog\nsleeps"))
    assert songs(taken.split_at(0, 3)) == [("A", "one\ntwo"), ("Old Dog", "the dog\nsleeps")]
    assert songs(taken.split_at(0, 5)) == [("A", "one\ntwo\n\nOld Dog"), ("", "the dog\nsleeps")]
    label = made(Song("A", "one\n\n[Chorus]\n\nthe dog"))
    assert label.split_at(0, 2).songs[1] == Song("", "[Chorus]\n\nthe dog")


def test_rename_and_drop() -> None:
    taken = made(Song("A", "one"), Song("B", "two"), Song("C", "three"))
    assert songs(taken.rename(1, " Caf\u00e9\n Noir ")) == [
        ("A", "one"),
        ("Cafe Noir", "two"),
        ("C", "three"),
    ]
    assert taken.rename(1, "X").rename(1, "B") == taken
    assert songs(taken.drop(1)) == [("A", "one"), ("C", "three")]
    assert songs(taken) == [("A", "one"), ("B", "two"), ("C", "three")]
    for wrong in (-1, 3):
        for change in (taken.drop, taken.join, lambda k: taken.rename(k, "x")):
            with pytest.raises(InputError, match="there are 3"):
                change(wrong)
    with pytest.raises(InputError):
        taken.join(2)


def test_a_rule_is_switched_on_and_off() -> None:
    taken = read_file("a.txt", TWO)
    bare = taken.with_rule("labels", True)
    assert bare.songs[0].text == "the dog\nsleeps\n\noh dog"
    assert bare.with_rule("labels", False) == taken
    only = made(Song("A", "[Solo]"), Song("B", "one")).with_rule("labels", True)
    assert songs(only) == [("B", "one")]
    with pytest.raises(InputError, match="no rule 'sulphur'"):
        taken.with_rule("sulphur", True)


def test_one_long_text_is_cut_on_request_and_then_large_enough() -> None:
    for size in (2_100, 5_003, 90_000):
        text = "".join(f"line number {k} of it,\n" + "\n" * (k % 7 == 0) for k in range(size // 20))
        taken = read_paste(text, name="Notebook")
        assert taken.long_texts == 1
        assert any("into pieces" in note for note in taken.notes)
        with pytest.raises(CorpusTooSmallError):
            taken.corpus()
        pieces = taken.in_chunks()
        assert pieces.corpus().name == "Notebook"
        assert pieces.songs[2].title == "Notebook, part 3"
        assert [w for song in pieces.songs for w in song.text.split()] == text.split()
        assert pieces.long_texts == 0


def test_in_chunks_leaves_songs_alone() -> None:
    short = [Song(f"S{k}", f"song {k}" + f"\nsong {k}" * 299) for k in range(4)]
    long = Song("Book", "a paragraph of it\n\n" * 500)
    cut = made(*short[:2], long, *short[2:]).in_chunks()
    assert [song for song in cut.songs if song.title.startswith("S")] == short
    assert len(cut.songs) == 4 + 7


def test_the_report_is_json() -> None:
    taken = read_file("a.txt", "it\u2019s a song,\n".encode() * 2)
    told = json.loads(json.dumps(report(taken)))
    assert told["files"][0] == {
        "name": "a.txt",
        "format": "text",
        "encoding": "utf-8",
        "songs": 1,
        "characters": 26,
    }
    assert told["changes"] == [["\u2019", "'", 2]]
    assert told["changed_share"] == 2 / 26
    assert told["duplicates"] == 0
    assert told["notes"] == list(taken.notes)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("01 - Old Gate.txt", "Old Gate"),
        ("12. Old Gate.txt", "Old Gate"),
        ("03_old_gate.txt", "old gate"),
        ("99 Geese.txt", "99 Geese"),
        ("7 - 8.txt", "7 - 8"),
    ],
)
def test_the_number_of_a_track_is_no_part_of_a_title(name: str, title: str) -> None:
    (song,) = read_file(name, b"the gate is old\nand so are we").songs
    assert song.title == title
