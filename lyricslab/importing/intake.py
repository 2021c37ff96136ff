"""Songs on their way into a corpus: as read from files, with cleaning and corrections by hand.

An `Intake` never changes: each correction returns a new one, and `corpus` ends it. It keeps the
songs as they were read, in any script. The songs that are learned follow from these, the character
replacements (`mapping`) and the rules that are on, so that all of these can be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from lyricslab.errors import InputError
from lyricslab.importing.boundaries.candidates import is_title
from lyricslab.importing.chunks import CHUNK_CHARS, chunk
from lyricslab.importing.cleaning.apply import CleaningResult, apply_rules
from lyricslab.importing.cleaning.escapes import without_escapes
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, NAMES
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.file_report import FileReport
from lyricslab.importing.guess import Guess
from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.notes import change_notes, duplicates_note, long_note
from lyricslab.importing.wide_gaps import split_at_gaps
from lyricslab.songs.corpus import MIN_SONGS, Corpus
from lyricslab.songs.fold import Change, fold, merge_changes
from lyricslab.songs.raw_song import RawSong
from lyricslab.songs.song import Song

LONG_CHARS = 6_000
"""A longer text is hardly a single song."""


@dataclass(frozen=True)
class Intake:
    """Songs as they were read from files, and what is done to them."""

    name: str
    raw_songs: tuple[RawSong, ...]
    files: tuple[FileReport, ...]
    duplicates: int
    """How many songs were removed because an earlier one has the same words."""
    remarks: tuple[str, ...] = ()
    """The readers' notes, a sentence each."""
    origins: tuple[frozenset[int], ...] = ()
    """The files each raw song is from, as positions in `files`; several for a duplicate or a
    joined song, none if not given."""
    enabled_rules: frozenset[str] = DEFAULT_RULES
    """The names of the cleaning rules that are on."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Replacements of characters, chosen by hand."""
    guesses: tuple[Guess, ...] = ()
    """What was guessed while the files were read. To decline one, read its file again."""

    def __post_init__(self) -> None:
        if not self.origins:
            object.__setattr__(self, "origins", (frozenset[int](),) * len(self.raw_songs))

    @classmethod
    def of(cls, corpus: Corpus) -> Intake:
        """Return an intake of the songs of a corpus, for a corpus saved without one."""
        raw_songs = tuple(RawSong(song.title, song.text, song.artist) for song in corpus.songs)
        file = FileReport(corpus.name, "saved corpus", "", len(raw_songs), corpus.characters)
        origins = (frozenset({0}),) * len(raw_songs)
        return cls(corpus.name, raw_songs, (file,), 0, origins=origins, enabled_rules=frozenset())

    # ---- the songs to learn, and what cleaning finds

    @property
    def songs(self) -> tuple[Song, ...]:
        """The songs as they will be learned."""
        return tuple(self._songs.values())

    @cached_property
    def _songs(self) -> dict[int, Song]:
        """The songs as they will be learned, by the position of their raw songs."""
        return {
            position: Song(song.title, song.text, song.artist)
            for position, song in enumerate(self.cleaning.songs)
            if song is not None
        }

    @cached_property
    def positions(self) -> list[int]:
        """The position of each song's raw song."""
        return list(self._songs)

    @property
    def cleaning(self) -> CleaningResult:
        """What the cleaning rules find and make of the songs; computed once."""
        return self.clean()

    def clean(self, on_progress: Callable[[float], object] = lambda share: None) -> CleaningResult:
        """Return `cleaning`; if it is not computed yet, report the share that is done, 0 to 1."""
        result: CleaningResult | None = self.__dict__.get("_cleaning")
        if result is None:
            result = apply_rules(
                self.raw_songs, self.enabled_rules, self.mapping, on_progress, self.origins
            )
            self.__dict__["_cleaning"] = result
        return result

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The characters that are replaced, by count, highest first."""
        return merge_changes(
            [
                fold(part, self.mapping).changes
                for song in self.raw_songs
                for part in (song.title, song.artist, song.text)
                if not part.isascii() or not part.isprintable()
            ]
        )

    @property
    def changed_share(self) -> float:
        """The share of the characters that are replaced, 0 to 1."""
        return sum(change.count for change in self.changes) / max(1, self.characters_read)

    @property
    def characters_read(self) -> int:
        """The characters of the files before folding."""
        return sum(file.characters for file in self.files)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of this intake, a sentence each."""
        notes = [*self.remarks, *change_notes(self.changes, self.characters_read)]
        if self.duplicates:
            notes.append(duplicates_note(self.duplicates))
        if self.long_texts:
            notes.append(long_note(self.long_texts))
        return tuple(notes)

    @property
    def long_texts(self) -> int:
        """How many songs `in_chunks` would cut."""
        limit = LONG_CHARS if len(self.songs) >= MIN_SONGS else CHUNK_CHARS
        return sum(1 for song in self.songs if len(song.text) > limit)

    @cached_property
    def undivided(self) -> dict[int, list[RawSong]]:
        """The raw songs, by position, that are all of a file and could be split at wide gaps."""
        parts = {
            position: split_at_gaps(song)
            for position, (song, origin) in enumerate(
                zip(self.raw_songs, self.origins, strict=True)
            )
            if position in self._songs and len(origin) == 1 and self.files[min(origin)].songs == 1
        }
        return {position: songs for position, songs in parts.items() if len(songs) > 1}

    def prepare(self, on_progress: Callable[[float], object]) -> None:
        """Compute now what a page will ask for: the cleaning, the notes, what can be split.

        Args:
            on_progress: called with the share that is done, 0 to 1.
        """
        self.clean(on_progress)
        _ = self.notes, self.undivided, self.songs_so_far.near_duplicates

    # ---- settings for all songs

    def with_rule(self, rule: str, on: bool) -> Intake:
        """Return the intake with a rule on or off.

        Raises:
            InputError: if there is no such rule.
        """
        if rule not in NAMES:
            raise InputError(f"There is no rule '{rule}'. There are: {', '.join(NAMES)}.")
        rules = self.enabled_rules | {rule} if on else self.enabled_rules - {rule}
        return replace(self, enabled_rules=rules)

    def with_mapping(self, mapping: Mapping[str, str]) -> Intake:
        """Return the intake with these replacements of characters, themselves folded to ASCII."""
        plain = {char: one_line(fold(target).text) for char, target in mapping.items()}
        # one_line would make a blank, which is a valid choice, empty.
        blank = {char: " " for char, target in mapping.items() if target and not target.strip()}
        return replace(self, mapping=plain | blank)

    # ---- corrections of single songs

    def join(self, k: int) -> Intake:
        """Join song `k` and the next; the second's title becomes a line between them."""
        if (plain := self._without_escapes(k, k + 1)) is not self:
            return plain.join(k)
        first, second = self._raw_song(k), self._raw_song(k + 1)
        below = self._raw_text(k + 1, "gaps", *["title"] * bool(second.title.strip()))
        parts = (self._raw_text(k, "gaps").strip("\n"), second.title, below.strip("\n"))
        text = "\n\n".join(part for part in parts if part.strip())
        artist, typed = first.artist or second.artist, first.typed and second.typed
        details = first.details or second.details
        joined = RawSong(first.title, text, artist, typed, details)
        position, removed = self.positions[k], self.positions[k + 1]
        return self._replaced({position: [joined], removed: []}, {position: self.origins[removed]})

    def split_at(self, k: int, line: int) -> Intake:
        """Split song `k` before a line, which becomes the second song's title if it is like one.

        Raises:
            InputError: if a part would be empty, or the line was not a line in the file.
        """
        if (plain := self._without_escapes(k)) is not self:
            return plain.split_at(k, line)
        song, raw = self._traced_song(k), self._raw_song(k)
        if not 0 < line < len(song.origins):
            raise InputError("A song is split between two of its lines; choose a line further in.")
        if song.origins[line] == song.origins[line - 1]:
            raise InputError(
                "This line and the one above it came as one. Split the song elsewhere, or first "
                "switch off what parted or repeated them."
            )
        lines, removed = (
            raw.text.split("\n"),
            self.cleaning.removed_lines(self.positions[k], "gaps"),
        )
        start = song.origins[line]
        above, below, following = (
            "\n".join(lines[n] for n in part if n not in removed).strip("\n")
            for part in (range(start), range(start, len(lines)), range(start + 1, len(lines)))
        )
        if not above.strip() or not below.strip():
            raise InputError("A song is split between two of its lines; choose a line further in.")
        first_line, *rest = song.lines[line:]
        if is_title(first_line, "\n".join(rest)):
            title = one_line(lines[start])
            folded = one_line(fold(title, self.mapping).text)
            title = title if folded == first_line else first_line
            second = replace(raw, title=title, text=following)
        else:
            second = replace(raw, title="", text=below)
        return self._replaced({self.positions[k]: [replace(raw, text=above), second]})

    def rename(self, k: int, title: str) -> Intake:
        """Give song `k` another title."""
        if (plain := self._without_escapes(k)) is not self:
            return plain.rename(k, title)
        # Without its old title in the lyrics, which the rule would no longer recognise.
        renamed = replace(self._raw_song(k), title=title, text=self._raw_text(k, "title"))
        return self._replaced({self.positions[k]: [renamed]})

    def edit(self, k: int, text: str) -> Intake:
        """Give song `k` other words, in any script, which no rule changes.

        Raises:
            InputError: if there are no words.
        """
        if not fold(text, self.mapping).text.strip():
            raise InputError("A song needs words. To be rid of it, drop it.")
        edited = replace(self._raw_song(k), text=newlines(text), typed=True)
        return self._replaced({self.positions[k]: [edited]})

    def split_undivided(self) -> Intake:
        """Split the songs in `undivided`."""
        return self._replaced(self.undivided)

    def drop(self, k: int) -> Intake:
        """Remove song `k`."""
        self._raw_song(k)
        return self._replaced({self.positions[k]: []})

    def in_chunks(self) -> Intake:
        """Cut long texts into chunks that serve as songs.

        If there are too few texts for a corpus, they are cut whatever their length, into chunks
        small enough for one.
        """
        if (plain := self._without_escapes(*range(len(self.songs)))) is not self:
            return plain.in_chunks()
        too_few = len(self.songs) < MIN_SONGS
        characters = sum(len(song.text) for song in self.songs)
        size = min(CHUNK_CHARS, max(200, characters // 8)) if too_few else CHUNK_CHARS
        return self._replaced(
            {
                position: chunk(
                    replace(
                        self.raw_songs[position],
                        title=song.title or self.name,
                        text=self._raw_text(k, "gaps", "title"),
                    ),
                    size,
                )
                for k, (position, song) in enumerate(self._songs.items())
                if too_few or len(song.text) > LONG_CHARS
            }
        )

    def without_files(self, numbers: Container[int]) -> Intake:
        """Return the songs, with their corrections, of all files but these.

        A song that is in several files stays while one of them does, as does one of no file.
        """
        stays = [number for number in range(len(self.files)) if number not in numbers]
        new = {number: position for position, number in enumerate(stays)}
        songs = [
            (song, frozenset(new[number] for number in origin if number in new))
            for song, origin in zip(self.raw_songs, self.origins, strict=True)
            if not origin or any(number in new for number in origin)
        ]
        return replace(
            self,
            raw_songs=tuple(song for song, _ in songs),
            origins=tuple(origin for _, origin in songs),
            files=tuple(self.files[number] for number in stays),
        )

    # ---- results

    @cached_property
    def songs_so_far(self) -> Corpus:
        """The songs as a corpus, even where they are too few for one; made once."""
        return Corpus(self.name, self.songs)

    def corpus(self, name: str | None = None) -> Corpus:
        """Return the songs as a corpus.

        Raises:
            CorpusTooSmallError: if they are too few or too short.
        """
        corpus = Corpus(name or self.name, self.songs)
        corpus.check_size()
        return corpus

    # ---- raw songs

    def _raw_song(self, k: int) -> RawSong:
        """Return the raw song of song `k`."""
        if not 0 <= k < len(self.positions):
            raise InputError(f"There is no song number {k + 1} here; there are {len(self.songs)}.")
        return self.raw_songs[self.positions[k]]

    def _traced_song(self, k: int) -> TracedSong:
        """Return song `k` as it will be learned, with the origins of its lines."""
        self._raw_song(k)
        song = self.cleaning.songs[self.positions[k]]
        assert song is not None  # or it would not be one of the songs
        return song

    def _without_escapes(self, *songs: int) -> Intake:
        """Return the intake with line breaks in these raw songs where the rule writes them."""
        raw_songs = {k: self._raw_song(k) for k in songs}
        coded = self.cleaning.fixed_by("escapes")
        written = {
            self.positions[k]: [replace(raw, text=text)]
            for k, raw in raw_songs.items()
            if self.positions[k] in coded and (text := without_escapes(raw.text)) != raw.text
        }
        return self._replaced(written) if written else self

    def _raw_text(self, k: int, *rules: str) -> str:
        """Return the raw text of song `k` without the lines that these rules remove."""
        removed = self.cleaning.removed_lines(self.positions[k], *rules)
        lines = self._raw_song(k).text.split("\n")
        return "\n".join(line for n, line in enumerate(lines) if n not in removed)

    def _replaced(
        self,
        replacements: Mapping[int, Sequence[RawSong]],
        added_origins: Mapping[int, frozenset[int]] | None = None,
    ) -> Intake:
        """Replace raw songs, by position, with any number of others from the same files.

        Args:
            added_origins: further files that a replacement is from.
        """
        raw_songs: list[RawSong] = []
        origins: list[frozenset[int]] = []
        for position, (song, origin) in enumerate(zip(self.raw_songs, self.origins, strict=True)):
            songs = replacements.get(position, [song])
            raw_songs += songs
            origins += [origin | (added_origins or {}).get(position, frozenset())] * len(songs)
        return replace(self, raw_songs=tuple(raw_songs), origins=tuple(origins))
