"""Documents that are a zip of XML parts, read part by part within bounds."""

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
"""More words than this in one document are not lyrics but a trap."""
MAX_ELEMENTS = 1_000_000
_CHUNK_BYTES = 2**20
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,  # a part that the document ought to have, an encoding that there is not
    ValueError,
    NotImplementedError,  # packed in an unusual way
    RuntimeError,  # locked; or nested without end
    OSError,
)
"""What the standard library says of the trouble inside a document."""


class Package:
    """The parts of one document; inside a `with`, damage becomes a sentence."""

    def __init__(self, source: Source, kind: str, instead: str) -> None:
        """Takes a file.

        Args:
            kind: what it ought to be, in words such as "an e-book".
            instead: what else the person can do, a sentence.
        """
        self._name = source.name
        self._data = source.data
        self._kind = kind
        self._instead = instead
        self._left = MAX_PARTS_BYTES
        self._elements = MAX_ELEMENTS

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
        """A part's bytes, counted as they come: what a zip declares is not to be trusted."""
        pieces = []
        with self._archive.open(part) as stream:
            while piece := stream.read(_CHUNK_BYTES):
                self._left -= len(piece)
                if self._left < 0:
                    raise self._too_large()
                pieces.append(piece)
        return b"".join(pieces)

    def xml(self, part: str) -> Element:
        """A part's XML; of a name with a namespace only what follows that counts."""
        builder = TreeBuilder()

        def start(name: str, own: dict[str, str]) -> None:
            self._elements -= 1
            if self._elements < 0:
                raise self._too_large()
            builder.start(_local(name), {_local(key): value for key, value in own.items()})

        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.EntityDeclHandler = self._refuse_entities
        parser.StartElementHandler = start
        parser.EndElementHandler = lambda name: builder.end(_local(name))
        parser.CharacterDataHandler = builder.data
        parser.Parse(self.read(part), True)
        return builder.close()

    def broken(self) -> BrokenFileError:
        """What is said of a document that is not what its name says."""
        return BrokenFileError(
            f"'{self._name}' could not be opened as {self._kind}: it is damaged, cut short, or of "
            f"another kind. {self._instead}"
        )

    def locked(self, why: str) -> ReadError:
        """What is said of a document that only its owner's program can open."""
        return ReadError(f"'{self._name}' is {why}. {self._instead}")

    def _too_large(self) -> FileTooLargeError:
        return FileTooLargeError(
            f"'{self._name}' unpacks to more than a document of lyrics ever holds. {self._instead}"
        )

    def _refuse_entities(self, *_: object) -> None:
        """Words that stand for other words are how a small file becomes an endless one."""
        raise self.broken()


def beside(part: str, link: str) -> str:
    """The part that a link in another part leads to."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(part), link))


def _local(name: str) -> str:
    return name.rpartition("}")[2]
