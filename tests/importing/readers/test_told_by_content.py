"""Formats told by their content, whatever a file is called, and lyrics that are of none."""

from __future__ import annotations

import time

import pytest

from lyricslab.errors import UnknownFormatError
from lyricslab.importing.readers import registry
from lyricslab.importing.readers.beginning import beginning
from lyricslab.importing.readers.source import Source
from tests.support.read_back import BOTH, DOG, RIVER, as_bytes, read_one
from tests.support.written_files import (
    WRITERS,
    docx_file,
    epub_songs,
    html_songs,
    odt_songs,
    packed_up,
    pdf_songs,
    rtf_songs,
)

PLAIN = {
    "sheet": "Old Dog\nArtist: Ann\nKey: G\n\n[Verse 1]\nG       C\nthe dog sleeps: 1 2 3\n"
    "(at 10:30) by the door\n\n[Chorus]\nP1 and P2\n- oh, and *you*\n: 4 more\n",
    "notes": "# Red River\n\nX: the unknown\nW: who knows\nK.: nobody\n\nthe river {runs}\n"
    "<br> and it bends --> away\n\n---\n\n# Old Dog\n\n[Am]the dog [G]sleeps\n[00:10] once\n",
    "tale": '1\nThe dog\n\n2\nThe river\n\n3\n12:30, the door\n\n{chorus}\n"Oh": [all]\n'
    "{1: 2}\n<i>and on</i>\nT: the end\n",
}
BINARY = {
    "a.docx": docx_file(
        lambda document: [document.add_paragraph(line) for line in ("la the dog,", "la sleeps")]
    ),
    "a.pdf": pdf_songs([DOG, RIVER]),
    "a.epub": epub_songs([DOG, RIVER]),
    "a.odt": odt_songs([DOG, RIVER]),
    "a.rtf": rtf_songs([DOG, RIVER]).encode(),
    "a.html": html_songs([DOG, RIVER]).encode(),
    "a.zip": packed_up({"a.txt": "the dog,\nsleeps"}),
    "a.json": b'[{"title": "Old Dog", "text": "the dog\\nsleeps"}]',
    "a.jsonl": b'{"title": "Old Dog", "text": "the dog"}\n{"title": "Red", "text": "the river"}\n',
}


def reader_of(name: str, data: bytes) -> str:
    reader = registry.reader_for(Source(name, data))
    return vars(reader)["__name__"].rpartition(".")[2]


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a", "a.xyz", "St. James Infirmary", "Vol.2"])
def test_lyrics_are_taken_for_no_other_format(name: str, text: str) -> None:
    assert reader_of(name, text.encode()) == "plain"
    assert reader_of(name, text.encode("utf-16")) == "plain"


@pytest.mark.parametrize("kind", BINARY)
def test_documents_under_other_names(kind: str) -> None:
    expected = reader_of(kind, BINARY[kind])
    for name in ("a.txt", "a", "a.xyz", "a.doc"):
        assert reader_of(name, BINARY[kind]) == expected


def test_songs_under_another_name_are_the_same() -> None:
    for name, write in WRITERS.items():
        songs = [DOG] if name == "a.lrc" else [DOG, RIVER]
        data = as_bytes(write(songs))
        assert read_one("b", data).songs == read_one(f"b{name[1:]}", data).songs
        assert [song.title for song in read_one("b", data).songs] == [
            song.title for song in BOTH[: len(songs)]
        ]


def test_a_text_is_no_text_if_it_is_full_of_control_codes() -> None:
    assert beginning(bytes(range(256))) is None
    assert beginning(b"the dog\r\n\fsleeps\x1a") is not None
    assert beginning("the dog".encode("utf-16-le")) == "the dog"
    assert beginning("\ufeffthe dog".encode("utf-16-be")) == "the dog"


def test_xml_of_another_kind_is_refused_with_what_is_read() -> None:
    with pytest.raises(UnknownFormatError, match=r"a \.xml file.*OpenLyrics"):
        reader_of("a.xml", b"<?xml version='1.0'?><note><to>the dog</to></note>")


HOSTILE = {
    "stamps": "[00:01]" * 300_000,
    "blanks": " " * 2_000_000,
    "hashes": "#TITLE:" * 300_000,
    "braces": "{t:" * 700_000,
    "tags": "<a" * 1_000_000,
    "arrows": "00:00:01,000 --> " * 120_000,
    "notes": ": 1 1 1 a\n" * 200_000,
    "cues": "1\n00:00:01,000 --> 00:00:02,000\na\n\n" * 50_000,
    "hyphens": "X:1\nK:C\nw:" + "- " * 1_000_000,
    "verses": "X:1\nK:C\n" + "w:a-\n" * 400_000,
    "tunes": "X:1\nK:C\n" * 200_000,
    "accents": "X:1\nK:C\nw:" + "\\'" * 1_000_000,
    "cue": "00:00:01,000 --> 00:00:02,000\n" + "a\n" * 1_000_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_two_megabytes_of_anything_are_told_at_once(text: str) -> None:
    started = time.perf_counter()
    source = Source("a.txt", text.encode())
    registry.reader_for(source)
    assert time.perf_counter() - started < 1
