"""How many archaic words bases write: thee, thou and the like per thousand words.

    python -m research.archaic_words [FILE ...] [--base NAME ...] [--songs 60]

Each base writes as it is, and tuned on each FILE of songs with the preset Studio and all layers
(one seed). Beside that stands what the songs of each FILE hold. Losses and counts do not depend on
the machine.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from lyricslab.config import SampleConfig, SplitConfig
from lyricslab.engine.inline import run_inline
from lyricslab.importing import reading
from lyricslab.library.bases import base_path, list_bases
from lyricslab.library.corpora import add_corpus
from lyricslab.library.runs import fine_tuning_config
from lyricslab.model import network_file
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.songs.corpus import Corpus
from lyricslab.store.home import open_home
from lyricslab.store.store import Store

OLD_WORDS = frozenset(
    "thee thou thy thine thyself ye hath hast doth dost didst wilt shalt canst wouldst couldst "
    "shouldst wert wast art saith quoth o'er e'er ne'er e'en 'tis 'twas 'twere 'twill nigh yon "
    "yonder whence thence hither thither lo alas behold unto".split()
)
SAMPLE = SampleConfig(temperature=0.8, length_chars=500, seed=1)


def main() -> int:
    """Write with every base, original and tuned, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m research.archaic_words", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--base", action="append", default=[])
    parser.add_argument("--songs", type=int, default=60, help="written by each network")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(open_home(Path(folder)))
        corpora = [Corpus(path.stem, reading.read_path(path).songs) for path in options.files]
        print(f"| writes | as it is | {' | '.join(corpus.name for corpus in corpora)} |")
        print("|---" * (2 + len(corpora)) + "|")
        own = [old_words(song.text for song in corpus.songs) for corpus in corpora]
        print(f"| (the songs themselves) | | {' | '.join(f'{share:.1f}' for share in own)} |")
        for card in list_bases(store.home):
            if options.base and card.name not in options.base:
                continue
            said = [written(base_path(store.home, card.name), options.songs)]
            for corpus in corpora:
                add_corpus(store, corpus)
                run = run_inline(
                    store, fine_tuning_config(corpus, card, "all", "studio", SplitConfig())
                )
                said.append(written(store.home.best(run.id), options.songs))
            print(f"| {card.name} | {' | '.join(f'{share:.1f}' for share in said)} |", flush=True)
    return 0


def written(path: Path, songs: int) -> float:
    """Return the archaic words per thousand that the network in this file writes."""
    weights, card = network_file.load(path)
    network = Network(weights, card.model)
    config = SampleConfig.from_dict(SAMPLE.to_dict() | {"count": songs})
    return old_words(song.text for song in write(network, config))


def old_words(texts: Iterable[str]) -> float:
    """Return the archaic words per thousand; 'd and 'st as in "lov'd" are among them."""
    words: Sequence[str] = re.findall(r"'?[a-z]+(?:'[a-z]+)*", "\n".join(texts).lower())
    old = sum(word in OLD_WORDS or _clipped(word) for word in words)
    return 1000 * old / max(1, len(words))


def _clipped(word: str) -> bool:
    """Whether it is a past tense without its e ("lov'd"), and not "I'd" or "they'd"."""
    stem, _, end = word.rpartition("'")
    return (
        end in ("d", "st") and len(stem) > 2 and stem not in ("they", "who", "she", "you", "there")
    )


if __name__ == "__main__":
    sys.exit(main())
