"""Characters that HTML writes by name or number, such as &amp; and &#8217;."""

from __future__ import annotations

import html
import re

_LONG_NUMBER = re.compile(r"&#(?:[xX][0-9a-fA-F]{9}[0-9a-fA-F]*|[0-9]{9}[0-9]*);?")
"""Beyond any character; Python refuses to read thousands of digits."""


def unescape(text: str) -> str:
    """Return a text with the characters that are meant."""
    return html.unescape(_LONG_NUMBER.sub("\ufffd", text)) if "&" in text else text
