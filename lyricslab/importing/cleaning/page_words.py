"""What a line of a web page or a book looks like, as opposed to one that is sung."""

from __future__ import annotations

import re

PROSE_CHARS = 70
"""A sentence this long is no line of a song."""
NAMED_WORDS = 3
"""This many words beside a song's title are a sentence about the song."""
NAME = "\0"
"""Stands for a song's own title or artist in the key of a line."""

_PAGE = re.compile(
    r"https?:|www\.|\.(?:com|net|org|html?)\b|@\w|\(c\)|<<|>>| \| |"
    r"\b(?:website|web site|web page|homepage|home page|lyrics|songtexte?|chords|tabs|tablature|"
    r"copyright|all rights|click(?: here)?|download|newsletter|sitemap|site map|log ?in|sign up|"
    r"sign in|personal use|privacy|cookies?|discography|guestbook|archives?|index|songbook|hymnal|"
    r"quick search|search for|search box|printer|printable|e-?mail|facebook|twitter|instagram|"
    r"youtube|spotify|itunes|mp3|midi|pdf|software|webmaster|transcri(?:bed|ption)|submitted by|"
    r"last (?:updated|modified)|permission|subscribe|comments|page \d+|\d+ pages?|hits|visitors?|"
    r"terms of use|contact us|about us|advertis\w*|powered by|published by|album:|isbn)\b",
    re.IGNORECASE,
)
_MENU = frozenset(
    "home search menu contact contacts about links faq help blog news forum shop store cart login "
    "logout register account archive index sitemap top back next previous prev up us to the of and "
    "a by z latest new additions updates popular songs song artists artist albums album titles "
    "title lyrics chords tabs music video videos photos bio biography discography tour store "
    "share tweet print email pdf comments comment reply feedback privacy terms rss page pages site "
    "map list random genres genre charts browse all random contents main full text".split()
)
_MENU_SIGNS = frozenset(
    "search menu contact contacts links faq help blog news forum shop login register archive "
    "index sitemap next previous prev additions updates artists albums titles lyrics chords tabs "
    "discography comments share tweet print email rss page pages site browse contents".split()
)


def is_page_line(line: str, key: str) -> bool:
    """Return whether a line is about a page, a book or the song, and not sung.

    Args:
        key: its words in lower case, with NAME for the song's title or artist.
    """
    words = key.split()
    if _PAGE.search(line):
        return True
    if NAME in words and len(words) - words.count(NAME) >= NAMED_WORDS:
        return True
    if len(line) >= PROSE_CHARS and _ends(line):
        return True
    return key == "home" or (
        len(words) <= 4 and _MENU.issuperset(words) and not _MENU_SIGNS.isdisjoint(words)
    )


def is_menu_entry(line: str) -> bool:
    """Return whether a line is short and in title case, without an end, as in a menu."""
    words = line.split()
    return (
        len(words) <= 5
        and line[-1].isalnum()
        and all(word[0].isupper() or word[0].isdigit() or len(word) < 4 for word in words)
    )


def _ends(line: str) -> bool:
    return line.rstrip("\"')")[-1:] in (".", ":", "!", "?")
