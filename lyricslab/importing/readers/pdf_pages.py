"""The pages of a PDF as lines, read by pypdf within limits."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers.pdf_lines import PdfLine, lines_of
from lyricslab.importing.readers.pdf_text import PdfTexts, StepBudget
from lyricslab.importing.readers.source import Source

MAX_PAGES = 800
MAX_STEPS = 1_000_000
"""Drawing steps on all pages together, far more than any songbook has."""
MAX_STREAM_BYTES = 10 * 2**20
_FOOT = 0.15
"""A page is full if its lines reach this share of its height, or the lowest line of any page."""

# pypdf logs every small flaw of a file on the console; users cannot fix them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read_pages(source: Source) -> tuple[list[list[PdfLine]], float]:
    """Return the lines of each page in drawing order, and the height where a full page ends.

    Raises:
        ReadError: if it is locked.
        FileTooLargeError: if it has too many pages, or too much besides words.
        BrokenFileError: if it is damaged.
    """
    try:
        with apply_configuration(
            stream_parsing_work_maximum_count=MAX_STEPS,
            zlib_maximum_output_length=MAX_STREAM_BYTES,
            lzw_maximum_output_length=MAX_STREAM_BYTES,
            run_length_maximum_output_length=MAX_STREAM_BYTES,
        ):
            return _read(source)
    except (ReadError, MemoryError):
        raise
    except LimitReachedError as error:
        raise _too_large(source.name) from error
    except Exception as error:  # pypdf raises anything on damaged files
        raise BrokenFileError(
            f"'{source.name}' could not be opened as a PDF: it is damaged, cut short, or of "
            "another kind. Save it again, or copy and paste its text."
        ) from error


def _read(source: Source) -> tuple[list[list[PdfLine]], float]:
    reader = PdfReader(io.BytesIO(source.data))
    if reader.is_encrypted:
        raise ReadError(
            f"'{source.name}' is locked against reading. Print it to a new PDF without a password, "
            "or copy and paste its text."
        )
    if len(reader.pages) > MAX_PAGES:
        raise _too_large(source.name)
    texts = PdfTexts(reader, StepBudget(MAX_STEPS))
    pages = []
    feet = []
    for page in reader.pages:
        pages.append(lines_of(texts.on_page(page)))
        feet.append(float(page.mediabox.bottom) + _FOOT * float(page.mediabox.height))
    return pages, min(feet, default=0.0)


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' has more pages, or more drawn on them, than a songbook: up to {MAX_PAGES} pages "
        "can be read. Import the pages with the songs, or copy and paste their text."
    )
