"""Parquet tables, as pandas and Hugging Face write them."""

from __future__ import annotations

import io
from typing import Any

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.tables.json_shapes import shaped
from lyricslab.importing.tables.json_songs import json_songs

EXTENSIONS = (".parquet", ".pq")

MAX_ROWS = 1_000_000
MAX_COLUMNS = 2_000
MAX_TEXT_BYTES = 100 * 2**20
"""Repeated texts are stored once in such a file, so that a small one can unpack to any size."""
BATCH_ROWS = 500
_ADVICE = "Save the table as .csv, and import that."


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a table; its columns of texts and lists of texts are looked at.

    Raises:
        BrokenFileError: if it is damaged.
        FileTooLargeError: if it has more rows, columns or text than any table of songs.
        ColumnsError: if the user must choose the column of the lyrics.
    """
    import pyarrow  # here, as it takes 0.2 s that few files need

    try:
        rows = _rows(source)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise BrokenFileError(
            f"'{source.name}' could not be read as a Parquet table: it is damaged, or written in "
            f"an unusual way. {_ADVICE}"
        ) from error
    found = json_songs(shaped(rows) or [], source, unit="row")
    return source.result("Parquet table", found.songs, None, found.notes, found.guesses)


def _rows(source: Source) -> list[dict[str, Any]]:
    from pyarrow import parquet, types

    schema = parquet.read_schema(io.BytesIO(source.data))
    texts = [each.name for each in schema if types.is_string(each.type)]
    kept = [each.name for each in schema if not types.is_binary(each.type)]
    with parquet.ParquetFile(io.BytesIO(source.data), read_dictionary=texts) as table:
        if table.metadata.num_rows > MAX_ROWS or len(schema) > MAX_COLUMNS:
            raise _too_large(source.name)
        rows: list[dict[str, Any]] = []
        size = 0
        for batch in table.iter_batches(BATCH_ROWS, columns=kept, use_threads=False):
            size += sum(map(_bytes, batch.columns))
            if size > MAX_TEXT_BYTES:
                raise _too_large(source.name)
            rows += batch.to_pylist()
    return rows


def _bytes(column: Any) -> int:
    """Return how many bytes the values of a column take when each is written out."""
    from pyarrow import compute, types

    if types.is_dictionary(column.type):
        lengths = compute.binary_length(column.dictionary)
        return int(compute.sum(lengths.take(column.indices)).as_py() or 0)
    return int(column.nbytes)


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(f"'{name}' holds more than any table of songs. {_ADVICE}")
