"""Songs that are being written, line by line, by one network or two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from lyricslab.config import SampleConfig
from lyricslab.library.learned_songs import LearnedSongs
from lyricslab.model import sampler
from lyricslab.model.decoding.knowledge import NOTHING, Knowledge
from lyricslab.model.inference import Network
from lyricslab.songs.song import sung_lines
from lyricslab.wording import plural

SEPARATOR = "\n\n---\n\n"
"""Between songs in a file; the readers know it as a boundary."""

SHOWN_EVERY_CHARS = 80

MOODS = (
    (0.0, "no chance at all: always the likeliest letter, and soon in circles"),
    (0.3, "timid: the same phrases over and over"),
    (0.5, "careful: plain words, now and then a phrase again"),
    (0.75, "steady: real words, few surprises"),
    (0.95, "lively: turns of its own, now and then a strange word"),
    (1.2, "wild: about one word in twenty is made up, if words are free"),
    (1.5, "very wild: loose grammar, and about one word in four is made up, if words are free"),
    (2.0, "a storm of letters: hardly any sense survives"),
)
"""What a temperature up to each number does (measured on two bases: docs/LOG.md)."""


SETTING_WORDS = {
    "prime": "how it begins",
    "temperature": "temperature",
    "length_chars": "length",
    "count": "number of songs",
    "seed": "seed",
    "decoding": "which letters may be drawn",
    "form": "the form",
}
"""The names of a song's settings in a sentence."""


def mood(temperature: float) -> str:
    """Return what a temperature does, in a few words."""
    return next((words for limit, words in MOODS if temperature <= limit), MOODS[-1][1])


@dataclass(slots=True)
class Sheet:
    """One song as far as it is written."""

    writer: str
    seed: int
    text: str = ""
    over: bool = False
    copy: str | None = None
    """What it shares with the songs its writer learned from; None while it is not known."""


@dataclass(slots=True)
class Writing:
    """The requested songs, and the settings they are written with.

    It survives a rerun of its page, which continues where the last one stopped.
    """

    names: tuple[str, ...]
    """The writers, one or two."""
    config: SampleConfig
    networks: Sequence[Network]
    keys: tuple[str, ...] = ()
    """The writers' keys on the page."""
    known: Sequence[Knowledge] = ()
    """What each writer knows; nothing if not given."""
    learned: Sequence[LearnedSongs | None] = ()
    """The songs that each learned from; None for a base."""
    sheets: list[Sheet] = field(init=False)
    stopped: bool = False
    _sources: list[Iterator[tuple[int, str]]] = field(init=False)
    _unseen_chars: list[int] = field(init=False)
    _one_at_a_time: Lock = field(init=False, default_factory=Lock)

    def __post_init__(self) -> None:
        self.sheets = [
            Sheet(name, self.config.seed + song)
            for name in self.names
            for song in range(self.config.count)
        ]
        self._unseen_chars = [0] * len(self.sheets)
        known = self.known or [NOTHING] * len(self.networks)
        self._sources = [
            sampler.stream(network, self.config, known=knowledge)
            for network, knowledge in zip(self.networks, known, strict=True)
        ]

    @property
    def over(self) -> bool:
        """Return whether the songs are complete or stopped."""
        return self.stopped or all(sheet.over for sheet in self.sheets)

    @property
    def many(self) -> bool:
        """Return whether there is more than one song."""
        return len(self.sheets) > 1

    @property
    def rows(self) -> list[tuple[int, ...]]:
        """Return the sheets two by two: both writers' songs of a seed, or one writer's in order."""
        count = self.config.count
        if len(self.names) == 2:
            return [(k, count + k) for k in range(count)]
        return [tuple(range(k, min(k + 2, count))) for k in range(0, count, 2)]

    def go_on(self) -> Iterator[int]:
        """Continue writing, the writers taking turns; yield which sheet has a new line.

        A line that does not end is shown in parts: at temperature 0 a network may never end one.

        Raises:
            PrimeError: if the opening holds nothing the network can read.
        """
        while not self.over:
            for k in range(len(self._sources)):
                yield from self._write_line(k)

    def _write_line(self, k: int) -> list[int]:
        """Let a writer write a line; return the sheets that have changed."""
        first = k * self.config.count
        # A click starts the page's next run before this one has noticed that it is to end.
        with self._one_at_a_time:
            for song, char in self._sources[k]:
                sheet = first + song
                self.sheets[sheet].text += char
                self._unseen_chars[sheet] += 1
                if char == "\n" or self._unseen_chars[sheet] >= SHOWN_EVERY_CHARS:
                    self._unseen_chars[sheet] = 0
                    return [sheet]
            ended = range(first, first + self.config.count)
            for sheet in ended:
                self.sheets[sheet].over = True
            changed = [sheet for sheet in ended if self._unseen_chars[sheet]]
            for sheet in changed:
                self._unseen_chars[sheet] = 0
            return changed

    def stop(self) -> None:
        """Stop, keeping the songs as they are."""
        self.stopped = True

    def shown(self, sheet: Sheet) -> tuple[str, str]:
        """Return a song's title, if it has one, and its lyrics; one that was cut in whole lines."""
        text = sheet.text
        if sheet.over and self._cut(sheet):
            whole, _, rest = text.rpartition("\n")
            text = whole if whole.strip() and rest.strip() else text
        return title_and_lyrics(text)

    def ending(self, sheet: Sheet) -> str:
        """Return how a song ended, in a few words."""
        size = plural(len(sung_lines(self.shown(sheet)[1])), "line")
        if not self.over and not sheet.over:
            return f"{size} so far"
        if self._cut(sheet):
            return (
                f"{size}. It would have gone on: it was cut at {sampler.max_chars(self.config):,} "
                "characters, after the last whole line."
            )
        if not sheet.over:
            return f"{size}, stopped."
        form = self.config.form.sections
        return f"{size}. The form is complete." if form else f"{size}. It ended by itself."

    def copy(self, sheet: Sheet) -> str:
        """Say what a finished song shares with those its writer learned from; "" of a base's."""
        if not sheet.over or not self.learned:
            return ""
        number = next(k for k, one in enumerate(self.sheets) if one is sheet)
        learned = self.learned[number // self.config.count]
        if sheet.copy is None:
            sheet.copy = learned.say(sheet.text) if learned else ""
        return sheet.copy

    def _cut(self, sheet: Sheet) -> bool:
        written = len(sheet.text) - len(sampler.fold_prime(self.config.prime))
        return written >= sampler.max_chars(self.config)

    def heading(self, sheet: Sheet) -> str:
        """Return who wrote a song, and what reproduces it."""
        return f"{sheet.writer} · seed {sheet.seed} · temperature {self.config.temperature:g}"

    def changed(self, keys: Sequence[str], config: SampleConfig) -> list[str]:
        """Return what differs from the writers and settings of these songs, in words."""
        said = [] if tuple(keys) == self.keys else ["who writes"]
        for name, words in SETTING_WORDS.items():
            if getattr(config, name) != getattr(self.config, name):
                said.append(words)
        return said

    @property
    def text(self) -> str:
        """Return all songs as one file, each with its heading at its foot.

        Not above it: whoever brings the file as songs would find it in the title's place. In
        square brackets it is one of the lines that Corpus offers to remove.
        """
        songs = (
            "\n\n".join(filter(None, [*self.shown(sheet), f"[{self.heading(sheet)}]"]))
            for sheet in self.sheets
        )
        return SEPARATOR.join(songs) + "\n"

    @property
    def file_name(self) -> str:
        """Return a name for the file of the songs."""
        kind = "song" if len(self.sheets) == 1 else "songs"
        return f"{kind}-seed-{self.config.seed}-temperature-{self.config.temperature:g}.txt"


def title_and_lyrics(text: str) -> tuple[str, str]:
    """Split a song into its title, if it has one, and the rest (Sec. 2.1)."""
    first, _, rest = text.lstrip("\n").partition("\n")
    if first.strip() and rest.startswith("\n") and len(first) <= 80:
        return first.strip(), rest.strip("\n")
    return "", text.strip("\n")
