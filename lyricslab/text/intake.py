"""From files or pasted text to songs: read, folded, cleaned, counted; then corrected by hand.

An `Intake` is what came in and what was done to it. It never changes; each correction gives a new
one, and `corpus` ends it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from lyricslab.errors import EmptyFileError, FileTooLargeError, InputError, ReadError
from lyricslab.text.boundaries import divide, is_title
from lyricslab.text.clean import count_labels, newlines, one_line, tidy, without_labels
from lyricslab.text.corpus import MIN_SONGS, Corpus
from lyricslab.text.fold import Change, fold, merge_changes
from lyricslab.text.pieces import PIECE_CHARS, cut
from lyricslab.text.readers.registry import extensions, reader_for
from lyricslab.text.readers.source import MAX_FILE_BYTES, Columns, Draft, Found, Source
from lyricslab.text.song import Song

__all__ = [
    "MAX_FILE_BYTES",
    "Columns",
    "FileReport",
    "Intake",
    "extensions",
    "file_bytes",
    "gather",
    "joint_name",
    "likely_columns",
    "read_file",
    "read_paste",
    "read_path",
]

LONG_CHARS = 6_000
"""A text longer than this is hardly one song."""
MANY_CHANGES = 0.1
"""From this share of changed characters on, a text will look foreign to whoever wrote it."""
COMMONEST = 3
"""So many kinds of replaced characters are named in a note."""
TITLE_CHARS = 80
"""A column whose texts are longer on average hardly holds titles."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file held."""

    name: str
    format: str
    encoding: str
    """Empty where the format settles it."""
    songs: int
    characters: int
    """As they stood in the file, before folding."""


@dataclass(frozen=True, slots=True)
class Intake:
    """Songs as they came in, and an account of what was found and changed."""

    name: str
    songs: tuple[Song, ...]
    files: tuple[FileReport, ...]
    changes: tuple[Change, ...]
    """The characters that were replaced, the commonest first."""
    duplicates: int
    """Songs that came more than once and are kept once."""
    remarks: tuple[str, ...] = ()
    """What the readers had to say, a sentence each."""
    origins: tuple[frozenset[int], ...] = ()
    """The files each song is from, as places in `files`; from none, unless it is given.

    A song is from several if it stood in each of them, or was joined from what stood there.
    """

    def __post_init__(self) -> None:
        if not self.origins:
            object.__setattr__(self, "origins", (frozenset[int](),) * len(self.songs))

    @property
    def changed_share(self) -> float:
        """Which part of the characters was replaced, 0 to 1."""
        return sum(change.count for change in self.changes) / max(1, self.characters_read)

    @property
    def characters_read(self) -> int:
        """Characters as they stood in the files, before folding."""
        return sum(file.characters for file in self.files)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this intake, a plain sentence each."""
        notes = [*self.remarks, *_change_notes(self)]
        if self.duplicates:
            were = "1 song was" if self.duplicates == 1 else f"{self.duplicates:,} songs were"
            notes.append(f"{were} there already, word for word, and left out.")
        if self.long_texts:
            notes.append(
                f"{_count(self.long_texts, 'text')} here longer than any song. If "
                "there are several songs in it, split it; else it can be cut into pieces."
            )
        return tuple(notes)

    @property
    def long_texts(self) -> int:
        """How many songs `in_pieces` would cut."""
        return sum(1 for song in self.songs if len(song.text) > self._most_chars)

    @property
    def labels(self) -> int:
        """How many lines name a section, such as [Chorus]."""
        return sum(count_labels(song.text) for song in self.songs)

    @property
    def _most_chars(self) -> int:
        return LONG_CHARS if len(self.songs) >= MIN_SONGS else PIECE_CHARS

    # ---- corrections

    def join(self, k: int) -> Intake:
        """Song `k` and the next as one; the second's title becomes a line between them."""
        first, second = self._song(k), self._song(k + 1)
        text = "\n\n".join(filter(None, [first.text, second.title, second.text]))
        joined = Song(first.title, text, first.artist or second.artist)
        return self._with(k, k + 2, [joined])

    def split_at(self, k: int, line: int) -> Intake:
        """Song `k` as two; the second begins with line `line`, its title if it looks like one.

        Raises:
            InputError: if nothing would stay on one side.
        """
        song = self._song(k)
        lines = song.text.split("\n")
        above, below = (
            tidy("\n".join(part)) for part in (lines[: max(0, line)], lines[max(0, line) :])
        )
        if not above or not below:
            raise InputError("A song is split between two of its lines; choose a line further in.")
        start, _, following = below.partition("\n")
        if is_title(start, following):
            second = Song(one_line(start), tidy(following), song.artist)
        else:
            second = Song("", below, song.artist)
        return self._with(k, k + 1, [replace(song, text=above), second])

    def rename(self, k: int, title: str) -> Intake:
        """Song `k` under another title, folded as all text is."""
        return self._with(k, k + 1, [replace(self._song(k), title=one_line(fold(title).text))])

    def drop(self, k: int) -> Intake:
        """All songs but `k`."""
        self._song(k)
        return self._with(k, k + 1, [])

    def without_labels(self) -> Intake:
        """The songs without lines that name a section; one that has no other lines goes."""
        bare = [replace(song, text=without_labels(song.text)) for song in self.songs]
        return self._each([[song] if song.text else [] for song in bare])

    def in_pieces(self) -> Intake:
        """The songs with long texts cut into pieces that serve as songs.

        A text that comes alone is cut whatever its length, small enough to be split and learned.
        """
        alone = len(self.songs) < MIN_SONGS
        characters = sum(len(song.text) for song in self.songs)
        size = min(PIECE_CHARS, max(200, characters // 8)) if alone else PIECE_CHARS
        called = one_line(fold(self.name).text)
        return self._each(
            [
                cut(replace(song, title=song.title or called), size)
                if alone or len(song.text) > LONG_CHARS
                else [song]
                for song in self.songs
            ]
        )

    def of_files(self, start: int, end: int | None = None) -> Intake:
        """The songs of some of the files, as they were corrected.

        A song that is also from a file outside of them is among them.
        """
        wanted = range(len(self.files))[start:end]
        kept = [
            (song, frozenset(file - start for file in origin if file in wanted))
            for song, origin in zip(self.songs, self.origins, strict=True)
            if not origin.isdisjoint(wanted)
        ]
        return replace(
            self,
            songs=tuple(song for song, _ in kept),
            origins=tuple(origin for _, origin in kept),
            files=self.files[start:end],
        )

    # ---- the end

    def corpus(self, name: str | None = None) -> Corpus:
        """The songs as a corpus.

        Raises:
            CorpusTooSmallError: if they are too few or too short.
        """
        corpus = Corpus(name or self.name, self.songs)
        corpus.check_size()
        return corpus

    def report(self) -> dict[str, Any]:
        """The account of this intake in JSON values, for the store."""
        return {
            "files": [
                {
                    "name": file.name,
                    "format": file.format,
                    "encoding": file.encoding,
                    "songs": file.songs,
                    "characters": file.characters,
                }
                for file in self.files
            ],
            "changes": [[change.source, change.target, change.count] for change in self.changes],
            "changed_share": self.changed_share,
            "duplicates": self.duplicates,
            "notes": list(self.notes),
        }

    def _song(self, k: int) -> Song:
        if not 0 <= k < len(self.songs):
            raise InputError(f"There is no song number {k + 1} here; there are {len(self.songs)}.")
        return self.songs[k]

    def _with(self, start: int, end: int, songs: Sequence[Song]) -> Intake:
        """These songs in the place of others; they are from wherever those were."""
        origin = frozenset[int]().union(*self.origins[start:end])
        return replace(
            self,
            songs=(*self.songs[:start], *songs, *self.songs[end:]),
            origins=(*self.origins[:start], *[origin] * len(songs), *self.origins[end:]),
        )

    def _each(self, instead: Sequence[Sequence[Song]]) -> Intake:
        """For each song those that take its place, from the same files."""
        origins = zip(self.origins, instead, strict=True)
        return replace(
            self,
            songs=tuple(song for songs in instead for song in songs),
            origins=tuple(origin for origin, songs in origins for _ in songs),
        )


def read_file(
    name: str, data: bytes, *, encoding: str | None = None, columns: Columns | None = None
) -> Intake:
    """The songs of one file.

    Args:
        encoding: chosen by hand, or None to find out.
        columns: which columns of a table hold what, or None to tell by their names.

    Raises:
        ReadError: if it cannot be read as lyrics; its subclasses say why.
        ColumnsError: if a table's lyrics column must be chosen.
    """
    source = Source(name, data, encoding, columns)
    reader = reader_for(source)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name, len(data))
    if not data:
        raise _empty(name)
    return _taken_in(source.title or name, reader.read(source), name)


def read_path(
    path: str | Path, *, encoding: str | None = None, columns: Columns | None = None
) -> Intake:
    """The songs of one file on disk, whose size is looked at before it is read.

    Raises:
        ReadError: if there is no such file, or it cannot be read as lyrics.
    """
    path = Path(path)
    return read_file(path.name, file_bytes(path), encoding=encoding, columns=columns)


def file_bytes(path: Path) -> bytes:
    """What a file on disk holds; its size is looked at before it is read.

    Raises:
        ReadError: if there is no such file, or it is too large or may not be read.
    """
    try:
        if path.is_dir():
            raise ReadError(f"'{path}' is a folder. Name the files in it, or pack it as .zip.")
        if not path.exists():
            raise ReadError(f"There is no file '{path}'. Look at its name and folder again.")
        if not path.is_file():
            raise ReadError(f"'{path}' is not a file that holds text. Name another.")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"'{path}' could not be opened ({error.strerror}). Look at its permissions, or copy it "
            "to another folder."
        ) from error


def read_paste(text: str, name: str = "Pasted songs") -> Intake:
    """The songs of a text that was typed or pasted.

    Raises:
        EmptyFileError: if there are no words in it.
        FileTooLargeError: if it is longer than any file may be.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_FILE_BYTES:
        raise _too_large("The pasted text", size)
    if not text.strip():
        raise EmptyFileError("There are no words here yet. Paste the lyrics of your songs.")
    return _taken_in(name, [Found(name, "pasted text", "", tuple(divide(text)))], name)


def gather(intakes: Sequence[Intake], name: str | None = None) -> Intake:
    """Several intakes as one; songs that are the same word for word are kept once.

    Raises:
        EmptyFileError: if there are none.
    """
    if not intakes:
        raise EmptyFileError("No files were chosen. Choose one or more files with lyrics.")
    before = accumulate((len(intake.files) for intake in intakes), initial=0)
    songs, origins, twice = _merged(
        [song for intake in intakes for song in intake.songs],
        [
            frozenset(start + file for file in origin)
            for start, intake in zip(before, intakes, strict=False)
            for origin in intake.origins
        ],
    )
    return Intake(
        name=joint_name(intakes) if name is None else name,
        songs=songs,
        origins=origins,
        files=tuple(file for intake in intakes for file in intake.files),
        changes=merge_changes([intake.changes for intake in intakes]),
        duplicates=twice + sum(intake.duplicates for intake in intakes),
        remarks=tuple(remark for intake in intakes for remark in intake.remarks),
    )


def joint_name(intakes: Sequence[Intake]) -> str:
    """What several intakes are called together: "Old Dog and 2 more"."""
    others = len(intakes) - 1
    return intakes[0].name + (f" and {others} more" if others else "")


def likely_columns(
    name: str, data: bytes, columns: Sequence[str], encoding: str | None = None
) -> Columns:
    """Which columns of a table look like lyrics and titles, where their names do not tell.

    Lyrics are the longest texts on average; titles are short, in words, and differ the most.

    Raises:
        ReadError: if it cannot be read as a table with these columns.
    """
    cells = {}
    for column in columns:
        source = Source(name, data, encoding, Columns(column))
        found = reader_for(source).read(source)
        cells[column] = [draft.text.strip() for one in found for draft in one.drafts]
    length = {column: sum(map(len, texts)) / max(1, len(texts)) for column, texts in cells.items()}
    lyrics = max(columns, key=length.__getitem__)
    short = [c for c in columns if c != lyrics and length[c] <= TITLE_CHARS]
    different = {column: len(set(filter(_in_words, cells[column]))) for column in short}
    title = max(short, key=different.__getitem__, default=None)
    return Columns(lyrics, title if title is not None and different[title] else None)


def _in_words(text: str) -> bool:
    return sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))


# ---- from drafts to songs


def _taken_in(name: str, found: Sequence[Found], called: str) -> Intake:
    songs: list[Song] = []
    origins: list[frozenset[int]] = []
    files: list[FileReport] = []
    changes: list[tuple[Change, ...]] = []
    remarks: list[str] = []
    for one in found:
        own: list[Song] = []
        bare: list[str] = []
        characters = 0
        for draft in one.drafts:
            song, read, changed = _song(draft)
            characters += read
            changes.append(changed)
            if song.text:
                own.append(song)
            else:
                bare.append(song.title)
        remarks += one.notes
        if bare:
            remarks.append(_bare_note(one.name, bare))
        songs += own
        origins += [frozenset({len(files)})] * len(own)
        files.append(FileReport(one.name, one.format, one.encoding, len(own), characters))
    if not songs:
        raise _empty(called)
    merged, whence, twice = _merged(songs, origins)
    return Intake(name, merged, tuple(files), merge_changes(changes), twice, tuple(remarks), whence)


def _song(draft: Draft) -> tuple[Song, int, tuple[Change, ...]]:
    """A draft folded and cleaned, its characters before that, and what was changed."""
    folded = [
        fold(_whole(newlines(text).replace("\f", "\n")))
        for text in (draft.title, draft.artist, draft.text)
    ]
    title, artist, text = (part.text for part in folded)
    song = Song(one_line(title), tidy(text), one_line(artist))
    characters = sum(part.characters for part in folded)
    return song, characters, merge_changes([part.changes for part in folded])


def _whole(text: str) -> str:
    """The text with a replacement mark for each half character, which JSON can hold."""
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if not text.isascii()
        else text
    )


def _merged(
    songs: Sequence[Song], origins: Sequence[frozenset[int]]
) -> tuple[tuple[Song, ...], tuple[frozenset[int], ...], int]:
    """The songs without those whose words came before, their files, and how many those were."""
    first: dict[str, Song] = {}
    files: dict[str, frozenset[int]] = {}
    for song, origin in zip(songs, origins, strict=True):
        held = first.setdefault(song.text, song)
        if not held.title and song.title:
            first[song.text] = song
        files[song.text] = files.get(song.text, frozenset()) | origin
    return tuple(first.values()), tuple(files.values()), len(songs) - len(first)


# ---- sentences


def _change_notes(intake: Intake) -> list[str]:
    replaced = [change for change in intake.changes if change.target]
    lost = [change for change in intake.changes if not change.target]
    notes = []
    if replaced:
        notes.append(_replaced_note(replaced, intake))
    if lost:
        times = _total(lost)
        which = ", ".join(f"U+{ord(change.source[0]):04X}" for change in lost[:5])
        left = "1 character was" if times == 1 else f"{times:,} characters were"
        notes.append(f"{left} left out, as nothing plain stands for them: {which}.")
    return notes


def _replaced_note(replaced: Sequence[Change], intake: Intake) -> str:
    """How many characters were replaced, and which; what is named adds up to the whole."""
    total, others = _total(replaced), replaced[COMMONEST:]
    named = [
        f"{_shown(change.source)} -> {_shown(change.target)} ({_times(change.count)})"
        for change in replaced[:COMMONEST]
    ]
    if others:
        named.append(
            f"{len(others):,} other{'s' if len(others) > 1 else ''} ({_times(_total(others))})"
        )
    which = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    share = total / max(1, intake.characters_read)
    percent = f"{share:.0%}" if share >= MANY_CHANGES else f"{max(share, 0.0001):.2%}"
    amount = f"1 character ({percent})" if total == 1 else f"{total:,} characters ({percent})"
    if intake.changed_share >= MANY_CHANGES:
        return (
            f"{amount} {_were(total)} rewritten in plain Latin letters, as the networks here know "
            f"only the 128 of ASCII: {which}. What they write will be spelled so, too."
        )
    return f"{amount} {_were(total)} replaced by plain ones: {which}."


def _total(changes: Sequence[Change]) -> int:
    return sum(change.count for change in changes)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _shown(text: str) -> str:
    return text if text.strip() and text.isprintable() else repr(text)


def _bare_note(name: str, titles: Sequence[str]) -> str:
    named = [f"'{title}'" for title in titles if title]
    if named and len(titles) <= 3 and len(named) == len(titles):
        has = "has" if len(titles) == 1 else "have"
        return (
            f"{' and '.join(named)} in '{name}' {has} no lyrics and {_were(len(titles))} left out."
        )
    return f"{len(titles):,} entries of '{name}' had no lyrics and were left out."


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _count(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count:,} {noun}s are"


def _empty(name: str) -> EmptyFileError:
    return EmptyFileError(f"'{name}' is empty: there are no words in it. Bring a file with lyrics.")


def _too_large(name: str, size: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' has {size / 2**20:,.0f} MB; up to {MAX_FILE_BYTES // 2**20} MB can be read. "
        "Bring the songs in smaller files."
    )
