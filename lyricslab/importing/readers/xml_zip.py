"""Documents that are a zip of XML parts, read part by part within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from typing import Self
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers.source import Source

MAX_PARTS_BYTES = 40 * 2**20
"""A document that unpacks to more is refused: it is not lyrics, and would fill the memory."""
MAX_ELEMENTS = 1_000_000
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,  # a missing part, an unknown encoding
    ValueError,
    NotImplementedError,  # packed in an unusual way
    RuntimeError,  # locked, or nested too deeply
    OSError,
)
"""What the standard library raises on a damaged document."""


class Package:
    """The parts of one document; inside a `with`, damage becomes an error with a sentence."""

    def __init__(self, source: Source, kind: str, advice: str) -> None:
        """Prepare to open a file.

        Args:
            kind: what it should be, in words such as "an e-book".
            advice: what the user can do instead, a sentence.
        """
        self._name = source.name
        self._data = source.data
        self._kind = kind
        self._advice = advice
        self._bytes_left = MAX_PARTS_BYTES
        self._elements_left = MAX_ELEMENTS

    def __enter__(self) -> Self:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(self._data))
        except _DAMAGES as error:
            raise self.broken() from error
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._archive.close()
        if isinstance(error, _DAMAGES):
            raise self.broken() from error

    def __contains__(self, part: str) -> bool:
        return part in self._archive.NameToInfo

    def read(self, part: str) -> bytes:
        """Unpack a part, counting its bytes, for the declared size cannot be trusted."""
        with self._archive.open(part) as stream:
            data = stream.read(self._bytes_left + 1)
        self._bytes_left -= len(data)
        if self._bytes_left < 0:
            raise self.too_large()
        return data

    def xml(self, part: str) -> Element:
        """Parse a part as XML, with the namespaces taken off all names."""
        builder = TreeBuilder()
        local = _LocalNames()

        def start(name: str, attributes: dict[str, str]) -> None:
            self._elements_left -= 1
            if self._elements_left < 0:
                raise self.too_large()
            builder.start(local[name], {local[key]: value for key, value in attributes.items()})

        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.EntityDeclHandler = self._refuse_entities
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: builder.end(local[name])
        parser.CharacterDataHandler = builder.data
        parser.Parse(self.read(part), True)
        return builder.close()

    def broken(self) -> BrokenFileError:
        """Return the error for a document that is not what its name says."""
        return BrokenFileError(
            f"'{self._name}' could not be opened as {self._kind}: it is damaged, cut short, or of "
            f"another kind. {self._advice}"
        )

    def locked(self, why: str) -> ReadError:
        """Return the error for a document that only its owner's program can open."""
        return ReadError(f"'{self._name}' is {why}. {self._advice}")

    def too_large(self) -> FileTooLargeError:
        """Return the error for a document with more than lyrics in it."""
        return FileTooLargeError(
            f"'{self._name}' unpacks to more than a document of lyrics ever holds. {self._advice}"
        )

    def _refuse_entities(self, *_: object) -> None:
        """Refuse entities, by which a small file can expand without end."""
        raise self.broken()


def beside(part: str, link: str) -> str:
    """Return the part that a link in another part leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), link))


class _LocalNames(dict[str, str]):
    """Names without their namespaces, each made only once."""

    def __missing__(self, name: str) -> str:
        self[name] = name.rpartition("}")[2]
        return self[name]
