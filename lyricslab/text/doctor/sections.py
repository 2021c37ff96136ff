"""Labels of sections, such as [Chorus]."""

from __future__ import annotations

from lyricslab.text.clean import count_labels, is_label, without_leading_label
from lyricslab.text.doctor.sheet import Sheet


def strip(sheet: Sheet) -> Sheet:
    """The song without its section labels."""
    if not count_labels(sheet.text):
        return sheet
    rows = ((line, origin) for line, origin in sheet.rows() if not is_label(line))
    return sheet.written((without_leading_label(line), origin) for line, origin in rows)
