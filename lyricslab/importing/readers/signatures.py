"""What formats begin with, by which they are recognised whatever their files are called."""

from __future__ import annotations

import re

from lyricslab.importing.readers.beginning import xml_root

_STARTS = ((b"%PDF-", ".pdf"), (b"{\\rtf", ".rtf"), (b"PAR1", ".parquet"), (b"\x1f\x8b", ".gz"))
_HTML = "<!doctype html"
_ZIP = b"PK\x03\x04"
_DIRECTORY_END = b"PK\x05\x06"
_PARTS = {
    b"word/document.xml": ".docx",
    b"xl/workbook.xml": ".xlsx",
    b"META-INF/container.xml": ".epub",
    b"content.xml": ".odt",
}
"""A part that a zip has if it is a document."""
_FOREIGN = re.compile(
    rb"ppt/presentation\.xml|Index/Document\.iwa|\.mscx|"
    rb"mimetypeapplication/vnd\.oasis\.opendocument\.(?!text)"
)
"""What a zip has in it if it is a document of another kind, and no archive of files."""
_JSON = re.compile(r'\s*(?:\[\s*)?\{\s*"[^"\n]{1,200}"\s*:')
_JSON_LINES = re.compile(r"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")


def extension_of(data: bytes, text: str | None) -> str:
    """Return the extension that a file would have by what it begins with, or "".

    Args:
        text: its beginning, or None if it is not text.
    """
    if data.startswith(_ZIP):
        return _extension_of_zip(data)
    for start, extension in _STARTS:
        if data.startswith(start):
            return extension
    if text is None:
        return ""
    if xml_root(text)[0].lower() == "html" or text[:200].lstrip().lower().startswith(_HTML):
        return ".html"
    if _JSON.match(text):
        return ".jsonl" if _JSON_LINES.match(text) else ".json"
    return ""


def _extension_of_zip(data: bytes) -> str:
    """Return the extension of a zip by the names in its directory and by its first entry."""
    end = data.rfind(_DIRECTORY_END)
    start = int.from_bytes(data[end + 16 : end + 20], "little")
    directory = data[start:end]
    if _FOREIGN.search(directory) or _FOREIGN.search(data[:200]):
        return ""
    return next((kind for part, kind in _PARTS.items() if part in directory), ".zip")
