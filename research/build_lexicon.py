"""Build the lexicon: how often English words come, and how they are pronounced.

    python -m research.build_lexicon CMUDICT [--count BOOKS SONGS]

CMUDICT is the file index.js of the package cmu-pronouncing-dictionary, or a cmudict.dict. With
--count the frequencies are counted again, in BOOKS, a folder of novels (.txt), and SONGS, a folder
of songs (.jsonl, with "text" in each line), in which poetry.jsonl is counted separately; else they
stay as they are. Of these texts only counts are kept. Words of today that old texts lack come from
modern.txt, how clipped and old words are sung from sung.txt. The same files give the same table.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from pathlib import Path

from lyricslab.english import lexicon, pronunciation
from lyricslab.english.lexicon import LEXICON, TABLE
from lyricslab.songs.words import words

CARD = LEXICON / "english.json"

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

_ENTRY = re.compile(r'^ *"?([a-z\'.-]+)(?:\(\d+\))?"?:? "?([A-Z0-2 ]+?)"?,?(?: #.*)?$')
_WORD = re.compile(r"'?[a-z]+(?:'[a-z]+)*'?")
_ONE_SYLLABLE = re.compile(r"[iy]re|our|oir")
"""Words spelled like "fire" and "hour" are sung with one syllable less than "higher", "power"."""
_WEAK_Y = re.compile(r"(?<!ke)y(?:'?s)?$|ies$")
"""The last vowel of "company" is as weak as that of "happy", though some entries stress it."""

Pronunciations = dict[str, list[str]]


def main() -> int:
    """Write the table and its card."""
    parser = argparse.ArgumentParser(prog="python -m research.build_lexicon", description=__doc__)
    parser.add_argument("cmudict", type=Path)
    parser.add_argument("--count", nargs=2, type=Path, metavar=("BOOKS", "SONGS"))
    options = parser.parse_args()
    card = json.loads(CARD.read_text("utf-8"))
    if options.count:
        rates, card["counted_words"] = counted(*options.count)
    else:
        rates = present_rates()
    spoken = pronounced(options.cmudict.read_text("utf-8")) | sung()
    write_table(rates, spoken)
    write_table(rates, spoken | derived(rates, spoken))
    card["words"] = len(rates)
    card["estimated"] = sum(rate.endswith("*") for rate in rates.values())
    card["pronounced"] = sum(1 for _, said in lexicon.rows() if said)
    CARD.write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    print(f"{card['words']:,} words counted, {card['pronounced']:,} pronounced", file=sys.stderr)
    return 0


def write_table(rates: Mapping[str, str], spoken: Mapping[str, list[str]]) -> None:
    """Write counted words by their frequency, a blank line, then the others by the alphabet."""
    counted = [[word, rate, *spoken.get(word, ())] for word, rate in rates.items()]
    counted.sort(key=lambda row: (-float(row[1].rstrip("*")), f"{row[0]} {row[1]}"))
    rare = sorted([word, "", *said] for word, said in spoken.items() if word not in rates)
    parts = ("\n".join("\t".join(row) for row in part) for part in (counted, rare))
    TABLE.write_bytes(gzip.compress(("\n\n".join(parts) + "\n").encode("ascii"), mtime=0))
    lexicon.clear_cache()
    pronunciation.pronunciations.cache_clear()


# ---- pronunciations


def pronounced(cmudict: str) -> Pronunciations:
    """Return the pronunciations worth having of each word of CMUdict.

    Forms that are never sung on a beat are left out, and possessives that follow from their nouns.
    """
    entries: defaultdict[str, list[str]] = defaultdict(list)
    for line in cmudict.splitlines():
        entry = _ENTRY.match(line)
        if entry and _WORD.fullmatch(entry[1]):
            entries[entry[1]].append(entry[2])
    kept = {word: worth_having(word, said) for word, said in entries.items()}
    return {
        word: said
        for word, said in kept.items()
        if not (word.endswith(("'s", "s'")) and word.rstrip("s").rstrip("'") in kept)
    }


def worth_having(word: str, said: list[str]) -> list[str]:
    """Return the pronunciations without weak and clipped forms; those that sing alike are one."""
    stressed = [sounds for sounds in said if "1" in sounds or "2" in sounds]
    kept: list[str] = []
    for sounds in stressed or [_stressed(sounds) for sounds in said]:
        if _ONE_SYLLABLE.search(word):
            sounds = re.sub(r"\b(A[YW]\d) ER0", r"\1 R", sounds)
        if _WEAK_Y.search(word):
            sounds = re.sub(r"IY2( Z)?$", r"IY0\1", sounds)
        if word.endswith("ing") and kept and "IH0 NG" not in sounds:
            continue  # "trying" in one syllable
        if not any(_sing_alike(sounds, other) or _clips(sounds, other) for other in kept):
            kept.append(sounds)
    return kept


def _stressed(sounds: str) -> str:
    """Return the sounds with their last vowel stressed."""
    place = sounds.rfind("0")
    return f"{sounds[:place]}1{sounds[place + 1 :]}" if place >= 0 else sounds


def _sing_alike(sounds: str, other: str) -> bool:
    return pronunciation.vowels(sounds) == pronunciation.vowels(other) and _tail(sounds) == _tail(
        other
    )


def _tail(sounds: str) -> list[str]:
    """Return the sounds from the consonant before the last stressed vowel."""
    each = sounds.replace("IH0", "AH0").split()
    stressed = [k for k, sound in enumerate(each) if sound[-1] in "12"]
    return each[max(0, stressed[-1] - 1) :] if stressed else each


def _clips(sounds: str, other: str) -> bool:
    """Whether the sounds are those of the other without a T or D, as "las'" for "last"."""
    each, others = sounds.split(), other.split()
    return len(each) + 1 == len(others) and any(
        others[k] in ("T", "D") and each == others[:k] + others[k + 1 :] for k in range(len(others))
    )


def sung() -> Pronunciations:
    """Return what sung.txt says."""
    rows = (line.partition(" ") for line in _lines("sung.txt"))
    return {word: said.split(", ") for word, _, said in rows}


def derived(rates: Iterable[str], spoken: Mapping[str, list[str]]) -> Pronunciations:
    """Return how counted words that nothing lists are pronounced, where it follows from others."""
    missing = ((word, pronunciation.pronunciations(word)) for word in rates if word not in spoken)
    return {word: list(said) for word, said in missing if said}


# ---- frequencies


def present_rates() -> dict[str, str]:
    """Return the rates of the table as it is."""
    counted = gzip.decompress(TABLE.read_bytes()).decode("ascii").partition("\n\n")[0]
    return dict(line.split("\t")[:2] for line in counted.splitlines())


def counted(books: Path, songs: Path) -> tuple[dict[str, str], dict[str, int]]:
    """Return the rate of each frequent word, and how many words were counted in each kind."""
    kinds: dict[str, Iterable[str]] = {
        "novels": (path.read_text("utf-8") for path in sorted(books.glob("*.txt"))),
        "songs": _texts(path for path in sorted(songs.glob("*.jsonl")) if path.stem != "poetry"),
        "poems": _texts([songs / "poetry.jsonl"]),
    }
    in_texts: Counter[str] = Counter()
    per_million: defaultdict[str, float] = defaultdict(float)
    sizes: dict[str, int] = {}
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
    table = dict(sorted(measured.items(), key=itemgetter(1), reverse=True)[:MAX_WORDS])
    rates = {
        word: _number(max(rate, modern.get(word, 0))) + "*" * (modern.get(word, 0) > rate)
        for word, rate in {**dict.fromkeys(modern, 0.0), **table}.items()
    }
    return rates, sizes


def modern_words() -> dict[str, float]:
    """Return the words of modern.txt with our estimates of their frequencies."""
    rates: dict[str, float] = {}
    for line in _lines("modern.txt"):
        rate, *same_rate = line.split()
        rates |= dict.fromkeys(same_rate, float(rate))
    return rates


def foreign_words() -> set[str]:
    """Return every word of languages.txt."""
    rows = (line.partition(": ") for line in _lines("languages.txt"))
    return {word for _, _, listed in rows for word in listed.split()}


def _lines(name: str) -> Iterator[str]:
    """Yield the lines of a file of the lexicon, without comments."""
    for line in (LEXICON / name).read_text("ascii").splitlines():
        if line and not line.startswith("#"):
            yield line


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)["text"]


def _number(rate: float) -> str:
    """Format a frequency with three significant digits."""
    return f"{float(f'{rate:.3g}'):g}" if rate < 1000 else f"{float(f'{rate:.3g}'):.0f}"


if __name__ == "__main__":
    sys.exit(main())
