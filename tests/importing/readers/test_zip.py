"""Archives, also broken, nested and swelling ones."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import (
    BrokenFileError,
    ColumnsError,
    FileTooLargeError,
    ReadError,
    UnknownFormatError,
)
from lyricslab.importing.readers import lrc
from lyricslab.importing.readers import zip as archive
from lyricslab.importing.readers.source import Columns
from tests.support.read_back import read, read_songs
from tests.support.written_files import packed_up

MIXED: dict[str, bytes | str] = {
    "album/": "",
    "album/old_dog.txt": "the dog sleeps,\nby the door",
    "album/list.csv": "title,lyrics\nRed River,the river\n",
    "__MACOSX/album/._old_dog.txt": b"\0\5\x16\7",
    "album/.hidden.txt": "nothing",
    "album/cover.jpg": b"\xff\xd8\xff",
    "album/Thumbs.db": b"\xd0\xcf",
    "album/empty.txt": "",
    "album/broken.json": "[{",
}


def test_an_archive_of_many_kinds() -> None:
    files = read("a.zip", packed_up(MIXED))
    assert [(one.name, one.format, len(one.songs)) for one in files] == [
        ("album/old_dog.txt", "text", 1),
        ("album/list.csv", "table", 1),
    ]
    assert files[0].songs[0].title == "old dog"
    notes = " ".join(files[0].notes)
    assert all(name in notes for name in ("cover.jpg", "empty.txt", "broken.json"))
    assert not any(name in notes for name in ("hidden", "MACOSX", "Thumbs"))


def test_archives_inside_archives_to_a_depth() -> None:
    data = packed_up({"deep.txt": "the dog,\nsleeps"})
    for level in range(archive.MAX_DEPTH - 1):
        data = packed_up({f"{level}.zip": data, "by.txt": f"song {level},\nsung"})
    assert [song.title for song in read_songs("a.zip", data)] == ["deep", "by", "by"]
    deeper = packed_up({"a.zip": data, "by.txt": "last,\nsung"})
    files = read("a.zip", deeper)
    assert sum(len(one.songs) for one in files) == 3
    assert any("0.zip" in note for one in files for note in one.notes)
    deepest = packed_up(
        {"b.zip": packed_up({"c.zip": packed_up({"d.zip": packed_up({"e.txt": "x"})})})}
    )
    with pytest.raises(UnknownFormatError, match="'c.zip' is too deep") as caught:
        read("a.zip", packed_up({"a.zip": deepest}))
    assert "no reader knows" not in str(caught.value)


def test_ways_out_of_an_archive_lead_nowhere() -> None:
    (file,) = read("a.zip", packed_up({"../../x.txt": "the dog,\nsleeps", "..": "", "/": ""}))
    assert (file.name, len(file.songs)) == ("x.txt", 1)
    with pytest.raises(UnknownFormatError, match="all its files are hidden"):
        read("a.zip", packed_up({".x.txt": "the dog,\nsleeps"}))


def test_an_archive_with_nothing_to_read() -> None:
    for files in ({}, {"a.jpg": b"x", "b.mp3": b"y"}, {"a.txt": " \n"}):
        with pytest.raises(UnknownFormatError, match="nothing that can be read"):
            read("a.zip", packed_up(files))


def test_a_locked_archive() -> None:
    data = bytearray(packed_up({"a.txt": "the dog"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1  # the flag that says encrypted
    with pytest.raises(ReadError, match="password"):
        read("a.zip", bytes(data))


def test_broken_archives() -> None:
    whole = packed_up({"a.txt": "the dog sleeps by the door " * 50})
    bent = bytearray(whole)
    bent[whole.index(b"a.txt") + 12] ^= 0xFF
    for data in (b"", b"PK\x03\x04 and no more", whole[:-30], bytes(bent)):
        with pytest.raises(BrokenFileError, match="not a complete zip"):
            read("a.zip", data)


def test_an_archive_that_swells_is_read_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 300_000)
    line = "the dog sleeps,\n"
    files = read(
        "a.zip",
        packed_up({"a.txt": line * 10_000, "b.txt": line * 10_000, "c.txt": line, "d.txt": line}),
    )
    assert [file.name for file in files] == ["a.txt", "c.txt", "d.txt"]
    assert any("of unpacked files: b.txt." in note for note in files[0].notes)
    with pytest.raises(FileTooLargeError, match="unpacks"):
        read("a.zip", packed_up({"a.txt": b"a" * 310_000}))


def test_an_archive_that_hides_its_size_is_refused_or_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = packed_up({"a.txt": b"a" * 1_600_000, "b.txt": b"b" * 1_500_000})
    declared = (1_600_000).to_bytes(4, "little")
    files = read("a.zip", data.replace(declared, (9).to_bytes(4, "little")))
    assert [file.name for file in files] == ["b.txt"]
    assert any("'a.txt' is damaged" in note for note in files[0].notes)


def test_archives_inside_share_one_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 300_000)
    inner = {f"{k}.zip": packed_up({f"{k}.txt": f"{k} words\n" * 15_000}) for k in range(4)}
    files = read("a.zip", packed_up(inner))
    assert [file.name for file in files] == ["0.txt", "1.txt"]
    assert sum("unpacks to more" in note for note in files[0].notes) == 2


def test_one_bad_file_fails_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 20_000)
    files: dict[str, bytes | str] = {
        "huge.txt": "a" * 20_001,
        "bomb.lrc": "[00:01]" * 1_000,
        "bad.docx": "PK",
        "table.csv": "x,y\n1,2\n",
        "odd.txt": bytes(range(256)) * 9,
        "bad.json": "[{",
        "good.txt": "the dog sleeps,\nby the door,\nand on\n" * 9,
    }
    whole = bytearray(packed_up({**files, "cut.txt": "the river runs " * 99}))
    whole[whole.index(b"cut.txt") + 12] ^= 0xFF
    (*_, read_file) = read("a.zip", bytes(whole))
    assert read_file.name == "good.txt"
    notes = " ".join(note for file in read("a.zip", bytes(whole)) for note in file.notes)
    assert "huge.txt" in notes
    assert "bad.docx" in notes
    assert "like these" in notes


def test_a_fault_of_a_reader_in_one_file_fails_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(source: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(lrc, "read", fails)
    (file,) = read("a.zip", packed_up({"a.lrc": "[00:01]la", "b.txt": "the dog,\nsleeps"}))
    assert file.name == "b.txt"
    assert "'a.lrc' could not be read" in file.notes[0]
    assert "ZeroDivisionError" in caplog.text
    with pytest.raises(UnknownFormatError, match="'a.lrc' could not be read"):
        read("a.zip", packed_up({"a.lrc": "[00:01]la"}))


def test_files_without_endings_and_those_that_hold_no_songs() -> None:
    files = read(
        "a.zip",
        packed_up(
            {
                "songs/Old Dog": "the dog sleeps,\nby the door",
                "songs/St. James": "the river runs,\nand it bends",
                "songs/two bells": "[00:01.0]ring\n[00:02.0]me\n[00:03.0]ring\n",
                "README.md": "how to sing\nall of this",
                "LICENSE": "take it",
                "data": bytes(range(256)) * 9,
                "tool.py": "import this\n",
                "song.mp3": "x",
            }
        ),
    )
    assert [song.title for file in files for song in file.songs] == [
        "Old Dog",
        "St. James",
        "two bells",
    ]
    notes = " ".join(files[0].notes)
    assert "hold no songs: README.md and LICENSE." in notes
    assert "no reader knows them: tool.py and song.mp3." in notes
    assert "'data' does not hold text" in notes


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "Grün und Größe"),
        ("cp437", "Müßig"),
        ("cp866", "Песня о чайнике"),
        ("shift_jis", "やかんの歌"),
        ("utf-8", "やかんの歌"),
    ],
)
def test_names_in_encodings_of_other_systems(codec: str, name: str) -> None:
    raw = name.encode(codec)
    data = packed_up({f"{'x' * len(raw)}.txt": "the dog sleeps,\nby the door"})
    assert read_songs("a.zip", data.replace(b"x" * len(raw), raw))[0].title == name


def test_a_table_in_an_archive_asks_for_its_columns() -> None:
    data = packed_up(
        {"a.txt": "the dog,\nsleeps", "b.csv": "name,stuff\nRed,the long red river ran along\n"}
    )
    with pytest.raises(ColumnsError) as caught:
        read("a.zip", data)
    assert "stuff" in caught.value.columns
    assert len(read_songs("a.zip", data, Columns("stuff", title="name"))) == 2


def test_a_huge_file_in_an_archive_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 2_000_000)
    with pytest.raises(FileTooLargeError, match=r"'a\.txt' in 'a\.zip'"):
        read("a.zip", packed_up({"a.txt": b"a" * 2_000_001}))


@given(st.data())
def test_damage_ends_in_songs_or_in_a_sentence(draw: st.DataObject) -> None:
    data = bytearray(packed_up({"a.txt": "the dog,\nsleeps", "b.csv": "title,lyrics\nA,b\n"}))
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=4)):
        data[place] = draw.draw(st.integers(0, 255))
    with contextlib.suppress(ReadError):
        read("a.zip", bytes(data[: draw.draw(st.integers(0, len(data)))]))
