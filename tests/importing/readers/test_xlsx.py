"""Spreadsheets, written by hand as spreadsheet programs write them."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

import pytest

from lyricslab.errors import BrokenFileError, ColumnsError, FileTooLargeError
from lyricslab.importing.readers import xlsx
from lyricslab.songs.raw_song import RawSong
from tests.support.read_back import read, read_songs
from tests.support.written_files import packed_up

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def sheet(rows: Sequence[Sequence[str]], strings: list[str]) -> str:
    """A sheet whose texts are shared strings, without its empty rows and cells."""
    written = []
    for number, row in enumerate(rows, 1):
        cells = []
        for column, text in enumerate(row):
            if text.isdecimal():
                cells.append(f"<c r='{chr(65 + column)}{number}'><v>{text}</v></c>")
            elif text:
                strings.append(text)
                at = len(strings) - 1
                cells.append(f"<c r='{chr(65 + column)}{number}' t='s'><v>{at}</v></c>")
        if cells:
            written.append(f"<row r='{number}'>{''.join(cells)}</row>")
    return f"<worksheet {MAIN}><sheetData>{''.join(written)}</sheetData></worksheet>"


def book(sheets: dict[str, Sequence[Sequence[str]]]) -> bytes:
    strings: list[str] = []
    parts = {
        f"xl/worksheets/s{k}.xml": sheet(rows, strings) for k, rows in enumerate(sheets.values())
    }
    names = "".join(f'<sheet name="{name}" r:id="r{k}"/>' for k, name in enumerate(sheets))
    return spreadsheet(parts, names, "".join(f"<si><t>{escape(text)}</t></si>" for text in strings))


def spreadsheet(parts: dict[str, str], names: str, strings: str) -> bytes:
    links = "".join(
        f'<Relationship Id="r{k}" Target="{part.removeprefix("xl/")}"/>'
        for k, part in enumerate(parts)
    )
    return packed_up(
        {
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINKS}"><sheets>{names}</sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
            "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
            **parts,
        }
    )


def one_sheet(cells: str, strings: str = "") -> bytes:
    part = f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>"
    return spreadsheet({"xl/s.xml": part}, '<sheet name="A" r:id="r0"/>', strings)


def test_a_song_a_row() -> None:
    rows = [
        ["", "title", "year", "lyrics"],
        ["1", "Reed", "1999", "it bends\nand it stands & sways"],
        ["2", "Sedge", "2001", "rain"],
    ]
    assert read_songs("a.xlsx", book({"Songs": rows})) == [
        RawSong("Reed", rows[1][3], details=(("year", "1999"),)),
        RawSong("Sedge", "rain", details=(("year", "2001"),)),
    ]


def test_a_line_a_row_with_titles_once_and_blank_rows_between_stanzas() -> None:
    rows = [["song", "line"]]
    for name in ("Reed", "Sedge", "Iris"):
        rows += [[name, f"{name} bends"], ["", "and sways"], [], ["", f"so {name} sings"]]
    (file,) = read("a.xlsx", book({"Songs": rows}))
    assert [song.title for song in file.songs] == ["Reed", "Sedge", "Iris"]
    assert file.songs[1].text == "Sedge bends\nand sways\n\nso Sedge sings"
    assert file.guesses[0].songs == 3


def test_the_first_sheet_with_lyrics_is_read_and_the_others_are_told() -> None:
    songs = [["title", "lyrics"], ["Reed", "it bends"]]
    data = book({"Empty": [], "About": [["What this is"]], "Mine": songs, "Old": songs})
    (file,) = read("a.xlsx", data)
    assert file.songs == (RawSong("Reed", "it bends"),)
    (note,) = file.notes
    assert "'Mine'" in note and "'Empty', 'About' and 'Old'" in note
    with pytest.raises(ColumnsError):
        read("a.xlsx", book({"About": [["What this is", "and for whom"], ["a b", "c d"]]}))


def test_letters_in_styles_inline_texts_formulas_and_errors() -> None:
    cells = (
        "<row><c t='inlineStr'><is><t>title</t></is></c><c t='s'><v>0</v></c></row>"
        "<row><c t='str'><f>A1</f><v>Reed</v></c><c t='s'><v>1</v></c>"
        "<c t='e'><v>#REF!</v></c></row>"
    )
    strings = (
        "<si><t>lyrics</t></si>"
        "<si><r><t>it </t></r><r><rPr/><t>bends_x000D_\n</t></r><r><t>down</t></r>"
        "<rPh><t>no</t></rPh></si>"
    )
    assert read_songs("a.xlsx", one_sheet(cells, strings)) == [RawSong("Reed", "it bends\ndown")]


def test_far_cells_take_no_room_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    far = (
        "<row r='1'><c r='A1' t='str'><v>title</v></c><c r='XFD1' t='str'><v>lyrics</v></c></row>"
        "<row r='1048576'><c r='A1048576' t='str'><v>Reed</v></c>"
        "<c r='XFD1048576' t='str'><v>it bends</v></c></row>"
    )
    assert read_songs("a.xlsx", one_sheet(far)) == [RawSong("Reed", "it bends")]
    wide = "".join(
        f"<row r='{k}'><c r='{chr(64 + k)}{k}' t='str'><v>x</v></c></row>" for k in range(1, 27)
    )
    monkeypatch.setattr(xlsx, "MAX_CELLS", 500)
    with pytest.raises(FileTooLargeError, match=r"as \.csv"):
        read("a.xlsx", one_sheet(wide))


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        packed_up({"word/document.xml": "<x/>"}),
        one_sheet("<row r='x'><c t='s'><v>0</v></c></row>"),
        one_sheet("<row><c t='s'><v>7</v></c></row>"),
        one_sheet("<row><c t='s'><v>-</v></c></row>"),
    ],
)
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(BrokenFileError, match=r"as \.csv"):
        read("a.xlsx", data)
