"""What was taken in: songs as they came, what the doctor found, and corrections made by hand.

An `Intake` never changes; each correction gives a new one, and `corpus` ends it. Songs are kept as
they came, in any script: what is learned, `songs`, follows from them, from what characters become
(`mapping`) and from the rules that are on, so that each of these can be turned back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from lyricslab.errors import BrokenFileError, InputError
from lyricslab.importing.boundaries.candidates import is_title
from lyricslab.importing.chunks import CHUNK_CHARS, chunk
from lyricslab.importing.cleaning.apply import CleaningResult, apply_rules
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, NAMES
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import newlines, one_line
from lyricslab.importing.notes import change_notes, duplicates_note, long_note
from lyricslab.songs.corpus import MIN_SONGS, Corpus
from lyricslab.songs.fold import Change, fold, merge_changes
from lyricslab.songs.raw_song import RawSong
from lyricslab.songs.song import Song

LONG_CHARS = 6_000
"""A text longer than this is hardly one song."""
_UNFIT = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What values that are no intake's give rise to."""


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


@dataclass(frozen=True)
class Intake:
    """Songs as they came in, and what shall be done about them."""

    name: str
    drafts: tuple[RawSong, ...]
    """The songs as they came, in any script."""
    files: tuple[FileReport, ...]
    duplicates: int
    """Songs that came more than once and are kept once."""
    remarks: tuple[str, ...] = ()
    """What the readers had to say, a sentence each."""
    origins: tuple[frozenset[int], ...] = ()
    """The files each draft is from, as places in `files`; from none, unless it is given.

    A song is from several if it stood in each of them, or was joined from what stood there.
    """
    on: frozenset[str] = DEFAULT_RULES
    """The rules that are applied, by name."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """What characters that the networks do not know become, where it was chosen by hand."""

    def __post_init__(self) -> None:
        if not self.origins:
            object.__setattr__(self, "origins", (frozenset[int](),) * len(self.drafts))

    @classmethod
    def of(cls, corpus: Corpus) -> Intake:
        """The songs of a corpus of which nothing else is known, as if they had come so."""
        drafts = tuple(RawSong(song.title, song.text, song.artist) for song in corpus.songs)
        file = FileReport(corpus.name, "saved corpus", "", len(drafts), corpus.characters)
        origins = (frozenset({0}),) * len(drafts)
        return cls(corpus.name, drafts, (file,), 0, origins=origins, on=frozenset())

    # ---- what is learned, and what the doctor says

    @property
    def songs(self) -> tuple[Song, ...]:
        """The songs as they will be learned."""
        return tuple(self._learned.values())

    @cached_property
    def _learned(self) -> dict[int, Song]:
        """The songs as they will be learned, by the place of their drafts."""
        return {
            place: Song(sheet.title, sheet.text, sheet.artist)
            for place, sheet in enumerate(self.examination.songs)
            if sheet is not None
        }

    @cached_property
    def _places(self) -> list[int]:
        """Which draft each song is."""
        return list(self._learned)

    @property
    def examination(self) -> CleaningResult:
        """What the doctor found; made once."""
        return self.examined()

    def examined(self, tell: Callable[[float], object] = lambda share: None) -> CleaningResult:
        """What the doctor found; `tell` is given the share that is done while it is looked for."""
        known: CleaningResult | None = self.__dict__.get("_examination")
        if known is None:
            known = apply_rules(self.drafts, self.on, self.mapping, tell)
            self.__dict__["_examination"] = known
        return known

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """The characters that are replaced, the commonest first."""
        return merge_changes(
            [
                fold(part, self.mapping).changes
                for draft in self.drafts
                for part in (draft.title, draft.artist, draft.text)
                if not part.isascii() or not part.isprintable()
            ]
        )

    @property
    def changed_share(self) -> float:
        """Which part of the characters is replaced, 0 to 1."""
        return sum(change.count for change in self.changes) / max(1, self.characters_read)

    @property
    def characters_read(self) -> int:
        """Characters as they stood in the files, before folding."""
        return sum(file.characters for file in self.files)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of this intake, a plain sentence each."""
        notes = [*self.remarks, *change_notes(self.changes, self.characters_read)]
        if self.duplicates:
            notes.append(duplicates_note(self.duplicates))
        if self.long_texts:
            notes.append(long_note(self.long_texts))
        return tuple(notes)

    @property
    def long_texts(self) -> int:
        """How many songs `in_pieces` would cut."""
        most = LONG_CHARS if len(self.songs) >= MIN_SONGS else CHUNK_CHARS
        return sum(1 for song in self.songs if len(song.text) > most)

    # ---- what shall be done to all songs

    def switched(self, rule: str, on: bool) -> Intake:
        """The same songs with a rule on or off.

        Raises:
            InputError: if there is no such rule.
        """
        if rule not in NAMES:
            raise InputError(f"There is no rule '{rule}'. There are: {', '.join(NAMES)}.")
        return replace(self, on=self.on | {rule} if on else self.on - {rule})

    def spelled(self, mapping: Mapping[str, str]) -> Intake:
        """The same songs with characters replaced as chosen by hand, folded where they must be."""
        plain = {char: one_line(fold(target).text) for char, target in mapping.items()}
        # A blank is a choice too, and more than one_line leaves of it.
        blank = {char: " " for char, target in mapping.items() if target and not target.strip()}
        return replace(self, mapping=plain | blank)

    # ---- corrections to one song

    def join(self, k: int) -> Intake:
        """Song `k` and the next as one; the second's title becomes a line between them."""
        first, second = self._draft(k), self._draft(k + 1)
        above = self._text(k, "gaps")
        below = self._text(k + 1, "gaps", *["title"] * bool(second.title.strip()))
        parts = [above.strip("\n"), second.title, below.strip("\n")]
        text = "\n\n".join(part for part in parts if part.strip())
        joined = RawSong(first.title, text, first.artist or second.artist)
        here, there = self._places[k], self._places[k + 1]
        return self._exchanged({here: [joined], there: []}, {here: self.origins[there]})

    def split_at(self, k: int, line: int) -> Intake:
        """Song `k` as two; the second begins with line `line`, its title if it looks like one.

        Raises:
            InputError: if nothing would stay on one side, or the line is not one of its own.
        """
        sheet, draft, shown = self._sheet(k), self._draft(k), self._sheet(k).lines[line:]
        if not 0 < line < len(sheet.origins):
            raise InputError("A song is split between two of its lines; choose a line further in.")
        if sheet.origins[line] == sheet.origins[line - 1]:
            raise InputError(
                "This line and the one above it came as one. Split the song elsewhere, or first "
                "switch off what parted or repeated them."
            )
        lines, gone = draft.text.split("\n"), self._taken_out(k, "gaps")
        start = sheet.origins[line]
        above, below, following = (
            "\n".join(lines[n] for n in part if n not in gone).strip("\n")
            for part in (range(start), range(start, len(lines)), range(start + 1, len(lines)))
        )
        if not above.strip() or not below.strip():
            raise InputError("A song is split between two of its lines; choose a line further in.")
        if is_title(shown[0], "\n".join(shown[1:])):
            title = one_line(lines[start])
            plain = one_line(fold(title, self.mapping).text)
            second = RawSong(title if plain == shown[0] else shown[0], following, draft.artist)
        else:
            second = RawSong("", below, draft.artist)
        return self._exchanged({self._places[k]: [replace(draft, text=above), second]})

    def rename(self, k: int, title: str) -> Intake:
        """Song `k` under another title, folded as all text is."""
        # A title that stood above its lyrics, too, shall not come back as their first line.
        renamed = replace(self._draft(k), title=title, text=self._text(k, "title"))
        return self._exchanged({self._places[k]: [renamed]})

    def drop(self, k: int) -> Intake:
        """All songs but `k`."""
        self._draft(k)
        return self._exchanged({self._places[k]: []})

    def in_pieces(self) -> Intake:
        """The songs with long texts cut into pieces that serve as songs.

        A text that comes alone is cut whatever its length, small enough to be split and learned.
        """
        alone = len(self.songs) < MIN_SONGS
        characters = sum(len(song.text) for song in self.songs)
        size = min(CHUNK_CHARS, max(200, characters // 8)) if alone else CHUNK_CHARS
        return self._exchanged(
            {
                place: chunk(
                    replace(
                        self.drafts[place],
                        title=song.title or self.name,
                        text=self._text(k, "gaps", "title"),
                    ),
                    size,
                )
                for k, (place, song) in enumerate(self._learned.items())
                if alone or len(song.text) > LONG_CHARS
            }
        )

    def of_files(self, start: int, end: int | None = None) -> Intake:
        """The songs of some of the files, as they were corrected.

        A song that is also from a file outside of them is among them.
        """
        wanted = range(len(self.files))[start:end]
        kept = [
            (draft, frozenset(file - start for file in origin if file in wanted))
            for draft, origin in zip(self.drafts, self.origins, strict=True)
            if not origin.isdisjoint(wanted)
        ]
        return replace(
            self,
            drafts=tuple(draft for draft, _ in kept),
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
            "files": [asdict(file) for file in self.files],
            "changes": [[change.source, change.target, change.count] for change in self.changes],
            "changed_share": self.changed_share,
            "duplicates": self.duplicates,
            "notes": list(self.notes),
            "findings": [
                {
                    "remedy": finding.rule.name,
                    "title": finding.rule.title,
                    "found": finding.summary,
                    "songs": len(finding.fixes),
                    "on": finding.on,
                }
                for finding in self.examination.findings
            ],
        }

    def to_json(self) -> str:
        """The intake as text that `from_json` reads back."""
        return json.dumps(
            {
                "name": self.name,
                "drafts": [[draft.title, draft.artist, draft.text] for draft in self.drafts],
                "files": [asdict(file) for file in self.files],
                "duplicates": self.duplicates,
                "remarks": self.remarks,
                "origins": [sorted(origin) for origin in self.origins],
                "on": sorted(self.on),
                "mapping": dict(self.mapping),
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Intake:
        """The intake that `to_json` wrote; rules that are no more are off.

        Raises:
            BrokenFileError: if the text is not such an intake.
        """
        try:
            values = json.loads(text)
            taken = cls(
                name=str(values["name"]),
                drafts=tuple(
                    RawSong(newlines(str(title)), newlines(str(words)), newlines(str(artist)))
                    for title, artist, words in values["drafts"]
                ),
                files=tuple(_file(**file) for file in values["files"]),
                duplicates=int(values["duplicates"]),
                remarks=tuple(map(str, values["remarks"])),
                origins=tuple(frozenset(map(int, origin)) for origin in values["origins"]),
                on=frozenset(values["on"]) & frozenset(NAMES),
            )
            if len(taken.origins) != len(taken.drafts):
                raise ValueError("Each song has its files.")
            if not frozenset().union(*taken.origins) <= frozenset(range(len(taken.files))):
                raise ValueError("Each file is listed.")
            mapping = values["mapping"].items()
            return taken.spelled({str(char): str(target) for char, target in mapping})
        except _UNFIT as error:
            raise BrokenFileError(
                "What was known of how these songs came in is damaged. Bring them in again."
            ) from error

    # ---- places

    def _draft(self, k: int) -> RawSong:
        """Song `k` as it came."""
        if not 0 <= k < len(self._places):
            raise InputError(f"There is no song number {k + 1} here; there are {len(self.songs)}.")
        return self.drafts[self._places[k]]

    def _sheet(self, k: int) -> TracedSong:
        """Song `k` as it will be learned, with where its lines are from."""
        self._draft(k)
        sheet = self.examination.songs[self._places[k]]
        assert sheet is not None  # or it would not be among the songs
        return sheet

    def _text(self, k: int, *rules: str) -> str:
        """The text of song `k` as it came, without the lines that these rules took out."""
        gone = self._taken_out(k, *rules)
        lines = self._draft(k).text.split("\n")
        return "\n".join(line for n, line in enumerate(lines) if n not in gone)

    def _taken_out(self, k: int, *rules: str) -> set[int]:
        """Which lines of song `k` as it came some rules took out, of those that are on."""
        place = self._places[k]
        return {
            origin
            for finding in self.examination.findings
            if finding.on and finding.rule.name in rules
            for case in finding.fixes
            if case.song == place and case.after is not None
            for origin in set(case.before.origins).difference(case.after.origins)
        }

    def _exchanged(
        self,
        instead: Mapping[int, Sequence[RawSong]],
        joined: Mapping[int, frozenset[int]] | None = None,
    ) -> Intake:
        """The intake with others in the place of some drafts; they are from where those were.

        Args:
            joined: files from which what stands in a place is now, too.
        """
        drafts: list[RawSong] = []
        origins: list[frozenset[int]] = []
        for place, (draft, origin) in enumerate(zip(self.drafts, self.origins, strict=True)):
            here = instead.get(place, [draft])
            drafts += here
            origins += [origin | (joined or {}).get(place, frozenset())] * len(here)
        return replace(self, drafts=tuple(drafts), origins=tuple(origins))


def _file(name: str, format: str, encoding: str, songs: int, characters: int) -> FileReport:
    return FileReport(str(name), str(format), str(encoding), int(songs), int(characters))
