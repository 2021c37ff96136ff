"""TEI (tei-c.org, P4 and P5), the XML of editions: poems as `<lg>` of `<l>`, a stanza each.

The header, notes, page numbers and corrected readings are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from lxml import etree

from lyricslab.errors import EmptyFileError
from lyricslab.importing.readers.beginning import xml_root
from lyricslab.importing.readers.paragraphs import with_title
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_file import LANGUAGE, field, parse_xml, words_in
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".tei",)

_ROOTS = frozenset(("TEI", "TEI.2", "teiCorpus", "teiCorpus.2"))
_NOTES = ("note", "fw", "figure", "rdg", "del", "speaker", "stage")
_CORRECTED = {"corr": "sic", "reg": "orig", "expan": "abbr"}
"""The readings of a choice, with the ones they replace."""
_POEMS = frozenset("poem song sonnet ballad hymn ode elegy canto".split())
"""The types of elements that are a poem with everything in them."""
_HOMES = frozenset("lg sp div div1 div2 div3 div4 div5 div6 body text front back".split())
"""Elements whose verses belong together."""


def matches(text: str) -> bool:
    """Return whether a text begins as TEI does."""
    return xml_root(text)[0] in _ROOTS


def read(source: Source) -> list[FileSongs]:
    """Read the poems of a file; a single one without a heading has the title of the edition.

    Raises:
        EmptyFileError: if it has no verse.
        ReadError: if it is not text, or its XML is damaged.
    """
    root, decoded = parse_xml(source, "TEI")
    etree.strip_elements(root, *_NOTES, with_tail=False)
    for choice in root.iter("choice"):
        for better, worse in _CORRECTED.items():
            if choice.find(better) is not None:
                etree.strip_elements(choice, worse, with_tail=False)
    songs = [song for edition in _editions(root) for song in _songs(edition)]
    if not songs:
        raise EmptyFileError(
            f"'{source.name}' is TEI without verse: no line of it is in <l>. Copy its words and "
            "paste them."
        )
    return source.result("TEI", with_title(songs, source.title), decoded)


def _editions(root: Any) -> list[Any]:
    """Return the texts of a corpus, each with a header of its own."""
    return list(root.iter("TEI", "TEI.2")) or [root]


def _songs(edition: Any) -> list[RawSong]:
    poems = [poem for text in edition.iterchildren("text") for poem in _poems(text)]
    author = field(edition, "teiHeader//author")
    languages = [one.get(LANGUAGE) for one in (*edition.iterchildren("text"), edition)]
    language = next(filter(None, languages), "")
    songs = []
    for poem in poems:
        title = _heading(poem)
        if not title and len(poems) == 1:
            title = field(edition, "teiHeader/fileDesc/titleStmt/title")
        details = (("language", language),) if language else ()
        songs.append(RawSong(title, _text(poem), author, details=details))
    return songs


def _poems(element: Any) -> Iterator[Any]:
    """Yield the smallest elements that are a poem each."""
    children = [child for child in element if isinstance(child.tag, str)]
    if element.get("type", "").lower() in _POEMS and element.find(".//l") is not None:
        inner = [poem for child in children for poem in _poems(child) if _is_poem(poem)]
        yield from inner or [element]
        return
    groups = [child for child in children if child.tag == "lg"]
    apart = [group for group in groups if _is_poem(group)]
    if len(groups) > 1 and all(_is_title(field(group, "head")) for group in groups):
        apart = groups
    verses = [child for child in children if child.tag in ("l", "lg", "sp")]
    if len(verses) > len(apart):
        yield element
    elif apart:
        yield from apart
    else:
        for child in children:
            yield from _poems(child)


def _is_poem(element: Any) -> bool:
    """Return whether an element is a poem by its type, or a group of stanzas."""
    typed = element.get("type", "").lower() in _POEMS
    return typed or (element.tag == "lg" and element.find("lg") is not None)


def _is_title(heading: str) -> bool:
    """Return whether a heading is more than the number of a stanza."""
    return len(heading.strip("IVXLivxl0123456789. ")) > 2


def _heading(poem: Any) -> str:
    """Return the heading of a poem, or of what holds nothing but the poem."""
    element = poem
    while element is not None:
        if heading := field(element, "head"):
            return heading.replace("\n", " ")
        element = element.getparent()
        if element is None or len(element.findall("lg") + element.findall("div")) > 1:
            break
    return ""


def _text(poem: Any) -> str:
    """Return the lines of a poem, with a blank line where a stanza ends."""
    stanzas = groupby(poem.iter("l"), key=_home)
    texts = ("\n".join(filter(None, map(words_in, lines))) for _, lines in stanzas)
    return "\n\n".join(filter(None, texts))


def _home(line: Any) -> Any:
    """Return the stanza of a line."""
    element = line.getparent()
    while element is not None and element.tag not in _HOMES:
        element = element.getparent()
    return element
