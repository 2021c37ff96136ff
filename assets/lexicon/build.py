"""Build english.txt: the frequencies of English words, counted in texts in the public domain.

    PYTHONPATH=. python assets/lexicon/build.py BOOKS SONGS

BOOKS is a folder of novels (.txt), SONGS a folder of songs (.jsonl, with "text" in each line), in
which poetry.jsonl is counted separately. Each of the three kinds of text has a fixed weight. Modern
words that old texts lack come from modern.txt and are marked with a star. Only counts are kept, no
text. The same folders give the same file.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lyricslab.songs.words import words

HERE = Path(__file__).resolve().parent

MAX_WORDS = 20_000
MIN_TEXTS = 5
"""A word in fewer texts is a name or a mistake."""
WEIGHTS = {"novels": 0.5, "songs": 0.3, "poems": 0.2}
ALSO_ENGLISH_PER_MILLION = 40
"""A function word of another language that is more frequent than this is English as well."""
ALSO_ENGLISH = set(
    """
    akin ale alt amen ann ate ave ben bin bis con dat dem den dig dim din dine doe dum een encore fa
    faire fi fur gan gar git gloria hart haul hen hoe hon hun im itt jest leven li luna ma mam mare
    maria mi mia min mint miserere mo mon mot muir mun nap ned nee net nicht nil noe non och pa pan
    per petite plus po pod pro rue sag sans sich si sol sole solo stella tak tan tempo terra tha tie
    til ton tot trop um un ut vie vim wat wo yo
    """.split()
)
"""Words of languages.txt that are also English, if rare, or Scots, or names."""
NOT_ENGLISH = {"de", "e", "la", "na", "ve"}
"""Words that are frequent for other reasons: dialects, quotations, refrains."""


def main(books: Path, songs: Path) -> None:
    """Count words and write english.txt and its card."""
    kinds: dict[str, Iterable[str]] = {
        "novels": (path.read_text("utf-8") for path in sorted(books.glob("*.txt"))),
        "songs": _texts(path for path in sorted(songs.glob("*.jsonl")) if path.stem != "poetry"),
        "poems": _texts([songs / "poetry.jsonl"]),
    }
    in_texts: Counter[str] = Counter()
    per_million: Counter[str] = Counter()
    sizes = {}
    for kind, texts in kinds.items():
        counts: Counter[str] = Counter()
        for text in texts:
            counts_of_text = Counter(words(text))
            counts.update(counts_of_text)
            in_texts.update(counts_of_text.keys())
        sizes[kind] = counts.total()
        for word, count in counts.items():
            per_million[word] += WEIGHTS[kind] * 1e6 * count / sizes[kind]
    foreign, modern = foreign_words(), modern_words()
    old = 1 - sum(modern.values()) / 1e6  # what is left of a million words
    measured = {
        word: rate * old
        for word, rate in per_million.items()
        if in_texts[word] >= MIN_TEXTS
        and word not in NOT_ENGLISH
        and (word not in foreign or rate > ALSO_ENGLISH_PER_MILLION or word in ALSO_ENGLISH)
        and (len(word) > 1 or word in ("a", "i", "o"))
    }
    table = dict(Counter(measured).most_common(MAX_WORDS))
    lines = [
        f"{word} {_number(max(rate, modern.get(word, 0)))}{'*' * (modern.get(word, 0) > rate)}"
        for word, rate in {**dict.fromkeys(modern, 0.0), **table}.items()
    ]
    lines.sort(key=lambda line: (-float(line.split()[1].rstrip("*")), line))
    (HERE / "english.txt").write_text("\n".join(lines) + "\n", "ascii", newline="\n")
    (HERE / "english.json").write_text(json.dumps(card(sizes, lines), indent=2) + "\n")
    print(f"{len(lines):,} words, {(HERE / 'english.txt').stat().st_size:,} bytes")


def card(sizes: dict[str, int], lines: list[str]) -> dict[str, object]:
    """Return what english.txt is and where it comes from."""
    return {
        "name": "english",
        "about": "How often words come in a million words of English: a word, a blank, the rate. "
        "A star marks words of today whose rate is our estimate, for old texts lack them.",
        "words": len(lines),
        "estimated": sum(line.endswith("*") for line in lines),
        "counted_words": sizes,
        "weights": WEIGHTS,
        "origin": "Counted for this project by build.py in 51 English novels, 7,456 songs, hymns "
        "and ballads, and 21,267 poems, all in the public domain; no text is kept. modern.txt and "
        "languages.txt were written by hand for this project, with a language model's help.",
        "sources": [
            "Novels: Project Gutenberg, and the English Novel Corpus ELTeC-eng, ed. L. Burnard "
            "(doi:10.5281/zenodo.3533868; texts in the public domain)",
            "Songs: Project Gutenberg songbooks, pathawks/Christmas-Songs (Public Domain Mark), "
            "The Psalter (1912), the Scottish Metrical Psalter (1650), and songs of the "
            "public-domain-poetry collection (facjure/public-domain-poetry)",
            "Poems: the public-domain-poetry collection (facjure/public-domain-poetry)",
        ],
        "licence": "CC0-1.0",
    }


def modern_words() -> dict[str, float]:
    """Return the words of modern.txt with our estimates of their frequencies."""
    rates: dict[str, float] = {}
    for line in (HERE / "modern.txt").read_text("ascii").splitlines():
        if line and not line.startswith("#"):
            rate, *same_rate = line.split()
            rates |= dict.fromkeys(same_rate, float(rate))
    return rates


def foreign_words() -> set[str]:
    """Return every word of languages.txt."""
    lines = (HERE / "languages.txt").read_text("utf-8").splitlines()
    rows = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return {word for _, _, listed in rows for word in listed.split()}


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)["text"]


def _number(rate: float) -> str:
    """Format a frequency with three significant digits."""
    return f"{float(f'{rate:.3g}'):g}" if rate < 1000 else f"{float(f'{rate:.3g}'):.0f}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
