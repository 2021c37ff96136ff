"""Songs on their way: written line by line, by one network or two, and kept until the next ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from lyricslab.config import SampleConfig
from lyricslab.model import sampler
from lyricslab.model.inference import Network

SEPARATOR = "\n\n---\n\n"
"""Between songs in a file; the same that the readers know as a song's boundary."""

SHOWN_EVERY_CHARS = 80

MOODS = (
    (0.0, "no chance at all: always the likeliest letter, and soon in circles"),
    (0.4, "careful: plain words, many repeats"),
    (0.7, "steady: mostly real words, few surprises"),
    (0.95, "lively: turns of its own, now and then a strange word"),
    (1.15, "as it truly believes: as often odd as it is unsure"),
    (1.5, "wild: new words, loose grammar"),
    (2.0, "a storm of letters: hardly a word survives"),
)
"""What a temperature up to each number does, in a few words."""


SETTING_WORDS = {
    "prime": "how it begins",
    "temperature": "temperature",
    "length_chars": "length",
    "count": "number of songs",
    "seed": "seed",
}
"""What the settings of a song are called in a sentence."""


def mood(temperature: float) -> str:
    """What a temperature does."""
    return next((words for limit, words in MOODS if temperature <= limit), MOODS[-1][1])


@dataclass(slots=True)
class Sheet:
    """One song as far as it is written."""

    writer: str
    seed: int
    text: str = ""
    over: bool = False


@dataclass(slots=True)
class Writing:
    """The songs that were asked for, and how they were asked for.

    It outlives a rerun of its page: the next one goes on where this one was.
    """

    names: tuple[str, ...]
    """Who writes, one or two."""
    config: SampleConfig
    networks: Sequence[Network]
    keys: tuple[str, ...] = ()
    """The writers as the page's controls name them."""
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
        self._sources = [sampler.stream(network, self.config) for network in self.networks]

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.stopped or all(sheet.over for sheet in self.sheets)

    @property
    def many(self) -> bool:
        """Whether there is more than one song."""
        return len(self.sheets) > 1

    @property
    def rows(self) -> list[tuple[int, ...]]:
        """The sheets two by two: both writers' songs of a seed, or one writer's songs in order."""
        count = self.config.count
        if len(self.names) == 2:
            return [(k, count + k) for k in range(count)]
        return [tuple(range(k, min(k + 2, count))) for k in range(0, count, 2)]

    def go_on(self) -> Iterator[int]:
        """Writes on, the writers taking turns; yields which sheet has a new line.

        A line that does not end is shown in parts: at temperature 0 a network may never end one.

        Raises:
            PrimeError: if the opening holds nothing the network can read.
        """
        while not self.over:
            for k in range(len(self._sources)):
                yield from self._write_line(k)

    def _write_line(self, k: int) -> list[int]:
        """Lets a writer write a line; the sheets that have something new to show."""
        first = k * self.config.count
        # A click starts the page's next run before this one has noticed that it shall end.
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
        """Leaves the songs as they are."""
        self.stopped = True

    def ending(self, sheet: Sheet) -> str:
        """How a song came to its end, in a few words."""
        lines = sum(1 for line in sheet.text.split("\n") if line.strip())
        size = f"{lines} {'line' if lines == 1 else 'lines'}"
        written = len(sheet.text) - len(sampler.fold_prime(self.config.prime))
        if not self.over and not sheet.over:
            return f"{size} so far"
        if written >= self.config.length_chars:
            return f"{size}, cut at {self.config.length_chars:,} characters"
        return f"{size}, stopped" if self.stopped and not sheet.over else f"{size}, ended by itself"

    def heading(self, sheet: Sheet) -> str:
        """Who wrote a song, and what gives it again."""
        return f"{sheet.writer} · seed {sheet.seed} · temperature {self.config.temperature:g}"

    def changed(self, keys: Sequence[str], config: SampleConfig) -> list[str]:
        """What other writers or settings have that these songs were not written with, in words."""
        said = [] if tuple(keys) == self.keys else ["who writes"]
        for name, words in SETTING_WORDS.items():
            if getattr(config, name) != getattr(self.config, name):
                said.append(words)
        return said

    @property
    def text(self) -> str:
        """All songs as one file, each with its heading at its foot.

        Not above it: whoever brings the file as songs would find it in the title's place. In
        square brackets it is one of the lines that Corpus offers to remove.
        """
        songs = (sheet.text.strip("\n") + f"\n\n[{self.heading(sheet)}]" for sheet in self.sheets)
        return SEPARATOR.join(songs) + "\n"

    @property
    def file_name(self) -> str:
        """A name for the file of the songs."""
        kind = "song" if len(self.sheets) == 1 else "songs"
        return f"{kind}-seed-{self.config.seed}-temperature-{self.config.temperature:g}.txt"


def title_and_lyrics(text: str) -> tuple[str, str]:
    """A song's title, if it has one, and the rest: title, blank line, lyrics (Sec. 2.1)."""
    first, _, rest = text.lstrip("\n").partition("\n")
    if first.strip() and rest.startswith("\n") and len(first) <= 80:
        return first.strip(), rest.strip("\n")
    return "", text.strip("\n")
