"""What all readers have in common: which file they take, and what they make of damage."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyricslab.errors import UnknownFormatError
from lyricslab.importing.readers import registry
from lyricslab.importing.reading import read_file
from lyricslab.songs.raw_song import RawSong
from tests.support.examples import one_in
from tests.support.read_back import (
    BOTH,
    DOG,
    RIVER,
    as_bytes,
    assert_read_or_refused,
    read,
    read_songs,
    titles_and_texts,
)
from tests.support.written_files import (
    CHORDED,
    WRITERS,
    Song,
    docx_file,
    epub_file,
    epub_songs,
    packed_up,
    pdf_songs,
    rtf_file,
    text_of,
)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.pages", "Save it as .docx"),
        ("a.DOC", "Save it as .docx"),
        ("a.ps", "paste"),
        ("a.mp3", "written words"),
        ("a.xls", "as .csv"),
        ("a.xyz", "cannot be read"),
        ("a.mscz", "as MusicXML"),
        ("a.kar", "as .lrc"),
        ("a.key", "as PDF"),
        ("a.pro", "projection program"),
        ("a.gp5", "tab program"),
    ],
)
def test_other_kinds_are_refused_with_what_can_be_read(name: str, advice: str) -> None:
    with pytest.raises(UnknownFormatError, match=advice) as caught:
        read(name, bytes(range(256)))
    assert ".txt" in str(caught.value)
    assert ".docx" in str(caught.value)


def test_one_song_is_called_as_its_file_unless_it_says() -> None:
    assert read_songs("songs/old_dog.v2.txt", "the dog sleeps,\nby the door") == [
        RawSong("old dog.v2", "the dog sleeps,\nby the door")
    ]
    assert read_songs("a.txt", "Old Dog\n\nthe dog sleeps\nby the door")[0].title == "Old Dog"
    assert read_songs("README", "words alone,")[0].text == "words alone,"


WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=7)
# A first word that no section has for its name, and two more.
LINE = st.lists(WORD, min_size=1, max_size=5).map(lambda words: " ".join(["la", *words]))
STANZAS = st.lists(st.lists(LINE, min_size=2, max_size=5), min_size=2, max_size=4)
TITLES = st.lists(WORD, min_size=1, max_size=3).map(lambda words: " ".join(["My", *words]).title())
SONGS = st.lists(
    st.tuples(TITLES, STANZAS), min_size=1, max_size=4, unique_by=lambda song: text_of(song[1])
)


@pytest.mark.parametrize("name", WRITERS)
@one_in(5)
@given(songs=SONGS)
def test_what_is_written_is_read(name: str, songs: list[Song]) -> None:
    songs = songs[:1] if name == "a.lrc" else songs
    expected = [(title, text_of(stanzas)) for title, stanzas in songs]
    assert titles_and_texts(name, WRITERS[name](songs)) == expected


@pytest.mark.parametrize("name", ["a.rtf", "a.odt", "a.html", "a.epub"])
@given(text=st.text(min_size=1, max_size=30))
def test_letters_of_any_script_are_kept(name: str, text: str) -> None:
    kept = "".join(char for char in text if char.isalnum() or char in " \\{}<>&'\"")
    line = " ".join(f"la {kept} la".split())
    songs = [("My Song", [[line, "la la"], ["oh la", "la oh"]])]
    assert read_songs(name, WRITERS[name](songs)) == [RawSong("My Song", text_of(songs[0][1]))]


def test_they_are_found_by_their_names() -> None:
    kinds = "txt csv tsv json jsonl docx zip rtf odt html htm xhtml epub lrc".split()
    kinds += "cho crd chopro chordpro pro pdf".split()
    assert set(kinds) <= set(registry.extensions())
    for kind in kinds:  # and what can be read is not advised against
        assert not any(f".{kind}" in kinds.split() for kinds in registry._ADVICE.values())


def test_they_are_read_inside_an_archive() -> None:
    data = packed_up({"a.pdf": pdf_songs([DOG]), "b.epub": epub_songs([RIVER]), "c.pdf": b"%PDF"})
    taken = read_file("all.zip", data)
    assert [(song.title, song.text) for song in taken.songs] == [
        (song.title, song.text) for song in BOTH
    ]
    assert any("c.pdf" in note for note in taken.notes)


WHOLE: dict[str, bytes] = {
    "a.docx": docx_file(
        lambda document: document.add_heading("Old Dog") and document.add_paragraph("x")
    ),
    "a.jsonl": b'{"title": "Old Dog", "text": "the dog\\nsleeps"}\n{"text": "the river"}',
    "a.csv": 'title,lyrics\nA,"b\nc"\n'.encode("utf-16"),
    **{name: as_bytes(write([DOG, RIVER])) for name, write in WRITERS.items()},
    "b.cho": CHORDED.encode(),
    "b.rtf": rtf_file(
        "{\\f2 \\'93\\'fa}\\u8217?\\sect\\sbknone x\\page {\\pict\\bin3 abc}"
    ).encode(),
}
MARKS = (
    "\\u |\\u99999 |\\uc-5 |\\'8|\\bin99999 |\\bin-3 |\\ansicpg |\\f |\\f-9 |\\sect |{\\rtf |}|{|"
    "<p|<h1>|</p>|<![|<!--|<!x|<?|<pre>|</pre>|<title>|<script>|&#|&#xfffffff;|<br/>|<|>|\\*|la |"
    "[00:99999]|[ti:]|[00:01]|{t:}|{soc}|{chorus}|{ns}|{sot}|{start_of_}|{meta}|[|]|#|\r|\n|\0|\f"
)
CRAFTED = st.lists(st.sampled_from(MARKS.split("|")), max_size=30).map("".join)


@pytest.mark.parametrize("name", WHOLE)
@given(draw=st.data())
def test_damage_ends_in_songs_or_in_a_sentence(name: str, draw: st.DataObject) -> None:
    data = bytearray(WHOLE[name])
    for place in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        data[place] = draw.draw(st.integers(0, 255))
    assert_read_or_refused(name, bytes(data[: draw.draw(st.integers(0, len(data)))]))


@pytest.mark.parametrize("name", [*WRITERS])
@given(data=st.one_of(st.binary(max_size=300), CRAFTED.map(str.encode)))
def test_any_bytes_end_in_songs_or_in_a_sentence(name: str, data: bytes) -> None:
    assert_read_or_refused(name, data)
    start = {"a.rtf": b"{\\rtf1 ", "a.pdf": b"%PDF-1.4\n"}.get(name, b"")
    assert_read_or_refused(name, start + data)


@given(xml=st.one_of(st.binary(max_size=100), CRAFTED.map(str.encode)))
def test_any_parts_end_in_songs_or_in_a_sentence(xml: bytes) -> None:
    assert_read_or_refused("a.odt", packed_up({"content.xml": xml, "styles.xml": xml}))
    assert_read_or_refused("a.epub", epub_file(["x"], more={"META-INF/encryption.xml": xml}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "_writecheck", lambda *_: None)
        assert_read_or_refused("a.epub", epub_file(["x"], more={"OPS/text/ch 0.xhtml": xml}))
