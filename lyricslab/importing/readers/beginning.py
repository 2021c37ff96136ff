"""The beginning of a file as text, by which its format is recognised whatever its name is."""

from __future__ import annotations

import re

from lyricslab.importing.encoding import BYTE_ORDER_MARKS

SIZE = 100_000
"""How many bytes are looked at."""
MAX_CONTROLS = 0.005
"""The largest share of control codes in a text."""
_CONTROLS = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\x7f]")
_COMMENT = re.compile("<!--.*?(?:-->|$)", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]{1,60}:)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])([^<>]{0,4000})")


def beginning(data: bytes) -> str | None:
    """Return the first lines of a file, or None if they are not text.

    The signs of all formats are in ASCII, so the encoding need not be detected here.
    """
    head = data[:SIZE]
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if head.count(0) > 0.2 * len(head):
        little = head[1::2].count(0) >= head[::2].count(0)
        text = head.decode("utf-16-le" if little else "utf-16-be", "replace")
    else:
        text = head.decode("utf-8", "replace")
    return None if len(_CONTROLS.findall(text)) > MAX_CONTROLS * len(text) else text


def xml_root(text: str) -> tuple[str, str]:
    """Return the name and the written attributes of an XML file's root, or two empty strings."""
    text = text.lstrip()
    if not text.startswith("<"):
        return "", ""
    root = _ROOT.search(_COMMENT.sub("", text))
    return (root[1], root[2]) if root else ("", "")
