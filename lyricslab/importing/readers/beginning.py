"""The beginning of a file as text, by which its format is told whatever its name is."""

from __future__ import annotations

import codecs
import re

SIZE = 100_000
"""How many bytes are looked at."""
MAX_CONTROLS = 0.005
"""The largest share of control codes in a text."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of UTF-16, so it comes first
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\x7f]")
_COMMENT = re.compile("<!--.*?(?:-->|$)", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]{1,60}:)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])([^<>]{0,4000})")


def beginning(data: bytes) -> str | None:
    """Return the first lines of a file, or None if they are not text.

    What all formats are told by is in ASCII, so that the encoding need not be found out here.
    """
    head = data[:SIZE]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if head.count(0) > 0.2 * len(head):
        little = head[1::2].count(0) >= head[::2].count(0)
        text = head.decode("utf-16-le" if little else "utf-16-be", "replace")
    else:
        text = head.decode("utf-8", "replace")
    return None if len(_CONTROLS.findall(text)) > MAX_CONTROLS * len(text) else text


def xml_root(text: str) -> tuple[str, str]:
    """Return the name of the root of an XML file and its attributes as written, or two blanks."""
    text = text.lstrip()
    if not text.startswith("<"):
        return "", ""
    root = _ROOT.search(_COMMENT.sub("", text))
    return (root[1], root[2]) if root else ("", "")
