"""Spreadsheets (.xlsx): the first sheet with lyrics, read from its XML within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lyricslab.errors import ColumnsError
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_zip import Package, beside
from lyricslab.importing.tables.cell_table import cell_table, head_of
from lyricslab.importing.tables.table_songs import Found, read_table
from lyricslab.wording import listed

EXTENSIONS = (".xlsx", ".xlsm")

MAX_CELLS = 10_000_000
"""More, counting the empty ones between those that are filled, are no table of songs."""
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WORKBOOK = "xl/workbook.xml"


def read(source: Source) -> list[FileSongs]:
    """Read the songs of the first sheet that has lyrics; a note names the others.

    Raises:
        BrokenFileError: if it is damaged, or no spreadsheet.
        FileTooLargeError: if it has more cells than any table of songs.
        ColumnsError: if the user must choose the column of the lyrics.
    """
    advice = "Save the sheet as .csv, and import that."
    first_error: ColumnsError | None = None
    with Package(source, "a spreadsheet", advice) as package:
        strings = _shared_strings(package)
        sheets = list(_sheets(package))
        for name, part in sheets:
            rows = _rows(package, part, strings)
            if not any(any(map(str.isalpha, cell)) for row in rows for cell in row):
                continue
            try:
                found = _found(rows, source)
            except ColumnsError as error:
                first_error = first_error or error
                continue
            others = [other for other, its_part in sheets if other != name and its_part in package]
            notes = [*_unread(source.name, name, others), *found.notes]
            return source.result("spreadsheet", found.songs, None, notes, found.guesses)
    if first_error is not None:
        raise first_error
    return source.result("spreadsheet", [])


def _found(rows: list[list[str]], source: Source) -> Found:
    names, head_rows = head_of(rows)
    return read_table(cell_table(names, rows[head_rows:]), source)


def _unread(file: str, sheet: str, others: list[str]) -> Iterator[str]:
    if others:
        named = listed([f"'{name}'" for name in others], limit=5)
        what = "the other sheet was" if len(others) == 1 else "the other sheets were"
        yield f"The songs of '{file}' are those of its sheet '{sheet}'; {what} not read: {named}."


def _sheets(package: Package) -> Iterator[tuple[str, str]]:
    """Yield the names of the sheets with words in them, in order, and their parts."""
    links = package.xml("xl/_rels/workbook.xml.rels")
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter("Relationship")}
    for sheet in package.xml(_WORKBOOK).iter("sheet"):
        target = targets.get(sheet.get("id"), "")
        part = target.lstrip("/") if target.startswith("/") else beside(_WORKBOOK, target)
        if part in package:
            yield sheet.get("name", ""), part


def _shared_strings(package: Package) -> list[str]:
    part = "xl/sharedStrings.xml"
    return [_text(item) for item in package.xml(part).iter("si")] if part in package else []


def _text(item: Element) -> str:
    """Return the text of a cell, whose letters may differ in style, without its pronunciation."""
    texts = [
        run.findtext("t", "") if run.tag == "r" else run.text or ""
        for run in item
        if run.tag in "rt"
    ]
    return _ESCAPE.sub(_unescaped, "".join(texts))


def _unescaped(escape: re.Match[str]) -> str:
    char = chr(int(escape[1], 16))
    return "" if char == "\r" else char


def _rows(package: Package, part: str, strings: list[str]) -> list[list[str]]:
    """Return the rows of a sheet; the empty ones between them as one, empty columns left out."""
    by_column: list[dict[int, str]] = []
    last = 0
    for row in package.xml(part).iter("row"):
        cells = {}
        for k, cell in enumerate(row.iter("c")):
            text = _value(cell, strings)
            if text:
                cells[_column(cell.get("r", ""), k)] = text
        number = int(row.get("r", last + 1))
        if number > last + 1 and cells and by_column:
            by_column.append({})
        last = number
        by_column.append(cells)
    used = sorted({column for cells in by_column for column in cells})
    if len(used) * len(by_column) > MAX_CELLS:
        raise package.too_large()
    filled = [k for k, cells in enumerate(by_column) if cells]
    whole = by_column[filled[0] : filled[-1] + 1] if filled else []
    return [[cells.get(column, "") for column in used] for cells in whole]


def _value(cell: Element, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        inline = cell.find("is")
        return _text(inline) if inline is not None else ""
    value = cell.findtext("v", "")
    if kind == "s":
        return strings[int(value)] if value else ""
    if kind == "str":
        return _ESCAPE.sub(_unescaped, value)
    return "" if kind == "e" else value.removesuffix(".0")


def _column(reference: str, place: int) -> int:
    """Return the number of a cell's column: "B7" -> 1."""
    letters = re.match(r"[A-Z]{1,3}(?=\d)", reference)
    if letters is None:
        return place
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
