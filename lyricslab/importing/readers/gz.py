"""Single files packed with gzip, such as songs.csv.gz."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import replace

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers import registry
from lyricslab.importing.readers.source import MAX_FILE_BYTES, FileSongs, Source

EXTENSIONS = (".gz",)


def read(source: Source) -> list[FileSongs]:
    """Read the file that was packed by the reader of its own name.

    Raises:
        BrokenFileError: if it is damaged.
        FileTooLargeError: if it unpacks to more than any file may have.
        ReadError: if the file in it cannot be read.
    """
    limit = min(MAX_FILE_BYTES, source.budget.bytes_left if source.budget else MAX_FILE_BYTES)
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(source.data)) as stream:
            data = stream.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenFileError(
            f"'{source.name}' is not a complete .gz file: it is damaged or cut short. Pack it "
            "again, or import the file itself."
        ) from error
    if len(data) > limit or (source.budget and not source.budget.spend(len(data))):
        raise FileTooLargeError(
            f"'{source.name}' unpacks to more than {MAX_FILE_BYTES // 2**20} MB, which cannot "
            "be read. Divide the songs into smaller files."
        )
    inner = replace(source, name=source.name[: -len(source.extension)], data=data)
    if inner.extension in EXTENSIONS:
        raise ReadError(
            f"'{source.name}' is packed more than once. Unpack it yourself, then import what it "
            "holds."
        )
    return registry.reader_for(inner).read(inner)
